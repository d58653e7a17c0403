"""What is known about one turn from its request: made once, before the model is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from msgspec.structs import replace

from hitl_chat.checks.transcript import customers, said_earlier
from hitl_chat.core.types import Value
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.runner.audit import is_chosen
from hitl_chat.runner.identity import Place
from hitl_chat.runner.incoming import Incoming
from hitl_chat.store.turn_records import Began


class TurnFacts(Value, frozen=True):
    """`request_key` names the request so that a retry finds its running hold; `size`: its bytes."""

    id: str
    tenant: str
    conv: str
    model: str
    stream: bool
    messages: Sequence[Mapping[str, Any]]
    request_key: str = ""
    size: int = 0
    idempotency_key: str = ""
    channel: str = ""
    tags: frozenset[str] = frozenset()
    rules_version: str = ""
    criteria_version: str = ""
    started_at: float = 0.0
    schema: Mapping[str, Any] | None = None
    customer: Mapping[str, str] = {}  # as the front end says
    choices: int = 1
    aware: bool = False
    caller: str = ""
    conv_source: str = ""
    scope: str = ""
    tools: Mapping[str, Any] = {}  # by name, what the arguments of each must look like
    audit: bool = False
    noted: Mapping[str, float] = {}  # for the record: what was drawn, and where thresholds stood
    unruled: bool = False  # it began while everything was to pass, whatever the rules say

    def under(self, rules: Compiled, audit_salt: bytes, *, unruled: bool) -> "TurnFacts":
        """Which rules it runs under, and whether somebody is to look at it whatever they say."""
        audit = is_chosen(self.id, rules.audit, audit_salt)
        noted = {"audit_rate": rules.audit} if audit else {}
        if rules.budget is not None:
            noted["budget"] = rules.budget
        noted |= {f"threshold {name}": above for name, above in rules.moved.items()}
        return replace(
            self,
            rules_version=rules.policy.version,
            criteria_version=rules.criteria,
            audit=audit,
            noted=noted,
            unruled=unruled,
        )

    def request(self) -> RequestFacts:
        """What rules may ask about it."""
        return RequestFacts(
            tenant=self.tenant,
            channel=self.channel,
            tags=self.tags,
            model=self.model,
            customer_text=customers(self.messages),
            history=said_earlier(self.messages),
            at=self.started_at,
        )

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
            envelope={"schema": self.schema, "tags": sorted(self.tags)}
            | ({"tools": self.tools} if self.tools else {}),
            source=self.conv_source or "explicit",
        )


def facts_of(ident: str, incoming: Incoming, place: Place, now: float) -> TurnFacts:
    return TurnFacts(
        id=ident,
        tenant=incoming.tenant,
        conv=place.id,
        model=incoming.model,
        stream=incoming.stream,
        messages=incoming.body["messages"],
        request_key=incoming.digest,
        size=incoming.size,
        idempotency_key=incoming.idempotency_key,
        channel=incoming.channel,
        tags=incoming.tags,
        started_at=now,
        schema=incoming.schema,
        tools=_tools(incoming.body),
        customer=incoming.customer,
        choices=incoming.choices,
        aware=incoming.aware,
        caller=incoming.key,
        conv_source=place.source,
        scope=place.scope,
    )


def _tools(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The functions that the model may call, as the request describes their arguments."""
    described = [each.get("function") for each in body.get("tools") or () if isinstance(each, dict)]
    described += body.get("functions") or ()
    return {
        str(each["name"]): each.get("parameters") or {}
        for each in described
        if isinstance(each, dict) and "name" in each
    }
