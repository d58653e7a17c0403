"""What a check shows: what nobody said of it is not claimed."""

from hitl_chat.core.events import Verdict
from hitl_chat.core.evidence import KnownAnswer, Sample


def test_a_sample_is_in_the_same_words_unless_it_says_otherwise() -> None:
    assert Sample("30 days") == Sample("30 days", reworded=False)


def test_a_known_answer_that_nobody_compared_is_like_nothing() -> None:
    assert KnownAnswer("kb_1", "How long?", "90 days").similarity == 0.0


def test_a_check_that_says_nothing_of_a_model_asked_none() -> None:
    said = Verdict("tone", 0.5)
    assert (said.calls, said.tokens) == (0, 0)
