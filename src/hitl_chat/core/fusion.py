"""Several scores, one risk: a logistic over what the checks said, and over which said nothing.

Pure. No weight is negative, so a risk never falls while a draft grows. `risk` is a score like any
other, so rules test it like any other. Learned by tuning, written down in the rules file; knows
no check's algorithm.
"""

from collections.abc import Collection, Mapping
from math import tanh

from hitl_chat.core.types import Value

RISK = "risk"


class Fusion(Value, frozen=True):
    """`missing` counts for a check that will not speak any more. Checks that cost something are
    asked only while the risk without them lies in `ask_from..ask_upto`: beyond, they would change
    nothing."""

    weights: Mapping[str, float]
    missing: Mapping[str, float] = {}
    bias: float = 0.0
    ask_from: float = 0.0
    ask_upto: float = 1.0

    def risk(self, scores: Mapping[str, float], waiting: Collection[str] = ()) -> float:
        """Checks in `waiting` may still speak: until then they count for nothing."""
        total = self.bias
        for part in self.parts(scores, waiting).values():
            total += part
        return 0.5 + 0.5 * tanh(total / 2.0)  # the logistic, without an exp() to overflow

    def so_far(self, scores: Mapping[str, float]) -> float:
        """The least that the risk can become: everybody may still speak."""
        return self.risk(scores, self.weights)

    def parts(self, scores: Mapping[str, float], waiting: Collection[str] = ()) -> dict[str, float]:
        """What each check counts for now, before the logistic."""
        missing = {name: self.missing.get(name, 0.0) for name in self.weights.keys() - set(waiting)}
        return {
            check: missing.get(check, 0.0) if check not in scores else weight * scores[check]
            for check, weight in self.weights.items()
        }

    def is_undecided(self, scores: Mapping[str, float]) -> bool:
        """Whether the risk without those who said nothing may lie in the band."""
        return self.ask_from <= self.risk(scores) and self.so_far(scores) <= self.ask_upto
