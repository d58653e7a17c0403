"""What turns leave in the store: that they began, how they ended, what their history looks like.

Turn records are queued, not waited for: on a kill -9 the last 200 ms of passed turns may be lost.
A turn that is about to be held is recorded first, durably, so that a retry finds it again.
"""

import orjson

from hitl_chat.core.types import Ruling
from hitl_chat.ports import Clock, Database
from hitl_chat.runner import identity
from hitl_chat.runner.turn import Turn
from hitl_chat.store import conversations
from hitl_chat.store.turn_records import Began, Ended, Heard

OUTCOMES = {"model": "passed", "error": "error", "gone": "gone", "stop": "replaced"}


class Memory:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def conversation(self, tenant: str, scope: str, history: str) -> str:
        """The one conversation with this history; "" where none or several have it."""
        found = await self._db.read(
            lambda conn: conversations.by_hash(conn, tenant, scope, history, 2)
        )
        return found[0] if len(found) == 1 else ""

    def began(self, turn: Turn) -> None:
        self._db.later(_began(turn))

    async def held(self, turn: Turn) -> None:
        """The turn's row, durably: its hold is about to refer to it."""
        record = _began(turn)
        await self._db.write(lambda conn: Began.write_all(conn, [record]))

    def record(self, turn: Turn, history: str, scope: str) -> None:
        self._db.later(_ended(turn, self._clock.now(), ((scope, history),)))


def _began(turn: Turn) -> Began:
    facts = turn.facts
    return Began(
        tenant=facts.tenant,
        id=facts.id,
        conv=facts.conv,
        at=facts.started_at,
        messages=orjson.dumps(facts.messages),
        model=facts.model,
        request_key=facts.request_key,
        channel=facts.channel,
        api_key=facts.caller,
        rules_version=turn.gate_policy.version,
        source=facts.conv_source,
    )


def _ended(turn: Turn, now: float, hashes: tuple[tuple[str, str], ...]) -> Ended:
    facts = turn.facts
    untouched = turn.ending == "model" and not turn.written
    human = any(sent.author == "human" and sent.message_id for sent in turn.written)
    return Ended(
        tenant=facts.tenant,
        id=facts.id,
        conv=facts.conv,
        at=now,
        outcome="held" if turn.hold else OUTCOMES[turn.ending],
        ruling=_ruling(turn),
        draft=turn.outlet.texts(),
        final=None if untouched else turn.transcript(),
        said=identity.customer_text(facts.messages),
        said_id=f"msg_{facts.id}_q",
        answer_id="" if human else f"msg_{facts.id}_a",
        author=turn.written[-1].author if turn.written else "ai",
        delivered=turn.ending != "gone",
        finish=turn.outlet.finishes.get(0, ""),
        reasons=turn.gate.reasons,
        verdicts=tuple(Heard(verdict) for verdict in turn.verdicts),
        rules_version=turn.gate_policy.version,
        hashes=hashes,
        usage=turn.outlet.usage or {},
        timings={"total": now - facts.started_at},
    )


def _ruling(turn: Turn) -> Ruling:
    if turn.hold is not None:
        return "hold"
    if any(rule.then == "block" for rule in turn.gate.fired):
        return "block"
    return "watch" if turn.watched else "pass"
