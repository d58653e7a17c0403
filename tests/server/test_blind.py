"""Who owes a second opinion reads what others think of the hold only after their own was given."""

from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.policy import Terms
from hitl_chat.runner import commands as do
from hitl_chat.server.messages import QUEUE
from tests.runner.desk_world import ANA, BEN, SUE, FakeTurn, World
from tests.server.console_world import Tab, consoles
from tests.server.test_admin import scripts

ALL = (ANA, BEN, SUE)


async def card(tab: Tab, stream: str) -> Any:
    """As it is to whoever comes to it now."""
    await tab.send({"type": "unfollow", "stream": stream})
    await tab.send({"type": "follow", "stream": stream})
    return (await tab.until("card_reset", stream=stream))["card"]


def told(card: Any) -> tuple[list[tuple[str, str | None]], list[str]]:
    opinions = [(one["of"]["id"], one["action"]) for one in card["opinions"]]
    return opinions, [note["text"] for note in card["notes"]]


@pytest.mark.parametrize("fresh", [True, False])
async def test_whoever_was_asked_reads_the_others_afterwards(tmp_path: Path, fresh: bool) -> None:
    async with (
        consoles(tmp_path, ALL) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
        server.tab("sue"),
    ):
        turn = await server.here.held()
        assert turn.hold is not None
        ident, stream = turn.hold.id, f"hold:{turn.hold.id}"
        for tab in (ana, ben):
            await tab.until("news", event="hold.opened")
            await card(tab, stream)
        for command in (
            do.Note("conv_1", "a regular customer"),
            do.Note("conv_1", "I would reject it", ident),
            do.AskOpinion(ident, "ben"),
            do.AskOpinion(ident, "sue"),
        ):
            await server.here.perform(ANA, command)
        await server.here.perform(SUE, do.GiveOpinion(ident, "edit", (), "too harsh"))

        async def once(tab: Tab, event: str) -> Any:
            await tab.until("news", event=event, stream="queue")
            return await card(tab, stream) if fresh else (await tab.until("card_reset"))["card"]

        notes = ["a regular customer", "I would reject it"]
        assert told(await once(ana, "hold.opinion_given")) == (
            [("ben", None), ("sue", "edit")],
            notes,
        )
        assert told(await once(ben, "hold.opinion_given")) == ([("ben", None)], notes[:1])
        await server.here.perform(BEN, do.GiveOpinion(ident, "approve"))
        assert told(await once(ben, "hold.opinion_given")) == (
            [("ben", "approve"), ("sue", "edit")],
            notes,
        )


def words(frame: Any) -> list[str]:
    return [note["text"] for note in frame["notes"]]


async def test_nor_does_the_conversation_tell_them(tmp_path: Path) -> None:
    """Neither as it happens, nor to who comes (back) to it; what was kept from them follows."""
    talk = "conv:conv_1"
    async with (
        consoles(tmp_path, ALL) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
    ):
        turn = await server.here.held()
        assert turn.hold is not None
        ident = turn.hold.id
        for tab in (ana, ben):
            await tab.send({"type": "follow", "stream": talk})
            at = (await tab.until("talk_reset"))["seq"]
        await server.here.perform(ANA, do.AskOpinion(ident, "ben"))
        for text, about in (("a regular customer", ""), ("I would reject it", ident)):
            await server.here.perform(ANA, do.Note("conv_1", text, about))
        await server.here.perform(BEN, do.Note("conv_1", "let me see", ident))
        told = [words(await ben.until("news", stream=talk, event="note")) for _ in range(3)]
        assert told == [["a regular customer"], [], ["let me see"]]
        assert not any(
            "reject" in note["text"] for each in ben.frames for note in each.get("notes", ())
        )
        await ben.send({"type": "follow", "stream": talk})
        assert words((await ben.until("talk_reset"))["talk"]) == [told[0][0], told[2][0]]
        async with server.tab("ben", {talk: at}, ben.feed) as back:
            missed = (await back.until("recovered", stream=talk))["news"]
            assert [words(one) for one in missed] == [[], *told]
        heard = [words(await ana.until("news", stream=talk, event="note")) for _ in range(3)]
        assert heard == [["a regular customer"], ["I would reject it"], ["let me see"]]
        await server.here.perform(BEN, do.GiveOpinion(ident, "approve"))
        given = await ben.until("news", stream=talk, event="hold.opinion_given")
        assert words(given) == ["I would reject it", "let me see"]


async def test_a_decision_ends_their_not_knowing(tmp_path: Path) -> None:
    talk = "conv:conv_1"
    async with consoles(tmp_path, ALL) as server, server.tab("ben", {"queue": None}) as ben:
        turn = await server.here.held()
        assert turn.hold is not None
        await ben.send({"type": "follow", "stream": talk})
        await server.here.perform(ANA, do.AskOpinion(turn.hold.id, "ben"))
        await server.here.perform(ANA, do.Note("conv_1", "I would reject it", turn.hold.id))
        assert words(await ben.until("news", stream=talk, event="note")) == []
        await server.here.decide(ANA, turn, "reject")
        decided = await ben.until("news", stream=talk, event="hold.decided")
        assert words(decided) == ["I would reject it"]


