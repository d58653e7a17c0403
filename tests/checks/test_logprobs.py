"""Words a model was not sure of are found and marked; without numbers nothing was judged."""

from collections.abc import Sequence
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked, Token
from tests.checks.asking import ARGUMENTS, NAME, check

SURE, LIKELY, GUESS = log(0.99), log(0.8), log(0.1)
DRAFT = "Then tumble dry at 90 degrees."
TOKENS = [(4, SURE), (7, SURE), (4, LIKELY), (3, SURE), (3, GUESS), (8, LIKELY), (1, SURE)]


async def judge(
    text: str = DRAFT,
    tokens: Sequence[Token] = TOKENS,
    start: int = 0,
    upto: int | None = None,
    window: int = 1,
) -> Verdict | CheckFailed:
    about = ("", 0, 0, True) if upto is None else (CONTENT, start, upto, False)
    asked = Asked([], {CONTENT: text}, *about, logprobs={CONTENT: tokens})
    return await check("logprobs", window=window).judge(asked)


async def test_it_scores_and_marks_the_least_likely_words() -> None:
    verdict = await judge()
    assert isinstance(verdict, Verdict)
    assert verdict.score == pytest.approx(0.9)
    (span,) = verdict.spans
    assert DRAFT[span.start : span.end] == " 90"
    assert verdict.detail == "least likely 1 tokens: 0.10 in the mean"


async def test_a_window_takes_the_mean_of_its_tokens() -> None:
    verdict = await judge(window=3)
    assert isinstance(verdict, Verdict)
    assert verdict.score == pytest.approx(1 - (0.99 + 0.1 + 0.8) / 3, abs=1e-3)
    short = await judge("Yes.", [(3, LIKELY), (1, SURE)], window=5)
    assert isinstance(short, Verdict)
    assert short.score == pytest.approx(1 - (0.8 + 0.99) / 2, abs=1e-3)


async def test_more_than_certain_covers_no_guess() -> None:
    plain = await judge("Yes it is.", [(3, SURE), (3, GUESS), (4, 0.0)], window=3)
    odd = await judge("Yes it is.", [(3, SURE), (3, GUESS), (4, 900.0)], window=3)
    assert odd == plain


async def test_only_the_tokens_of_the_segment_count() -> None:
    early, late = await judge(upto=15), await judge(start=15, upto=len(DRAFT))
    assert isinstance(early, Verdict)
    assert isinstance(late, Verdict)
    assert early.score == pytest.approx(0.2)
    assert late.score == pytest.approx(0.9)


@pytest.mark.parametrize("tokens", [[], TOKENS[:-2]])
async def test_without_all_numbers_nothing_was_judged(tokens: list[Token]) -> None:
    failed = await judge(tokens=tokens)
    assert isinstance(failed, CheckFailed)
    assert "the model sent no log-probabilities" in failed.why


async def test_an_answer_without_words_needs_no_numbers() -> None:
    calls = Asked([], {NAME: "find", ARGUMENTS: "{}"}, final=True)
    verdict = await check("logprobs").judge(calls)
    assert isinstance(verdict, Verdict)
    assert (verdict.score, verdict.detail) == (0.0, "no words to judge")


numbers = st.lists(st.tuples(st.integers(0, 9), st.floats(-9999, 0)), min_size=1, max_size=12)


@given(numbers, st.integers(1, 6))
async def test_the_score_is_that_of_the_worst_window(tokens: list[Token], window: int) -> None:
    text = "x" * sum(length for length, _ in tokens)
    verdict = await judge(text, tokens, window=window)
    if not text:
        assert isinstance(verdict, Verdict)
        return
    assert isinstance(verdict, Verdict)
    assert 0 <= verdict.score <= 1
    assert all(0 <= span.start < span.end <= len(text) for span in verdict.spans)
    assert 1 - verdict.score <= max(exp(likely) for _, likely in tokens) + 1e-3
