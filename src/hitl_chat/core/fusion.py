"""Several scores, one risk: a logistic over what the checks said, and over which said nothing.

Pure. `risk` is a score like any other, so rules test it like any other. Learned by tuning, written
down in the rules file; knows no check's algorithm.
"""

from collections.abc import Mapping
from math import tanh

from hitl_chat.core.types import Value

RISK = "risk"


class Fusion(Value, frozen=True):
    """`missing` counts for a check that has not spoken. Checks that cost something are asked only
    while the risk without them lies in `ask_from..ask_upto`: beyond, they would change nothing."""

    weights: Mapping[str, float]
    missing: Mapping[str, float] = {}
    bias: float = 0.0
    ask_from: float = 0.0
    ask_upto: float = 1.0

    def risk(self, scores: Mapping[str, float]) -> float:
        total = self.bias
        for part in self.parts(scores).values():
            total += part
        return 0.5 + 0.5 * tanh(total / 2.0)  # the logistic, without an exp() to overflow

    def parts(self, scores: Mapping[str, float]) -> dict[str, float]:
        """What each check counts for now, before the logistic."""
        return {
            check: self.missing.get(check, 0.0)
            if (score := scores.get(check)) is None
            else weight * score
            for check, weight in self.weights.items()
        }

    def is_undecided(self, scores: Mapping[str, float]) -> bool:
        return self.ask_from <= self.risk(scores) <= self.ask_upto
