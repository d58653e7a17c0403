"""What the demo's log says of a hold: how far the answer came, what stopped it, and who says so."""

import pytest

from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Reason, Span
from hitl_chat.demo.server import held

DRAFT = Draft({CONTENT: "Rinse twice. "}, {CONTENT: "Dry at 90 °C."})
HOT = (Span(CONTENT, 20, 25, "temperature"),)
FACTS = Reason("care", "facts", "threshold", 0.85, HOT, "unsupported temperature")
SCAN = Reason("care", "patterns:care", "matched", 1.0, HOT, r"\b90\b")
BARE = Reason("human", "wishes", "threshold", 0.9, detail="wants-a-person")


@pytest.mark.parametrize(
    ("reasons", "line"),
    [
        ((FACTS,), "HELD at '90 °C'   rule care · facts: unsupported temperature"),
        ((BARE, FACTS), "HELD at '90 °C'   rule care · facts: unsupported temperature"),
        ((SCAN,), "HELD at '90 °C'   rule care"),
        ((BARE,), "HELD   rule care · wishes: wants-a-person"),
        ((Reason("care", "", "ended"),), "HELD   rule care"),
    ],
)
def test_a_hold_in_one_line(reasons: tuple[Reason, ...], line: str) -> None:
    terms = Terms(rules=("care",))
    hold = Hold("h", "t", "c", "turn", 1, terms, reasons, 0.0, 300.0, 600.0, "whole")
    assert held(hold, DRAFT) == f"13 characters sent, {line}"
