"""Answers that were corrected after their end: a retry that still finds the turn is told of it."""

from collections.abc import Callable, Sequence

from hitl_chat.core.effects import Correct
from hitl_chat.ports import Database
from hitl_chat.runner.turn import Turn
from hitl_chat.store import messages
from hitl_chat.store.events import Event, conversation


class Withdrawing:
    """Follows the record. `find`: the turn of this name, if it is over and can be asked again."""

    def __init__(self, db: Database, find: Callable[[str], Turn | None]) -> None:
        self._db, self._find = db, find

    async def heard(self, page: Sequence[Event]) -> None:
        for event in page:
            if event.type == "turn.corrected" and "message" in event.body:
                await self._corrected(event)

    async def _corrected(self, event: Event) -> None:
        turn = self._find(event.body["turn"])
        if turn is None:
            return
        place = (event.tenant, conversation(event), [event.body["message"]])
        said = await self._db.read(lambda conn: messages.some(conn, *place))
        for each in said:
            if each.text:
                turn.audience.correct(Correct(each.text), late=True, message_id=each.id)
