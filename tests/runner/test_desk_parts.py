"""The desk's smaller parts: queue order, presence, structured answers, tasks, races, the feed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.command import Person
from hitl_chat.core.hold import BAND_LEFT, Hold, Opening, open_
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Impact, Reason
from hitl_chat.errors import Conflict, NotFound
from hitl_chat.runner import commands as do
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Now, Raced
from hitl_chat.runner.people_online import Online, PeopleOnline
from hitl_chat.runner.queue import in_order, place
from hitl_chat.runner.structured import Asked, asked, complaint, refusal, schemas
from hitl_chat.runner.tasks import Tasks
from hitl_chat.store.events import Event
from tests.runner.desk_world import ANA, BEN, EVE, SUE, FakeTurn, world


def hold(name: str, deadline: float, score: float = 1.0, impact: Impact = "low") -> Hold:
    reasons = (Reason("r", "c", "threshold", score),)
    terms = Terms(deadline=deadline, impact=impact)
    return open_(Opening(name, "t", "c", "u", terms, reasons, "whole"), 0, 0.0, 600)


def test_the_queue_puts_time_first_then_risk_and_those_who_left_last() -> None:
    soon, later = hold("soon", 20), hold("later", 25)
    risky, mild = hold("risky", 200, 0.9, "high"), hold("mild", 200, 0.6)
    waited = replace(hold("waited", 100, 0.6), opened_at=-100.0)
    gone = replace(hold("gone", 30), band=BAND_LEFT)
    mixed = [gone, mild, risky, later, waited, soon]
    order = ["soon", "later", "risky", "waited", "mild", "gone"]
    assert [each.id for each in in_order(mixed, 0.0)] == order
    assert place(soon, 5.0).why == "15 s left"
    assert place(soon, 50.0).why == "0 s left"
    assert place(gone, 0.0).why == "the customer left"
    assert place(risky, 100.0).why == "risk 1.8, 50% of its time gone"


def test_presence_counts_consoles() -> None:
    people = PeopleOnline()
    told: list[tuple[str, bool, bool]] = []
    people.on_change(lambda online, here: told.append((online.person.id, online.away, here)))
    people.leave("no tab", "ana")
    people.set_away("ana", away=True)
    people.enter("tab 1", ANA.person, "acme")
    people.enter("tab 2", ANA.person, "acme")
    people.set_away("ana", away=True)
    assert not people.anyone("acme")
    assert people.find("ana", "acme") == Online(ANA.person, "acme", away=True)
    assert people.find("ana", "other") is None
    people.enter("tab 3", ANA.person, "acme")
    people.set_away("ana", away=False)
    assert people.anyone("acme")
    assert not people.anyone("other")
    for tab in ("tab 1", "tab 2", "tab 3"):
        assert people.everyone("acme") != []
        people.leave(tab, "ana")
    assert people.everyone("acme") == []
    assert told == [
        *(("ana", False, True), ("ana", True, True), ("ana", False, True), ("ana", False, False))
    ]


SCHEMA = {"type": "object", "properties": {"days": {"type": "integer", "maximum": 30}}}


# Each step asks for the next one twice: 2 ** 40 of them.
STEPS = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}
DOUBLING = {"$defs": {**STEPS, "a40": {}}, "$ref": "#/$defs/a0"}


@pytest.mark.parametrize(
    ("schema", "texts", "expected"),
    [
        (None, {"0/content": "anything"}, ""),
        (SCHEMA, {"0/content": '{"days": 30}'}, ""),
        (SCHEMA, {"0/content": '{"days": 90}'}, "0/content: $.days: 90 is greater than"),
        (SCHEMA, {"0/content": "{"}, "0/content: it is not JSON"),
        (SCHEMA, {"0/content": '{"\\ud83d": 1}'}, "0/content: it is not JSON"),
        (SCHEMA, {"0/content": "[" * 100_000}, "0/content: it is not JSON"),
        (SCHEMA, {"0/content": "", "0/refusal": "no", "0/tool_calls/0/arguments": "{"}, ""),
        ({"type": "nonsense"}, {"0/content": "{}"}, ""),
        ({"required": 5}, {"0/content": "{}"}, ""),
        ({"$ref": "#"}, {"0/content": "{}"}, ""),
        ({"$ref": "https://example.com/schema"}, {"0/content": "{}"}, ""),
        ({"$id": "http://[", "$ref": "x"}, {"0/content": "{}"}, ""),
        (DOUBLING, {"0/content": "{}"}, ""),
        ({"pattern": "(a+)+$"}, {"0/content": f'"{"a" * 40}!"'}, ""),
    ],
)
def test_a_structured_answer_stays_one(
    schema: dict[str, object] | None, texts: dict[str, str], expected: str
) -> None:
    found = complaint(Asked(schema), Draft(), texts)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


def test_what_was_sent_belongs_to_the_structured_answer() -> None:
    draft = Draft({"0/content": '{"days": '}, {})
    assert complaint(Asked(SCHEMA), draft, {"0/content": "30}"}) == ""


def test_what_does_not_fit_is_named_with_its_place() -> None:
    days = refusal(Asked(SCHEMA), Draft(), {"0/content": '{"days": 90}'})
    assert days is not None
    assert days.code == "invalid_text"
    assert days.details == {
        "field": "0/content",
        "path": ("days",),
        "keyword": "maximum",
        "wanted": 30,
    }
    wanted = {"properties": {"a": {"items": {"required": ["b"]}}}}
    deep = refusal(Asked(wanted), Draft(), {"0/content": '{"a": [{}]}'})
    assert deep is not None
    assert (deep.details["path"], deep.details["wanted"]) == (("a", 0, "b"), None)
    assert refusal(Asked(SCHEMA), Draft(), {"0/content": '{"days": 30}'}) is None


CALL = {"0/tool_calls/0/name": "refund", "0/tool_calls/0/arguments": '{"amount": 5}'}
REFUND = {"type": "object", "properties": {"amount": {"type": "number", "maximum": 100}}}


def test_the_arguments_of_a_tool_must_fit_what_the_request_says_of_it() -> None:
    wanted = asked({"schema": None, "tools": {"refund": REFUND}})
    name, arguments = "0/tool_calls/0/name", "0/tool_calls/0/arguments"
    assert complaint(wanted, Draft(), CALL) == ""
    found = complaint(wanted, Draft(), {**CALL, arguments: '{"amount": 500}'})
    assert found == f"{arguments}: $.amount: 500 is greater than the maximum of 100"
    assert complaint(wanted, Draft(), {**CALL, arguments: ""}) == f"{arguments}: it is not JSON"
    assert complaint(wanted, Draft(), {**CALL, name: "unknown", arguments: "{"}) == ""


def test_a_form_is_there_for_what_has_a_schema() -> None:
    wanted = asked({"schema": SCHEMA, "tools": {"refund": REFUND}})
    found = schemas(wanted, {**CALL, "0/content": "{}", "0/refusal": "no"})
    assert found == {"0/content": SCHEMA, "0/tool_calls/0/arguments": REFUND}
    assert schemas(asked({}), {"0/content": "{}"}) == {}


async def test_work_goes_on_when_whoever_asked_is_gone() -> None:
    tasks, begun, may_end, ended = Tasks(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    waiter = asyncio.create_task(tasks.finish(work()))
    await begun.wait()
    waiter.cancel()
    await asyncio.wait([waiter])
    assert waiter.cancelled()
    may_end.set()
    await tasks.settled()
    assert ended.is_set()


async def test_work_that_fails_unseen_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What its error says, which may quote a customer, is for the log's settings to show or not."""

    async def work() -> None:
        msg = "the disk is on fire"
        raise RuntimeError(msg)

    tasks = Tasks()
    tasks.spawn(work())
    await tasks.settled()
    await asyncio.sleep(0)
    (told,) = caplog.records
    assert "could not be finished" in told.getMessage()
    assert "on fire" not in told.getMessage()
    assert told.exc_info is not None
    assert "on fire" in str(told.exc_info[1])
    with pytest.raises(RuntimeError):
        await tasks.finish(work())
    await tasks.close()


