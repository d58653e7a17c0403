"""The budget of holds at work: where the threshold stands for an answer that begins now.

The rules, as turns ask for them. The threshold goes on through changes of the rules, and never
rises above what is certified. Who looks at certificates tells `certified`.
"""

from collections.abc import Callable
from math import inf

from msgspec.structs import replace

from hitl_chat.core.budget import Budget, under
from hitl_chat.core.conditions import leaves
from hitl_chat.core.policy import Policy
from hitl_chat.ports import Clock
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.turn import Turn


class Budgeting:
    def __init__(
        self,
        rules: Callable[[], Ruleset],
        clock: Clock,
        stopped: Callable[[str], object],
        told: Callable[[float], None],
    ) -> None:
        """`stopped`: whether a stop switch decides about a tenant's answers, and not rules."""
        self._rules, self._clock, self._stopped, self._told = rules, clock, stopped, told
        self._threshold: float | None = None
        self._certified: tuple[Ruleset, float] | None = None
        self._ended_at = clock.monotonic()

    def resume(self, threshold: float | None) -> None:
        """Where it stood when the last server ended, as its record says."""
        self._threshold = threshold
        self._tell()

    def certified(self, ruleset: Ruleset, threshold: float | None) -> None:
        """The highest threshold that these rules' certificate allows; None: it is void."""
        lowest = ruleset.budget.lowest if ruleset.budget else 0.0
        self._certified = ruleset, lowest if threshold is None else threshold
        self._tell()

    def for_request(self, facts: RequestFacts) -> Compiled:
        ruleset = self._rules()
        compiled = ruleset.for_request(facts)
        budget = self._budget(ruleset)
        if budget is None or not _moves(compiled.policy):
            return compiled
        policy = under(compiled.policy, budget.threshold)
        return replace(compiled, policy=policy, budget=budget.threshold)

    @property
    def certified_at(self) -> float:
        """The risk from which the rules must hold: their certificate's; without one, none.

        0 until somebody has looked at it: then nothing may be moved up.
        """
        ruleset = self._rules()
        if not ruleset.certificate:
            return inf
        seen, threshold = self._certified or (None, 0.0)
        return threshold if seen is ruleset else 0.0

    def ended(self, turn: Turn) -> None:
        """An answer is over, and a person had it, or nobody."""
        held = turn.hold is not None
        if self._stopped(turn.tenant) or not (held or turn.ending == "model"):
            return
        now = self._clock.monotonic()
        since, self._ended_at = now - self._ended_at, now
        budget = self._budget(self._rules())
        if budget is not None:
            self._threshold = budget.after(held=held, seconds=since).threshold
            self._told(self._threshold)

    def _budget(self, ruleset: Ruleset) -> Budget | None:
        budget = ruleset.budget
        if budget is None:
            return None
        stands = budget.threshold if self._threshold is None else self._threshold
        return budget.within(self.certified_at or budget.lowest).at(stands)

    def _tell(self) -> None:
        budget = self._budget(self._rules())
        if budget is not None:
            self._told(budget.threshold)


def _moves(policy: Policy) -> bool:
    return any(test.moves for rule in policy.rules for test in leaves(rule.when))
