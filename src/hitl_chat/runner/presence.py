"""Whether the customer of a conversation is there: a request of theirs is open, or a page follows.

Told where a person speaks; never recorded. Knows no connection.
"""

from typing import TYPE_CHECKING

from hitl_chat.runner.signals import CustomerThere, Signals
from hitl_chat.runner.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable


class Presence:
    """`followed` is the customer channel's: whether anybody follows a conversation there."""

    def __init__(self, voices: Voices, signals: Signals) -> None:
        self._voices, self._signals = voices, signals
        self.followed: Callable[[str, str], bool] = lambda tenant, conv: False

    def of(self, tenant: str, conv: str) -> bool:
        asks = any(turn.listened for turn in self._voices.here(tenant, conv))
        return asks or self.followed(tenant, conv)

    def changed(self, tenant: str, conv: str) -> None:
        """Somebody began, or ceased, to listen."""
        if self._voices.speaker(tenant, conv) is not None:
            self._signals.tell(CustomerThere(tenant, conv))