async def test_a_lost_race_is_run_again_and_not_for_ever(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        tries: list[int] = []

        def loses(conn: Connection, now: Now) -> str:
            tries.append(1)
            if len(tries) < 3:
                raise Raced
            return "won"

        def never(conn: Connection, now: Now) -> str:
            raise Raced

        assert await here.desk.transactions.run(loses) == "won"
        with pytest.raises(Conflict) as busy:
            await here.desk.transactions.run(never)
        assert busy.value.code == "busy"


async def test_a_feed_survives_its_followers_and_the_store(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        heard: list[str] = []

        async def fails(page: Sequence[Event]) -> None:
            msg = "a follower fell over"
            raise RuntimeError(msg)

        async def hears(page: Sequence[Event]) -> None:
            heard.extend(event.type for event in page)

        stop = here.desk.feed.follow(fails)
        here.desk.feed.follow(hears)
        await here.held()
        await here.desk.feed.look()
        assert "hold.opened" in heard
        assert "a follower fell over" in caplog.text
        stop()
        stop()


async def test_a_decision_of_a_hold_that_is_gone(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        with pytest.raises(NotFound):
            await here.desk.delivered("hold_x", 0, complete=True)
        with pytest.raises(NotFound):
            await here.desk.customer_left("hold_x", "keep")


async def test_what_was_delivered_is_not_delivered_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        view = await here.decide(ANA, turn, "reject")
        await here.desk.delivered(view.id, 9, complete=True)
        here.desk.begin(turn)
        await here.desk.tasks.settled()
        assert len(turn.heard) == 1
        moved = await here.db.write(lambda conn: moves.release(conn, view.id, here.clock.now()))
        assert moved.before == moved.after


async def test_a_fallback_that_breaks_the_schema_is_sent_as_a_refusal(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(FakeTurn(schema=SCHEMA), draft=Draft({}, {"0/content": "{}"}))
        await here.decide(ANA, turn, "reject")
        assert turn.decision.texts == {"0/refusal": "Sorry."}


async def test_two_people_take_two_holds(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN, EVE)) as here:
        for number in range(2):
            await here.held(FakeTurn(f"turn_{number}", f"conv_{number}"))
        found = await asyncio.gather(*(here.work(by, do.Next()) for by in (ANA, BEN)))
        assert len({view.id for view in found}) == 2


def test_a_person_without_a_name_goes_by_their_id() -> None:
    assert (Person("key:1").name, SUE.person.name) == ("key:1", "Sue")
