"""How many answers may be held: a threshold that follows what was held.

Pure. A quantile of yesterday's scores misses its target badly as soon as traffic changes; this
moves a small step after every answer, up when it was held and down when it was not, so that in the
long run what is held is the budget, whatever comes.
"""

from msgspec.structs import replace

from hitl_chat.core.conditions import moved
from hitl_chat.core.policy import Policy, Rule
from hitl_chat.core.types import Value


class Budget(Value, frozen=True):
    """Hold from `threshold` on, between `lowest` and `highest`.

    What may be held is a `share` of all answers, or so many `per_second` if that is not None.
    """

    share: float = 0.0
    per_second: float | None = None
    threshold: float = 0.5
    step: float = 0.01
    lowest: float = 0.0
    highest: float = 1.0

    def after(self, *, held: bool, seconds: float = 0.0) -> "Budget":
        """An answer is over, so long after the one before.

        What was not used in a quiet hour is not saved up: an answer adds one hold at most.
        """
        allowed = self.share if self.per_second is None else min(1.0, self.per_second * seconds)
        return self.at(self.threshold + self.step * (float(held) - allowed))

    def at(self, threshold: float) -> "Budget":
        return replace(self, threshold=min(self.highest, max(self.lowest, threshold)))

    def within(self, ceiling: float) -> "Budget":
        """Never above `ceiling`, also where that lies below all it was to move in."""
        highest = min(self.highest, ceiling)
        return replace(self, highest=highest, lowest=min(self.lowest, highest)).at(self.threshold)


def under(policy: Policy, threshold: float) -> Policy:
    """The policy of an answer that begins now: its moving tests stand where the budget does."""
    rules = {rule: _under(rule, threshold) for rule in policy.rules}
    return replace(
        policy,
        rules=tuple(rules.values()),
        undecided=tuple(rules[rule] for rule in policy.undecided),
    )


def _under(rule: Rule, threshold: float) -> Rule:
    return replace(rule, when=moved(rule.when, threshold))
