"""Who is at their desk: a person is online while a console is connected and not set to away.

Owns the counting of consoles per person, and tells who came and who went.
Knows no socket, no hold, no conversation.
"""

from collections.abc import Callable

from msgspec.structs import replace

from hitl_chat.core.command import Person
from hitl_chat.core.staffing import Able
from hitl_chat.core.types import Value

NOTHING_SAID = Able()


class Online(Value, frozen=True):
    """A connected person as colleagues see them."""

    person: Person
    tenant: str
    away: bool = False
    able: Able = Able()


class PeopleOnline:
    """Consoles come and go; a person is gone when their last console is."""

    def __init__(self) -> None:
        self._online: dict[str, Online] = {}
        self._consoles: dict[str, set[object]] = {}
        self._told: list[Callable[[Online, bool], None]] = []

    def on_change(self, told: Callable[[Online, bool], None]) -> None:
        """`told(online, here)` is called when somebody comes, goes, or changes to or from away."""
        self._told.append(told)

    def enter(
        self, console: object, person: Person, tenant: str, able: Able = NOTHING_SAID
    ) -> None:
        self._consoles.setdefault(person.id, set()).add(console)
        known = self._online.get(person.id)
        self._set(Online(person, tenant, known.away if known else False, able))

    def leave(self, console: object, person: str) -> None:
        consoles = self._consoles.get(person, set())
        if console not in consoles:
            return
        consoles.remove(console)
        if not consoles:
            del self._consoles[person]
            self._tell(self._online.pop(person), here=False)

    def set_away(self, person: str, *, away: bool) -> None:
        known = self._online.get(person)
        if known is not None:
            self._set(replace(known, away=away))

    def learn(self, person: str, able: Able) -> None:
        """What somebody can do has changed."""
        known = self._online.get(person)
        if known is not None:
            self._set(replace(known, able=able))

    def anyone(self, tenant: str) -> bool:
        """Whether a hold of this tenant would be seen by anybody."""
        return any(one.tenant == tenant and not one.away for one in self._online.values())

    def find(self, person: str, tenant: str) -> Online | None:
        """A person who is connected and belongs to this tenant."""
        known = self._online.get(person)
        return known if known is not None and known.tenant == tenant else None

    def everyone(self, tenant: str) -> list[Online]:
        return [one for one in self._online.values() if one.tenant == tenant]

    def _set(self, online: Online) -> None:
        before = self._online.get(online.person.id)
        self._online[online.person.id] = online
        if before != online:
            self._tell(online, here=True)

    def _tell(self, online: Online, *, here: bool) -> None:
        for told in self._told:
            told(online, here)
