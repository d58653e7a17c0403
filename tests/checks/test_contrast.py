"""The contrast of known-bad and known-good: tables, and what no library can change."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.contrast import (
    UNDECIDED,
    UNTRAINED,
    Likeness,
    Weights,
    contrast,
    likeness,
    nearest,
    opposed,
    read,
    says_nothing,
    score,
)
from hitl_chat.checks.contrast_weights import weights

SHIPPED = weights("shipped", None)  # type: ignore[arg-type] # the folder of a file is not asked for
share = st.floats(0, 1, allow_nan=False)
alike = st.builds(Likeness, st.just("kb"), st.floats(-1, 1), share, st.booleans(), st.booleans())
some = st.lists(alike, max_size=5)
learned = st.sampled_from([UNTRAINED, SHIPPED])


@given(learned, some, some, alike, st.booleans())
def test_another_bad_answer_never_makes_anything_look_safer(
    worth: Weights, bad: list[Likeness], good: list[Likeness], more: Likeness, empty: bool
) -> None:
    before = score(worth, bad, good, empty=empty)
    assert score(worth, [*bad, more], good, empty=empty) >= before


@given(learned, some, st.lists(alike, min_size=1, max_size=5), alike, st.booleans())
def test_another_good_answer_never_makes_anything_look_riskier(
    worth: Weights, bad: list[Likeness], good: list[Likeness], more: Likeness, empty: bool
) -> None:
    before = score(worth, bad, good, empty=empty)
    assert score(worth, bad, [*good, more], empty=empty) <= before


@given(learned, st.lists(st.floats(-1, 1).map(lambda cosine: Likeness("kb", cosine, 0.0))))
def test_a_cosine_alone_never_holds(worth: Weights, bad: list[Likeness]) -> None:
    assert score(worth, bad, [], empty=False) <= UNDECIDED


@given(learned, some, st.booleans())
def test_without_bad_answers_nothing_is_known(
    worth: Weights, good: list[Likeness], empty: bool
) -> None:
    assert score(worth, [], good, empty=empty) == 0.0


@given(learned, some, some, st.booleans())
def test_it_is_a_score(
    worth: Weights, bad: list[Likeness], good: list[Likeness], empty: bool
) -> None:
    assert 0.0 <= score(worth, bad, good, empty=empty) <= 1.0


@pytest.mark.parametrize("worth", [UNTRAINED, SHIPPED])
def test_the_same_words_again_are_held_unless_they_are_known_as_good_too(worth: Weights) -> None:
    again = Likeness("kb_1", 1.0, 1.0, same=True)
    close = Likeness("kb_2", 0.9, 0.9)
    assert score(worth, [again], [close], empty=False) > 0.9
    assert score(worth, [again], [again], empty=False) < 0.7


@pytest.mark.parametrize(
    ("one", "other", "opposite"),
    [
        ("You can return it", "You can return them", False),
        ("You can return it", "You cannot return it", True),
        ("You can return it", "You can't return it", True),
        ("It isn’t covered", "It is covered", True),  # noqa: RUF001 (typographic)
        ("It isn't covered", "It is not covered", False),
        ("Gift cards are non-refundable", "Gift cards are refundable", True),
        ("Das geht nicht", "Das geht", True),
        ("A refund, no questions asked", "A refund within 30 days of purchase", False),
        ("A refund, no questions asked", "No refund, no questions asked", True),
        ("We refund you without any hassle", "We refund you", False),
        ("Wir erstatten ohne Wenn und Aber", "Wir erstatten alles", False),
        ("Das ist kein Problem, es geht nicht", "Das geht", True),
        ("Not only lamps can be returned", "Lamps can be returned", False),
        ("No later than Friday", "On Friday", False),
        ("within 30 days", "within 90 days", True),
        ("within 30 days", "in 30 days", False),
        ("within 30 days", "within a month", False),
        ("it costs 1,000 euros", "it costs 1000 euros", True),
        ("", "", False),
    ],
)
def test_the_opposite_or_another_number(one: str, other: str, opposite: bool) -> None:
    assert opposed(read(one), read(other)) is opposite
    assert opposed(read(other), read(one)) is opposite


@pytest.mark.parametrize(
    ("draft", "question", "nothing"),
    [
        ("what are your opening hours?", "What are your opening hours?", True),
        ("I have no comment.", "Is it safe?", True),
        ("I'm sorry, I don't know", "Is it safe?", True),
        ("No.", "Is it safe?", False),
        ("Yes", "Is it safe?", False),
        ("It is safe.", "Is it safe?", True),
        ("It is not safe.", "Is it safe?", False),
        ("", "Is it safe?", True),
    ],
)
def test_what_says_nothing(draft: str, question: str, nothing: bool) -> None:
    assert says_nothing(read(draft), read(question)) is nothing


def test_words_of_the_question_count_for_nothing() -> None:
    question = read("Can I return opened headphones?")
    found = likeness(
        "kb", 0.5, read("Opened headphones: 90 days"), read("opened headphones: 30 days"), question
    )
    assert isclose(found.words, 1 / 3)  # days, of days, 30 and 90
    assert found.opposed


def test_a_short_answer_is_not_the_same_answer() -> None:
    question = read("Can I return opened headphones?")
    assert not likeness("kb", 1.0, read("Yes"), read("yes"), question).same
    assert likeness(
        "kb", 1.0, read("Yes, within 90 days"), read("yes within 90 days!"), question
    ).same


def test_the_nearest_are_told_in_a_fixed_order() -> None:
    known = [Likeness(ident, 0.5, 0.5) for ident in "cab"]
    assert [one.id for one in nearest([*known, Likeness("z", 0.9, 0.1)], 3)] == ["a", "b", "c"]
    assert [one.id for one in nearest([*known, Likeness("z", 0.1, 0.1, same=True)])] == ["z"]


def test_nothing_to_compare_with() -> None:
    assert contrast([], [], empty=False) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("name", ["bad_meaning", "good_words", "says_nothing"])
def test_weights_with_a_wrong_sign_are_refused(name: str) -> None:
    worth = {"bad_meaning": 1.0, "bad_words": 1.0, "good_meaning": -1.0, "good_words": -1.0}
    worth |= {"says_nothing": -1.0}
    worth[name] = -worth[name]
    with pytest.raises(ValueError, match=name):
        Weights(intercept=0.0, **worth)
