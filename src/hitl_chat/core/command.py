"""Who commands, and what they are told when a command changed nothing."""

from collections.abc import Mapping

from hitl_chat.core.roles import may
from hitl_chat.core.types import Value


class Person(Value, frozen=True):
    """Who acts, in which role."""

    id: str
    display: str = ""
    role: str = "agent"

    @property
    def name(self) -> str:
        return self.display or self.id

    @property
    def supervisor(self) -> bool:
        """Whether they may force another's claim and undo another's proposal."""
        return may(self.role, "force")


class Refusal(Value, frozen=True):
    """Why a command changed nothing: a code for programs, a sentence for people."""

    code: str
    sentence: str
    details: Mapping[str, object] = {}
