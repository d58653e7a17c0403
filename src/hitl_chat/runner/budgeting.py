"""The budget of holds at work: where the threshold stands for an answer that begins now.

The rules, as turns ask for them. Each tenant has a threshold of its own: what one holds moves no
other's. It goes on through changes of the rules, and never rises above what is certified. Who looks
at certificates tells `certified`.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import NamedTuple

from msgspec.structs import replace

from hitl_chat.core.budget import Budget, under
from hitl_chat.core.conditions import leaves
from hitl_chat.core.policy import Policy
from hitl_chat.ports import Clock
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.turn import Turn

MOST = 1000  # tenants; the one that had no answer for longest begins anew


class Stands(NamedTuple):
    """Where a tenant's threshold stands, since its last answer."""

    threshold: float
    ended_at: float


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
        self._stands: dict[str, Stands] = {}  # the tenant that was quiet for longest first
        self._certified: tuple[Ruleset, float] | None = None
        self._began_at = clock.monotonic()

    def resume(self, thresholds: Mapping[str, float]) -> None:
        """Where they stood when the last server ended, as its record says."""
        for tenant, threshold in thresholds.items():
            self._keep(tenant, Stands(threshold, self._began_at))
        self._tell()

    def certified(self, ruleset: Ruleset, threshold: float | None) -> None:
        """The highest threshold that these rules' certificate allows; None: it is void."""
        lowest = ruleset.budget.lowest if ruleset.budget else 0.0
        self._certified = ruleset, lowest if threshold is None else threshold
        self._tell()

    def for_request(self, facts: RequestFacts) -> Compiled:
        ruleset = self._rules()
        compiled = ruleset.for_request(facts)
        budget = self._budget(ruleset, facts.tenant)
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
        budget = self._budget(self._rules(), turn.tenant)
        if budget is None:
            return
        now, before = self._clock.monotonic(), self._stands.get(turn.tenant)
        since = now - (before.ended_at if before else self._began_at)
        self._keep(turn.tenant, Stands(budget.after(held=held, seconds=since).threshold, now))
        self._tell()

    def _keep(self, tenant: str, stands: Stands) -> None:
        self._stands.pop(tenant, None)
        self._stands[tenant] = stands
        if len(self._stands) > MOST:
            del self._stands[next(iter(self._stands))]

    def _budget(self, ruleset: Ruleset, tenant: str) -> Budget | None:
        budget = ruleset.budget
        if budget is None:
            return None
        stands = self._stands.get(tenant)
        return self._bounded(budget).at(stands.threshold if stands else budget.threshold)

    def _bounded(self, budget: Budget) -> Budget:
        return budget.within(self.certified_at or budget.lowest)

    def _tell(self) -> None:
        """The highest of all tenants: where least is held."""
        budget = self._rules().budget
        if budget is not None:
            known = [each.threshold for each in self._stands.values()] or [budget.threshold]
            self._told(self._bounded(budget).at(max(known)).threshold)


def _moves(policy: Policy) -> bool:
    return any(test.moves for rule in policy.rules for test in leaves(rule.when))
