"""Answers that have left, looked at later: what lands in the lane, what customers hear of it."""

import asyncio
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.command import Person
from hitl_chat.errors import Conflict, HitlError, TooMany, Unprocessable
from hitl_chat.runner import commands as do
from hitl_chat.runner.agents import Agents
from hitl_chat.runner.buckets import Quota
from hitl_chat.runner.late import Late, Lateness
from hitl_chat.runner.orders import Agent
from hitl_chat.store import events, reviews
from tests.customer.front_end import call, following
from tests.enrolled import enrol
from tests.world import World
from tests.world_client import Socket, held
from tests.world_models import says
from tests.world_people import ANA, BEN, SUE
from tests.world_rules import rule, rules, stop_at, words

WATCH = rules(rule("watch", words("guarantee"), then="watch"))
RIGHT = "It is green."


async def ask(world: World, text: str = "Hello", conv: str = "c1", **more: Any) -> Socket:
    world.upstream.script("m", says("It is blue."))
    return await (await world.ask("m", text, conv=conv, **more)).rest()


async def answered(world: World, **more: Any) -> str:
    """An answer that has left; its name."""
    return (await ask(world, **more)).headers["x-hitl-delivery-id"]


async def recorded(world: World, turn: str) -> str:
    """Once the turn is in the record, it can be reviewed."""
    await world.program.db.write(lambda conn: None, behind=True)
    return turn


async def lane(world: World) -> list[tuple[str, tuple[str, ...]]]:
    found = await world.program.db.write(lambda conn: reviews.lane(conn, "acme"), behind=True)
    return [(one.id, one.causes) for one in found]


async def correct(world: World, turn: str, text: str = RIGHT, **more: Any) -> None:
    await recorded(world, turn)
    await world.people.perform(do.Review(turn, "correct", text, **more))


async def told(world: World, kind: str) -> list[dict[str, Any]]:
    stream = events.of_conversation("c1")
    found = await world.program.db.read(lambda conn: events.read(conn, "acme", stream))
    return [dict(event.body) for event in found if event.type == kind]


# --- what lands there -------------------------------------------------------------------------


async def test_what_a_rule_only_watches(tmp_path: Path) -> None:
    async with World(tmp_path, WATCH) as world:
        world.upstream.script("m", says("I guarantee it."))
        turn = (await (await world.ask("m", conv="c1")).rest()).headers["x-hitl-delivery-id"]
        await answered(world)
        assert await lane(world) == [(turn, ("rule:watch",))]


async def test_what_the_audit_chose(tmp_path: Path) -> None:
    async with World(tmp_path, f"{WATCH}\naudit: 1\n") as world:
        turn = await answered(world)
        assert await lane(world) == [(turn, ("audit",))]


async def test_what_a_person_decided_is_not_looked_at_again(world: World) -> None:
    world.upstream.script("m", says("I guarantee it."))
    customer = await world.ask("m", conv="c1")
    await world.people.approve(str((await customer.until(held)).hitl["hold_id"]))
    await customer.rest()
    assert await lane(world) == []


# --- what is said about it --------------------------------------------------------------------


async def rejected(world: World) -> str:
    """An answer that a rule held and a person rejected; its name."""
    world.upstream.script("m", says("I guarantee it."))
    customer = await world.ask("m", conv="c1")
    await world.people.reject(str((await customer.until(held)).hitl["hold_id"]))
    return await recorded(world, (await customer.rest()).headers["x-hitl-delivery-id"])


@pytest.mark.parametrize(
    ("terms", "by", "code"),
    [
        ({"needs_second": ["approve"]}, BEN, ""),
        ({"allowed_actions": ["approve", "reject"]}, SUE, "not_allowed"),
    ],
)
async def test_what_rules_say_of_edits_holds_for_corrections(
    tmp_path: Path, terms: dict[str, Any], by: Agent, code: str
) -> None:
    """Else whoever may not write alone rejects, and writes afterwards."""
    async with World(tmp_path, rules(stop_at(**terms))) as world:
        turn = await rejected(world)
        with pytest.raises(HitlError) if code else nullcontext() as refused:
            await world.people.perform(do.Review(turn, "correct", RIGHT), by)
        assert (refused.value.code if refused else "") == code
        assert len(await told(world, "turn.corrected")) == (0 if code else 1)
        await world.people.perform(do.Review(turn, "wrong", again=True), BEN)


