"""The stop switch over the rules: what it adds, and what it leaves as it was."""

from hitl_chat.core.effects import OpenHold
from hitl_chat.core.events import CheckFailed
from hitl_chat.core.gate import begin, step
from hitl_chat.core.state import Waits
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.runner.stopped import under
from tests.rules.reading import rule, ruleset

FILE = f"defaults:\n  deadline: 7s\n  fallback: One moment.\n{rule()}"


def test_holding_everything_keeps_the_files_defaults() -> None:
    """They are the terms where a check fails that no rule speaks of."""
    compiled = under("hold", ruleset(FILE).for_request(RequestFacts()))
    gate, _ = begin(compiled.policy, 0.0, Waits())
    _, out = step(gate, CheckFailed("nobody:knows", "died"), 0.0)
    (hold,) = [effect for effect in out if isinstance(effect, OpenHold)]
    assert (hold.terms.deadline, hold.terms.fallback) == (7.0, "One moment.")
