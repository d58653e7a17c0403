"""One answer at a time: a conversation's next message waits for the one before.

Only where the client named the conversation; one that was merely recognised never waits. A place
is taken before its turn is there, so that nobody slips in between.
"""

import asyncio

from hitl_chat.errors import Conflict
from hitl_chat.runner.flag import Flag
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.turn import Turn

Place = tuple[str, str]  # tenant, conversation


class LeftLine(Exception):
    """The client hung up before it was its turn."""


class Seat:
    """Whose turn it is; `said` is what was answered once it is over."""

    def __init__(self) -> None:
        self.over = Flag()
        self.said = ""


class Line:
    def __init__(self) -> None:
        self._taken: dict[Place, Seat] = {}
        self._waiting: set[Place] = set()
        self._seats: dict[str, Seat] = {}  # by turn

    async def take(self, incoming: Incoming, gone: Flag) -> Incoming:
        """Take the place: the request as it reads when it is its turn.

        A third is told that it is one too many. `gone` ends the waiting of a client that hung up.
        """
        place = (incoming.tenant, incoming.conv)
        if place in self._waiting:
            msg = (
                f"Conversation {incoming.conv!r} is answering one message while another waits: "
                "send the next when an answer has come."
            )
            raise Conflict(msg, code="conversation_busy")
        self._waiting.add(place)
        try:
            while (before := self._taken.get(place)) is not None:
                await _either(before.over, gone)
                incoming = incoming.after(before.said)
        finally:
            self._waiting.discard(place)
        self._taken[place] = Seat()
        return incoming

    def enter(self, turn: Turn) -> None:
        """The turn whose place was taken; an adopted one brings its own."""
        place = (turn.tenant, turn.conv)
        self._seats[turn.id] = self._taken.setdefault(place, Seat())

    def leave(self, turn: Turn) -> None:
        seat = self._seats.pop(turn.id, None)
        if seat is not None:
            self._free((turn.tenant, turn.conv), seat, turn.transcript().get("0/content", ""))

    def give_up(self, incoming: Incoming) -> None:
        """The place was taken, and no turn came of it."""
        place = (incoming.tenant, incoming.conv)
        if incoming.conv and place in self._taken:
            self._free(place, self._taken[place], "")

    def _free(self, place: Place, seat: Seat, said: str) -> None:
        if self._taken.get(place) is seat:
            del self._taken[place]
        seat.said = said
        seat.over.set()


async def _either(over: Flag, gone: Flag) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in (over, gone)]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
    if gone.is_set():
        raise LeftLine
