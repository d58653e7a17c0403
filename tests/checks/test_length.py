"""Too long and too short, counted in words of any script."""

import pytest
from pydantic import ValidationError

from hitl_chat.checks.length import words
from tests.checks.asking import check, judged, marked, segment


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two  three\nfour", 4),
        ("it's 3.5 kg, e-mail!", 4),
        ("…!?", 0),
        ("我的订单", 4),
        ("สวัสดี", 6),
        ("Größe über alles", 3),
    ],
)
def test_what_a_word_is(text: str, count: int) -> None:
    assert words(text) == count


async def test_too_long_is_known_at_once_and_marks_what_is_too_much() -> None:
    draft = "one two three. four five six."
    assert (await segment("length", draft, 0, 15, most=4)).score == 0.0
    verdict = await segment("length", draft, 15, len(draft), most=4)
    assert (verdict.score, verdict.detail) == (1.0, "too long: over 4 words")
    assert marked(verdict, draft) == ["five six."]
    assert (await judged("length", draft, most=6)).score == 0.0


async def test_too_short_is_known_when_the_answer_is_whole() -> None:
    assert (await segment("length", "Yes.", 0, 4, least=3)).score == 0.0
    verdict = await judged("length", "Yes.", least=3)
    assert (verdict.score, verdict.detail) == (1.0, "too short: 1 words, 3 wanted")
    assert (await judged("length", "Yes it does.", least=3)).score == 0.0


async def test_a_call_may_be_silent_and_an_empty_answer_has_a_rule_of_its_own() -> None:
    draft = {"0/content": "Ok.", "0/tool_calls/0/name": "find_order"}
    assert (await judged("length", draft, least=3)).score == 0.0
    assert (await judged("length", "", least=3)).score == 0.0


def test_bounds_that_no_answer_fits_are_refused() -> None:
    with pytest.raises(ValidationError, match="least 5 is over most 4"):
        check("length", least=5, most=4)
