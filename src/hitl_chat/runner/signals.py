"""What happens here and is worth showing, but not recording: a draft grows, somebody types.

Told to whoever listens in this program, in order, and then forgotten. Knows no listener.
"""

from collections.abc import Callable, Mapping

from hitl_chat.core.types import Field, Value


class Grew(Value, frozen=True):
    """A held draft: all of its pending text as it is now."""

    tenant: str
    hold: str
    pending: Mapping[Field, str]


class Types(Value, frozen=True):
    """The person who speaks in a conversation is, or stopped, typing."""

    tenant: str
    conversation: str
    display: str
    on: bool


class CustomerTypes(Value, frozen=True):
    """The customer of a conversation is, or stopped, typing."""

    tenant: str
    conversation: str
    on: bool


class CustomerThere(Value, frozen=True):
    """Somebody began, or ceased, to listen in a conversation that a person speaks in."""

    tenant: str
    conversation: str


class Peopled(Value, frozen=True):
    """Somebody came, went, or set themselves away."""

    tenant: str


class Attended(Value, frozen=True):
    """Somebody looks at another hold, or began or stopped writing about one."""

    tenant: str


Signal = Grew | Types | CustomerTypes | CustomerThere | Peopled | Attended
Heard = Callable[[Signal], None]


class Signals:
    def __init__(self) -> None:
        self._heard: dict[object, Heard] = {}

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Be told of every signal; the answer ends it."""
        name = object()
        self._heard[name] = heard
        return lambda: (self._heard.pop(name, None), None)[1]

    def tell(self, signal: Signal) -> None:
        for heard in tuple(self._heard.values()):
            heard(signal)
