"""Checks that ask a model, answered by a rule test instead: what would they have said?

Every other check is the real one. Knows no case, only names and scores.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from hitl_chat.core.events import Verdict
from hitl_chat.ports import Asked, Check, Checks, Cost
from hitl_chat.rules.facts import Compiled
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.tuning.selecting import Looks, Selected

FREE = "free"


class Answered(Selected):
    """`scores` are what the checks would say of this one draft, whatever part they look at."""

    def __init__(self, ruleset: Ruleset, checks: Checks, scores: Mapping[str, float]) -> None:
        super().__init__(ruleset, checks)
        self._scores = scores

    def looks(self, compiled: Compiled) -> Looks:
        looks = super().looks(compiled)
        return replace(looks, checks=tuple(self._answered(check) for check in looks.checks))

    def unanswered(self, compiled: Compiled) -> list[str]:
        """The checks that would ask a model after all."""
        checks = super().looks(compiled).checks
        return [c.name for c in checks if c.cost != FREE and c.name not in self._scores]

    def _answered(self, check: Check) -> Check:
        if check.cost == FREE or check.name not in self._scores:
            return check
        return _Answer(check, self._scores[check.name])


class _Answer:
    """`ports.Check`."""

    def __init__(self, check: Check, score: float) -> None:
        self.name, self.timeout = check.name, check.timeout
        self.cost: Cost = check.cost
        self._score = score

    def begin(self, asked: Asked) -> None:
        """Nothing has to be begun."""

    async def judge(self, asked: Asked) -> Verdict:
        about = asked.field, asked.start, asked.upto, asked.final
        return Verdict(self.name, self._score, *about, detail="as the test says")
