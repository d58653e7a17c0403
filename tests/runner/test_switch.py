"""The stop switch thrown while answers are being written, opened as holds, or cannot be read."""

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest

from hitl_chat.core.events import Decision, HandedBack, Stopped
from hitl_chat.core.policy import FALLBACK
from hitl_chat.core.types import STOPPED
from hitl_chat.runner import commands as do
from hitl_chat.runner.stopped import RULES
from hitl_chat.store import stops
from tests.rules.reading import rule
from tests.runner.desk_world import SUE, FakeTurn, world
from tests.runner.test_desk_recover import one_damaged
from tests.upstream import Until
from tests.world import World as Customers
from tests.world_client import Socket
from tests.world_models import says
from tests.world_wire import check_stream, check_whole


@pytest.mark.parametrize("mode", ["hold", "block"])
async def test_an_answer_that_is_being_written_goes_no_further(
    tmp_path: Path, mode: Literal["hold", "block"]
) -> None:
    async with world(tmp_path) as here:
        writing, elsewhere = FakeTurn(), FakeTurn("turn_2", "conv_2", "other")
        for turn in (writing, elsewhere):
            here.desk.begin(turn)
        await here.perform(SUE, do.Stop(mode))
        await here.perform(SUE, do.Stop(mode))
        await here.desk.switch.changed("acme")
        assert writing.heard == [Stopped(RULES[mode])]
        assert elsewhere.heard == []


@pytest.mark.parametrize("mode", ["hold", "block"])
async def test_an_answer_after_a_hand_back_is_under_the_switch(
    tmp_path: Path, mode: Literal["hold", "block"]
) -> None:
    """Thrown while a person spoke, when there was nothing to stop."""
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.perform(SUE, do.TakeOver("conv_1"))
        await here.perform(SUE, do.Stop(mode))
        await here.perform(SUE, do.HandBack("conv_1", 1))
        back, stopped = turn.heard[-2:]
        assert isinstance(back, HandedBack)
        assert stopped == Stopped(RULES[mode])


@pytest.mark.parametrize("mode", ["pass", "off"])
async def test_nothing_is_held_back_that_may_pass(tmp_path: Path, mode: do.StopMode) -> None:
    async with world(tmp_path) as here:
        turn = FakeTurn()
        here.desk.begin(turn)
        await here.perform(SUE, do.Stop(mode))
        assert turn.heard == []


async def test_what_is_held_after_everything_was_blocked_is_blocked(tmp_path: Path) -> None:
    """Its turn began before, under rules that knew of no stop."""
    async with world(tmp_path) as here:
        now = here.clock.now()
        await here.perform(SUE, do.Stop("block"))
        turn = await here.held()
        assert turn.decision.by == "system:stop_switch"
        assert not (await here.hold(turn)).alive
        await here.perform(SUE, do.Stop("off"))
        await here.db.write(lambda conn: stops.set_mode(conn, stops.EVERYONE, "block", "cli", now))
        other = await here.held(FakeTurn("turn_2", "conv_2"))
        assert other.decision.by == "system:stop_switch"


