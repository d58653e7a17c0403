"""What customers say of answers: kept once, bounded, and bad news for a person to look at."""

import asyncio
from typing import Any

import httpx
import pytest

from hitl_chat.store import events, feedback, reviews
from tests.customer.front_end import call, token
from tests.world import World
from tests.world_models import says

PATH = "/v1/conversations/c1/feedback"


async def answered(world: World, conv: str = "c1") -> str:
    """An answer, and its name."""
    world.upstream.script("m", says("It is blue."))
    customer = await (await world.ask("m", conv=conv)).rest()
    return customer.headers["x-hitl-delivery-id"]


async def rate(world: World, key: str = "", path: str = PATH, **said: Any) -> httpx.Response:
    return await call(world, "POST", path, key, json=said)


async def lane(world: World) -> list[tuple[str, tuple[str, ...]]]:
    found = await world.program.db.read(lambda conn: reviews.lane(conn, "acme"))
    return [(one.id, one.causes) for one in found]


async def told(world: World, *types: str) -> list[dict[str, Any]]:
    stream = events.of_conversation("c1")
    found = await world.program.db.read(lambda conn: events.read(conn, "acme", stream))
    return [dict(event.body) for event in found if event.type in types]


async def test_a_bad_answer_is_for_a_person_to_look_at(world: World) -> None:
    turn, key = await answered(world), await token(world, "c1")
    said = await rate(world, key, delivery_id=turn, rating="wrong", text="It is green. ")
    assert (said.status_code, said.content) == (204, b"")
    kept = await world.program.db.read(lambda conn: feedback.get(conn, "acme", turn))
    assert kept is not None
    assert (kept.rating, kept.text) == ("wrong", "It is green.")
    assert await lane(world) == [(turn, ("feedback:wrong",))]
    assert "green" not in str(await told(world, "feedback", "review.opened"))


async def test_a_good_one_is_only_noted(world: World) -> None:
    turn = await answered(world)
    assert (await rate(world, delivery_id=turn, rating="up")).status_code == 204
    assert await lane(world) == []
    assert [one["rating"] for one in await told(world, "feedback")] == ["up"]


async def test_the_last_word_counts_and_the_same_again_is_no_news(world: World) -> None:
    turn = await answered(world)
    for rating, text in (("up", ""), ("up", ""), ("wrong", "No."), ("wrong", "No."), ("up", "")):
        await rate(world, delivery_id=turn, rating=rating, text=text)
    assert [one["rating"] for one in await told(world, "feedback")] == ["up", "wrong", "up"]
    assert len(await told(world, "review.opened")) == 1
    kept = await world.program.db.read(lambda conn: feedback.get(conn, "acme", turn))
    assert kept is not None
    assert kept.rating == "up"


async def test_a_person_s_message_can_be_rated_too(world: World) -> None:
    await call(world, "POST", "/v1/conversations", json={"conversation_id": "c1"})
    await world.people.say("c1", await world.people.take_over("c1"), "It is red.")
    (said,) = await told(world, "message")
    assert (await rate(world, message_id=said["message"], rating="down")).status_code == 204
    assert await lane(world) == [(said["message"], ("feedback:down",))]


async def test_only_answers_of_this_conversation(world: World) -> None:
    turn, other = await answered(world), await answered(world, "c2")
    for about in (other, "turn_0", "msg_0"):
        refused = await rate(world, delivery_id=about, rating="wrong")
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "answer_not_found")
    mine = await token(world, "c2")
    assert (await rate(world, mine, delivery_id=turn, rating="wrong")).status_code == 403
    assert await lane(world) == []


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"rating": "wrong"}, "delivery_id"),
        ({"rating": "wrong", "delivery_id": "a", "message_id": "b"}, "delivery_id"),
        ({"rating": "awful", "delivery_id": "a"}, "rating"),
        ({"rating": "up", "delivery_id": "a", "text": "x" * 1001}, "text"),
        ({"rating": "up", "delivery_id": "a", "stars": 5}, None),
    ],
)
async def test_what_is_not_understood_names_the_field(
    world: World, said: dict[str, Any], param: str | None
) -> None:
    await answered(world)
    refused = await rate(world, **said)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)


async def test_not_too_often(world: World) -> None:
    turn = await answered(world)
    several = await asyncio.gather(*(rate(world, delivery_id=turn, rating="up") for _ in range(40)))
    refused = next(one for one in several if one.status_code == 429)
    assert refused.headers["retry-after"]
    await answered(world, "c2")


async def test_not_without_end(world: World) -> None:
    turn = await answered(world)

    def many(conn: Any) -> None:
        for number in range(200):
            feedback.give(conn, feedback.Feedback(f"t{number}", "acme", "c1", "up", "", 1.0))

    await world.program.db.write(many)
    refused = await rate(world, delivery_id=turn, rating="up")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_much_feedback")


async def test_nor_about_one_answer(world: World) -> None:
    """Each change is kept for ever, and calls a person to look at the answer again."""
    turn = await answered(world)

    def many(conn: Any) -> None:
        for number in range(1000):
            said = feedback.Feedback(turn, "acme", "c1", "wrong", f"{number}", float(number))
            feedback.give(conn, said)

    await world.program.db.write(many)
    refused = await rate(world, delivery_id=turn, rating="wrong", text="once more")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_much_feedback")
    other = await answered(world)
    assert (await rate(world, delivery_id=other, rating="up")).status_code == 204


async def test_the_customer_types(world: World) -> None:
    await answered(world)
    heard: list[object] = []
    world.program.desk.signals.listen(heard.append)
    path = "/v1/conversations/c1/typing"
    assert (await rate(world, await token(world, "c1"), path, on=True)).status_code == 204
    assert (await rate(world, path=path, on="yes")).status_code == 400
    assert [type(one).__name__ for one in heard] == ["CustomerTypes"]


async def test_typing_not_too_often(world: World) -> None:
    """Whoever sits at the desk is shown each of it."""
    await answered(world)
    mine, path = await token(world, "c1"), "/v1/conversations/c1/typing"
    several = await asyncio.gather(*(rate(world, mine, path, on=True) for _ in range(40)))
    assert any(one.status_code == 429 for one in several)