async def asked(here: World) -> FakeTurn:
    """Ben's opinion is wanted, where two decide."""
    turn = await here.held(terms=Terms(deadline=500.0, fallback="Sorry.", needs_second=("edit",)))
    assert turn.hold is not None
    await here.perform(ANA, do.AskOpinion(turn.hold.id, "ben"))
    return turn


async def proposed(here: World, turn: FakeTurn) -> str:
    """Ana wants to send something else."""
    view = await here.decide(ANA, turn, "edit", text=" No refund.", because=("promise removed",))
    return view.id


async def test_nor_is_a_decision_told_that_does_not_stand_yet(tmp_path: Path) -> None:
    talk = "conv:conv_1"
    async with (
        consoles(tmp_path, ALL) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
    ):
        turn = await asked(server.here)
        for tab in (ana, ben):
            await tab.send({"type": "follow", "stream": talk})
            await tab.until("talk_reset")
        ident = await proposed(server.here, turn)
        stream = f"hold:{ident}"
        for _ in ("queue", "conversation"):
            hers, his = [await tab.until("news", event="hold.proposed") for tab in (ana, ben)]
            assert hers["hold"]["proposal"]["because"] == ["promise removed"]
            assert (his["hold"]["state"], his["hold"]["proposal"]) == ("settling", None)
        hers, his = await card(ana, stream), await card(ben, stream)
        assert list(hers["proposed"].values()) == [" No refund."]
        assert (his["proposed"], his["proposed_sha256"]) == ({}, "")
        assert his["hold"]["proposal"] is None
        async with server.tab("ben", {QUEUE: None}) as other:
            (waiting,) = (await other.until("queue_reset"))["queue"]["holds"]
            assert waiting["proposal"] is None
        await server.here.perform(BEN, do.GiveOpinion(ident, "approve"))
        await ben.until("news", event="hold.opinion_given")
        assert (await card(ben, stream))["proposed"] == hers["proposed"]


async def test_nor_that_one_was_not_confirmed(tmp_path: Path) -> None:
    async with consoles(tmp_path, ALL) as server, server.tab("ben") as ben:
        ident = await proposed(server.here, await asked(server.here))
        await server.here.perform(SUE, do.Second(ident, agree=False))
        declined = (await ben.until("news", event="hold.declined"))["hold"]
        assert (declined["state"], declined["declined_by"]) == ("claimed", None)
        await server.here.perform(BEN, do.GiveOpinion(ident, "approve"))
        given = await ben.until("news", event="hold.opinion_given")
        assert given["hold"]["declined_by"]["id"] == "sue"


async def test_who_owes_an_opinion_reads_their_own_decision(tmp_path: Path) -> None:
    """It is theirs to take back."""
    async with consoles(tmp_path, ALL) as server, server.tab("ben") as ben:
        turn = await server.here.held(terms=Terms(deadline=500.0, fallback="Sorry."))
        assert turn.hold is not None
        await server.here.perform(ANA, do.AskOpinion(turn.hold.id, "ben"))
        view = await server.here.decide(BEN, turn, "edit", text=" No refund.", undo=9)
        assert view.proposal is not None
        news = await ben.until("news", event="hold.proposed")
        assert news["hold"]["proposal"]["action"] == "edit"
        mine = await card(ben, f"hold:{turn.hold.id}")
        assert list(mine["proposed"].values()) == [" No refund."]


async def test_nor_does_a_command_answer_with_it_nor_http(tmp_path: Path) -> None:
    async with scripts(tmp_path, ALL) as script:
        ident = await proposed(script.here, await asked(script.here))
        for name, knows in (("ana", True), ("ben", False)):
            _, looked = await script.post({"do": "look", "hold": ident}, by=name)
            _, whole = await script.get(f"holds/{ident}", name)
            _, waiting = await script.get("queue", name)
            views = (looked, whole["hold"], waiting["holds"][0])
            assert [view["proposal"] is not None for view in views] == [knows] * 3
            assert bool(whole["proposed"]) == knows


async def test_nor_does_a_program_of_theirs(tmp_path: Path) -> None:
    async with scripts(tmp_path, ALL) as script:
        turn = await script.here.held()
        assert turn.hold is not None
        ident = turn.hold.id
        names = ("ana", "ben", "sue")
        for name in names[1:]:
            await script.here.perform(ANA, do.AskOpinion(ident, name))
        await script.here.perform(SUE, do.GiveOpinion(ident, "edit"))
        seen = {name: told((await script.get(f"holds/{ident}", name))[1])[0] for name in names}
        everything = [("ben", None), ("sue", "edit")]
        assert seen == {"ana": everything, "ben": everything[:1], "sue": everything}
        await script.here.perform(ANA, do.Note("conv_1", "I would reject it", ident))
        notes = {name: words((await script.get("conversations/conv_1", name))[1]) for name in names}
        assert notes == {"ana": ["I would reject it"], "ben": [], "sue": ["I would reject it"]}
