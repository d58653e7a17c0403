"""The turns of this process: begins one for a request, or finds the one that runs for it already.

Owns which requests share a turn (retries), and which wait (the next message of a busy
conversation). Knows no wire format; rules, models, desk and records are handed in.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

from msgspec.structs import replace

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.effects import Correct
from hitl_chat.core.state import Waits
from hitl_chat.core.types import Value
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.ports import Clock, Model, ModelCall
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.runner import ids
from hitl_chat.runner.backlog import NOTHING, Backlog, Carried
from hitl_chat.runner.facts import TurnFacts, facts_of
from hitl_chat.runner.flag import Flag
from hitl_chat.runner.identity import Place
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.keeper import Desk as HoldDesk
from hitl_chat.runner.keeper import HoldKeeper
from hitl_chat.runner.line import Line
from hitl_chat.runner.listener import Seen
from hitl_chat.runner.logprobs import with_logprobs
from hitl_chat.runner.memory import Memory, is_audited
from hitl_chat.runner.outlived import Outlived
from hitl_chat.runner.places import Places
from hitl_chat.runner.presence import Presence
from hitl_chat.runner.recover import Adopted
from hitl_chat.runner.repeats import UNSAID, Repeats, is_repeatable
from hitl_chat.runner.room import Room
from hitl_chat.runner.stopped import Silent, overflowing, under
from hitl_chat.runner.switch import Switch
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.turn import Turn

log = logging.getLogger(__name__)


class Desk(HoldDesk, Protocol):
    switch: Switch
    presence: Presence

    def speaker(self, tenant: str, conv: str) -> Conversation | None: ...

    def begin(self, turn: Turn) -> None: ...

    def end(self, turn: Turn) -> None: ...

    def noted(self, turn: Turn) -> int | None: ...

    async def adopt(self, tenant: str, request_key: str) -> Adopted | None: ...


class Rules(Protocol):
    def for_request(self, facts: RequestFacts) -> Compiled: ...


class Options(Value, frozen=True):
    waits: Waits = Waits()
    attach_window: float = 600.0
    answer_limit: int = 1 << 20
    most_turns: int = 10_000
    overflow: str = ""  # what customers read beyond that; "": they get a 503
    audit_salt: bytes = b""  # who knows it knows which answers are looked at again
    handback: Callable[[str], str] = str  # what the model is told of an agent's note
    ended: Callable[[Turn], object] = bool  # told of each turn that is over


class Joined(NamedTuple):
    """The turn that answers a request; `fresh`: it still has to be started."""

    turn: Turn
    fresh: bool
    carried: Carried = NOTHING


class Turns:
    def __init__(
        self,
        desk: Desk,
        rules: Callable[[], Rules],
        models: Callable[[str], Model],
        memory: Memory,
        backlog: Backlog,
        clock: Clock,
        options: Options,
        seen: Seen,
    ) -> None:
        self._desk, self._rules, self._models = desk, rules, models
        self._memory, self._backlog, self._clock = memory, backlog, clock
        self._options, self._seen = options, seen
        self._places = Places(memory)
        self.tasks = Tasks()
        self.running: dict[str, Turn] = {}
        self._room = Room(options.most_turns)
        self.draining = False
        self._outlived = Outlived(memory, self._room.leave)
        self._beginning: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._repeats, self._line = Repeats(), Line()
        self._adopting_until = clock.monotonic() + 2 * options.attach_window

    # --- the turn of a request ----------------------------------------------------------------

    def running_for(self, incoming: Incoming) -> Turn | None:
        """The turn that this very request waits for, if it is safe to say so."""
        return self._repeats.find(incoming)

    async def join(self, incoming: Incoming, gone: Flag | None = None) -> Joined:
        """A turn for a request that none runs for; of all with one key, the first begins it.

        `gone`: set when the client hangs up, which ends its waiting for its conversation.
        """
        if not incoming.idempotency_key:
            return await self._join(incoming, gone)
        key = (incoming.tenant, incoming.idempotency_key)
        async with self._beginning.setdefault(key, asyncio.Lock()):
            running = self.running_for(incoming)
            return Joined(running, fresh=False) if running else await self._join(incoming, gone)

    async def _join(self, incoming: Incoming, gone: Flag | None) -> Joined:
        self._admit(incoming.tenant)
        model = self._models(incoming.model)
        place = await self._places.of(incoming)
        if incoming.idempotency_key or place.source != "new":
            adopted = await self._adopted(incoming, place)
            if adopted is not None:
                return adopted
        if not incoming.conv:
            return await self._begin(incoming, place, model)
        incoming = await self._line.take(incoming, gone or Flag())
        try:
            return await self._begin(incoming, place, model)
        except BaseException:
            self._line.give_up(incoming)
            raise

    def _admit(self, tenant: str) -> None:
        if self.draining or (self._room.is_full(tenant) and not self._options.overflow):
            msg = "The server is stopping or full: send the request again in a moment."
            raise Unavailable(msg, code="overloaded", retry_after=1.0)

    async def _begin(self, incoming: Incoming, place: Place, model: Model) -> Joined:
        facts, carried, said = self._facts(incoming, place), NOTHING, None
        if place.source != "new":
            carried = await self._backlog.take(incoming.tenant, place.id)
        try:
            if key := incoming.idempotency_key:
                said = await self._memory.claim(facts, key, self._options.attach_window)
            if said is None:
                self._admit(incoming.tenant)  # it may have waited for long
            turn = self._made(facts, incoming, model, carried)  # under the rules of this moment
            if said is None:
                self._memory.began(turn)
                self._enter(turn, incoming)
                return Joined(turn, fresh=True, carried=carried)
        finally:
            if facts.id not in self.running and carried != NOTHING:
                self._backlog.put_back(facts.tenant, facts.conv)
        self._line.give_up(incoming)
        turn.replay(said.texts, said.author, said.finish)
        if said.correction:
            turn.audience.correct(Correct(said.correction), late=True)
        return Joined(turn, fresh=False)

    def start(self, joined: Joined) -> None:
        """A response listens to the turn: it begins, unless it runs already."""
        turn, fresh, carried = joined
        speaker = self._desk.speaker(turn.tenant, turn.conv)
        if fresh:
            person = speaker.owner_name or "A colleague" if speaker else ""
            waits = self._desk.presence.patience(speaker, self._options.waits)
            turn.start(waits, person, carried.said)
        self._desk.presence.changed(turn.tenant, turn.conv)

    async def left(self, joined: Joined, *, complete: bool) -> None:
        """A response is over: its client got everything, or hung up or got an error instead."""
        turn, _, carried = joined
        self._desk.presence.changed(turn.tenant, turn.conv)
        said = turn.audience.messages()
        note = "" if turn.ending in UNSAID else carried.note_ref
        if complete and (said or note):
            await self._backlog.carried(turn.tenant, turn.conv, said, note=note)
        if (said and not complete) or (carried.note and not (complete and note)):
            self._backlog.put_back(turn.tenant, turn.conv)
        if turn.finished and turn.hold is not None:
            await turn.keeper.delivered(turn, complete=complete)
            if complete:
                self._repeats.answered(turn)

    def repeated(self, ident: str) -> Turn | None:
        """A turn that is over, and that a retry may still find."""
        turn = self._repeats.named(ident)
        return turn if turn is not None and turn.finished else None

    def drain(self) -> None:
        """Nothing new begins; who waits for a model that has said nothing is told to come back."""
        self.draining = True
        for turn in tuple(self.running.values()):
            turn.audience.each(lambda listener: listener.retire())

    async def close(self) -> None:
        """The process ends: models are cancelled, holds stay."""
        for turn in tuple(self.running.values()):
            turn.abandon()
        self._outlived.close()
        await self.tasks.settled()

    def _made(self, facts: TurnFacts, incoming: Incoming, model: Model, carried: Carried) -> Turn:
        mode, rules = self._desk.switch.mode(incoming.tenant), self._compiled(facts, incoming)
        compiled = under(mode, rules)
        if self._room.is_full(incoming.tenant):
            mode = "block"
            compiled = overflowing(self._options.overflow, rules.policy.version)
        return Turn(
            facts.under(rules, self._options.audit_salt, unruled=mode == "pass"),
            compiled,
            Silent() if mode == "block" else with_logprobs(model, compiled.checks),
            lambda note: self._call(incoming, note or carried.note),
            HoldKeeper(self._desk),
            self._clock,
            self._options.answer_limit,
            self._over,
            self._seen,
        )

    def _enter(self, turn: Turn, incoming: Incoming) -> None:
        self.running[turn.id] = turn
        self._room.enter(turn.tenant)
        if incoming.conv:
            self._line.enter(turn)
        self._repeats.enter(turn)
        self._desk.begin(turn)

    def _over(self, turn: Turn) -> None:
        """The turn is finished, whoever listens. What nobody received stays attachable a while."""
        self.running.pop(turn.id, None)
        self._line.leave(turn)
        history, noted = self._places.remember(turn), self._desk.noted(turn)
        self._desk.end(turn)
        if turn.audience.listeners and (said := turn.audience.messages()):
            self._backlog.under_way(turn.tenant, turn.conv, said)
        try:
            self._memory.record(turn, history, noted)
            if is_audited(turn):
                self._seen.audited()
            self._options.ended(turn)
        except HitlError:  # the disk is full: the customer has their answer, the record has a gap
            log.exception("turn %s could not be recorded", turn.id)
        finally:
            self._outlived.listen(turn)
        if turn.hold is not None and not turn.audience.listeners:
            self.tasks.spawn(turn.keeper.delivered(turn, complete=False))
        if not is_repeatable(turn):
            self._repeats.forget(turn)
            return
        self._repeats.keep(turn, self._options.attach_window)

    # --- retries across a restart -------------------------------------------------------------

    async def _adopted(self, incoming: Incoming, place: Place) -> Joined | None:
        """The turn died with its process; its hold did not."""
        if self._clock.monotonic() > self._adopting_until and not self._repeats.dropped:
            return None
        found = await self._desk.adopt(incoming.tenant, incoming.digest)
        if found is None or found.hold.turn in self.running:  # another retry was faster
            return None
        facts = replace(self._facts(incoming, place), id=found.hold.turn, conv=found.hold.conv)
        turn = self._made(facts, incoming, Silent(), NOTHING)
        turn.resume(*found)
        self._enter(turn, incoming)
        return Joined(turn, fresh=False)

    # --- what a turn is made of ---------------------------------------------------------------

    def _facts(self, incoming: Incoming, place: Place) -> TurnFacts:
        return facts_of(ids.new("turn"), incoming, place, self._clock.now())

    def _compiled(self, facts: TurnFacts, incoming: Incoming) -> Compiled:
        compiled = self._rules().for_request(facts.request())
        if incoming.stream:
            return compiled
        # Nothing is read before a whole answer is sent, so all of it can still be edited.
        return replace(compiled, policy=replace(compiled.policy, withhold=True))

    def _call(self, incoming: Incoming, note: str) -> ModelCall:
        body = dict(incoming.body)
        if note:
            told = {"role": "system", "content": self._options.handback(note)}
            body["messages"] = [*body["messages"], told]
        return ModelCall(incoming.model, body, incoming.stream, incoming.headers)
