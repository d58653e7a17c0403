"""What is known about one turn from its request: made once, before the model is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hitl_chat.core.types import Value
from hitl_chat.store.turn_records import Began


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
    criteria_version: str = ""
    started_at: float = 0.0
    schema: Mapping[str, Any] | None = None
    choices: int = 1
    aware: bool = False
    caller: str = ""
    conv_source: str = ""
    scope: str = ""

    def began(self) -> Began:
        """The turn's row: enough to know it again after a restart."""
        return Began(
            tenant=self.tenant,
            id=self.id,
            conv=self.conv,
            at=self.started_at,
            messages=orjson.dumps(self.messages),
            model=self.model,
            request_key=self.request_key,
            channel=self.channel,
            api_key=self.caller,
            rules_version=self.rules_version,
            criteria_version=self.criteria_version,
            envelope={"schema": self.schema},
            source=self.conv_source or "explicit",
        )
