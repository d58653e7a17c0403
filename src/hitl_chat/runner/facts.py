"""What is known about one turn from its request: made once, before the model is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_chat.core.types import Value


class TurnFacts(Value, frozen=True):
    """`request_key` names the request so that a retry finds its running hold."""

    id: str
    tenant: str
    conv: str
    model: str
    stream: bool
    messages: Sequence[Mapping[str, Any]]
    request_key: str = ""
    idempotency_key: str = ""
    channel: str = ""
    tags: frozenset[str] = frozenset()
    rules_version: str = ""
    started_at: float = 0.0
    schema: Mapping[str, Any] | None = None
    choices: int = 1
    aware: bool = False
    caller: str = ""
    conv_source: str = ""
    scope: str = ""
