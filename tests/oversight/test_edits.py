"""An edit is read by the same checks as a draft: what they would hold, they warn of."""

from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.proposal import Recheck
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_people import ANA
from tests.world_rules import rule, rules, stop_at, words

WEB = {"headers": {"x-hitl-channel": "web"}}


async def read(folder: Path, edit: str, *more: Any, checks: Any = None, **asked: Any) -> Recheck:
    """How an edit of what follows "Sure. " or "Sure. I " is read under these rules."""
    configured = {"checks": checks} if checks else {}
    async with World(folder, rules(stop_at(), *more, **configured)) as world:
        world.upstream.script("m", says("Sure. I guarantee it."))
        customer = await world.ask("m", **asked)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.hold(ident, lambda h: h.draft_state == "whole" and not h.outstanding)
        sent = customer.text
        await world.people.edit(ident, edit, ANA)
        assert (await customer.rest()).text == sent + edit
        made = (await world.people.row(ident)).decision
        assert made is not None
        return made.recheck


TWO = rule("two", {"any": [words("alpha"), words("beta")]})
BY_CHANNEL = rule("web", words("beta"), on={"channel": "web"})
BY_CUSTOMER = rule("refund", words("beta"), on={"customer": {"literals": ["refund"]}})
JUDGED = rule("judged", {"check": "judge"})
JUDGE = {"judge": {"kind": "scripted", "scores": {"beta": 0.9}}}
DEAD = {"judge": {"kind": "scripted", "fails": "raises"}}


@pytest.mark.parametrize("edit", ["cannot say.", "guarantee it.", "alpha.", "beta."])
async def test_any_pattern_of_a_rule_is_found(tmp_path: Path, edit: str) -> None:
    found = await read(tmp_path, edit, TWO)
    assert found == ("clean" if edit == "cannot say." else "warned")


@pytest.mark.parametrize(
    ("asked", "found"), [(WEB, "warned"), ({"headers": {"x-hitl-channel": "mail"}}, "clean")]
)
async def test_the_rules_of_the_very_request_read_it(
    tmp_path: Path, asked: dict[str, Any], found: Recheck
) -> None:
    assert await read(tmp_path, "beta.", BY_CHANNEL, **asked) == found


@pytest.mark.parametrize(("text", "found"), [("A refund?", "warned"), ("Hello?", "clean")])
async def test_so_do_those_for_what_the_customer_said(
    tmp_path: Path, text: str, found: Recheck
) -> None:
    assert await read(tmp_path, "beta.", BY_CUSTOMER, text=text) == found


async def test_tags_are_known_of_a_held_turn(tmp_path: Path) -> None:
    tagged = rule("vip", words("beta"), on={"tags": "vip"})
    found = await read(tmp_path, "beta.", tagged, headers={"x-hitl-tags": "vip"})
    assert found == "warned"


async def test_what_crosses_the_border_to_what_was_sent_is_found(tmp_path: Path) -> None:
    assert await read(tmp_path, "swear it.", rule("oath", words("I swear"))) == "warned"


@pytest.mark.parametrize(
    ("edit", "checks", "found"),
    [("beta.", JUDGE, "warned"), ("gamma.", JUDGE, "clean"), ("gamma.", DEAD, "warned")],
)
async def test_asynchronous_checks_read_it_too(
    tmp_path: Path, edit: str, checks: dict[str, Any], found: Recheck
) -> None:
    """... and one that died has not found it clean."""
    assert await read(tmp_path, edit, JUDGED, checks=checks) == found


@pytest.mark.parametrize("how", [{"then": "watch"}, {"strictness": "watch"}])
async def test_rules_that_only_watch_do_not_warn(tmp_path: Path, how: dict[str, Any]) -> None:
    assert await read(tmp_path, "beta.", rule("watched", words("beta"), **how)) == "clean"


@pytest.mark.parametrize("when", [{"ended": "stop"}, {"not": {"ended": "length"}}])
async def test_how_the_model_ended_is_not_asked_of_an_edit(
    tmp_path: Path, when: dict[str, Any]
) -> None:
    assert await read(tmp_path, "cannot say.", rule("cut", when)) == "clean"


@pytest.mark.parametrize(("edit", "found"), [("beta.", "clean"), ("gamma.", "warned")])
async def test_what_has_to_be_there_is_missed(tmp_path: Path, edit: str, found: Recheck) -> None:
    assert await read(tmp_path, edit, rule("disclaimer", {"not": words("beta")})) == found


async def test_somebody_elses_data_that_was_pasted_is_found(tmp_path: Path) -> None:
    """Fault row 88: whose it is no check can know; that it is personal, this one can."""
    edit = "write to marta.keller@example.org."
    assert await read(tmp_path, edit, rule("personal", {"pii": {}})) == "warned"
