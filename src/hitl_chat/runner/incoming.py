"""One request for an answer, read and checked, before anything is decided about it."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from hitl_chat.core.types import Value


class Incoming(Value, frozen=True):
    """`body` is what may go on to the model; `digest` names the very bytes that were sent, `size`
    counts them."""

    tenant: str
    key: str
    model: str
    body: Mapping[str, Any]
    digest: str
    size: int = 0
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
    customer: Mapping[str, str] = {}

    def after(self, answer: str) -> "Incoming":
        """The request as it reads once the answer it had to wait for is known.

        Our transcript is the authority: the client could not know that answer yet.
        """
        messages = list(self.body["messages"])
        last = next((m for m in reversed(messages) if m.get("role") == "assistant"), None)
        if not answer or (last is not None and last.get("content") == answer):
            return self
        messages.insert(len(messages) - 1, {"role": "assistant", "content": answer})
        body = {**self.body, "messages": messages}
        return replace(self, body=body, size=self.size + len(answer))
