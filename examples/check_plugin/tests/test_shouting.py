"""The check on its own: no server, no rules."""

import pytest
from shouting import NAME, Options, build

from hitl_chat.checks.means import NOTHING
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked


@pytest.mark.parametrize(
    ("text", "score"), [("All is well.", 0.0), ("NO WAY", 0.5), ("NO NO NO NO NO", 1.0)]
)
async def test_capitals_count(text: str, score: float) -> None:
    check = build(NAME, Options(), NOTHING)
    verdict = await check.judge(Asked([], {CONTENT: text}, CONTENT, 0, len(text)))
    assert isinstance(verdict, Verdict)
    assert verdict.score == score


async def test_only_what_is_asked_about_counts() -> None:
    check = build(NAME, Options(words=1), NOTHING)
    verdict = await check.judge(Asked([], {CONTENT: "LOUD. calm."}, CONTENT, 6, 11))
    assert isinstance(verdict, Verdict)
    assert (verdict.score, verdict.spans) == (0.0, ())
