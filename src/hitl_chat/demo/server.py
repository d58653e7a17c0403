"""The demo's server process: the usual program with two additions.

The shop's page may fetch a token, and what happens is told, texts included, because they are made
up; `serve` never does that. The process is started by `supervise.py`, which also kills it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC
from datetime import datetime as moment
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Meta, Struct

from hitl_chat.app import Program
from hitl_chat.checks import preparing
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Reason
from hitl_chat.demo.customer import instructions
from hitl_chat.demo.stage import MODEL, TENANT
from hitl_chat.runner import ids
from hitl_chat.runner.people_online import Online
from hitl_chat.server.auth import Caller
from hitl_chat.server.conversations import granted
from hitl_chat.store import holds
from hitl_chat.store.events import Event

SHOWN = 70
VISITOR = {"name": "Robin Vale", "tier": "member", "since": "2021", "order": "5120"}  # made up
TOLD = ("hold.opened", "hold.decided")


class Narrator:
    """Tells what happens, a line each."""

    def __init__(
        self, program: Program, tell: Callable[[str], None], sign: Callable[[str], None]
    ) -> None:
        """`tell` is for people, `sign` for the parent process."""
        self._program, self._tell, self._sign = program, tell, sign

    async def ready(self) -> None:
        """Once nobody who asks now waits for a library to be read."""
        await preparing.prepare(self._program.rules.current.configured.values())
        alive = await self._program.db.read(lambda conn: holds.alive(conn, None))
        self._sign(f"ready {len(alive)}")

    def came(self, online: Online, here: bool) -> None:
        """Customers come while somebody is there to decide."""
        self._sign("desk" if self._program.people.anyone(online.tenant) else "empty")

    async def heard(self, page: Sequence[Event]) -> None:
        for event in page:
            if event.type in TOLD:
                at = moment.fromtimestamp(event.at, UTC).astimezone()
                self._tell(f"{at:%H:%M:%S} {await self._line(event)}")
                self._sign(event.type)

    async def _line(self, event: Event) -> str:
        db, ident = self._program.db, str(event.body["hold"])
        hold = await db.read(lambda conn: holds.get(conn, None, ident))
        if hold is None:
            return ident
        if event.type == "hold.decided":
            return f"{hold.conv:<10} {decided(hold)}"
        draft = await db.read(lambda conn: holds.draft(conn, None, ident))
        return f"{hold.conv:<10} {held(hold, draft)}"


def held(hold: Hold, draft: Draft) -> str:
    """How far the answer came, the words that stopped it, and who says so."""
    sent = sum(map(len, draft.sent.values()))
    reason = next((each for each in hold.reasons if each.spans), hold.reasons[0])
    words = [
        (draft.sent.get(at.field, "") + draft.pending.get(at.field, ""))[at.start : at.end]
        for at in reason.spans
    ]
    quote = f" at {words[0][:SHOWN]!r}" if words and words[0] else ""
    return f"{sent} characters sent, HELD{quote}   rule {', '.join(hold.terms.rules)}{why(reason)}"


def why(reason: Reason) -> str:
    """What a check says; of patterns the quoted words say it all."""
    scanned = ":" in reason.check
    return f" · {reason.check}: {reason.detail}" if reason.detail and not scanned else ""


def decided(hold: Hold) -> str:
    made = hold.decision
    if made is None:
        return "decided"
    text = " ".join(made.texts.values()).strip()
    who, seconds = made.display or made.by, made.at - hold.opened_at
    two = f", confirmed by {made.seconder_name}" if made.seconder else ""
    return f"{who}: {made.action}{two}, {seconds:.0f} s   {text[:SHOWN]}"


class Visitor(Struct, frozen=True):
    """What the shop's page says: its conversation, if it has one already."""

    conversation_id: Annotated[str, Meta(pattern="^shop_[a-z0-9_-]{1,60}$")] = ""


def shop_token(program: Program, key: str) -> APIRouter:
    """What a shop's own server does: it makes its visitors' tokens, with the shop's instructions.

    A conversation's name is unguessable, so whoever knows it is its visitor. A shop with customers'
    accounts looks whose conversation it is.
    """
    router = APIRouter()

    @router.post("/shop/token")
    async def token(request: Request) -> Response:
        visitor = msgspec.json.decode(await request.body() or b"{}", type=Visitor)
        name = visitor.conversation_id or ids.new("shop")
        holder = Caller(
            TENANT,
            key.split("_")[1],
            conversation=await program.customers.begin(TENANT, name, VISITOR),
            models=(MODEL,),
            instructions=await program.instructions.keep(TENANT, instructions()["content"]),
        )
        made = granted(program.keys, holder)
        return Response(msgspec.json.encode(made), media_type="application/json")

    return router
