"""Answers that have left, looked at later: what lands in the lane, what customers hear of it."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.errors import Conflict, HitlError
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from hitl_chat.store import events, reviews
from tests.customer.front_end import call, following
from tests.world import World
from tests.world_client import Socket, held
from tests.world_models import says
from tests.world_people import BEN, SUE
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


@pytest.mark.parametrize(
    ("terms", "by", "code"),
    [
        ({"needs_second": ["edit"]}, BEN, "second_needed"),
        ({"needs_second": ["edit"]}, SUE, ""),
        ({"needs_second": ["approve"]}, BEN, ""),
        ({"allowed_actions": ["approve", "reject"]}, SUE, "not_allowed"),
    ],
)
async def test_what_rules_say_of_edits_holds_for_corrections(
    tmp_path: Path, terms: dict[str, Any], by: Agent, code: str
) -> None:
    """Else whoever may not write alone rejects, and writes afterwards."""
    async with World(tmp_path, rules(stop_at(**terms))) as world:
        world.upstream.script("m", says("I guarantee it."))
        customer = await world.ask("m", conv="c1")
        await world.people.reject(str((await customer.until(held)).hitl["hold_id"]))
        turn = await recorded(world, (await customer.rest()).headers["x-hitl-delivery-id"])
        with pytest.raises(HitlError) if code else nullcontext() as refused:
            await world.people.perform(do.Review(turn, "correct", RIGHT), by)
        assert (refused.value.code if refused else "") == code
        assert len(await told(world, "turn.corrected")) == (0 if code else 1)
        await world.people.perform(do.Review(turn, "wrong", again=True), BEN)


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
