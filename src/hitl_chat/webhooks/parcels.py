"""One webhook: whom it is told what, and how a message is packed for it.

A message is packed when its event is taken over, and shaped and signed when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from hitl_chat.store.events import Event
from hitl_chat.store.outbox import Packed, Parcel
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.addresses import PORTS, Network
from hitl_chat.webhooks.telling import NEAR, STOP, TEST, TITLES, Told, moot, told
from hitl_chat.webhooks.template import Template

TIMES = ("at", "deadline_at")


@dataclass(frozen=True, slots=True)
class Hook:
    """What the settings say about a webhook. Its URL may be as secret as its keys."""

    name: str
    url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    events: frozenset[str] = frozenset(TITLES)
    tenant: str = ""
    template: Template | None = None
    near: float = 15.0
    networks: tuple[Network, ...] = ()
    ports: tuple[int, ...] = PORTS

    def wants(self, tenant: str, type_: str) -> bool:
        """A stop switch for everybody concerns every tenant; nothing else crosses."""
        mine = not self.tenant or tenant == self.tenant or (not tenant and type_ == STOP)
        return type_ in self.events and mine


@dataclass(frozen=True, slots=True)
class Packing:
    """`feed` tells records apart: a restored one counts its events again. `console`: its page."""

    hook: Hook
    feed: str
    console: str

    def __call__(self, event: Event) -> Packed:
        mine = (each for each in told(event) if self.hook.wants(event.tenant, each.type))
        return Packed([self._parcel(event, each) for each in mine], moot(event))

    def _parcel(self, event: Event, said: Told) -> Parcel:
        ident = f"{self.feed}-{event.id}{'-near' if said.type == NEAR else ''}"
        content = message(ident, said.type, event.at, event.tenant, said.facts, self.console)
        due_at = event.at
        if said.before is not None:
            due_at = max(event.at, said.before - self.hook.near)
        return Parcel(
            target=self.hook.name,
            tenant=event.tenant,
            type=said.type,
            subject=said.subject,
            body=msgspec.json.encode(content).decode(),
            event=event.id,
            at=event.at,
            due_at=due_at,
        )


def message(
    ident: str, type_: str, at: float, tenant: str, facts: Mapping[str, object], console: str
) -> dict[str, object]:
    """What is told, in its own shape."""
    content: dict[str, object] = {
        "id": ident,
        "type": type_,
        "title": TITLES[type_],
        "detail": detail(type_, tenant, facts),
        "at": at,
        "tenant": tenant,
        **facts,
        "url": _page(console, facts),
    }
    return content | {name: _time(content[name]) for name in TIMES if name in content}


def test_message(ident: str, at: float, console: str) -> dict[str, object]:
    return message(ident, TEST, at, "", {}, console)


def shaped(
    hook: Hook, content: Mapping[str, object], now: float
) -> tuple[bytes, Mapping[str, str]]:
    """The body and the headers of one delivery."""
    encode = msgspec.json.encode
    body = encode(content) if hook.template is None else hook.template.render(content)
    return body, signing.headers(hook.keys, str(content["id"]), now, body)


def _page(console: str, facts: Mapping[str, object]) -> str:
    for at, name in (("hold", "hold"), ("conv", "conversation")):
        if name in facts:
            return f"{console}#{at}:{facts[name]}"
    return console


def detail(type_: str, tenant: str, facts: Mapping[str, object]) -> str:
    """The facts as one line for people; never empty, which some programs refuse."""
    rules, until = facts.get("rules"), facts.get("deadline_at")
    parts = [
        tenant,
        ", ".join(map(str, rules)) if isinstance(rules, list) else "",
        str(facts.get("action", "")),
        f"mode: {facts['mode'] or 'off'}" if type_ == STOP else "",
        f"until {_moment(until):%H:%M:%S} UTC" if until is not None else "",
    ]
    return " · ".join(filter(None, parts)) or type_


def _time(at: object) -> str:
    return _moment(at).isoformat(timespec="milliseconds")


def _moment(at: object) -> datetime:
    return datetime.fromtimestamp(at if isinstance(at, int | float) else 0.0, UTC)