async def corrects(world: World, turn: str, by: Agent, text: str = RIGHT, **more: Any) -> Any:
    """What the answer's row in the lane says then."""
    command = do.Review(turn, "correct", text, **more)
    return json.loads(await world.people.perform(command, by))


@pytest.mark.parametrize("first", [BEN, SUE])
async def test_where_an_edit_needs_two_people_a_correction_does(
    tmp_path: Path, first: Agent
) -> None:
    """A supervisor, too, is one person only."""
    async with World(tmp_path, rules(stop_at(needs_second=["edit"]))) as world:
        turn = await rejected(world)
        for _ in range(2):  # nobody confirms their own
            waits = await corrects(world, turn, first)
            assert (waits["verdict"], waits["proposed_by"]["id"]) == ("", first.person.id)
        key = Agent(Person("key:1", "Script"), "acme")
        await corrects(world, turn, key)  # nobody in person
        with pytest.raises(Conflict, match="a key is nobody"):
            await corrects(world, turn, key, "Something else.")
        await corrects(world, turn, first)
        assert await told(world, "turn.corrected") == []
        assert [name for name, _ in await lane(world)] == [turn]
        done = await corrects(world, turn, ANA)
        assert (done["verdict"], done["by"]["id"], done["proposed_by"]) == (
            *("corrected", first.person.id),
            None,
        )
        assert len(await told(world, "turn.corrected")) == 1
        (closed,) = await told(world, "review.closed")
        assert (closed["by"], closed["seconder"]) == (first.person.id, "ana")
        with pytest.raises(Conflict, match="has reviewed it"):
            await corrects(world, turn, BEN)


async def test_of_two_who_confirm_one_does(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(needs_second=["edit"]))) as world:
        turn = await rejected(world)
        await corrects(world, turn, BEN)
        both = await asyncio.gather(
            *(corrects(world, turn, by) for by in (ANA, SUE)), return_exceptions=True
        )
        refused = [each for each in both if isinstance(each, Conflict)]
        assert [each.code for each in refused] == ["already_reviewed"]
        assert len(await told(world, "turn.corrected")) == 1


async def test_another_text_is_another_proposal_and_another_word_the_end_of_it(
    tmp_path: Path,
) -> None:
    async with World(tmp_path, rules(stop_at(needs_second=["edit"]))) as world:
        turn = await rejected(world)
        await corrects(world, turn, ANA)
        other = await corrects(world, turn, BEN, "It is red.")
        assert other["proposed_by"]["id"] == "ben"
        assert (await corrects(world, turn, ANA))["proposed_by"]["id"] == "ana"
        path, said = "/v1/conversations/c1/feedback", {"delivery_id": turn, "rating": "down"}
        await call(world, "POST", path, json=said)  # what waits, waits on
        key = await world.new_key("acme", scopes=("desk",))
        card = (await call(world, "GET", f"/console/lane/{turn}", key)).json()
        assert (card["proposed"], card["review"]["proposed_by"]["id"]) == (RIGHT, "ana")
        await world.people.perform(do.Review(turn, "fine"), BEN)
        assert await lane(world) == []
        await corrects(world, turn, BEN, again=True)
        assert await told(world, "turn.corrected") == []


async def test_a_correction_that_the_checks_would_stop_is_said_to_be_one(world: World) -> None:
    turn = await recorded(world, await answered(world))
    bad = "I guarantee that it is green."
    with pytest.raises(Conflict) as refused:
        await corrects(world, turn, ANA, bad)
    assert refused.value.code == "warned"
    assert refused.value.details == {"rules": ["no-promises"]}
    assert await told(world, "turn.corrected") == []
    assert (await corrects(world, turn, ANA, bad, anyway=True))["verdict"] == "corrected"
    (closed,) = await told(world, "review.closed")
    assert closed["recheck"] == "warned"


