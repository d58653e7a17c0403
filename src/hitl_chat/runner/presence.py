"""Who is there for whom in a conversation that a person speaks in, or should.

The customer: a request of theirs is open, or a page follows; told, never recorded. And anybody who
could answer: where nobody has been for a while, no customer waits for one. Who works by a key has
no console, and counts as nobody. Knows no connection.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.events import Unattended
from hitl_chat.core.state import Waits
from hitl_chat.ports import Clock
from hitl_chat.runner.customer_news import SOMEBODY
from hitl_chat.runner.people_online import Online, PeopleOnline
from hitl_chat.runner.signals import CustomerThere, Signals
from hitl_chat.runner.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable


class Presence:
    """`followed` is the customer channel's: whether anybody follows a conversation there.

    `grace`: whoever was there so lately, or before the program began, may be about to come again.
    """

    def __init__(
        self, voices: Voices, signals: Signals, people: PeopleOnline, clock: Clock, grace: float
    ) -> None:
        self._voices, self._signals, self._people = voices, signals, people
        self._clock, self._grace = clock, grace
        self._began = clock.now()
        self._went: dict[str, float] = {}  # when somebody went last, by tenant
        self.followed: Callable[[str, str], bool] = lambda tenant, conv: False
        people.on_change(self._came_or_went)

    def of(self, tenant: str, conv: str) -> bool:
        asks = any(turn.listened for turn in self._voices.here(tenant, conv))
        return asks or self.followed(tenant, conv)

    def changed(self, tenant: str, conv: str) -> None:
        """Somebody began, or ceased, to listen."""
        if self._voices.speaker(tenant, conv) is not None:
            self._signals.tell(CustomerThere(tenant, conv))

    def patience(self, speaker: Conversation | None, waits: Waits) -> Waits:
        """How long a new request waits for a person: not at all where nobody could be meant."""
        if speaker is None or not self._in_vain(speaker):
            return waits
        return replace(waits, reply=0.0)

    def excuse(self) -> None:
        """What began to wait while somebody could be meant, and waits for nobody now, ends."""
        for known in self._voices.everyone():
            if self._in_vain(known):
                for turn in self._voices.here(known.tenant, known.id):
                    turn.feed(Unattended(SOMEBODY))

    def _in_vain(self, speaker: Conversation) -> bool:
        if not speaker.unattended or self._people.anyone(speaker.tenant):
            return False
        return self._clock.now() - self._went.get(speaker.tenant, self._began) >= self._grace

    def _came_or_went(self, online: Online, here: bool) -> None:
        if not here or online.away:
            self._went[online.tenant] = self._clock.now()
