"""Requests that come again: which turn of this process a retry may follow.

Clients repeat a request byte for byte, rarely with a key that says so. Two strangers with the same
first words must never meet, so without a key nearly everything speaks for a new turn. Owns how much
of what is over is kept for them; beyond that, the record answers.
"""

import asyncio
from typing import NamedTuple
from weakref import WeakValueDictionary

from hitl_chat.errors import Unprocessable
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.turn import Turn

Name = tuple[str, str]  # tenant, and the request's digest or its idempotency key
UNSAID = ("gone", "error")  # endings that answered nobody: a retry begins anew
MOST = 64 << 20  # bytes of requests and answers that are over
BARE = 4096  # bytes of a turn besides those


def is_repeatable(turn: Turn) -> bool:
    """Whether a turn that is over has an answer for a retry."""
    said = turn.ending not in UNSAID
    return said and (turn.hold is not None or bool(turn.facts.idempotency_key))


class Over(NamedTuple):
    """A turn that is over, how much it weighs, and what forgets it in time."""

    turn: Turn
    weight: int
    lapse: asyncio.TimerHandle


class Repeats:
    def __init__(self) -> None:
        self._by_request: dict[Name, tuple[Turn, ...]] = {}
        self._by_key: dict[Name, Turn] = {}
        self._by_id: WeakValueDictionary[str, Turn] = WeakValueDictionary()
        self._over: dict[str, Over] = {}  # the oldest first
        self._weight = 0
        self._dropped_until = 0.0

    def find(self, incoming: Incoming) -> Turn | None:
        """By its idempotency key; else the only turn of a certain conversation that was asked for
        with these bytes, if it is held and every earlier response is gone."""
        if incoming.idempotency_key:
            return self._keyed(incoming)
        same = self._by_request.get((incoming.tenant, incoming.digest), ())
        if len(same) != 1 or same[0].audience.listeners or same[0].hold is None:
            return None
        return same[0]

    def _keyed(self, incoming: Incoming) -> Turn | None:
        turn = self._by_key.get((incoming.tenant, incoming.idempotency_key))
        if turn is None or (turn.finished and turn.ending in UNSAID):
            return None
        if turn.facts.request_key != incoming.digest:
            msg = "This Idempotency-Key came with another body: send a new key."
            raise Unprocessable(msg, code="idempotency_mismatch", param="idempotency-key")
        return turn

    def enter(self, turn: Turn) -> None:
        facts = turn.facts
        if facts.conv_source != "new":
            request = (turn.tenant, facts.request_key)
            self._by_request[request] = (*self._by_request.get(request, ()), turn)
        if facts.idempotency_key:
            self._by_key[turn.tenant, facts.idempotency_key] = turn
        self._by_id[turn.id] = turn

    def named(self, ident: str) -> Turn | None:
        return self._by_id.get(ident)

    def keep(self, turn: Turn, seconds: float) -> None:
        """It is over, and may be asked for again for so long, or until there is too much of it."""
        weight = BARE + turn.facts.size + turn.outlet.total
        loop = asyncio.get_running_loop()
        self._over[turn.id] = Over(turn, weight, loop.call_later(seconds, self._lapse, turn.id))
        self._weight += weight
        while self._weight > MOST:
            self.forget(next(iter(self._over.values())).turn)
            self._dropped_until = loop.time() + seconds

    @property
    def dropped(self) -> bool:
        """Whether a retry may come for one that was dropped too early."""
        return asyncio.get_running_loop().time() < self._dropped_until

    def _lapse(self, ident: str) -> None:
        if ident in self._over:
            self.forget(self._over[ident].turn)

    def answered(self, turn: Turn) -> None:
        """Somebody received all of it: the same words again are a new question."""
        request = (turn.tenant, turn.facts.request_key)
        others = tuple(t for t in self._by_request.pop(request, ()) if t is not turn)
        if others:
            self._by_request[request] = others

    def forget(self, turn: Turn) -> None:
        if (over := self._over.pop(turn.id, None)) is not None:
            over.lapse.cancel()  # else as many of them would wait as come in that time
            self._weight -= over.weight
        self.answered(turn)
        key = (turn.tenant, turn.facts.idempotency_key)
        if self._by_key.get(key) is turn:
            del self._by_key[key]