async def test_the_rules_that_object_say_who_else_must_look(tmp_path: Path) -> None:
    """Also of an answer that nobody had to look at before."""
    async with World(tmp_path, rules(stop_at(needs_second=["warned"]))) as world:
        turn = await recorded(world, await answered(world))
        bad = "I guarantee that it is green."
        assert (await corrects(world, turn, ANA, bad, anyway=True))["verdict"] == ""
        with pytest.raises(Conflict):
            await corrects(world, turn, BEN, bad)
        assert (await corrects(world, turn, BEN, bad, anyway=True))["verdict"] == "corrected"
        assert (await corrects(world, turn, ANA, RIGHT, again=True))["verdict"] == "corrected"


async def test_a_check_that_dies_has_not_found_it_clean(tmp_path: Path) -> None:
    async def dies(tenant: str, answer: str, text: str) -> Late:
        raise RuntimeError

    async with World(tmp_path) as world:
        turn = await recorded(world, await answered(world))
        late = Lateness(dies, world.program.quota, 1.0)
        await world.program.db.write(lambda conn: enrol(conn, ANA, BEN))
        agents = Agents(world.program.desk, late)
        with pytest.raises(Conflict, match="a check that did not answer") as refused:
            await agents.perform(ANA, do.Review(turn, "correct", RIGHT))
        assert refused.value.code == "warned"
        said = do.Review(turn, "correct", RIGHT, anyway=True)
        waits = json.loads(await agents.perform(ANA, said))  # rules may want two, if they object
        assert (waits["verdict"], waits["proposed_by"]["id"]) == ("", "ana")
        assert await told(world, "turn.corrected") == []
        assert json.loads(await agents.perform(BEN, said))["verdict"] == "corrected"


async def test_a_correction_sent_again_is_not_read_again(tmp_path: Path) -> None:
    """Its first answer is there; models are asked once, however often a line is lost."""
    read: list[str] = []

    async def reads(tenant: str, answer: str, text: str) -> Late:
        read.append(text)
        return Late("clean")

    async with World(tmp_path) as world:
        turn = await recorded(world, await answered(world))
        quota = Quota(world.program.clock, rate=0.001, burst=1)
        await world.program.db.write(lambda conn: enrol(conn, ANA))
        agents = Agents(world.program.desk, Lateness(reads, quota, 1.0))
        said = do.Review(turn, "correct", RIGHT)
        first = await agents.perform(ANA, said, "key")
        assert await agents.perform(ANA, said, "key") == first
        assert read == [RIGHT]
        with pytest.raises(Unprocessable):
            await agents.perform(ANA, do.Review(turn, "correct", "It is red."), "key")
        with pytest.raises(TooMany):
            await agents.perform(ANA, do.Review(turn, "correct", RIGHT, again=True), "other")


async def test_a_note_goes_with_the_correction_it_was_written_for(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(needs_second=["edit"]))) as world:
        key = await world.new_key("acme", scopes=("desk",))
        turn = await rejected(world)

        async def note() -> Any:
            return (await call(world, "GET", f"/console/lane/{turn}", key)).json()["note"]

        await corrects(world, turn, BEN, note="He wrote twice.")
        assert await note() == "He wrote twice."
        said = {"delivery_id": turn, "rating": "down"}
        await call(world, "POST", "/v1/conversations/c1/feedback", json=said)
        assert await note() == "He wrote twice."
        await corrects(world, turn, ANA)
        assert await note() == "He wrote twice."
        (proposed,) = await told(world, "review.proposed")
        assert len(proposed["texts"]) == 2
        assert "twice" not in str(proposed)
        await corrects(world, turn, ANA, "It is red.", again=True)
        assert await note() == "He wrote twice."
        await corrects(world, turn, BEN, "It is red.", note="Checked.")
        assert await note() == "Checked."


