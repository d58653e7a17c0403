"""The instructions behind conversation tokens: kept here, so no browser sees or changes them."""

from collections import OrderedDict

from hitl_chat.errors import Unauthorized
from hitl_chat.ports import Clock, Database
from hitl_chat.store import instructions

REMEMBERED = 100


class Instructions:
    """Named by what they say; the last ones that were asked for cost no query."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def keep(self, tenant: str, text: str) -> str:
        """The name to sign into a token; "" for none."""
        if not text:
            return ""
        now = self._clock.now()
        return await self._db.write(lambda conn: instructions.keep(conn, tenant, text, now))

    async def find(self, tenant: str, name: str) -> str:
        if not name:
            return ""
        key = (tenant, name)
        text = self._known.get(key)
        if text is None:
            text = await self._db.read(lambda conn: instructions.find(conn, tenant, name))
        if text is None:
            msg = "What this token's assistant is told was erased; make a new token."
            raise Unauthorized(msg, code="token_expired")
        self._known[key] = text
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return text
