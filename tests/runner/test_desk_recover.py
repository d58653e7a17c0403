"""Deadlines, restarts, other nodes, broken rows and clocks that jump."""

import asyncio
from collections.abc import Sequence
from math import inf
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from hitl_chat.core import hold as holding
from hitl_chat.core.deciding import Decide, Limits, decide
from hitl_chat.core.effects import UpdateHold
from hitl_chat.core.events import Decision, Failed, TakenOver
from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.errors import Conflict, Unavailable
from hitl_chat.runner import commands as do
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.store import events, holds, introductions, schema
from hitl_chat.store.events import Event
from tests.runner.desk_world import ANA, BEN, DRAFT, REASONS, FakeTurn, World, world

FALLBACK = {"0/content": " A colleague will write."}


async def test_the_deadline_is_a_decision_like_any_other(tmp_path: Path) -> None:
    """Row 87."""
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.after(119.9)
        assert turn.heard == []
        await here.after(0.2)
        assert turn.decision == Decision("fallback_text", "system:deadline", FALLBACK)
        with pytest.raises(Conflict) as late:
            await here.decide(ANA, turn, "reject")
        assert late.value.details["by"] == "system:deadline"


async def test_a_command_after_the_deadline_finds_it_acted_on(tmp_path: Path) -> None:
    """No sweep has run: time goes first all the same."""
    async with world(tmp_path) as here:
        turn = await here.held()
        here.clock.time += 121
        with pytest.raises(Conflict) as late:
            await here.decide(ANA, turn, "reject")
        assert late.value.code == "decided"
        assert turn.decision.by == "system:deadline"


async def test_the_sweep_runs_by_itself_and_sooner_than_its_turn(tmp_path: Path) -> None:
    async with world(tmp_path, waits=DeskWaits(sweep=3600)) as here:
        here.sweep.start()
        here.clock.time += 100
        turn = await here.held(terms=Terms(deadline=0.02))
        here.clock.time += 1
        assert (await turn.hears())[0] == Decision(
            "fallback_text", "system:deadline", {"0/content": "\n\n" + Terms().fallback}
        )
        await here.sweep.close()


async def test_four_sweeps_at_once_expire_once(tmp_path: Path) -> None:
    """Row 27."""
    async with world(tmp_path) as here:
        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(150)]
        here.clock.time += 121
        await asyncio.gather(*(here.sweep.once() for _ in range(4)))
        assert {len(turn.heard) for turn in turns} == {1}


async def test_a_bad_row_does_not_stop_the_sweep(tmp_path: Path) -> None:
    """Row 28."""
    async with world(tmp_path) as here:
        bad = await here.held(FakeTurn("turn_1", "conv_1"))
        good = await here.held(FakeTurn("turn_2", "conv_2"))
        assert bad.hold is not None
        broken = (
            update(schema.hold).where(schema.hold.c.id == bad.hold.id).values(terms="{nonsense")
        )
        await here.db.write(lambda conn: conn.execute(broken).rowcount)
        await here.after(121)
        assert good.decision.by == "system:deadline"
        assert bad.heard == [Failed("hold_unreadable", fatal=True)]  # and its customer goes on
        assert bad.error is not None
        assert "hold.quarantined" in await here.types()
        await here.after(1)


async def test_a_text_that_makes_no_sense_stops_nobody_else(tmp_path: Path) -> None:
    """Row 28."""
    async with world(tmp_path) as here:
        bad, good = await one_damaged(here)
        await here.after(121)
        assert good.decision.by == "system:deadline"
        assert bad.heard == [Failed("hold_unreadable", fatal=True)]  # and its customer goes on
        assert bad.error is not None
        assert "hold.quarantined" in await here.types()


