"""A refusal is one, however polite; a shop that says what it cannot do refuses nothing."""

import pytest

from hitl_chat.core.types import Span
from tests.checks.asking import judged, marked

REFUSES = [
    "I'm sorry, but I can't help with that.",
    "As an AI language model, I cannot discuss this.",
    "I must decline.",
    "Dabei kann ich leider nicht helfen. Dazu kann ich keine Auskunft geben.",
    "Je ne peux pas vous aider.",
    "No puedo ayudarte con eso.",
    "Daar kan ik niet bij helpen.",
    "I can\u2019t help with that.",
]
ANSWERS = [
    "Sure! Here is how: rinse twice.",
    "Unfortunately, I cannot cancel an order that was delivered.",
    "As an aisle seat is free, I booked it.",
    "Como iba diciendo, llega el lunes.",
    "",
]


@pytest.mark.parametrize("draft", REFUSES)
async def test_a_refusal_counts(draft: str) -> None:
    verdict = await judged("refusal", draft)
    assert verdict.score >= 0.5
    assert verdict.spans


@pytest.mark.parametrize("draft", ANSWERS)
async def test_an_answer_is_none(draft: str) -> None:
    assert (await judged("refusal", draft)).score < 0.5


async def test_what_the_model_sends_as_a_refusal_is_one_whatever_it_says() -> None:
    verdict = await judged("refusal", {"0/refusal": "Blue."})
    assert (verdict.score, verdict.spans) == (1.0, (Span("0/refusal", 0, 5, "refuses"),))
    assert (await judged("refusal", {"0/content": "Blue.", "0/refusal": " "})).score == 0.0


async def test_it_marks_the_refusing_words() -> None:
    draft = "Hello. I can't help with that, sorry."
    assert marked(await judged("refusal", draft), draft) == ["I can't help with that"]
