"""The invariants that hold whatever broke, checked over what is recorded and what clients got.

I2 one decision · I3 no lost hold · I6 the record has no gap · I8 it verifies · I12 what was
delivered is what was decided · I1 where a test names its canaries.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from hitl_chat.core.chain import draft_digest
from hitl_chat.core.hold import Hold
from hitl_chat.oversight.audit import verify
from hitl_chat.ports import Database
from hitl_chat.store import holds
from hitl_chat.store.schema import decision, event, hold
from tests.world_client import Answer, held

KINDS = ("content", "refusal", "reasoning", "reasoning_content")


async def check(db: Database, *customers: Answer, canaries: Iterable[str] = ()) -> None:
    """Every invariant that can be told from the outside."""
    report = await verify(db)
    assert report.good, report.problems
    await db.read(_no_gap)
    found = await db.read(_one_decision_each)
    for customer in customers:
        shown = customer.body.decode()
        assert not [canary for canary in canaries if canary in shown]
        _no_hold_is_lost(customer, found)
        _delivered_as_decided(customer, found)


def _no_gap(conn: Connection) -> None:
    rows = conn.execute(
        select(event.c.tenant, event.c.stream, event.c.seq).order_by(event.c.id)
    ).all()
    last: dict[tuple[str, str], int] = {}
    for tenant, stream, seq in rows:
        assert seq == last.get((tenant, stream), 0) + 1, (tenant, stream, seq)
        last[tenant, stream] = seq


def _one_decision_each(conn: Connection) -> dict[str, Hold]:
    found = [holds.get(conn, None, row[0]) for row in conn.execute(select(hold.c.id)).all()]
    decided = [row[0] for row in conn.execute(select(decision.c.hold)).all()]
    every = {each.id: each for each in found if each is not None}
    assert sorted(decided) == sorted(each.id for each in every.values() if each.decision)
    assert all((each.state == "decided") == (each.decision is not None) for each in every.values())
    return every


def _no_hold_is_lost(customer: Answer, found: dict[str, Hold]) -> None:
    """Whoever was told of a hold can rely on it."""
    assert {f.hitl["hold_id"] for f in customer.frames if held(f)} <= found.keys()


def _delivered_as_decided(customer: Answer, found: dict[str, Hold]) -> None:
    shown = [f.hitl for f in customer.frames if f.state in ("released", "final")]
    idents = {str(tag["hold_id"]) for tag in shown if "hold_id" in tag}
    if customer.ended != "whole" or len(idents) != 1:
        return
    made = found[idents.pop()].decision
    assert made is not None
    if made.action != "take_over":
        assert made.text_sha == digest(customer)


def digest(customer: Answer) -> str:
    """The digest of all texts a customer received, as decisions name them."""
    return draft_digest(dict(texts(customer)))


def texts(customer: Answer) -> Sequence[tuple[str, str]]:
    choices = {c["index"] for f in customer.frames for c in f.chunk.get("choices", ())}
    return [(f"{at}/{kind}", customer.of(at, kind)) for at in choices or {0} for kind in KINDS]
