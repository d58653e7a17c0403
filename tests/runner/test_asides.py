"""What agents do among themselves about a hold, on a real desk: seconds, notes, opinions."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hitl_chat.core.command import Person
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Texts
from hitl_chat.core.staffing import Able
from hitl_chat.core.types import Reason
from hitl_chat.errors import Conflict, NotFound, Unprocessable
from hitl_chat.runner import commands as do
from hitl_chat.runner.moves import Now
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.taking import Taker, next_hold
from hitl_chat.runner.views import Card
from hitl_chat.store import events, holds, texts
from tests.runner.desk_world import (
    ANA,
    BEN,
    DRAFT,
    EVE,
    REASONS,
    SUE,
    TERMS,
    FakeTurn,
    World,
    world,
)

TWO = replace(TERMS, needs_second=("edit",), because=("wrong sum",))
EDIT = {"0/content": " It depends."}


async def card(here: World, turn: FakeTurn) -> Card:
    assert turn.hold is not None
    return await Overview(here.desk).card("acme", turn.hold.id)


async def test_an_edit_that_needs_two_is_sent_when_the_second_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        made = await here.decide(
            ANA, turn, "edit", texts=EDIT, because=("wrong sum",), note="  500 is too much "
        )
        assert made.proposal is not None
        assert (made.state, made.proposal.second) == ("settling", "wanted")
        seen = await card(here, turn)
        assert (seen.proposed, seen.proposed_sha256) == (EDIT, DRAFT.sha_with(EDIT))
        assert [(note.by.name, note.text) for note in seen.notes] == [("Ana", "500 is too much")]
        assert turn.heard == []
        agree = do.Second(made.id, True, seen.proposed_sha256)
        done = await here.work(BEN, agree)
        assert done.decision is not None
        assert done.decision.because == ("wrong sum",)
        assert done.decision.seconder is not None
        assert done.decision.seconder.name == "Ben"
        assert turn.decision.texts == EDIT
        assert "hold.seconded" not in await here.types()  # at once: the decision says it
        stored = await here.hold(turn)
        assert stored.decision is not None
        assert stored.decision.seconder == "ben"


async def test_whose_words_an_edit_is_made_of_is_on_record_from_the_beginning(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(terms=TWO)
        helped = ("rewritten", "canned")
        await here.decide(ANA, turn, "edit", texts=EDIT, helped=helped)
        await here.work(BEN, do.Second((await here.hold(turn)).id, True, DRAFT.sha_with(EDIT)))
        said = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        marked = {one.type: one.body["helped"] for one in said if "helped" in one.body}
        assert marked == {"hold.proposed": list(helped), "hold.decided": list(helped)}


async def test_a_key_is_no_second_person(tmp_path: Path) -> None:
    """Else one person and a script of theirs are two."""
    script = Agent(Person("key:abc", "A colleague"), "acme")
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        made = await here.decide(ANA, turn, "edit", texts=EDIT)
        sha = (await card(here, turn)).proposed_sha256
        with pytest.raises(Conflict) as refused:
            await here.perform(script, do.Second(made.id, True, sha))
        assert refused.value.code == "no_person"
        assert turn.heard == []
        assert (await here.work(script, do.Second(made.id, False))).declined_by is not None


async def test_a_key_is_no_first_person_either(tmp_path: Path) -> None:
    script = Agent(Person("key:abc", "A colleague"), "acme")
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        with pytest.raises(Conflict) as refused:
            await here.decide(script, turn, "edit", texts=EDIT)
        assert refused.value.code == "no_person"
        assert (await here.hold(turn)).state == "open"
        await here.decide(script, turn, "reject")  # for that, one is enough
        assert turn.decision.action == "reject"


async def test_what_a_key_wrote_is_confirmed_by_nobody(tmp_path: Path) -> None:
    """The checks warned of it, so that two people are wanted only now."""

    async def warns(hold: Hold, texts: Texts) -> Sequence[Reason]:
        return REASONS

    script = Agent(Person("key:abc", "A colleague"), "acme")
    terms = replace(TWO, needs_second=("warned",))
    async with world(tmp_path, read=warns, online=(ANA, BEN)) as here:
        turn = await here.held(terms=terms)
        made = await here.decide(script, turn, "edit", texts=EDIT)
        await here.desk.tasks.settled()
        sha = (await card(here, turn)).proposed_sha256
        with pytest.raises(Conflict) as refused:
            await here.perform(ANA, do.Second(made.id, True, sha))
        assert refused.value.code == "no_person"
        assert (await here.work(ANA, do.Second(made.id, False))).declined_by is not None


async def test_a_declined_decision_comes_back_with_the_reason(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        made = await here.decide(ANA, turn, "edit", texts=EDIT)
        with pytest.raises(Conflict) as refused:
            await here.perform(ANA, do.Second(made.id, True, ""))
        assert refused.value.code == "own_decision"
        back = await here.work(BEN, do.Second(made.id, False, note="ask for the order first"))
        assert back.declined_by is not None
        assert (back.state, back.declined_by.name) == ("claimed", "Ben")
        assert (await here.types())[-2:] == ["hold.declined", "note"]
        assert (await card(here, turn)).notes[0].text == "ask for the order first"


async def test_a_second_person_s_confirmation_survives_until_the_undo_window_ends(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        made = await here.decide(ANA, turn, "edit", texts=EDIT, undo=3.0)
        sha = (await card(here, turn)).proposed_sha256
        await here.perform(BEN, do.Second(made.id, True, sha))
        assert "hold.seconded" in await here.types()
        await here.after(3)
        assert (await here.hold(turn)).state == "decided"


async def test_unknown_reasons_are_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        with pytest.raises(Unprocessable) as refused:
            await here.decide(ANA, turn, "reject", because=("Peter wants it",), note="x")
        assert refused.value.code == "unknown_reason"
        assert (await card(here, turn)).notes == ()


@pytest.mark.parametrize("able", [None, Able()])
async def test_only_a_person_is_offered_what_waits_for_a_second_by_then(
    tmp_path: Path, able: Able | None
) -> None:
    """When they asked it was open: what may be taken is looked at again in the transaction."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held(terms=TWO)
        made = await here.decide(ANA, turn, "edit", texts=EDIT)
        taker = Taker(Person("key:abc", "A script"), "acme", able, None, 30.0)
        now = Now(here.clock.now(), ())
        moved = await here.db.write(lambda conn: next_hold(conn, taker, [made.id], [], now))
        assert (moved.after.id if moved else "") == (made.id if able else "")


