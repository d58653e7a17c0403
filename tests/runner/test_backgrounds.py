"""Behind a hold: whether scores are hidden, what came before, who did what."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from hitl_chat.runner import commands as do
from hitl_chat.runner.backgrounds import SAMPLED, is_blind
from hitl_chat.runner.overview import Overview
from tests.runner.desk_world import ANA, TERMS, FakeTurn, world
from tests.store.world import hold_of

HOLDS = [hold_of(number) for number in range(2000)]


def blind(first_judgement: str) -> float:
    asked = [
        replace(one, terms=replace(one.terms, first_judgement=first_judgement)) for one in HOLDS
    ]
    assert [is_blind(one) for one in asked] == [is_blind(one) for one in asked]
    return sum(map(is_blind, asked)) / len(asked)


def test_a_sample_is_judged_before_scores_are_seen() -> None:
    assert blind("never") == 0
    assert blind("always") == 1
    assert abs(blind("sampled") - SAMPLED) < 0.03


async def test_a_card_tells_what_was_held_here_before_and_by_whom_decided(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        overview = Overview(here.desk)
        first = await here.held(FakeTurn("turn_1", "conv_1"))
        await here.decide(ANA, first, "reject")
        here.clock.time += 60
        second = await here.held(FakeTurn("turn_2", "conv_1", customer={"tier": "gold"}))
        await here.held(FakeTurn("turn_3", "conv_2"))
        assert second.hold is not None
        await here.perform(ANA, do.Claim(second.hold.id))
        shown = (await overview.card("acme", second.hold.id)).background
        (earlier,) = shown.earlier
        assert first.hold is not None
        assert (earlier.id, earlier.action, earlier.by and earlier.by.name) == (
            first.hold.id,
            "reject",
            "Ana",
        )
        assert shown.customer == {"tier": "gold"}
        assert [step.what for step in shown.trail] == ["opened", "claimed"]
        assert [step.by and step.by.id for step in shown.trail] == [None, "ana"]


async def test_what_the_front_end_said_is_forgotten_with_the_other_texts(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(FakeTurn(customer={"name": "Ana R."}), TERMS)
        assert turn.hold is not None
        await here.decide(ANA, turn, "reject")
        await here.db.forget(here.clock.now() + 1)
        card = await Overview(here.desk).card("acme", turn.hold.id)
        assert card.background.customer == {}


@pytest.mark.parametrize("terms", ["never", "always"])
async def test_the_card_says_whether_scores_come_later(tmp_path: Path, terms: str) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(terms=replace(TERMS, first_judgement=terms))
        assert turn.hold is not None
        card = await Overview(here.desk).card("acme", turn.hold.id)
        assert card.background.blind == (terms == "always")


async def test_a_card_tells_what_was_held_for_its_customer_in_other_conversations(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        jo, overview = {"id": "c-17", "name": "Jo"}, Overview(here.desk)
        before = await here.held(FakeTurn("turn_1", "conv_1", customer=jo))
        await here.decide(ANA, before, "reject")
        await here.held(FakeTurn("turn_2", "conv_2", customer={"id": "c-18"}))
        await here.held(FakeTurn("turn_3", "conv_3", customer={"name": "Jo"}))
        await here.held(FakeTurn("turn_4", "conv_4", "other", customer=jo))
        open_ = await here.held(FakeTurn("turn_5", "conv_5", customer=jo))
        same = await here.held(FakeTurn("turn_6", "conv_6", customer=jo))
        now = await here.held(FakeTurn("turn_7", "conv_6", customer=jo))
        idents = [turn.hold.id for turn in (open_, before) if turn.hold]
        assert now.hold is not None
        assert same.hold is not None
        shown = (await overview.card("acme", now.hold.id)).background
        assert [one.id for one in shown.past] == idents
        assert [one.id for one in shown.earlier] == [same.hold.id]
        assert [(one.rules, one.action, one.by and one.by.name) for one in shown.past] == [
            (("refund",), None, None),
            (("refund",), "reject", "Ana"),
        ]


async def test_the_newest_few_of_a_customer_are_told(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        jo = {"id": "c-17"}
        turns = [
            await here.held(FakeTurn(f"turn_{at}", f"conv_{at}", customer=jo)) for at in range(8)
        ]
        idents = [turn.hold.id for turn in turns if turn.hold]
        shown = (await Overview(here.desk).card("acme", idents[-1])).background
        assert [one.id for one in shown.past] == idents[-2:1:-1]


async def test_whose_holds_they_were_is_forgotten_with_the_texts(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        jo = {"id": "c-17"}
        turn = await here.held(FakeTurn("turn_1", "conv_1", customer=jo))
        await here.decide(ANA, turn, "reject")
        here.clock.time += 60
        await here.db.forget(here.clock.now())
        now = await here.held(FakeTurn("turn_2", "conv_2", customer=jo))
        assert now.hold is not None
        card = await Overview(here.desk).card("acme", now.hold.id)
        assert card.background.past == ()
