"""Who could take a hold now: at their desk, able to, and in business hours.

Owns the settings about it: how work comes to people (`pull`: they choose, `next`: the server
chooses when they ask, `push`: the server chooses), and how much at once. Knows no store.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.staffing import Able, lacking, unsuited
from hitl_chat.core.types import Value
from hitl_chat.runner.people_online import PeopleOnline

Mode = Literal["pull", "next", "push"]
USUAL = 5


class Desking(Value, frozen=True):
    """The settings. `tenants` names those in which work comes to people another way."""

    mode: Mode = "pull"
    tenants: Mapping[str, Mode] = {}
    capacity: int = USUAL
    ring: float = 20.0

    def mode_of(self, tenant: str) -> Mode:
        return self.tenants.get(tenant, self.mode)


class Staff:
    def __init__(
        self,
        people: PeopleOnline,
        desking: Desking | None = None,
        is_open: Callable[[float], bool] = lambda at: True,
    ) -> None:
        self.people, self.is_open = people, is_open
        self.desking = desking or Desking()

    def fitting(self, tenant: str, terms: Terms, at: float) -> Mapping[str, int]:
        """Those whom a hold is for and who are there, with how much they take at once."""
        if not self.is_open(at):
            return {}
        return {
            one.person.id: self.most(one.able)
            for one in self.people.everyone(tenant)
            if not one.away and not lacking(one.able, terms)
        }

    def could_take(self, hold: Hold, at: float) -> Mapping[str, int]:
        """The same, for a hold as it is now: what was escalated is for supervisors."""
        fitting = self.fitting(hold.tenant, hold.terms, at)
        if not hold.escalated_by:
            return fitting
        found = {who: self.people.find(who, hold.tenant) for who in fitting}
        return {who: fitting[who] for who, one in found.items() if one and one.person.supervisor}

    def most(self, able: Able) -> int:
        return able.capacity or self.desking.capacity

    def may_take(self, by: Person, able: Able | None, hold: Hold) -> Refusal | None:
        """Whether somebody may take a hold by choosing it. `able` is None for scripts."""
        if able is None or by.supervisor:
            return None
        if hold.state == "open" and self.desking.mode_of(hold.tenant) != "pull":
            return Refusal("take_next", "here the server says which hold is next: press next")
        return unsuited(able, hold.terms)
