"""Whether answers have become others than those a certificate was made from; one way to tell.

For a running server and for `doctor` alike. Looked at are the newest answers since it was made,
and never more than a few hundred. Knows no threshold and nobody who is told.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial

from hitl_chat.ports import Database
from hitl_chat.rules.certificate import Certificate
from hitl_chat.store import labelling
from hitl_chat.tuning.calibrate import drifted

RECENT, FEW = 500, 50  # answers that drift is looked for in, and below which nothing shows


async def drift(db: Database, made: Certificate) -> str | None:
    """Why the certificate is void; "" while nothing shows, None where too few answers could."""
    wanted = partial(
        labelling.recent,
        checks=sorted(made.fusion.weights),
        limit=RECENT,
        since=_midnight(made.made),
    )
    scores = await db.read(wanted)
    if len(scores) < FEW:
        return None
    return await asyncio.to_thread(drifted, made, scores)


def _midnight(date: str) -> float:
    """When a day began; any time ago, where the certificate names none."""
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
