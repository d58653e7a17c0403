"""Which hold each person looks at now, or writes about: to be shown, not to be recorded.

One hold for each person, the latest; forgotten when their last console is gone. In this program's
memory: another one's consoles do not see it. It claims nothing; a claim does.
"""

from typing import Literal

from hitl_chat.core.command import Person
from hitl_chat.core.types import Value
from hitl_chat.runner.people_online import Online, PeopleOnline
from hitl_chat.runner.signals import Attended, Signals

Doing = Literal["looking", "editing"]


class Look(Value, frozen=True):
    """What one person attends to."""

    person: Person
    tenant: str
    hold: str
    doing: Doing


class Attention:
    def __init__(self, people: PeopleOnline, signals: Signals) -> None:
        self._people, self._signals = people, signals
        self._looks: dict[str, Look] = {}
        people.on_change(self._came_or_went)

    def of(self, tenant: str) -> list[Look]:
        return [look for look in self._looks.values() if look.tenant == tenant]

    def give(self, person: Person, tenant: str, hold: str, doing: Doing) -> None:
        """To no hold: `hold` is "". Only who has a console open can look at anything."""
        before = self._looks.pop(person.id, None)
        look = None
        if hold and self._people.find(person.id, tenant):
            look = self._looks[person.id] = Look(person, tenant, hold, doing)
        if look != before:
            self._signals.tell(Attended(tenant))

    def _came_or_went(self, online: Online, here: bool) -> None:
        if not here and online.person.id in self._looks:
            del self._looks[online.person.id]
            self._signals.tell(Attended(online.tenant))
