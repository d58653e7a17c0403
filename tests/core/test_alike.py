"""Held answers that are nearly the same: what may differ, and what may not."""

import pytest
from msgspec.structs import replace

from hitl_chat.core.alike import alike, near
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
        ("", "", False),
        ("!", "?", False),
    ],
)
def test_hardly_a_word_may_differ_and_no_number(one: str, other: str, expected: bool) -> None:
    assert near(one, other) is expected
    assert near(other, one) is expected


def test_the_same_rules_and_one_answer_that_waits_for_anybody() -> None:
    here, its = held("a"), draft(LONG)
    assert alike(here, its, held("b"), its)
    assert not alike(here, its, here, its)
    assert not alike(here, its, held("b", "other"), its)
    assert not alike(here, its, held("b", draft_state="streaming"), its)
    assert not alike(here, its, held("b", outstanding=("judge",)), its)
    assert not alike(here, its, replace(held("b"), state="claimed"), its)
    assert not alike(here, its, held("b"), draft(LONG, "0/tool_calls/0/arguments"))
    assert not alike(here, draft(LONG, "0/refusal"), held("b"), its)
    assert not alike(here, its, held("b"), Draft({"0/content": "No. "}, its.pending))
