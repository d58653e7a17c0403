"""What turns leave in the store: that they began, how they ended, what their history looks like.

Turn records are queued, not waited for: on a kill -9 the last 200 ms of passed turns may be lost.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection

from hitl_chat.checks.transcript import customers
from hitl_chat.core.events import Verdict
from hitl_chat.core.policy import blocks
from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Author, Reason, is_shadow
from hitl_chat.ports import Clock, Database
from hitl_chat.runner.checking import Judged
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.questions import own_words
from hitl_chat.runner.turn import Turn
from hitl_chat.store import conversations, idem, messages, turns
from hitl_chat.store.corrections import Corrected
from hitl_chat.store.overheard import Overheard
from hitl_chat.store.turn_records import Ended, Ruling
from hitl_chat.store.verdicts import Heard

log = logging.getLogger(__name__)

OUTCOMES = {"model": "passed", "error": "error", "gone": "gone", "stop": "replaced"}
ENDED = ("model", "stop")
ANSWERED = ("passed", "replaced", "held")


class Answer(NamedTuple):
    """What a turn of an earlier process answered, by whom, and how the model had ended it."""

    texts: Texts
    author: Author
    finish: str
    correction: str = ""


class Memory:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def conversations(self, tenant: str, scope: str, history: str) -> Sequence[str]:
        """Up to two conversations with this history."""
        return await self._db.read(
            lambda conn: conversations.by_hash(conn, tenant, scope, history, 2)
        )

    def began(self, turn: Turn) -> None:
        self._db.later(turn.facts.began())

    async def claim(self, facts: TurnFacts, key: str, life: float) -> Answer | None:
        """Durable before the model is asked, so that a retry never asks twice.

        The answer, where a turn of an earlier process gave one for this key.
        """
        now = self._clock.now()

        def claim(conn: Connection) -> Answer | None:
            made = idem.claim(conn, facts.tenant, key, facts.request_key, facts.id, now, life)
            said = None if made.mine else _answer(conn, facts.tenant, made.turn)
            if not made.mine and said is None:
                idem.forget(conn, facts.tenant, key)
                idem.claim(conn, facts.tenant, key, facts.request_key, facts.id, now, life)
            return said

        return await self._db.write(claim)

    async def end_lost(self, window: float) -> None:
        """Turns that died with an earlier process: what their customers read, nobody knows.

        To be called before any begins here. `window`: how long a retry may find a decided hold.
        """
        now = self._clock.now()

        def end(conn: Connection) -> int:
            found = turns.lost(conn, now - window)
            if found:
                Ended.write_all(conn, [_lost(each, now) for each in found])
            return len(found)

        while count := await self._db.write(end):
            log.warning("%d turns died with the last server: recorded as lost", count)

    def record(self, turn: Turn, history: str, noted: int | None) -> None:
        """`noted`: how much of it is in the transcript already, as `Questions` says it."""
        hashes, now = ((turn.facts.scope, history),), self._clock.now()
        self._db.later(_ended(turn, now, hashes, noted))
        self._corrected(turn, "", late=False)

    def overheard(self, turn: Turn, heard: int, corrected: str) -> None:
        """What was said beside a turn whose end is recorded, with `heard` verdicts."""
        facts = turn.facts
        self._db.later(
            Overheard(
                tenant=facts.tenant,
                conv=facts.conv,
                turn=facts.id,
                at=self._clock.now(),
                verdicts=_heard(turn)[heard:],
                ruling=_ruling(turn),
                reasons=_reasons(turn),
                rules_version=facts.rules_version,
                criteria_version=facts.criteria_version,
                check_usage=usage(turn.verdicts),
            )
        )
        self._corrected(turn, corrected, late=True)

    def _corrected(self, turn: Turn, already: str, *, late: bool) -> None:
        text = turn.audience.correction
        if text and text != already:
            now = self._clock.now()
            self._db.later(Corrected(turn.tenant, turn.conv, turn.id, text, now, late=late))


def _lost(turn: turns.Turn, now: float) -> Ended:
    return Ended(
        tenant=turn.tenant,
        id=turn.id,
        conv=turn.conv,
        at=now,
        outcome="lost",
        delivered=False,
        rules_version=turn.rules_version,
        criteria_version=turn.criteria_version,
        envelope=turn.envelope,
    )


def _answer(conn: Connection, tenant: str, ident: str) -> Answer | None:
    """The whole answer of an earlier turn; None if it has none. A draft alone is no answer."""
    found = turns.get(conn, tenant, ident)
    if found is None or found.outcome not in ANSWERED:
        return None
    written = turns.written(conn, tenant, ident)
    texts = written.draft if written.final is None else written.final
    told = messages.some(conn, tenant, found.conv, [f"msg_{ident}_a"])
    # People's words are messages of their own.
    by = cast("Author", told[0].author) if told else "human"
    late = messages.correction(conn, tenant, found.conv, ident)
    correction = (late and late.text) or ""
    return None if texts is None else Answer(texts, by, found.finish, correction)


def _ended(turn: Turn, now: float, hashes: tuple[tuple[str, str], ...], noted: int | None) -> Ended:
    facts = turn.facts
    untouched = turn.ending == "model" and not turn.written
    rest = turn.said[noted or 0 :]
    own = [sent for sent in rest if not sent.message_id]
    alone = not noted and own == rest  # the answer's text is all that was said
    answer = "" if alone else own_words(rest)
    return Ended(
        tenant=facts.tenant,
        id=facts.id,
        conv=facts.conv,
        at=now,
        outcome="held" if turn.hold and turn.ending in ENDED else OUTCOMES[turn.ending],
        ruling=_ruling(turn),
        draft=turn.outlet.texts(),
        final=None if untouched else turn.transcript(),
        said="" if noted is not None else customers(facts.messages),
        said_id=f"msg_{facts.id}_q",
        answer_id=f"msg_{facts.id}_a" if alone or answer else "",
        answer=answer,
        author=own[-1].author if own else "ai",
        delivered=turn.ending != "gone",
        finish=turn.outlet.finishes.get(0, ""),
        reasons=_reasons(turn),
        audit=is_audited(turn),
        envelope=facts.noted,
        verdicts=_heard(turn),
        rules_version=facts.rules_version,
        criteria_version=facts.criteria_version,
        hashes=hashes,
        usage=turn.outlet.usage or {},
        check_usage=usage(turn.verdicts),
        timings=turn.timing.seconds,
    )


def is_audited(turn: Turn) -> bool:
    """Whether a person is to look at it: it was chosen, and nobody has."""
    return turn.facts.audit and turn.ending == "model" and turn.hold is None


def _ruling(turn: Turn) -> Ruling:
    if turn.hold is not None:
        return "hold"
    if any(blocks(rule) and rule.then == "block" for rule in turn.gate.fired):
        return "block"
    quiet = all(is_shadow(reason) for each in turn.watched for reason in each.reasons)
    return "pass" if quiet else "watch"


def _reasons(turn: Turn) -> tuple[Reason, ...]:
    """What kept the answer back, what was only watched, and what shadows would have done."""
    return (*turn.gate.reasons, *(reason for each in turn.watched for reason in each.reasons))


def _heard(turn: Turn) -> tuple[Heard, ...]:
    return tuple(Heard(*judged) for judged in turn.verdicts)


def usage(verdicts: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """What the asynchronous checks cost, one by one."""
    spent: dict[str, dict[str, float]] = {}
    for said, ms in verdicts:
        if ms is None:  # beside the model's words, or spared
            continue
        its = spent.setdefault(said.check, dict.fromkeys(("asked", "ms", "calls", "tokens"), 0))
        its["asked"] += 1
        its["ms"] = round(its["ms"] + ms, 3)
        if isinstance(said, Verdict):
            its["calls"] += said.calls
            its["tokens"] += said.tokens
    return spent
