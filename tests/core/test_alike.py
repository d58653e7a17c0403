"""Held answers that are nearly the same: what may differ, and what may not."""

import pytest
from msgspec.structs import replace

from hitl_chat.core.alike import Held, alike, near, same
from hitl_chat.core.hold import Hold, Opening, open_
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft

LONG = "You can send it back within thirty days and we will refund what is due to you then."


def held(ident: str, *rules: str, **more: object) -> Hold:
    facts = {"draft_state": "whole", "reasons": (), **more}
    opening = Opening(ident, "t", ident, ident, Terms(rules=rules or ("r",)), **facts)  # type: ignore[arg-type]
    return open_(opening, 0, 0.0, 600)


def draft(text: str, field: str = "0/content") -> Draft:
    return Draft({}, {field: text})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace("thirty", "THIRTY"), True),
        (LONG, LONG.replace("then", "soon"), True),
        (LONG, LONG.replace("we will refund", "nobody pays"), False),
        ("It is 30 days.", "It is 90 days.", False),
        ("within 3 to 5 days", "within 5 to 3 days", False),
        (f"{LONG} It costs 1,000.", f"{LONG} It costs 1.000.", False),
        (f"{LONG} It costs 5 €.", f"{LONG} It costs 5 $.", False),
        (f"{LONG} That is -5 a day.", f"{LONG} That is 5 a day.", False),
        (LONG, f"{LONG}\u200b", False),
        (LONG, LONG.replace(" and", ", and"), True),
        (LONG, f"{LONG} But that is not all that there is to say.", False),
        ("one two a b c d e f g h", "one two a b c d e f g i", True),  # nine of ten
        ("Yes", "yes", True),
        ("", "", False),
        ("!", "?", False),
    ],
)
def test_hardly_a_word_may_differ_and_no_number(one: str, other: str, expected: bool) -> None:
    assert near(one, other) is expected
    assert near(other, one) is expected


ASKED = "My lamp arrived damaged. May I send it back?"


def test_the_same_rules_and_one_answer_that_waits_for_anybody() -> None:
    mine, its = Held(held("a"), draft(LONG), ASKED), draft(LONG)
    assert alike(mine, Held(held("b"), its, ASKED))
    assert not alike(mine, mine)
    assert not alike(mine, Held(held("b", "other"), its, ASKED))
    assert not alike(mine, Held(held("b", draft_state="streaming"), its, ASKED))
    assert not alike(mine, Held(held("b", outstanding=("judge",)), its, ASKED))
    assert not alike(mine, Held(replace(held("b"), state="claimed"), its, ASKED))
    assert not alike(mine, Held(held("b"), draft(LONG, "0/tool_calls/0/arguments"), ASKED))
    refusal = Held(held("a"), draft(LONG, "0/refusal"), ASKED)
    assert not alike(refusal, Held(held("b"), its, ASKED))
    assert not alike(mine, Held(held("b"), Draft({"0/content": "No. "}, its.pending), ASKED))


def test_equal_answers_to_different_questions_are_two() -> None:
    """What is right for one customer may be wrong for another."""
    fine = draft("Yes, you may take both.")
    one = Held(held("a"), fine, "May I take ibuprofen with my pills?")
    assert alike(one, Held(held("b"), fine, "may I  take ibuprofen, with my pills!"))
    assert not alike(one, Held(held("b"), fine, "May I take warfarin with my pills?"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (ASKED, ASKED, True),
        (ASKED, ASKED.upper(), True),
        ("Is 5 fine?", "Is 5 \uff46\uff49\uff4e\uff45?", True),
        ("Is 5 fine?", "Is -5 fine?", False),
        ("Is 1.000 fine?", "Is 1,000 fine?", False),
        ("A or B?", "B or A?", False),
        ("", "", False),
        ("?!", "?!", False),
    ],
)
def test_two_customers_wrote_the_same_words(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected
    assert same(other, one) is expected