async def test_a_decided_text_that_makes_no_sense_hides_no_other_hold(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bad = await here.held(FakeTurn("turn_1", "conv_1"))
        good = await here.held(FakeTurn("turn_2", "conv_2"))
        for turn in (bad, good):
            await here.decide(ANA, turn, "reject")
        assert bad.hold is not None
        assert good.hold is not None
        await spoil(here, f"{bad.hold.id}/decision")
        left = await here.db.read(lambda conn: holds.owed(conn, inf))
        assert [hold.id for hold in left] == [good.hold.id]


async def test_a_draft_that_makes_no_sense_leaves_no_other_hold_unmarked(tmp_path: Path) -> None:
    """After a restart: nobody may think that the other drafts are still being written."""
    async with world(tmp_path) as here:
        bad = await here.held(FakeTurn("turn_1", "conv_1"), state="streaming")
        goods = [
            await here.held(FakeTurn(f"turn_{n}", f"conv_{n}"), state="streaming")
            for n in range(2, 150)
        ]
        assert bad.hold is not None
        await spoil(here, f"{bad.hold.id}/draft")
        clock = here.clock
    async with world(tmp_path, clock) as again:
        await again.desk.tasks.settled()
        assert {(await again.hold(good)).draft_state for good in goods} == {"interrupted"}


async def test_a_draft_that_makes_no_sense_keeps_no_other_hold_waiting(tmp_path: Path) -> None:
    """When the last person has gone, what waits is decided at once, as its rule says."""
    async with world(tmp_path) as here:
        _, good = await one_damaged(here)
        here.people.leave("ana", "ana")
        await here.after(31)
        assert good.decision.by == "system:no_agent"


async def test_a_look_that_failed_forgets_nobody_who_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        turn, alive, fails = await here.held(), holds.alive, [1]

        def stumbles(conn: Connection, tenant: str | None) -> list[Hold]:
            if fails:
                fails.pop()
                msg = "the disk does not answer"
                raise Unavailable(msg)
            return alive(conn, tenant)

        monkeypatch.setattr(holds, "alive", stumbles)
        here.people.leave("ana", "ana")
        with pytest.raises(Unavailable):
            await here.after(31)
        assert turn.heard == []
        await here.after(31)
        assert turn.decision.by == "system:no_agent"


async def test_an_error_nobody_thought_of_keeps_no_other_hold_from_being_decided(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(2)]
        moved: list[Moved] = []

        def stumbles(told: Moved) -> None:
            moved.append(told)
            if len(moved) == 1:
                msg = "nobody thought of this"
                raise RuntimeError(msg)

        here.desk.transactions.on_move.append(stumbles)
        here.people.leave("ana", "ana")
        await here.after(31)
        assert {turn.decision.by for turn in turns} == {"system:no_agent"}
        assert "nobody thought of this" in caplog.text


async def test_an_introduction_that_makes_no_sense_keeps_no_hold_from_opening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        told, now = {"name": "Kim"}, here.clock.now()
        await here.db.write(lambda conn: introductions.keep(conn, "acme", "conv_1", told, now))
        half = update(schema.text).where(schema.text.c.ref.startswith("customer/"))
        spoilt = half.values(bytes=b'{"name": "Kim", "Kim": 1}')
        assert await here.db.write(lambda conn: conn.execute(spoilt).rowcount) == 1
        turn = await here.held()
        assert (await here.hold(turn)).alive
        assert "text customer/" in caplog.text
        assert "Kim" not in caplog.text


async def test_what_did_not_arrive_is_not_looked_at_for_ever(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.decide(ANA, turn, "reject")
        here.desk.end(turn)
        assert len(await here.db.read(lambda conn: holds.owed(conn, inf))) == 1
        await here.after(61)
        assert (await here.hold(turn)).delivery == "undelivered"
        assert await here.db.read(lambda conn: holds.owed(conn, inf)) == []


async def spoil(here: World, ref: str) -> None:
    """A disk that lost some bytes."""
    row = update(schema.text).where(schema.text.c.ref == ref).values(bytes=b'{"0/cont')
    assert await here.db.write(lambda conn: conn.execute(row).rowcount) == 1


async def one_damaged(here: World) -> tuple[FakeTurn, FakeTurn]:
    """Two holds; the draft of the first makes no sense."""
    bad, good = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in (1, 2)]
    assert bad.hold is not None
    await spoil(here, f"{bad.hold.id}/draft")
    return bad, good


async def test_the_sweep_outlives_an_error_nobody_thought_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, waits=DeskWaits(sweep=0.02)) as here:
        moved: list[Moved] = []

        def stumbles(told: Moved) -> None:
            moved.append(told)
            if len(moved) == 1:
                msg = "nobody thought of this"
                raise RuntimeError(msg)

        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(2)]
        here.desk.transactions.on_move.append(stumbles)
        here.clock.time += 121
        here.sweep.start()
        for turn in turns:
            await turn.hears()
        late = await here.held(FakeTurn("turn_3", "conv_3"))
        here.clock.time += 121
        await late.hears()
        assert "nobody thought of this" in caplog.text
        await here.sweep.close()


async def test_an_event_that_makes_no_sense_keeps_no_news_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        heard: list[str] = []

        async def hears(page: Sequence[Event]) -> None:
            heard.extend(event.type for event in page)

        def spoiled(conn: Connection) -> None:
            events.append(conn, "acme", "conv:conv_1", "hold.opened", {"hold": "x"}, 0.0)
            conn.execute(update(schema.event).values(body='{"hold": nonsense'))

        here.desk.feed.follow(hears)
        await here.db.write(spoiled)
        await here.held()
        await here.desk.feed.look()
        assert heard[-1] == "hold.opened"
        assert events.UNREADABLE in heard