async def test_a_hold_goes_to_the_supervisors(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        with pytest.raises(Conflict) as refused:
            await here.perform(ANA, do.Escalate(turn.hold.id))
        assert refused.value.code == "no_supervisor"
        here.people.enter("sue", SUE.person, "acme")
        passed = await here.work(ANA, do.Escalate(turn.hold.id, "beyond my limit"))
        assert passed.escalated_by is not None
        assert await here.perform(BEN, do.Next()) == b"{}"
        assert (await here.work(SUE, do.Next())).id == turn.hold.id
        assert "hold.escalated" in await here.types()


async def test_a_hold_goes_to_a_colleague(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        with pytest.raises(Conflict):
            await here.perform(ANA, do.Assign(turn.hold.id, "nobody"))
        given = await here.work(ANA, do.Assign(turn.hold.id, "ben"))
        assert given.claimed_by is not None
        assert given.claimed_by.name == "Ben"
        found = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        said = [each.body for each in found if each.type == "hold.given"]
        assert [(each["by"], each["to"]) for each in said] == [("ana", "ben")]


async def test_nobody_is_given_what_they_may_not_take(tmp_path: Path) -> None:
    """Else two people could do for each other, or one for oneself, what the rule refuses both."""
    law = replace(TERMS, skills=("law",), others="refuse", on_no_agent="wait")
    async with world(tmp_path, online=(ANA, BEN, SUE)) as here:
        turn = await here.held(terms=law)
        assert turn.hold is not None
        ident = turn.hold.id
        for to, code in (("ana", "own_hold"), ("ben", "not_for_you")):
            with pytest.raises(Conflict) as refused:
                await here.perform(ANA, do.Assign(ident, to))
            assert refused.value.code == code
        here.people.learn("ben", Able(("law",)))
        assert (await here.work(ANA, do.Assign(ident, "ben"))).claimed_by is not None
        here.people.learn("ben", Able())
        assert (await here.work(SUE, do.Assign(ident, "ana"))).claimed_by is not None


async def test_a_second_opinion_is_recorded_and_sends_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        ident = turn.hold.id
        asked = await here.work(ANA, do.AskOpinion(ident))
        await here.perform(ANA, do.AskOpinion(ident))
        assert asked.asked == ("ben",)
        given = do.GiveOpinion(ident, "reject", ("tone",), "too much")
        await here.perform(BEN, given)
        (told,) = (await card(here, turn)).opinions
        assert (told.of.name, told.action, told.because) == ("Ben", "reject", ("tone",))
        assert told.text == "too much"
        assert told.given_at == here.clock.now()
        assert (await here.hold(turn)).state == "open"
        assert turn.heard == []
        with pytest.raises(Conflict) as refused:
            await here.perform(BEN, given)
        assert refused.value.code == "not_asked"


async def test_nobody_else_is_there_to_be_asked(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        with pytest.raises(Conflict) as refused:
            await here.perform(ANA, do.AskOpinion(turn.hold.id))
        assert refused.value.code == "not_online"


async def test_a_note_is_news_for_colleagues_and_for_nobody_else(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        other = await here.held(FakeTurn("turn_2", "conv_2"))
        assert other.hold is not None
        overview = Overview(here.desk)
        _, at = await overview.talk("acme", "conv_1", "ana")
        await here.perform(ANA, do.Note("conv_1", "a regular customer", turn.hold.id))
        missed = await overview.talk_since("acme", "conv_1", at)
        assert missed is not None
        (news,) = missed[0]
        assert [note.text for note in news.notes] == ["a regular customer"]
        assert news.hold is not None
        talk, _ = await overview.talk("acme", "conv_1", "ana")
        assert [note.by.name for note in talk.notes] == ["Ana"]
        assert msgspec.json.encode(talk.messages).find(b"regular") < 0
        with pytest.raises(Unprocessable):
            await here.perform(ANA, do.Note("conv_1", "x", other.hold.id))
        with pytest.raises(NotFound):
            await here.perform(EVE, do.Note("conv_1", "x"))


async def test_an_erased_note_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.perform(ANA, do.Note("conv_1", "Peter, Main Street 5"))
        (note,) = (await card(here, turn)).notes
        await here.db.write(
            lambda conn: texts.replace_all(
                conn, [(f"{note.id}/note", "acme", "conv_1", 0.0, 1.0, None, None, None)]
            )
        )
        assert (await card(here, turn)).notes[0].text is None
        assert await here.db.read(lambda conn: holds.alive(conn, "acme")) != []
