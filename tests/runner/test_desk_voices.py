"""Takeover, messages, hand-back: one voice per conversation, and the running turn hears of it."""

import asyncio
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, update

from hitl_chat.core.command import Person
from hitl_chat.core.effects import OpenHold
from hitl_chat.core.events import Decision, HandedBack, Said, TakenOver, Typing
from hitl_chat.errors import Conflict, HitlError
from hitl_chat.runner import agents
from hitl_chat.runner import commands as do
from hitl_chat.runner.keeper import HoldKeeper
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.outlet import Outlet
from hitl_chat.runner.signals import Signal, Types
from hitl_chat.runner.views import ConversationView
from hitl_chat.store import conversations, events, messages, people, schema
from tests.enrolled import enrol
from tests.runner.desk_world import ANA, BEN, DRAFT, REASONS, SUE, TERMS, FakeTurn, World, world

SAID = Said("Hi, this is Ana.", "msg_1", "Ana")


async def talk(here: World, by: Agent, command: do.AnyCommand, key: str = "") -> ConversationView:
    return msgspec.json.decode(await here.perform(by, command, key), type=ConversationView)


async def known(here: World) -> FakeTurn:
    """A conversation that exists, with a running turn."""
    turn = FakeTurn()
    await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
    here.desk.begin(turn)
    return turn


