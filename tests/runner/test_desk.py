"""The desk over a real database: holds, decisions, races, and what the running turn hears."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from hitl_chat.core.chain import draft_digest
from hitl_chat.core.command import Person
from hitl_chat.core.effects import UpdateHold
from hitl_chat.core.events import Decision
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft
from hitl_chat.core.staffing import Able
from hitl_chat.errors import (
    Conflict,
    Forbidden,
    HitlError,
    NotFound,
    Unauthorized,
    Unprocessable,
)
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent, Nothing
from hitl_chat.runner.views import HoldView
from hitl_chat.store import holds, stops
from tests.runner.desk_world import ANA, BEN, DRAFT, EVE, REASONS, SUE, FakeTurn, world


async def test_a_hold_is_durable_before_anybody_sees_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        assert (await here.hold(turn)).state == "open"
        assert await here.types() == ["hold.opened"]
        assert turn.heard == []


async def test_approval_reaches_the_turn_with_the_text_that_was_read(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        view = await here.decide(ANA, turn, "approve", draft_sha256=DRAFT.sha256())
        assert view.state == "decided"
        assert turn.decision == Decision("approve", "ana", DRAFT.pending, "Ana")
        hold = await here.hold(turn)
        assert hold.delivery == "delivering"
        assert hold.decision is not None
        assert hold.decision.text_sha == draft_digest({"0/content": "Sure. You get 500 euros."})
        await here.desk.delivered(hold.id, 24, complete=True)
        assert (await here.hold(turn)).delivery == "delivered"
        assert await here.types() == [
            *("hold.opened", "hold.decided", "hold.delivery", "hold.delivery")
        ]


async def test_fifty_racers_and_one_decision(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        racers = [
            here.work(by, do.Decide(turn.hold.id if turn.hold else "", "reject", 1), f"k{n}")
            for n, by in enumerate([ANA, BEN, SUE, ANA, BEN] * 10)
        ]
        answers = await asyncio.gather(*racers, return_exceptions=True)
        won = [each for each in answers if isinstance(each, HoldView)]
        lost = [each for each in answers if isinstance(each, Conflict)]
        assert (len(won), len(lost)) == (1, 49)
        assert won[0].decision is not None
        winner = won[0].decision.by
        assert {each.code for each in lost} == {"decided"}
        assert {each.details["display"] for each in lost} == {winner.name}
        assert len(turn.heard) == 1


async def test_a_repeated_command_is_answered_with_the_same_bytes(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        command = do.Decide(turn.hold.id, "reject", 1)
        first = await here.perform(ANA, command, "k")
        assert await here.perform(ANA, command, "k") == first
        assert len(turn.heard) == 1
        with pytest.raises(Unprocessable) as other:
            await here.perform(ANA, do.Decide(turn.hold.id, "edit", 1, text="x"), "k")
        assert other.value.code == "idempotency_mismatch"
        with pytest.raises(Conflict):  # a key is its sender's own
            await here.perform(BEN, command, "k")
        await here.after(86_401)
        assert (await here.work(ANA, command, "k")).state == "decided"  # the decision remembers


async def test_what_was_seen_must_still_be_so(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(state="streaming", outstanding=("judge",))
        assert turn.hold is not None
        with pytest.raises(Conflict) as streaming:
            await here.decide(ANA, turn, "approve", draft_sha256=DRAFT.sha256())
        assert streaming.value.code == "draft_streaming"
        more = Draft(DRAFT.sent, {"0/content": " You get 500 euros. And a car."})
        here.desk.grow(turn.hold.id, more.pending)
        await here.desk.update_hold(turn.hold.id, UpdateHold(REASONS, "whole", ()), more)
        with pytest.raises(Conflict) as stale:
            await here.decide(ANA, turn, "approve", draft_sha256=DRAFT.sha256())
        assert stale.value.code == "stale_draft"
        with pytest.raises(Conflict) as version:
            await here.decide(ANA, turn, "edit", version=1, text=" No.")
        assert version.value.details == {"version": 2, "draft_sha256": more.sha256()}
        await here.decide(ANA, turn, "approve", draft_sha256=more.sha256())
        assert turn.decision.texts == more.pending


async def test_an_edit_by_text_alone_and_by_field(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.decide(ANA, turn, "edit", text=" It depends.")
        assert turn.decision.texts == {"0/content": " It depends."}
        two = Draft({}, {"0/content": "a", "1/content": "b"})
        other = await here.held(FakeTurn("turn_2", "conv_2", choices=2), draft=two)
        with pytest.raises(Unprocessable) as which:
            await here.decide(ANA, other, "edit", text="x")
        assert which.value.details == {"fields": ["0/content", "1/content"]}
        with pytest.raises(Unprocessable) as both:
            await here.decide(ANA, other, "edit", text="x", texts={"0/content": "y"})
        assert both.value.code == "text_unexpected"
        with pytest.raises(Unprocessable) as reject:
            await here.decide(ANA, other, "reject", text="x")
        assert reject.value.code == "text_unexpected"
        await here.decide(ANA, other, "edit", texts={"0/content": "c", "1/content": "d"})
        assert other.decision.texts == {"0/content": "c", "1/content": "d"}


async def test_an_edit_of_a_structured_answer_must_fit_its_schema(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        schema = {"type": "object", "required": ["days"]}
        draft = Draft({}, {"0/content": '{"days": 90}'})
        turn = await here.held(FakeTurn(schema=schema), draft=draft)
        for wrong in ('{"days": ', '{"weeks": 2}'):
            with pytest.raises(Unprocessable) as error:
                await here.decide(ANA, turn, "edit", text=wrong)
            assert error.value.code == "invalid_text"
        await here.decide(ANA, turn, "edit", text='{"days": 30}')


async def test_claims_and_next(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, EVE)) as here:
        empty = await here.perform(ANA, do.Next())
        assert msgspec.json.decode(empty, type=Nothing) == Nothing()
        slow = await here.held(FakeTurn("turn_1"))
        soon = await here.held(FakeTurn("turn_2"), terms=Terms(deadline=30))
        theirs = await here.held(FakeTurn("turn_3", tenant="other"), terms=Terms(deadline=10))
        first = await here.work(ANA, do.Next(), "n1")
        assert soon.hold is not None
        assert (first.id, first.fence) == (soon.hold.id, 1)
        assert (await here.work(ANA, do.Next(), "n1")).id == soon.hold.id
        assert slow.hold is not None
        assert (await here.work(BEN, do.Next())).id == slow.hold.id
        assert msgspec.json.decode(await here.perform(BEN, do.Next()), type=Nothing) == Nothing()
        assert (await here.hold(theirs)).state == "open"
        with pytest.raises(Conflict) as taken:
            await here.work(BEN, do.Claim(first.id))
        assert taken.value.details["display"] == "Ana"
        await here.work(ANA, do.Renew(first.id, 1))
        await here.work(ANA, do.Release(first.id, 1))
        assert (await here.work(SUE, do.Claim(first.id, force=True))).claimed_by is not None


async def test_an_agent_sees_which_skills_a_hold_asks_for(tmp_path: Path) -> None:
    async with world(tmp_path, online=()) as here:
        here.people.enter("tab", ANA.person, "acme", Able(("german", "refunds")))
        turn = await here.held(terms=Terms(skills=("german", "refunds")))
        assert turn.hold is not None
        assert (await here.work(ANA, do.Claim(turn.hold.id))).skills == ("german", "refunds")
        assert (await here.hold(turn)).terms.skills == ("german", "refunds")


async def test_another_tenants_hold_does_not_exist(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        with pytest.raises(NotFound):
            await here.work(EVE, do.Claim(turn.hold.id))
        with pytest.raises(NotFound):
            await here.perform(EVE, do.TakeOver("conv_1"))


async def test_undo_within_its_window(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        view = await here.decide(ANA, turn, "reject", undo=3.0)
        assert view.state == "settling"
        assert turn.heard == []
        assert (await here.work(ANA, do.Undo(turn.hold.id))).state == "claimed"
        await here.decide(ANA, turn, "reject", undo=3.0)
        await here.after(2.9)
        assert turn.heard == []
        await here.after(0.1)
        assert turn.decision.action == "reject"
        with pytest.raises(Conflict) as late:
            await here.work(ANA, do.Undo(turn.hold.id))
        assert late.value.code == "decided"


async def test_a_rule_may_say_how_long_a_decision_can_be_undone(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(terms=Terms(undo=10.0))
        view = await here.decide(ANA, turn, "reject")
        assert view.proposal is not None
        assert view.proposal.settle_at == here.clock.now() + 10.0


async def test_the_undo_window_of_a_console_is_off_when_time_is_short(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        console = msgspec.structs.replace(ANA, undo=3.0)
        patient = await here.held(FakeTurn("turn_1", "conv_1"))
        hurried = await here.held(FakeTurn("turn_2", "conv_2"), terms=Terms(deadline=14))
        assert (await here.decide(console, patient, "reject")).state == "settling"
        assert (await here.decide(console, hurried, "reject")).state == "decided"


async def test_customers_leave_come_back_and_cancel(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.desk.customer_left(turn.hold.id, "keep")
        await here.after(60)
        assert (await here.hold(turn)).band == 2
        await here.desk.customer_back(turn.hold.id)
        assert (await here.hold(turn)).band == 1
        await here.desk.customer_left(turn.hold.id, "cancel")
        with pytest.raises(Conflict) as late:
            await here.decide(ANA, turn, "reject")
        assert late.value.code == "cancelled"
        await here.desk.customer_left(turn.hold.id, "keep")
        await here.whole(turn)
        await here.desk.delivered(turn.hold.id, 0, complete=True)
        assert (await here.hold(turn)).delivery == "none"
        assert turn.heard == []


@pytest.mark.parametrize("number", range(20))
async def test_leaving_and_deciding_race(tmp_path: Path, number: int) -> None:
    """Row 3: whoever is first, the other is told; a cancelled hold is never delivered."""
    async with world(tmp_path) as here:
        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(25)]
        cancels = [
            here.desk.customer_left(t.hold.id, "cancel") for t in turns if t.hold is not None
        ]
        decisions = [here.decide(ANA, t, "reject") for t in turns]
        order = [*cancels, *decisions] if number % 2 else [*decisions, *cancels]
        await asyncio.gather(*order, return_exceptions=True)
        for turn in turns:
            state = (await here.hold(turn)).state
            assert state in ("decided", "cancelled")
            assert len(turn.heard) == (state == "decided")


async def test_nobody_online_is_acted_on_at_once(tmp_path: Path) -> None:
    """Row 82."""
    async with world(tmp_path, online=()) as here:
        turn = await here.held()
        assert turn.decision == Decision(
            "fallback_text", "system:no_agent", {"0/content": " A colleague will write."}
        )
        waiting = await here.held(FakeTurn("turn_2", "conv_2"), terms=Terms(on_no_agent="wait"))
        assert waiting.heard == []
        here.people.enter("tab", ANA.person, "acme")
        assert (await here.held(FakeTurn("turn_3", "conv_3"))).heard == []
        await here.perform(ANA, do.Away(on=True))
        assert len((await here.held(FakeTurn("turn_4", "conv_4"))).heard) == 1


async def test_the_last_agent_leaves_while_holds_wait(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        here.people.leave("ana", "ana")
        await here.after(29)
        assert turn.heard == []
        await here.after(1)
        assert turn.decision.by == "system:no_agent"


async def test_an_edit_is_read_by_the_checks(tmp_path: Path) -> None:
    found = {"clean": (), "risky": REASONS}

    async def read(hold: object, texts: object) -> object:
        assert isinstance(texts, dict)
        word = texts["0/content"].strip()
        if word not in found:
            msg = "the check died"
            raise RuntimeError(msg)
        return found[word]

    async with world(tmp_path, read=read) as here:  # type: ignore[arg-type]
        for number, (word, outcome) in enumerate(
            [("clean", "clean"), ("risky", "warned"), ("crash", "warned")]
        ):
            turn = await here.held(FakeTurn(f"turn_{number}", f"conv_{number}"))
            await here.decide(ANA, turn, "edit", text=f" {word}")
            await turn.hears()
            made = (await here.hold(turn)).decision
            assert made is not None
            assert (made.recheck, made.texts) == (outcome, {"0/content": f" {word}"})


async def test_the_stop_switch(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        with pytest.raises(Forbidden):
            await here.perform(ANA, do.Stop("block"))
        await here.perform(SUE, do.Stop("block"))
        assert here.desk.switch.mode("acme") == "block"
        assert here.desk.switch.mode("other") == ""
        assert turn.decision.by == "system:stop_switch"
        await here.perform(SUE, do.Stop("off"))
        assert here.desk.switch.mode("acme") == ""


async def test_the_stop_switch_thrown_elsewhere(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        now = here.clock.now()
        await here.db.write(lambda conn: stops.set_mode(conn, stops.EVERYONE, "block", "cli", now))
        await turn.hears(2)  # the switch, and what it decided
        assert turn.decision.by == "system:stop_switch"
        assert here.desk.switch.mode("acme") == "block"


async def test_a_lost_delivery_is_noted(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.decide(ANA, turn, "reject")
        here.desk.end(turn)
        await here.after(61)
        assert (await here.hold(turn)).delivery == "undelivered"
        await here.after(61)
        assert (await here.types()).count("hold.delivery") == 2


async def test_an_unknown_hold_and_a_store_that_fails(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        with pytest.raises(NotFound):
            await here.work(ANA, do.Claim("hold_x"))
        await here.db.close()
        turn = FakeTurn()
        with pytest.raises(HitlError):
            await here.held(turn)
        assert turn.heard == []


async def test_a_draft_grows_without_a_new_version(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(state="streaming")
        assert turn.hold is not None
        ident = turn.hold.id
        here.desk.grow(ident, {"0/content": " You get 500 euros. And"})
        here.desk.grow("hold_of_nobody", {"0/content": "x"})
        draft = DRAFT
        while draft == DRAFT:
            draft = await here.db.read(lambda conn: holds.draft(conn, None, ident))
        assert draft.pending == {"0/content": " You get 500 euros. And"}
        assert (await here.hold(turn)).version == 1


async def test_who_has_no_row_decides_nothing(tmp_path: Path) -> None:
    """Nobody knows whether they were shut out; only a key has none."""
    async with world(tmp_path) as here:
        turn = await here.held()
        hold = await here.hold(turn)
        with pytest.raises(Unauthorized) as refused:
            await here.agents.perform(ANA, do.Claim(hold.id), "k")
        assert refused.value.code == "signed_out"
        assert (await here.hold(turn)).state == "open"
        await here.agents.perform(Agent(Person("key:1", "A colleague"), "acme"), do.Claim(hold.id))
        assert (await here.hold(turn)).claimed_by == "key:1"
