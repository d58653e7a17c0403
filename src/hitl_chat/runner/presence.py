"""Who is there for whom in a conversation that a person speaks in, or should.

The customer: a request of theirs is open, or a page follows; told, never recorded. And anybody who
could answer: where nobody is, no customer waits for one. Knows no connection.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.state import Waits
from hitl_chat.runner.people_online import PeopleOnline
from hitl_chat.runner.signals import CustomerThere, Signals
from hitl_chat.runner.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable


class Presence:
    """`followed` is the customer channel's: whether anybody follows a conversation there."""

    def __init__(self, voices: Voices, signals: Signals, people: PeopleOnline) -> None:
        self._voices, self._signals, self._people = voices, signals, people
        self.followed: Callable[[str, str], bool] = lambda tenant, conv: False

    def of(self, tenant: str, conv: str) -> bool:
        asks = any(turn.listened for turn in self._voices.here(tenant, conv))
        return asks or self.followed(tenant, conv)

    def changed(self, tenant: str, conv: str) -> None:
        """Somebody began, or ceased, to listen."""
        if self._voices.speaker(tenant, conv) is not None:
            self._signals.tell(CustomerThere(tenant, conv))

    def patience(self, speaker: Conversation | None, waits: Waits) -> Waits:
        """How long a new request waits for a person: not at all where nobody could be meant."""
        if speaker is None or speaker.owner or self._people.anyone(speaker.tenant):
            return waits
        return replace(waits, reply=0.0)