async def test_a_hold_that_cannot_be_read_does_not_let_the_others_go(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bad, good = await one_damaged(here)
        await here.perform(SUE, do.Stop("block"))
        assert good.decision.by == "system:stop_switch"
        assert not any(isinstance(event, Decision) for event in bad.heard)


async def writing(world: Customers, go_on: asyncio.Event, *, streamed: bool = True) -> Socket:
    """A customer who has read the beginning of an answer that no rule objects to."""
    world.upstream.script("m", says("It is ", Until(go_on), "blue."))
    customer = await world.ask("m", conv="c1", stream=streamed)
    await world.upstream.until(lambda up: up.running == 1)
    if streamed:
        await customer.until(lambda frame: bool(frame.text))
    return customer


async def is_held(world: Customers, customer: Socket, words: str, number: int = 1) -> None:
    """These words wait for a person, and go out approved."""
    hold = await world.people.opened(number)
    await world.people.whole(hold.id)
    assert words not in customer.text
    await world.people.approve(hold.id)
    check_stream(await customer.rest())
    assert customer.text.endswith(words)


async def test_a_stream_is_held_from_there_on(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with Customers(tmp_path) as world:
        world.people.come()
        customer = await writing(world, go_on)
        await world.people.perform(do.Stop("hold"), SUE)
        hold = await world.people.opened()
        go_on.set()
        await world.people.hold(hold.id, lambda hold: hold.draft_state == "whole")
        assert customer.text == "It is "
        await world.people.approve(hold.id)
        check_stream(await customer.rest())
        assert customer.text == "It is blue."


async def test_what_is_caught_while_it_is_written_has_the_terms_of_the_switch(
    tmp_path: Path,
) -> None:
    """Not those of the file's defaults, by which it would go out unread."""
    go_on, lax = asyncio.Event(), f"defaults:\n  on_deadline: release\n{rule()}"
    async with Customers(tmp_path, lax) as world:
        await writing(world, go_on)
        await world.people.perform(do.Stop("hold"), SUE)
        hold = await world.people.opened()  # nobody is there, and it waits
        assert hold.alive
        assert (hold.terms.on_deadline, hold.terms.on_no_agent) == ("fallback_text", "wait")
        assert [(why.rule, why.code) for why in hold.reasons] == [(STOPPED, "ended")]
        assert "hitl_failed_checks_total{" not in world.program.telemetry.text()


@pytest.mark.parametrize(
    ("before", "meanwhile", "words"), [("off", "hold", "green."), ("pass", "off", "guarantee it.")]
)
async def test_what_the_model_says_after_a_hand_back_is_under_the_switch_of_then(
    tmp_path: Path, before: do.StopMode, meanwhile: do.StopMode, words: str
) -> None:
    """What began while everything passed has no rules of its own to go back to."""
    async with Customers(tmp_path) as world:
        world.people.come()
        await world.people.perform(do.Stop(before), SUE)
        customer = await writing(world, asyncio.Event())
        epoch = await world.people.take_over("c1")
        await world.people.perform(do.Stop(meanwhile), SUE)
        world.upstream.script("m", says(f"I say: {words}"))
        await world.people.hand_back("c1", epoch)
        await is_held(world, customer, words)


async def test_a_turn_that_was_held_once_is_stopped_like_any_other(tmp_path: Path) -> None:
    """Its first hold was taken over; what the model says now is new."""
    go_on = asyncio.Event()
    async with Customers(tmp_path) as world:
        world.people.come()
        world.upstream.script("m", says("Sure. I guarantee it."))
        customer = await world.ask("m", conv="c1")
        first = await world.people.opened()
        await world.people.claim(first.id)
        epoch = await world.people.take_over("c1")
        world.upstream.script("m", says("It is ", Until(go_on), "green."))
        await world.people.hand_back("c1", epoch)
        await customer.until(lambda frame: "It is" in customer.text)
        await world.people.perform(do.Stop("hold"), SUE)
        await world.people.opened(2)
        go_on.set()
        await is_held(world, customer, "green.", 2)


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_answer_is_blocked_from_there_on(tmp_path: Path, streamed: bool) -> None:
    go_on = asyncio.Event()
    async with Customers(tmp_path) as world:
        customer = await writing(world, go_on, streamed=streamed)
        await world.people.perform(do.Stop("block"), SUE)
        await customer.rest()
        assert customer.text == (f"It is \n\n{FALLBACK}" if streamed else FALLBACK)
        (check_stream if streamed else check_whole)(customer)
        await world.upstream.until(lambda up: up.running == 0)


async def test_what_was_read_last_counts_however_long_a_read_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        read, slow, go_on = here.db.read, asyncio.Event(), asyncio.Event()

        async def stalls(query: Any) -> Any:
            found = await read(query)
            if query is stops.modes and not slow.is_set():
                slow.set()
                await go_on.wait()
            return found

        def throw(mode: stops.Mode) -> Any:
            now = here.clock.now()
            return here.db.write(lambda conn: stops.set_mode(conn, "acme", mode, "cli", now))

        monkeypatch.setattr(here.db, "read", stalls)
        await throw("hold")
        older = asyncio.create_task(here.desk.switch.changed("acme"))
        await slow.wait()
        await throw("")
        newer = asyncio.create_task(here.desk.switch.changed("acme"))
        for _ in range(20):  # long enough for any other read
            await read(lambda conn: None)
        go_on.set()
        await asyncio.gather(older, newer)
        assert here.desk.switch.mode("acme") == ""


async def test_an_answer_that_begins_at_that_moment_is_under_the_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thrown while its key is written down: nobody would stop it later."""
    async with Customers(tmp_path) as world:
        world.upstream.script("m", says("It is blue."))
        claim = world.program.memory.claim

        async def slow(*about: Any) -> Any:
            await world.people.perform(do.Stop("block"), SUE)
            return await claim(*about)

        monkeypatch.setattr(world.program.memory, "claim", slow)
        customer = await (await world.ask("m", headers={"idempotency-key": "k"})).rest()
        assert "blue" not in customer.text
        assert world.upstream.seen == []
