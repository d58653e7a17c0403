"""How many answers may be held: a threshold that follows what was held.

Pure. A quantile of yesterday's scores misses its target badly as soon as traffic changes; this
moves a small step after every answer, up when it was held and down when it was not, so that in the
long run the share that is held is the budget, whatever comes.
"""

from msgspec.structs import replace

from hitl_chat.core.types import Value


class Budget(Value, frozen=True):
    """Hold from `threshold` on; `share` of all answers, between `lowest` and `highest`."""

    share: float
    threshold: float = 0.5
    step: float = 0.01
    lowest: float = 0.0
    highest: float = 1.0

    def holds(self, score: float) -> bool:
        return not (score < self.threshold)

    def after(self, *, held: bool) -> "Budget":
        moved = self.threshold + self.step * (float(held) - self.share)
        return replace(self, threshold=min(self.highest, max(self.lowest, moved)))
