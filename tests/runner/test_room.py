"""Room for answers, among tenants: whoever is alone has all of it, and who comes finds some."""

from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.runner.room import Room

MOST = 800


def fill(room: Room, tenant: str) -> int:
    """How many answers a tenant that asks without an end gets under way."""
    entered = 0
    while not room.is_full(tenant):
        room.enter(tenant)
        entered += 1
    return entered


def test_who_is_alone_has_all_of_it() -> None:
    assert fill(Room(MOST), "acme") == MOST


def test_where_others_come_an_eighth_is_left_for_them() -> None:
    room = Room(MOST)
    room.enter("other")
    room.leave("other")
    assert fill(room, "acme") == MOST * 7 // 8
    assert not room.is_full("other")


def test_two_do_not_shut_out_a_third() -> None:
    room = Room(MOST)
    for known in ("one", "two", "three"):
        room.enter(known)
        room.leave(known)
    assert fill(room, "one") > fill(room, "two") > fill(room, "three") > 0
    assert not room.is_full("four")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_there_is_never_more_than_all(moves: list[tuple[str, bool]]) -> None:
    """... and the last place is for whoever has none."""
    room, inside = Room(8), {"a": 0, "b": 0, "c": 0}
    for tenant, comes in moves:
        if comes and not room.is_full(tenant):
            room.enter(tenant)
            inside[tenant] += 1
        elif not comes and inside[tenant]:
            room.leave(tenant)
            inside[tenant] -= 1
        total = sum(inside.values())
        assert total <= 8
        for each, has in inside.items():
            assert room.is_full(each) or total < 8
            assert has or total == 8 or not room.is_full(each)
