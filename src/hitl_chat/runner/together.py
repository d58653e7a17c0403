"""Which other holds are nearly the same as one that is looked at, for deciding them together.

Each of them still gets a decision of its own: here is only said what a console needs for that.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from hitl_chat.checks.transcript import CUSTOMER, said_by
from hitl_chat.core.alike import Held, alike
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.ports import Database
from hitl_chat.runner.moves import find
from hitl_chat.runner.people_views import View
from hitl_chat.store import holds, turns

MOST = 50  # holds that are compared with one


class AlikeView(View, frozen=True):
    """A hold that is nearly the same, with what a decision about it has to name."""

    hold: str
    version: int
    draft_sha256: str
    pending: str


class Together:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def alike(
        self, tenant: str, ident: str, candidates: Sequence[str]
    ) -> tuple[AlikeView, ...]:
        """Those of the candidates."""

        def read(conn: Connection) -> tuple[AlikeView, ...]:
            one = find(conn, tenant, ident)
            others = holds.some(conn, tenant, list(candidates)[:MOST])
            drafts = holds.drafts(conn, tenant, [one.id, *(other.id for other in others)])
            mine = _held(conn, one, drafts)
            held = (_held(conn, other, drafts) for other in others)
            return tuple(_view(each) for each in held if alike(mine, each))

        return await self._db.read(read)


def _held(conn: Connection, hold: Hold, drafts: Mapping[str, Draft]) -> Held:
    """With everything its customer wrote: the same last words may follow on different ones."""
    said = turns.written(conn, hold.tenant, hold.turn).messages or []
    return Held(hold, drafts.get(hold.id, Draft()), "\n".join(said_by(said, CUSTOMER)))


def _view(held: Held) -> AlikeView:
    hold, draft = held.hold, held.draft
    return AlikeView(hold.id, hold.version, draft.sha256(), "".join(draft.pending.values()))
