"""What supervisors do from the wall: call agents, and move thresholds for a time.

Owns the thresholds that stand, and the rules as turns ask for them: with these in place. They end
by themselves; what may be moved is `core.adjusting`'s to say, when it is asked and at every use.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from hitl_chat.core import adjusting
from hitl_chat.core.adjusting import LONGEST, Adjustment
from hitl_chat.core.command import Refusal
from hitl_chat.errors import NotFound, Unprocessable
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import refused
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.people_views import View
from hitl_chat.store import directions
from hitl_chat.store.directions import Call


class Rules(Protocol):
    """What `budgeting.Budgeting` gives."""

    def for_request(self, facts: RequestFacts) -> Compiled: ...

    @property
    def certified_at(self) -> float: ...


class ThresholdView(View, frozen=True):
    """One that can be moved: where it stands by the rules, how far up it may go, and, while it is
    moved, where to, until when and by whom."""

    rule: str
    check: str
    stands: float
    highest: float
    id: str = ""
    above: float | None = None
    until: float | None = None
    name: str = ""


class Directing:
    def __init__(self, desk: Desk, rules: Rules, ruleset: Callable[[], Ruleset]) -> None:
        self._desk, self._rules, self._ruleset = desk, rules, ruleset
        self._moved: Mapping[str, Sequence[Adjustment]] = {}
        self._loading = asyncio.Lock()  # what was read later is what counts

    async def load(self) -> None:
        async with self._loading:
            now = self._desk.clock.now()
            self._moved = await self._desk.db.read(lambda conn: directions.standing(conn, now))

    # --- the rules, as turns ask for them -----------------------------------------------------

    def for_request(self, facts: RequestFacts) -> Compiled:
        compiled = self._rules.for_request(facts)
        moved = self._standing(facts.tenant)
        if not moved:
            return compiled
        policy, applied = adjusting.under(compiled.policy, moved, self._rules.certified_at)
        return replace(
            compiled,
            policy=policy,
            moved={f"{each.rule}/{each.check}": each.above for each in applied},
        )

    def _standing(self, tenant: str) -> list[Adjustment]:
        here = self._moved.get(tenant)
        if not here:
            return []
        now = self._desk.clock.now()
        return [each for each in here if each.until > now]

    # --- thresholds ---------------------------------------------------------------------------

    def thresholds(self, tenant: str) -> tuple[ThresholdView, ...]:
        standing = {(each.rule, each.check): each for each in self._standing(tenant)}
        certified = self._rules.certified_at
        return tuple(
            _shown(
                ThresholdView(
                    plan.rule.name, check, above, adjusting.highest(plan.rule, check, certified)
                ),
                standing.get((plan.rule.name, check)),
            )
            for plan in self._ruleset().planned
            for check, above in adjusting.tested(plan.rule).items()
        )

    async def move(self, by: Agent, rule: str, check: str, above: float, seconds: float) -> None:
        """The last word about a test replaces the one before."""
        now = self._desk.clock.now()
        person = by.person
        made = Adjustment(
            *(self._desk.ids("threshold"), rule, check, above, now + min(seconds, LONGEST)),
            by=person.id,
            name=person.name,
        )
        plans = {plan.rule.name: plan.rule for plan in self._ruleset().planned}
        wrong = adjusting.objection(plans.get(rule), made, self._rules.certified_at)
        if wrong is not None:
            raise Unprocessable(wrong.sentence, code=wrong.code, details=wrong.details)
        stood = adjusting.tested(plans[rule])[check]
        await self._desk.db.write(lambda conn: directions.move(conn, by.tenant, made, stood, now))
        await self.load()

    async def end(self, by: Agent, ident: str) -> None:
        if all(each.id != ident for each in self._standing(by.tenant)):
            msg = f"no threshold {ident!r} is moved now"
            raise NotFound(msg, code="threshold_not_found")
        now = self._desk.clock.now()
        await self._desk.db.write(
            lambda conn: directions.end(conn, by.tenant, ident, by.person.id, now)
        )
        await self.load()

    # --- calls --------------------------------------------------------------------------------

    async def call(self, by: Agent, to: str, text: str) -> None:
        """To somebody who is online (away or not), or to all of them."""
        if to and self._desk.people.find(to, by.tenant) is None:
            raise refused(Refusal("not_online", f"{to!r} is not online: choose somebody who is"))
        person, now = by.person, self._desk.clock.now()
        said = Call(self._desk.ids("call"), person.id, person.name, to, text.strip(), now)
        await self._desk.db.write(lambda conn: directions.call(conn, by.tenant, said))
        await self._desk.feed.ring()


def _shown(view: ThresholdView, made: Adjustment | None) -> ThresholdView:
    if made is None:
        return view
    return replace(view, id=made.id, above=made.above, until=made.until, name=made.name)
