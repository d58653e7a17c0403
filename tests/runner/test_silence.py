"""A conversation that nobody handed back and in which nobody says anything is the model's again."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.events import HandedBack
from hitl_chat.runner import commands as do
from hitl_chat.runner import silence
from hitl_chat.runner.customer_news import told
from hitl_chat.runner.sweep import PAGE
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.store import conversations, events, load, messages
from tests.runner.desk_world import ANA, FakeTurn, World, world

WAITS = DeskWaits(poll=0.05, silence=100.0, delivery=2.0)


async def taken(here: World, conv: str = "conv_1") -> None:
    await here.db.write(
        lambda conn: conversations.ensure(conn, "acme", conv, here.desk.clock.now())
    )
    await here.perform(ANA, do.TakeOver(conv))


async def hands(here: World) -> int:
    now = here.desk.clock.now()
    return (await here.db.read(lambda conn: load.carried(conn, "acme", now))).get("ana", 0)


async def test_it_goes_back_by_itself_on_record_and_out_of_her_hands(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        await here.after(99)
        assert (here.desk.speaker("acme", "conv_1") is not None, await hands(here)) == (True, 1)
        await here.after(2)
        assert (here.desk.speaker("acme", "conv_1"), await hands(here)) == (None, 0)
        page = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        assert (page[-1].type, page[-1].body["by"]) == (
            "conversation.handed_back",
            "system:silence",
        )
        said = await here.db.read(lambda conn: told(conn, "acme", "conv_1", page[-1]))
        assert said is not None
        assert said.name == "handback"
        note = await here.db.read(lambda conn: conversations.note(conn, "acme", "conv_1"))
        assert "came back to you by itself" in note


async def says(here: World, author: str, text: str = "Hello?") -> None:
    ident = f"msg_{here.desk.clock.now()}_{author}"
    said = messages.Message(ident, author, text, here.desk.clock.now())
    await here.db.write(lambda conn: messages.say(conn, "acme", "conv_1", said))


async def test_whoever_says_something_breaks_the_silence(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        await here.after(60)
        await says(here, "human")
        await here.after(60)
        assert here.desk.speaker("acme", "conv_1") is not None
        await here.after(50)
        assert here.desk.speaker("acme", "conv_1") is None


@pytest.mark.parametrize("last", [("customer",), ("customer", "ai", "policy")])
async def test_whoever_waits_for_a_persons_answer_is_not_given_away(
    tmp_path: Path, last: tuple[str, ...]
) -> None:
    """`policy`: they were told that somebody will reply."""
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        for author in last:
            await says(here, author)
        await here.after(1000)
        assert here.desk.speaker("acme", "conv_1") is not None
        await says(here, "human", "It has arrived.")
        await here.after(101)
        assert here.desk.speaker("acme", "conv_1") is None


async def test_nor_when_nobody_attends_to_them(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        await says(here, "customer", "My tent is on fire.")
        here.people.leave("ana", "ana")
        await here.desk.tasks.settled()
        for seconds in (31, 121, 1000):
            await here.after(seconds)
        speaker = here.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert speaker.unattended


async def test_what_the_model_has_answered_is_answered(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        for author in ("customer", "ai"):
            await says(here, author)
        await here.after(101)
        assert here.desk.speaker("acme", "conv_1") is None


async def test_many_at_once_keep_nothing_else_waiting(tmp_path: Path) -> None:
    """Some go at each look, and what is due meanwhile is not behind all of them."""
    async with world(tmp_path, waits=WAITS) as here:

        def many(conn: Connection) -> None:
            for number in range(2 * PAGE + 1):
                fresh = conversations.ensure(conn, "acme", f"conv_{number}", 0.0)
                held = replace(fresh, mode="human", epoch=1)
                assert conversations.save(conn, fresh, held, 0.0)

        await here.db.write(many)
        here.desk.voices.load(await here.db.read(lambda conn: conversations.human(conn, None)))
        left = []
        for _ in range(3):
            await here.after(2)
            left.append(len(here.desk.voices.everyone()))
        assert left == [PAGE + 1, 1, 0]


async def test_a_customer_who_waits_at_this_moment_is_not_passed_on(tmp_path: Path) -> None:
    """Their request has an end of its own (`waits.takeover_wait`)."""
    async with world(tmp_path, waits=WAITS) as here:
        turn = FakeTurn(messages=[])
        here.desk.begin(turn)
        await taken(here)
        await here.after(200)
        assert here.desk.speaker("acme", "conv_1") is not None
        turn.finished = True
        await here.after(2)
        assert here.desk.speaker("acme", "conv_1") is None
        assert not any(isinstance(event, HandedBack) for event in turn.heard)


async def test_what_is_said_at_the_last_moment_is_in_time(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        here.clock.time += 101
        (known,) = await silence.silent(here.desk, here.desk.clock.now())
        await here.perform(ANA, do.Say("conv_1", 1, "I have found it."))
        await silence.end(here.desk, known)
        assert here.desk.speaker("acme", "conv_1") == known


async def test_one_that_nobody_attends_to_ends_too(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        here.people.leave("ana", "ana")
        await here.desk.tasks.settled()
        await here.after(31)
        await here.after(121)
        speaker = here.desk.speaker("acme", "conv_1")
        assert speaker is None or speaker.unattended
        await here.after(101)
        assert here.desk.speaker("acme", "conv_1") is None


async def test_what_is_the_models_is_left_alone(tmp_path: Path) -> None:
    async with world(tmp_path, waits=WAITS) as here:
        await taken(here)
        await here.perform(ANA, do.HandBack("conv_1", 1, "Done."))
        before = await here.types()
        await here.after(1000)
        assert await here.types() == before
        note = await here.db.read(lambda conn: conversations.note(conn, "acme", "conv_1"))
        assert note == "Done."
