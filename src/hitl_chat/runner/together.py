"""Which other holds are nearly the same as one that is looked at, for deciding them together.

Each of them still gets a decision of its own: here is only said what a console needs for that.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from hitl_chat.core.alike import alike
from hitl_chat.ports import Database
from hitl_chat.runner.moves import find
from hitl_chat.runner.people_views import View
from hitl_chat.store import holds

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
            mine = drafts[one.id]
            return tuple(
                AlikeView(
                    other.id,
                    other.version,
                    drafts[other.id].sha256(),
                    "".join(drafts[other.id].pending.values()),
                )
                for other in others
                if alike(one, mine, other, drafts[other.id])
            )

        return await self._db.read(read)
