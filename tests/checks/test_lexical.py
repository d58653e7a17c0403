"""Two scorers: what supports a segment lowers its risk, and what stands behind it is not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.lexical import (
    FEATURES,
    absent,
    are_short,
    disagreement,
    features,
    ignorance,
    keys,
    read,
    trained,
    untrained,
)
from hitl_chat.checks.lexical_weights import load
from hitl_chat.checks.tokens import tokens

WEIGHTS = load()
DRAFT = "Ada Byron was born in 1815. She wrote a program in 1843. She was buried at Hucknall."
SUPPORTED, CONTRADICTED = (0, 27), (28, 56)
SAMPLES = [
    read("Ada Byron was born on 10 December 1815 in London. She wrote a program in 1853."),
    read("Born in 1815, Ada Byron wrote the first program in 1853."),
]


def seen(start: int, upto: int, draft: str = DRAFT) -> dict[str, float]:
    return dict(zip(FEATURES, features(tokens(draft), start, upto, SAMPLES), strict=True))


def test_a_supported_segment_misses_little() -> None:
    found = seen(*SUPPORTED)
    assert found["number_absent"] == found["name_absent"] == found["number_contradicted"] == 0
    assert (found["has_number"], found["has_name"]) == (1, 1)


def test_another_number_about_the_same_contradicts() -> None:
    found = seen(*CONTRADICTED)
    assert found["number_absent"] == pytest.approx(0.75)  # 3 of 3, smoothed by 1
    assert found["number_astray"] == 1
    assert found["number_contradicted"] > 0.9


def test_agreement_of_samples_is_the_share_of_common_numbers() -> None:
    assert seen(*SUPPORTED)["samples_agree"] == pytest.approx(2 / 3)  # of 10, 1815, 1853


def test_the_trained_scorer_tells_them_apart() -> None:
    draft = tokens(DRAFT)
    low = trained(draft, *SUPPORTED, SAMPLES, WEIGHTS)
    high = trained(draft, *CONTRADICTED, SAMPLES, WEIGHTS)
    assert low < 0.3 < 0.7 < high


def test_what_stands_behind_a_segment_is_not_seen() -> None:
    later = DRAFT[:27] + " In 1999 she flew to Neptune with 40 Martians."
    assert seen(*SUPPORTED) == seen(*SUPPORTED, draft=later)


def test_what_was_wrong_before_raises_the_risk_of_what_follows() -> None:
    wrong = "In 1999 she flew to Neptune with 40 Martians. "
    at = len(wrong)
    alone = trained(tokens(DRAFT), *SUPPORTED, SAMPLES, WEIGHTS)
    behind = trained(tokens(wrong + DRAFT), at, at + 27, SAMPLES, WEIGHTS)
    assert behind > alone


def test_the_untrained_scorer_hears_who_agrees_and_who_does_not_know() -> None:
    asked = keys(tokens("When was Ada Byron born?"))
    answer = tokens("In 1815.")
    sure = [read("Ada Byron was born in 1815."), read("1815.")]
    apart = [read("Ada Byron was born in 1815."), read("She was born in 1790.")]
    lost = [read("I do not have that information."), read("That is unknown.")]
    scores = [untrained(answer, asked, samples) for samples in (sure, apart, lost)]
    assert scores == sorted(scores)
    assert (ignorance(sure), ignorance(lost)) == (0, 1)
    assert disagreement(sure, asked) < disagreement(apart, asked)


def test_shares_are_weighted_and_smoothed() -> None:
    assert absent(tokens("12 Spades"), keys(tokens("Spades"))) == 3 / 6
    assert absent([], frozenset()) == 0


def test_short_is_what_a_few_words_answer() -> None:
    assert are_short([read("Dublin.")])
    assert not are_short([read("Gentle down soap helps " * 20)])


ANY = st.text(max_size=120) | st.sampled_from([DRAFT, "1 2 3", "?", "A. B. C.", "天天天"])


@given(ANY, st.lists(ANY, max_size=4), ANY)
def test_scores_are_scores_whatever_comes(draft: str, answers: list[str], question: str) -> None:
    samples = [read(answer) for answer in answers]
    found = tokens(draft)
    for risk in (
        trained(found, 0, len(draft), samples, WEIGHTS),
        untrained(found, keys(tokens(question)), samples),
    ):
        assert 0 <= risk <= 1


@given(ANY, st.lists(ANY, min_size=2, max_size=4), ANY)
def test_the_order_of_the_samples_means_nothing(
    draft: str, answers: list[str], question: str
) -> None:
    asked, found = keys(tokens(question)), tokens(draft)
    one, other = [read(text) for text in answers], [read(text) for text in reversed(answers)]
    assert untrained(found, asked, one) == pytest.approx(untrained(found, asked, other))
    assert features(found, 0, len(draft), one) == pytest.approx(
        features(found, 0, len(draft), other)
    )
