"""Samples that read a request differently say that a person should ask what is meant."""

from typing import Any

import pytest

from hitl_chat.checks import ambiguity
from hitl_chat.checks.ambiguity import asks
from hitl_chat.checks.means import NOTHING
from hitl_chat.core.events import CheckFailed, Verdict
from tests.checks.drawing import Answering, Means, about

DRAFT = "Your spring order arrives on Friday."


async def judged(draft: str, *answers: str, **options: Any) -> Verdict | CheckFailed:
    left = list(answers)
    means = Means(Answering(lambda _: left.pop(0)), NOTHING)
    check = ambiguity.build("unclear", ambiguity.Options(**options), means)
    check.begin(asked := about(draft, final=True))
    return await check.judge(asked)


async def score(*answers: str, draft: str = DRAFT) -> float:
    said = await judged(draft, *answers)
    assert isinstance(said, Verdict)
    return said.score


async def test_samples_that_ask_back() -> None:
    both = await judged(DRAFT, "Which order do you mean?", "The sale, or your order?")
    assert isinstance(both, Verdict)
    assert both.score == 1
    assert both.detail == "ambiguous: 2 of 2 samples ask back, answers 0.00 apart"


async def test_samples_that_speak_of_different_things() -> None:
    apart = await score(
        "SPRING10 takes ten percent off until Sunday.",
        "Mattress coils carry a twenty year warranty.",
    )
    same = await score("It arrives on Friday.", "Your order will be there on Friday, at noon.")
    assert same < 0.2 < 0.6 < apart


async def test_a_short_answer_is_not_apart_from_the_long_one_that_holds_it() -> None:
    assert await score("Friday.", "Your order arrives on Friday, in the afternoon.") == 0


async def test_not_knowing_is_another_matter() -> None:
    assert await score("I do not know that date.", "Orders leave Hamburg overnight.") == 0


async def test_a_draft_that_asks_back_is_fine() -> None:
    assert await score("Which one?", "Which one?", draft="Do you mean the tent or the stove?") == 0


async def test_one_sample_cannot_differ() -> None:
    said = await judged(DRAFT, "Friday.", "")
    assert isinstance(said, CheckFailed)
    assert "1 of 2 samples came, 2 wanted" in said.why


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("Which order do you mean?", True),
        ("Sure! Which one?", True),
        ("どちらですか？", True),  # noqa: RUF001 (a full-width question mark is meant)
        ("Reset it in the settings. Anything else I can help with?", False),
        ("Is it wet? Then dry it first. Use low heat. Wait an hour.", False),
        ("", False),
    ],
)
def test_what_asks(text: str, is_question: bool) -> None:
    assert asks(text) is is_question
