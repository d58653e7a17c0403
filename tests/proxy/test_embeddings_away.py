"""No embedding model: never a silent pass. The verdict says what to do (security.md, K)."""

from pathlib import Path

import pytest

from hitl_chat.settings import Embeddings
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_rules import rule, rules

LINE = '{"question": "How do I dry it?", "bad_answer": "In the oven."}\n'
ANSWER = "Dry it on a line. Not in the sun."
NONE = Embeddings(model="some/model")


@pytest.mark.parametrize("check", ["known_bad", "novelty"])
async def test_an_answer_that_cannot_be_compared_is_held(tmp_path: Path, check: str) -> None:
    (tmp_path / f"{'traffic' if check == 'novelty' else check}.jsonl").write_text(LINE)
    text = rules(rule("compared", {"check": check}, on_no_agent="wait"))
    async with World(tmp_path, text, embeddings=NONE) as world:
        world.upstream.script("m", says(ANSWER))
        customer = await world.ask("m", "How do I dry it?")
        ident = (await customer.until(held)).hitl["hold_id"]
        hold = await world.people.hold(
            ident, lambda hold: hold.draft_state == "whole" and not hold.outstanding
        )
        why = hold.reasons[0]
        assert (why.rule, why.code) == ("compared", "check_failed")
        assert "hitl-chat models fetch" in why.detail
        assert customer.text == ""
        await world.people.reject(ident)


async def test_a_rule_may_say_that_it_passes_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "known_bad.jsonl").write_text(LINE)
    text = rules(rule("compared", {"check": "known_bad"}, on_error="release"))
    async with World(tmp_path, text, embeddings=NONE) as world:
        world.upstream.script("m", says(ANSWER))
        customer = await (await world.ask("m", "How do I dry it?")).rest()
        assert customer.text == ANSWER