async def test_a_takeover_is_confirmed_by_the_running_turn(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        assert here.desk.speaker("acme", "conv_1") is None
        view = await talk(here, ANA, do.TakeOver("conv_1"))
        assert turn.heard == [TakenOver("ana", "Ana")]
        assert (view.human, view.epoch, view.owner and view.owner.name) == (True, 1, "Ana")
        speaker = here.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert speaker.owner_name == "Ana"
        await talk(here, ANA, do.TakeOver("conv_1"))
        assert len(turn.heard) == 1
        with pytest.raises(Conflict) as taken:
            await talk(here, BEN, do.TakeOver("conv_1"))
        assert taken.value.details == {"by": "ana", "display": "Ana"}
        await talk(here, SUE, do.TakeOver("conv_1", force=True))
        assert turn.heard[1:] == [TakenOver("sue", "Sue")]


async def test_a_takeover_is_not_confirmed_before_the_models_last_words_are_out(
    tmp_path: Path,
) -> None:
    """A slow reader has not taken everything that was released; nothing of it may follow later."""
    async with world(tmp_path) as here:
        turn = await known(here)
        taken = asyncio.Event()
        turn.flushed = taken.wait  # type: ignore[method-assign, assignment]
        confirming = asyncio.create_task(talk(here, ANA, do.TakeOver("conv_1")))
        assert await turn.hears() == [TakenOver("ana", "Ana")]
        assert not confirming.done()
        taken.set()
        assert (await confirming).human


@pytest.mark.parametrize("way", ["take_over", "decide"])
async def test_nor_is_one_that_is_sent_again(tmp_path: Path, way: str) -> None:
    """The console that asked is gone; its next connection must not be told more than is true."""
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        taken = asyncio.Event()
        turn.flushed = taken.wait  # type: ignore[method-assign, assignment]
        command: do.AnyCommand = do.TakeOver("conv_1")
        if way == "decide":
            command = do.Decide(turn.hold.id, "take_over", version=1)
        first = asyncio.create_task(here.perform(ANA, command, "k"))
        await turn.hears()
        again = asyncio.create_task(here.perform(ANA, command, "k"))
        await here.perform(BEN, do.Next())  # answered, so the others have had their time, too
        assert not first.done()
        assert not again.done()
        taken.set()
        assert await first == await again


async def test_a_conversation_is_given_to_nobody_whose_role_is_another_now(tmp_path: Path) -> None:
    """Their console has not noticed yet, and what they had in hand was given back already."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        await known(here)
        await here.perform(BEN, do.Look())
        await talk(here, ANA, do.TakeOver("conv_1"))
        auditor = people.Person("ben", "acme", "Ben", "auditor")
        await here.db.write(lambda conn: people.change(conn, auditor, 1.0, "boss"))
        with pytest.raises(Conflict) as refused:
            await talk(here, ANA, do.Transfer("conv_1", 1, "ben"))
        assert refused.value.code == "not_online"


async def test_messages_typing_and_hand_back_reach_the_turn_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        signals: list[Signal] = []
        hush = here.desk.signals.listen(signals.append)
        await here.perform(ANA, do.Typing("conv_1", 1, on=True))
        for _ in range(2):
            await talk(here, ANA, do.Say("conv_1", 1, "Hi, this is Ana."), "k")
        hush()
        await talk(here, ANA, do.HandBack("conv_1", 1, "She may have 30 days."), "h")
        view = await talk(here, ANA, do.HandBack("conv_1", 1, "She may have 30 days."), "h")
        assert not view.human
        said = turn.heard[2]
        assert isinstance(said, Said)
        assert (said.text, said.display) == ("Hi, this is Ana.", "Ana")
        assert turn.heard[1:] == [Typing(on=True), said, HandedBack("She may have 30 days.")]
        assert signals == [Types("acme", "conv_1", "Ana", on=True)]
        note = await here.db.read(lambda conn: conversations.note(conn, "acme", "conv_1"))
        assert note == "She may have 30 days."
        stored = await here.db.read(lambda conn: messages.transcript(conn, "acme", "conv_1"))
        assert sorted((m.author, m.text, m.delivered) for m in stored) == [
            ("customer", "May I have a refund?", True),
            ("human", "Hi, this is Ana.", True),
        ]
        assert here.desk.speaker("acme", "conv_1") is None


async def test_no_agent_waits_for_a_customer_who_reads_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever reads slowly on purpose keeps a console from everything else."""
    monkeypatch.setattr(agents, "PATIENCE", 0.01)
    async with world(tmp_path) as here:
        turn, taken = await known(here), asyncio.Event()

        async def slowly(said: Said) -> bool:
            await taken.wait()
            return True

        async def delivered() -> list[bool]:
            read = partial(messages.transcript, tenant="acme", conv="conv_1")
            return [each.delivered for each in await here.db.read(read) if each.author == "human"]

        turn.say = slowly  # type: ignore[method-assign]
        await talk(here, ANA, do.TakeOver("conv_1"))
        turn.flushed = taken.wait  # type: ignore[method-assign, assignment]
        await talk(here, ANA, do.Say("conv_1", 1, "Hi, this is Ana."))
        assert await delivered() == [False]
        taken.set()
        await here.desk.tasks.settled()
        assert await delivered() == [True]


async def test_the_customers_words_are_in_the_transcript_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        before = await known(here)
        assert here.desk.noted(before) is None
        await talk(here, ANA, do.TakeOver("conv_1"))
        await talk(here, SUE, do.TakeOver("conv_1", force=True))
        after = FakeTurn("turn_2", messages=[{"role": "user", "content": "Hello?"}])
        here.desk.begin(after)
        here.desk.begin(FakeTurn("turn_3", messages=[]))
        await here.desk.tasks.settled()
        assert here.desk.noted(before) == 0
        assert here.desk.noted(after) == 0
        stored = await here.db.read(lambda conn: messages.transcript(conn, "acme", "conv_1"))
        assert [(m.author, m.text, m.turn) for m in stored] == [
            ("customer", "May I have a refund?", "turn_1"),
            ("customer", "Hello?", "turn_2"),
        ]


async def test_a_message_without_a_running_turn_waits_for_the_next(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        turn.finished = True
        here.desk.end(turn)
        await talk(here, ANA, do.Say("conv_1", 1, "Hello?"))
        unsent = await here.db.read(lambda conn: messages.unsent(conn, "acme", "conv_1"))
        assert [message.text for message in unsent] == ["Hello?"]


async def test_an_old_epoch_says_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        with pytest.raises(Conflict) as model:
            await here.perform(ANA, do.Typing("conv_1", 0, on=True))
        assert model.value.code == "not_taken_over"
        await talk(here, ANA, do.TakeOver("conv_1"))
        await talk(here, SUE, do.TakeOver("conv_1", force=True))
        await talk(here, SUE, do.HandBack("conv_1", 2))
        await talk(here, ANA, do.TakeOver("conv_1"))
        for command in (do.Say("conv_1", 1, "x"), do.Typing("conv_1", 1, on=True)):
            with pytest.raises(Conflict) as stale:
                await here.perform(ANA, command)
            assert stale.value.code == "stale_epoch"
        assert not any(isinstance(event, Said | Typing) for event in turn.heard)


async def test_taking_over_from_the_card(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        bystander = FakeTurn("turn_2")
        here.desk.begin(bystander)
        view = await here.decide(ANA, turn, "take_over")
        assert view.state == "decided"
        assert turn.heard == [Decision("take_over", "ana", {}, "Ana")]
        assert bystander.heard == [TakenOver("ana", "Ana")]
        assert here.desk.speaker("acme", "conv_1") is not None


async def test_a_takeover_is_confirmed_again_whatever_its_answer_said_then(tmp_path: Path) -> None:
    """The answer may be an older program's, which knew less of a hold."""
    before = b'{"state":"decided","conversation":"conv_1"}'

    def older(conn: Connection) -> int:
        row = update(schema.idem).values(response=before.decode())
        return conn.execute(row).rowcount

    async with world(tmp_path) as here:
        turn = await here.held()
        await here.decide(ANA, turn, "take_over", key="k", version=1)
        assert await here.db.write(older) == 1
        assert turn.hold is not None
        again = do.Decide(turn.hold.id, "take_over", version=1)
        assert await here.perform(ANA, again, "k") == before


async def test_taking_a_conversation_over_decides_its_hold(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.work(BEN, do.Claim(turn.hold.id))
        with pytest.raises(Conflict) as claimed:
            await talk(here, ANA, do.TakeOver("conv_1"))
        assert claimed.value.code == "claimed"
        assert here.desk.speaker("acme", "conv_1") is None
        await talk(here, SUE, do.TakeOver("conv_1", force=True))
        assert turn.heard == [Decision("take_over", "sue", {}, "Sue")]
        with pytest.raises(Conflict) as late:
            await here.decide(BEN, turn, "reject")
        assert late.value.code == "decided"


async def test_a_hold_that_opens_after_the_takeover_waits_for_nobody(tmp_path: Path) -> None:
    """Row 76: the loser is put aside, and shown."""
    async with world(tmp_path) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        effect = OpenHold(REASONS, TERMS, "whole", ())
        hold = await here.desk.open_hold(turn, effect, DRAFT, turn.facts)
        assert hold.state == "cancelled"
        assert turn.heard == [TakenOver("ana", "Ana")]


@pytest.mark.parametrize("number", range(20))
async def test_takeover_and_approval_race(tmp_path: Path, number: int) -> None:
    """Row 76: 500 races. Whatever the turn hears, no text is decided after the takeover."""
    async with world(tmp_path) as here:
        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(25)]
        approvals = [here.decide(BEN, t, "approve", draft_sha256=DRAFT.sha256()) for t in turns]
        takeovers = [talk(here, ANA, do.TakeOver(turn.conv)) for turn in turns]
        order = [*takeovers, *approvals] if number % 2 else [*approvals, *takeovers]
        answers = await asyncio.gather(*order, return_exceptions=True)
        assert all(isinstance(each, HitlError) for each in answers if isinstance(each, Exception))
        for turn in turns:
            first, *rest = turn.heard
            assert isinstance(first, Decision)
            if first.action == "approve":
                assert rest == [TakenOver("ana", "Ana")]
            else:
                assert first.action == "take_over"
                assert rest in ([], [TakenOver("ana", "Ana")])


async def test_a_transfer_to_a_colleague(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        with pytest.raises(Conflict) as offline:
            await talk(here, ANA, do.Transfer("conv_1", 1, "sue"))
        assert offline.value.code == "not_online"
        view = await talk(here, ANA, do.Transfer("conv_1", 1, "ben"))
        assert (view.epoch, view.owner and view.owner.name) == (2, "Ben")
        assert turn.heard[-1] == TakenOver("ben", "Ben")


async def test_an_absent_owner_is_missed_and_the_model_stays_silent(tmp_path: Path) -> None:
    """Row 75."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        here.people.leave("ana", "ana")
        await here.desk.tasks.settled()
        await here.after(29)
        here.people.enter("ana", ANA.person, "acme")
        await here.desk.tasks.settled()
        await here.after(60)
        assert (await here.types())[-1] == "conversation.back"
        here.people.leave("ana", "ana")
        await here.desk.tasks.settled()
        await here.after(30)
        assert (await here.types())[-1] == "conversation.away_told"
        await here.after(90)
        assert (await here.types())[-1] == "conversation.unattended"
        speaker = here.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert speaker.unattended
        assert turn.heard == [TakenOver("ana", "Ana")]
        await talk(here, BEN, do.TakeOver("conv_1"))
        assert turn.heard[-1] == TakenOver("ben", "Ben")
        with pytest.raises(Conflict):
            await talk(here, ANA, do.Say("conv_1", 1, "I am back"))


async def test_a_voice_is_remembered_over_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        clock = here.clock
    async with world(tmp_path, clock, online=()) as again:
        speaker = again.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert speaker.owner_name == "Ana"
        await again.desk.tasks.settled()
        await again.after(120)
        assert (await again.types())[-1] == "conversation.unattended"


async def test_who_is_being_looked_for_is_not_away(tmp_path: Path) -> None:
    """A restart tells the customer of nobody without a name."""
    async with world(tmp_path) as here:
        await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        here.people.leave("ana", "ana")
        await here.desk.tasks.settled()
        for seconds in (30, 90):
            await here.after(seconds)
        before, clock = await here.types(), here.clock
        assert before[-1] == "conversation.unattended"
    async with world(tmp_path, clock, online=()) as again:
        await again.desk.tasks.settled()
        for seconds in (30, 90):
            await again.after(seconds)
        assert await again.types() == before


@pytest.mark.parametrize("given", [False, True])
async def test_who_left_while_it_was_committed_is_missed(tmp_path: Path, given: bool) -> None:
    """Their console was gone before anybody knew that they speak here."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        await known(here)
        speaks = BEN if given else ANA
        if given:
            await talk(here, ANA, do.TakeOver("conv_1"))
        command = do.Transfer("conv_1", 1, "ben") if given else do.TakeOver("conv_1")
        await here.db.write(lambda conn: enrol(conn, ANA))
        asked = asyncio.create_task(here.agents.perform(ANA, command, "k"))
        for _ in range(3):  # until the store is asked
            await asyncio.sleep(0)
        here.people.leave(speaks.person.id, speaks.person.id)
        await asked
        await here.desk.tasks.settled()
        assert (await here.types())[-1] == "conversation.away"
        for seconds in (30, 90):
            await here.after(seconds)
        assert (await here.types())[-1] == "conversation.unattended"


async def test_who_works_without_a_console_is_missed_at_none(tmp_path: Path) -> None:
    """A script, or a person who is no console's."""
    async with world(tmp_path) as here:
        await known(here)
        await talk(here, Agent(Person("key:1", "A colleague"), "acme"), do.TakeOver("conv_1"))
        await here.after(200)
        clock = here.clock
    async with world(tmp_path, clock) as again:
        await again.desk.tasks.settled()
        await again.after(200)
        assert "conversation.away" not in await again.types()
        speaker = again.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert speaker.owner == "key:1"


async def test_who_is_back_before_it_is_known_that_they_went_is_back(tmp_path: Path) -> None:
    """A page that is loaded again, on a slow disk."""
    async with world(tmp_path) as here:
        await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        here.people.leave("ana", "ana")
        here.people.enter("again", ANA.person, "acme")
        await here.desk.tasks.settled()
        await here.after(30)
        speaker = here.desk.speaker("acme", "conv_1")
        assert speaker is not None
        assert (speaker.away_since, speaker.away_told) == (None, False)
        assert (await here.types())[-1] == "conversation.back"


def taken_elsewhere(conn: Connection) -> None:
    before = conversations.get(conn, "acme", "conv_1")
    assert before is not None
    after = msgspec.structs.replace(before, mode="human", owner="zoe", owner_name="Zoe", epoch=1)
    conversations.save(conn, before, after, 1.0, "zoe")


async def test_a_takeover_by_another_node_is_heard_through_the_feed(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        await here.db.write(taken_elsewhere)
        assert await turn.hears() == [TakenOver("zoe", "Zoe")]


async def test_an_event_that_tells_of_nothing_keeps_no_takeover_from_a_turn(tmp_path: Path) -> None:
    def page(conn: Connection) -> None:
        events.append(conn, "acme", "conv:conv_1", "hold.decided", {}, 1.0)
        taken_elsewhere(conn)

    async with world(tmp_path) as here:
        turn = await known(here)
        await here.db.write(page)
        assert await turn.hears() == [TakenOver("zoe", "Zoe")]


async def test_taking_over_one_hold_takes_the_others_of_its_conversation(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        one, other = await here.held(FakeTurn("turn_1")), await here.held(FakeTurn("turn_2"))
        elsewhere = await here.held(FakeTurn("turn_3", "conv_2"))
        await here.decide(ANA, one, "take_over")
        assert [(await here.hold(turn)).state for turn in (one, other, elsewhere)] == [
            *("decided", "decided", "open")
        ]
        assert (one.decision.action, other.decision.action) == ("take_over", "take_over")


async def test_a_hold_of_another_draft_is_nobodys(tmp_path: Path) -> None:
    """It was on its way to the store when a person took over and handed back again."""
    async with world(tmp_path) as here:
        turn = FakeTurn()
        turn.outlet = Outlet()
        here.desk.begin(turn)
        keeper = HoldKeeper(here.desk)
        keeper.open(turn, OpenHold(REASONS, TERMS, "whole", ()))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        turn.outlet = Outlet()
        await keeper.settled()
        assert turn.hold is None
        assert turn.heard == []
        assert await here.types() == ["hold.opened", "hold.cancelled"]
        keeper.open(turn, OpenHold(REASONS, TERMS, "whole", ()))  # type: ignore[arg-type]
        turn.outlet = Outlet()
        await keeper.settled()
        assert await here.types() == ["hold.opened", "hold.cancelled"]


async def test_a_decision_about_another_draft_is_not_heard(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await known(here)
        await talk(here, ANA, do.TakeOver("conv_1"))
        epoch = (await here.db.read(lambda c: conversations.get(c, "acme", "conv_1"))).epoch  # type: ignore[union-attr]
        here.desk.voices.wait("hold_stale", turn)
        await talk(here, ANA, do.HandBack("conv_1", epoch))
        assert here.desk.voices.waiting("hold_stale") is None
