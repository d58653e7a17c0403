"""Who commands, and what they are told when a command changed nothing."""

from collections.abc import Mapping

from hitl_chat.core.types import Value

ROLES = ("agent", "supervisor", "engineer", "auditor", "admin")
DECIDING = ROLES[:2]  # who may decide holds and speak to customers


class Person(Value, frozen=True):
    """An agent, or a supervisor, who may force another's claim and undo another's proposal."""

    id: str
    display: str = ""
    supervisor: bool = False

    @property
    def name(self) -> str:
        return self.display or self.id


class Refusal(Value, frozen=True):
    """Why a command changed nothing: a code for programs, a sentence for people."""

    code: str
    sentence: str
    details: Mapping[str, object] = {}