@pytest.mark.parametrize("verdict", ["fine", "wrong"])
async def test_fine_or_wrong(world: World, verdict: Any) -> None:
    turn = await recorded(world, await answered(world))
    path = "/v1/conversations/c1/feedback"
    await call(world, "POST", path, json={"delivery_id": turn, "rating": "down"})
    await world.people.perform(do.Review(turn, verdict, note="Looked at it."))
    assert await lane(world) == []
    (closed,) = await told(world, "review.closed")
    assert (closed["review"], closed["verdict"], closed["by"]) == (turn, verdict, "ana")
    assert "Looked" not in str(closed)
    assert await told(world, "turn.corrected") == []


async def test_a_colleague_s_word_is_overturned_on_purpose_only(world: World) -> None:
    turn = await recorded(world, await answered(world))
    await world.people.perform(do.Review(turn, "fine"))
    with pytest.raises(Conflict, match="Ana has reviewed it: fine") as refused:
        await world.people.perform(do.Review(turn, "wrong"), by=BEN)
    assert refused.value.code == "already_reviewed"
    await world.people.perform(do.Review(turn, "wrong", again=True), by=BEN)
    assert [one["verdict"] for one in await told(world, "review.closed")] == ["fine", "wrong"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (do.Review("turn_0", "fine"), "answer_not_found"),
        (do.Review("", "correct", "  "), "text_needed"),
        (do.Review("", "wrong", RIGHT), "text_unexpected"),
    ],
)
async def test_what_cannot_be_said(world: World, command: do.Review, code: str) -> None:
    turn = await recorded(world, await answered(world))
    about = do.Review(command.answer or turn, command.verdict, command.text)
    with pytest.raises(HitlError) as refused:
        await world.people.perform(about)
    assert refused.value.code == code


# --- what the customer hears ------------------------------------------------------------------


async def test_who_follows_is_told_at_once_and_not_again(world: World) -> None:
    turn = await answered(world)
    async with following(world, "c1") as page:
        await page.until("reset")
        await correct(world, turn)
        said = await page.until("corrected")
        assert said.data["delivery_id"] == turn
        assert said.data["replace"] == {"from": 0, "text": RIGHT}
        assert "Ana" not in page.raw
        await world.people.event("message.delivered", messages=[said.data["message_id"]])
    assert (await ask(world, "And now?")).text == "It is blue."


async def test_who_is_away_is_told_with_the_next_answer_and_not_again(world: World) -> None:
    await correct(world, await answered(world))
    await world.people.event("turn.corrected")
    assert (await ask(world, "And now?")).text == f"[Correction] {RIGHT}\n\nIt is blue."
    await world.people.event("message.delivered")
    assert (await ask(world, "And then?")).text == "It is blue."


async def test_who_comes_back_to_the_events_is_told_then(world: World) -> None:
    turn = await answered(world)
    await correct(world, turn)
    async with following(world, "c1") as page:
        assert (await page.until("corrected")).data["delivery_id"] == turn


async def test_a_retry_is_told_the_corrected_text(world: World) -> None:
    key = {"idempotency-key": "k1"}
    first = await ask(world, headers=key)
    assert first.text == "It is blue."
    await correct(world, first.headers["x-hitl-delivery-id"])
    await world.people.event("turn.corrected")
    await world.program.desk.feed.look()
    again = await ask(world, headers=key)
    assert again.text == f"It is blue.\n\n[Correction] {RIGHT}"
    (tag,) = (frame.hitl for frame in again.frames if frame.state == "corrected")
    assert tag["replace"] == {"from": 0, "text": RIGHT}
    await world.people.event("message.delivered")
    assert (await ask(world, "And now?")).text == "It is blue."


async def test_a_retry_after_a_restart_is_told_too(tmp_path: Path) -> None:
    key = {"idempotency-key": "k1"}
    async with World(tmp_path) as world:
        first = await ask(world, headers=key)
        await correct(world, first.headers["x-hitl-delivery-id"])
        plain = world.key
    async with World(tmp_path) as world:
        again = await ask(world, headers={**key, "authorization": f"Bearer {plain}"})
        assert again.text == f"It is blue.\n\n[Correction] {RIGHT}"


