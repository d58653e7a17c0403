"""Where requests belong: finds a request's conversation, remembers what its next will look like.

What the last turns left is kept in memory until the store surely has it. A history that two
conversations share proves nothing, and finds neither.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from hitl_chat.runner import identity, ids
from hitl_chat.runner.identity import Place
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.turn import Turn

REMEMBERED = 50_000


class Histories(Protocol):
    async def conversations(self, tenant: str, scope: str, history: str) -> Sequence[str]:
        """Those with this history; the second already says that it is nobody's own."""
        ...


class Places:
    def __init__(self, stored: Histories) -> None:
        self._stored = stored
        self._known: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def of(self, incoming: Incoming) -> Place:
        if incoming.conv:
            return Place(incoming.conv, "explicit", incoming.scope)
        before = identity.said_before(incoming.body["messages"])
        if before:
            key = (incoming.tenant, incoming.scope, identity.fingerprint(before))
            found = await self._found(key)
            if found:
                return Place(found, "history", incoming.scope)
        return Place(ids.new("conv"), "new", incoming.scope)

    async def _found(self, key: tuple[str, str, str]) -> str:
        """The one conversation with this history. Memory alone cannot say that it is the only one:
        another may have begun before the last start."""
        known = self._known.get(key)
        if known == "":
            return ""
        found = {*await self._stored.conversations(*key), *([known] if known else ())}
        return found.pop() if len(found) == 1 else ""

    def remember(self, turn: Turn) -> str:
        """The history that the next request of this turn's conversation will begin with."""
        texts = turn.transcript()
        calls = [
            (name, texts.get(f"{head}/arguments", ""))
            for head, (_, name) in turn.outlet.tools.items()
        ]
        history = identity.answered(turn.facts.messages, texts.get("0/content", ""), calls)
        key = (turn.tenant, turn.facts.scope, history)
        other = self._known.get(key, turn.conv)
        self._known[key] = turn.conv if other == turn.conv else ""
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return history
