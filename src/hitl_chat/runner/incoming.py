"""One request for an answer, read and checked, before anything is decided about it."""

from collections.abc import Mapping
from typing import Any

from hitl_chat.core.types import Value


class Incoming(Value, frozen=True):
    """`body` is what may go on to the model; `digest` names the very bytes that were sent."""

    tenant: str
    key: str
    model: str
    body: Mapping[str, Any]
    digest: str
    stream: bool = False
    aware: bool = False
    conv: str = ""  # "" when the client named none
    scope: str = ""
    channel: str = ""
    tags: frozenset[str] = frozenset()
    idempotency_key: str = ""
    headers: Mapping[str, str] = {}
    choices: int = 1
    schema: Mapping[str, Any] | None = None