async def test_a_wall_clock_that_jumps_expires_nothing(tmp_path: Path) -> None:
    """Row 22."""
    async with world(tmp_path) as here:
        turn = await here.held()
        for seconds in (3600, -7200):
            here.clock.jump(seconds)
            await here.after(10)
            assert turn.heard == []
        await here.after(101)
        assert turn.decision.by == "system:deadline"


@pytest.mark.slow
async def test_restart_with_a_thousand_open_holds(tmp_path: Path) -> None:
    """Row 26: all are in the queue with their deadlines, none is lost, released or decided."""
    async with world(tmp_path) as here:
        turns = [FakeTurn(f"turn_{n}", f"conv_{n}") for n in range(1000)]
        await asyncio.gather(*(here.held(turn, state="streaming") for turn in turns))
        before = await here.db.read(lambda conn: holds.alive(conn, None))
        clock = here.clock
    async with world(tmp_path, clock, online=()) as again:
        await again.desk.tasks.settled()
        after = await again.db.read(lambda conn: holds.alive(conn, None))
        assert [h.id for h in after] == [h.id for h in before]
        assert {h.deadline_at for h in after} == {h.deadline_at for h in before}
        assert {(h.state, h.draft_state, h.version) for h in after} == {("open", "interrupted", 2)}
        assert all(h.orphan_at is not None for h in after)


async def test_a_decision_before_the_restart_is_delivered_to_the_retry(tmp_path: Path) -> None:
    """Row 18."""
    async with world(tmp_path) as here:
        turn = await here.held(FakeTurn(request_key="same bytes"))
        await here.decide(ANA, turn, "reject")
        assert await here.desk.adopt("acme", "same bytes") is None  # its turn runs here
        clock = here.clock
    async with world(tmp_path, clock) as again:
        assert await again.desk.adopt("acme", "other bytes") is None
        assert await again.desk.adopt("other", "same bytes") is None
        adopted = await again.desk.adopt("acme", "same bytes")
        assert adopted is not None
        assert adopted.draft == DRAFT
        retry = FakeTurn()
        retry.hold = adopted.hold
        again.desk.begin(retry)
        assert await retry.hears() == [Decision("reject", "ana", FALLBACK, "Ana")]
        assert adopted.hold.decision is not None
        await again.desk.delivered(adopted.hold.id, 30, complete=True)
        again.desk.end(retry)
        assert await again.desk.adopt("acme", "same bytes") is None


async def test_an_open_hold_is_adopted_and_decided_after_the_restart(tmp_path: Path) -> None:
    """Row 17."""
    async with world(tmp_path) as here:
        await here.held(FakeTurn(request_key="k"))
        clock = here.clock
    async with world(tmp_path, clock) as again:
        adopted = await again.desk.adopt("acme", "k")
        assert adopted is not None
        retry = FakeTurn()
        retry.hold = adopted.hold
        again.desk.begin(retry)
        await again.desk.customer_back(adopted.hold.id)
        assert (await again.hold(retry)).orphan_at is None
        await again.decide(ANA, retry, "approve", draft_sha256=DRAFT.sha256())
        assert retry.decision.texts == DRAFT.pending


