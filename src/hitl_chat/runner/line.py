"""One answer at a time: a conversation's next message waits for the one before.

Only where the client named the conversation; one that was merely recognised never waits.
"""

from hitl_chat.errors import Conflict
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.turn import Turn

Place = tuple[str, str]  # tenant, conversation


class Line:
    def __init__(self) -> None:
        self._busy: dict[Place, Turn] = {}
        self._waiting: set[Place] = set()

    def enter(self, turn: Turn) -> None:
        self._busy[turn.tenant, turn.conv] = turn

    def leave(self, turn: Turn) -> None:
        if self._busy.get((turn.tenant, turn.conv)) is turn:
            del self._busy[turn.tenant, turn.conv]

    async def wait(self, incoming: Incoming) -> Incoming:
        """The request as it reads when it is its turn; a third is told it is one too many."""
        place = (incoming.tenant, incoming.conv)
        if place not in self._busy:
            return incoming
        if place in self._waiting:
            msg = (
                f"Conversation {incoming.conv!r} is answering one message while another waits: "
                "send the next when an answer has come."
            )
            raise Conflict(msg, code="conversation_busy")
        self._waiting.add(place)
        try:
            while (before := self._busy.get(place)) is not None:
                await before.finished.wait()
                incoming = incoming.after(before.transcript().get("0/content", ""))
        finally:
            self._waiting.discard(place)
        return incoming
