"""Reads the edit of a person as if the model had written it: by the same gate and the same checks.

What the customer has read already is read with it, so that nothing hides across the border. How
the model ended its answer is no business of an edit. Knows no rule and nothing of decisions.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.effects import Effect, RunChecks
from hitl_chat.core.events import Delta, Done, Event, Scanned
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.gate import begin, step
from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import mentioned
from hitl_chat.core.remainder import Texts
from hitl_chat.core.state import Waits
from hitl_chat.core.types import Field, Reason
from hitl_chat.ports import Database
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.runner.checking import Checking, Judged
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.late import Late
from hitl_chat.store import holds, turns

ENDED = "ended:"


class Rules(Protocol):
    def for_request(self, facts: RequestFacts) -> Compiled: ...


class Reading:
    """`rechecks.Read`, with the rules in force and what is on record of the held turn."""

    def __init__(self, rules: Callable[[], Rules], db: Database) -> None:
        self._rules, self._db = rules, db

    async def __call__(self, hold: Hold, texts: Texts) -> Sequence[Reason]:
        """Why a rule would hold the answer with this remainder; () if none would."""
        facts, sent = await self._db.read(lambda conn: _known(conn, hold))
        whole = {name: sent.get(name, "") + texts.get(name, "") for name in {**sent, **texts}}
        answer = Answer(self._rules().for_request(facts.request()), facts, whole)
        return await answer.reasons()

    async def late(self, tenant: str, answer: str, text: str) -> Late:
        """Of a text in the place of an answer that has left: it is all that still counts."""
        facts = await self._db.read(lambda conn: _facts(conn, tenant, "", answer))
        compiled = self._rules().for_request(facts.request())
        reasons = tuple(await Answer(compiled, facts, {CONTENT: text}).reasons())
        names = {reason.rule for reason in reasons}
        rules = (rule for rule in compiled.policy.rules if rule.name in names)
        wanted = dict.fromkeys(what for rule in rules for what in rule.terms.needs_second)
        return Late("warned" if reasons else "clean", reasons, tuple(wanted))


def _known(conn: Connection, hold: Hold) -> tuple[TurnFacts, Texts]:
    facts = _facts(conn, hold.tenant, hold.conv, hold.turn)
    return facts, holds.draft(conn, hold.tenant, hold.id).sent


def _facts(conn: Connection, tenant: str, conv: str, turn: str) -> TurnFacts:
    known = turns.get(conn, tenant, turn)
    return TurnFacts(
        id=turn,
        tenant=tenant,
        conv=known.conv if known else conv,
        model=known.model if known else "",
        stream=False,
        messages=turns.written(conn, tenant, turn).messages or [],
        channel=known.channel if known else "",
        tags=frozenset(known.envelope.get("tags") or ()) if known else frozenset(),
    )


class Edited:
    """A person's text, as checks read drafts: no model doubted it."""

    def __init__(self, texts: Mapping[Field, str]) -> None:
        self._texts = texts
        self.logprobs = {field: [(len(text), 0.0)] for field, text in texts.items()}

    def texts(self) -> Mapping[Field, str]:
        return self._texts


class Answer:
    """One answer, whole from the start, and what the gate says of it."""

    def __init__(self, compiled: Compiled, facts: TurnFacts, texts: Mapping[Field, str]) -> None:
        # Nothing of it is sent meanwhile, so whatever is found is found in time; rules that only
        # watch have nothing to say of it.
        self._policy = replace(compiled.policy, withhold=True, beside=frozenset())
        self._gate, self._first = begin(self._policy, 0.0, Waits())
        self._scan = compiled.scanner.start() if compiled.scanner else None
        self._texts = texts
        self._checking = Checking(
            compiled.checks, facts, lambda: Edited(texts), lambda: self._gate, self._heard
        )
        self._owed = 0
        self._judged = asyncio.Event()

    async def reasons(self) -> Sequence[Reason]:
        try:
            self._perform(self._first)
            for event in (*self._written(), Done()):
                self._feed(event)
            while self._owed:
                self._judged.clear()
                await self._judged.wait()
        finally:
            self._checking.cancel()
        return [reason for reason in self._gate.reasons if not self._is_of_endings(reason)]

    def _written(self) -> Sequence[Event]:
        deltas = [Delta(field, text, 0) for field, text in self._texts.items()]
        if self._scan is None:
            return [replace(each, scanned=len(each.text)) for each in deltas]
        for field, text in self._texts.items():
            self._scan.feed(field, text)
        marks = self._scan.end().items()
        return [*deltas, *self._scan.found(), *(Scanned(field, mark) for field, mark in marks)]

    def _feed(self, event: Event) -> None:
        self._gate, out = step(self._gate, event, 0.0)
        self._perform(out)

    def _perform(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, RunChecks):
                self._owed += len(effect.checks)
                self._checking.run(effect)

    def _heard(self, judged: Judged) -> None:
        self._owed -= 1
        self._feed(judged.said)
        self._judged.set()

    def _is_of_endings(self, reason: Reason) -> bool:
        asks = (mentioned(r.when) for r in self._policy.rules if r.name == reason.rule)
        return reason.code == "ended" and any(c.startswith(ENDED) for names in asks for c in names)