async def test_a_draft_that_broke_off_is_adopted_as_such(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.held(FakeTurn(request_key="k"), state="streaming", outstanding=("judge",))
        clock = here.clock
    async with world(tmp_path, clock) as again:
        adopted = await again.desk.adopt("acme", "k")
        assert adopted is not None
        assert (adopted.hold.draft_state, adopted.hold.outstanding) == ("interrupted", ())
        approve = do.Decide(adopted.hold.id, "approve", 2, draft_sha256=DRAFT.sha256())
        with pytest.raises(Conflict) as broken:
            await again.work(ANA, approve)
        assert broken.value.code == "draft_interrupted"


async def test_two_holds_that_fit_a_retry_are_as_good_as_none(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for number in range(2):
            turn = await here.held(FakeTurn(f"turn_{number}", "conv_1", request_key="k"))
            here.desk.end(turn)
        assert await here.desk.adopt("acme", "k") is None


async def decided_and_not_delivered(here: World) -> None:
    turn = await here.held(FakeTurn(request_key="k"))
    here.desk.end(turn)
    await here.decide(ANA, turn, "approve", draft_sha256=DRAFT.sha256())


async def test_nothing_held_is_adopted_after_somebody_took_over(tmp_path: Path) -> None:
    """I7: decided, not delivered, then taken over: the retry is a turn of its own."""
    async with world(tmp_path) as here:
        await decided_and_not_delivered(here)
        await here.perform(BEN, do.TakeOver("conv_1"))
        assert await here.desk.adopt("acme", "k") is None
        await here.perform(BEN, do.HandBack("conv_1", 1))
        assert await here.desk.adopt("acme", "k") is None


@pytest.mark.parametrize("back", [False, True])
async def test_nothing_held_is_released_after_somebody_took_over(
    tmp_path: Path, back: bool
) -> None:
    """I7: the text never reaches the customer, who is not kept waiting for it either."""
    async with world(tmp_path) as here:
        await decided_and_not_delivered(here)
        adopted = await here.desk.adopt("acme", "k")
        assert adopted is not None
        await here.perform(BEN, do.TakeOver("conv_1"))
        if back:
            await here.perform(BEN, do.HandBack("conv_1", 1))
        retry = FakeTurn("turn_9")
        retry.hold = adopted.hold
        here.desk.begin(retry)
        await here.desk.tasks.settled()
        overtaken = Failed("superseded", fatal=True) if back else TakenOver("ben", "Ben")
        assert retry.heard[-1] == overtaken
        assert bool(retry.error) == back  # told so, where nobody speaks
        assert (await here.hold(retry)).delivery == "undelivered"


def rejected(conn: Connection, hold: Hold, now: float) -> None:
    """By another node."""
    command = Decide(BEN.person, "reject", hold.version)

    def step(hold: Hold, draft: object) -> holding.Outcome:
        return decide(hold, DRAFT, command, now, epoch=0, limits=Limits())

    moves.move(conn, None, hold.id, step, Now(now, ()))


async def test_who_waits_for_a_decision_that_cannot_be_read_is_given_up(tmp_path: Path) -> None:
    """It was made, so no deadline would ever end the waiting."""
    async with world(tmp_path) as here:
        turn = await here.held()
        hold = await here.hold(turn)

        def elsewhere(conn: Connection) -> None:
            rejected(conn, hold, here.clock.now())
            made = schema.text.c.ref.startswith(f"{hold.id}/") & ~schema.text.c.ref.endswith(
                "/draft"
            )
            conn.execute(update(schema.text).where(made).values(bytes=b"{"))

        await here.db.write(elsewhere)
        assert await turn.hears() == [Failed("hold_unreadable", fatal=True)]


async def test_a_decision_by_another_node_reaches_the_turn_through_the_feed(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        hold = await here.hold(turn)
        await here.db.write(lambda conn: rejected(conn, hold, here.clock.now()))
        assert await turn.hears() == [Decision("reject", "ben", FALLBACK, "Ben")]
        assert (await here.hold(turn)).delivery == "delivering"


async def test_a_proposal_survives_a_restart_and_its_recheck_is_run_again(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def never(hold: object, texts: object) -> tuple[()]:
        asked.set()
        await asyncio.Event().wait()
        return ()

    async def clean(hold: object, texts: object) -> tuple[()]:
        return ()

    async with world(tmp_path, read=never) as here:
        turn = await here.held()
        assert (await here.decide(ANA, turn, "edit", text=" No.")).state == "settling"
        await asked.wait()
        clock = here.clock
    async with world(tmp_path, clock, read=clean) as again:
        await again.desk.tasks.settled()
        made = (await again.hold(turn)).decision
        assert made is not None
        assert (made.recheck, made.texts) == ("clean", {"0/content": " No."})


async def test_an_approval_does_not_survive_what_the_gate_learned_later(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.decide(ANA, turn, "approve", draft_sha256=DRAFT.sha256(), undo=3.0)
        more = UpdateHold((*REASONS, *REASONS), "whole", ())
        await here.desk.update_hold(turn.hold.id, more, DRAFT)
        await here.after(10)
        assert turn.heard == []
        assert (await here.hold(turn)).state == "claimed"


async def test_a_lease_runs_out_and_the_hold_is_everybodys(tmp_path: Path) -> None:
    """Row 74."""
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.work(ANA, do.Claim(turn.hold.id))
        await here.after(29)
        await here.work(ANA, do.Renew(turn.hold.id, 1))
        await here.after(29)
        assert (await here.hold(turn)).state == "claimed"
        await here.after(1)
        assert (await here.hold(turn)).state == "open"
        with pytest.raises(Conflict) as lost:
            await here.work(ANA, do.Renew(turn.hold.id, 1))
        assert lost.value.code == "claim_lost"
        assert (await here.work(BEN, do.Claim(turn.hold.id))).fence == 2