async def test_the_last_correction_counts(world: World) -> None:
    turn = await answered(world)
    await correct(world, turn, "It is red.")
    await correct(world, turn, again=True)
    async with following(world, "c1") as page:
        said = [(await page.until("corrected")).data["replace"]["text"] for _ in range(2)]
    assert said == ["It is red.", RIGHT]


# --- overturning ------------------------------------------------------------------------------


async def test_a_decision_is_overturned_and_the_customer_informed(world: World) -> None:
    world.upstream.script("m", says("I guarantee it."))
    customer = await world.ask("m", conv="c1")
    await world.people.approve(str((await customer.until(held)).hitl["hold_id"]))
    turn = (await customer.rest()).headers["x-hitl-delivery-id"]
    async with following(world, "c1") as page:
        await page.until("reset")
        await recorded(world, turn)
        await world.people.perform(do.Review(turn, "correct", "We look at it first."), by=BEN)
        assert (await page.until("corrected")).data["delivery_id"] == turn
    (closed,) = await told(world, "review.closed")
    assert (closed["overturned"], closed["by"]) == ("approve", "ben")
    (opened,) = await told(world, "hold.opened")
    seen = (await call(world, "GET", f"/v1/holds/{opened['hold']}")).json()
    assert (seen["text"], seen["corrected"]) == ("I guarantee it.", "We look at it first.")


async def test_a_check_was_right_after_all(world: World) -> None:
    """What was approved, and overturned once it had left, is on the check's record as right."""
    key = await world.new_key("acme", scopes=("desk",))
    turns, idents = [], []
    for conv in ("c1", "c2"):
        world.upstream.script("m", says("I guarantee it."))
        customer = await world.ask("m", conv=conv)
        idents.append(str((await customer.until(held)).hitl["hold_id"]))
        await world.people.approve(idents[-1])
        turns.append((await customer.rest()).headers["x-hitl-delivery-id"])

    async def track() -> tuple[int, int]:
        answer = await call(world, "GET", f"/console/holds/{idents[1]}/track", key)
        (found,) = answer.json()
        return found["right"], found["judged"]

    assert await track() == (0, 1)
    await recorded(world, turns[0])
    await world.people.perform(do.Review(turns[0], "wrong"), by=BEN)
    assert await track() == (1, 1)
    await world.people.perform(do.Review(turns[0], "fine", again=True), by=BEN)
    assert await track() == (0, 1)


# --- the desk over HTTP -----------------------------------------------------------------------


async def test_the_lane_and_its_cards_can_be_read(world: World) -> None:
    key = await world.new_key("acme", scopes=("desk",))
    turn = await recorded(world, await answered(world))
    said = {"delivery_id": turn, "rating": "wrong", "text": "It is green!"}
    await call(world, "POST", "/v1/conversations/c1/feedback", json=said)
    seen = (await call(world, "GET", "/console/lane", key)).json()
    (one,) = seen["waiting"]
    assert (one["id"], one["excerpt"], one["causes"]) == (turn, "It is blue.", ["feedback:wrong"])
    shown = (await call(world, "GET", f"/console/lane/{turn}", key)).json()
    assert (shown["question"], shown["answer"]) == ("Hello", "It is blue.")
    assert (shown["rating"], shown["complaint"]) == ("wrong", "It is green!")
    body = {"do": "review", "answer": turn, "verdict": "correct", "text": RIGHT}
    done = (await call(world, "POST", "/console/commands", key, json=body)).json()
    assert done["verdict"] == "corrected"
    assert (await call(world, "GET", f"/console/lane/{turn}", key)).json()["correction"] == RIGHT
    assert (await call(world, "GET", "/console/lane", key)).json()["waiting"] == []


async def test_another_tenant_s_lane_is_not_there(world: World) -> None:
    stranger = await world.new_key("other", scopes=("desk",))
    turn = await recorded(world, await answered(world))
    assert (await call(world, "GET", f"/console/lane/{turn}", stranger)).status_code == 404
    body = {"do": "review", "answer": turn, "verdict": "fine"}
    refused = await call(world, "POST", "/console/commands", stranger, json=body)
    assert refused.status_code == 404
