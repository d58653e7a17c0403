"""The turns of this process: begins one for a request, or finds the one that runs for it already.

Owns which requests share a turn (retries), which wait (the next message of a busy conversation)
and which conversation a request belongs to. Knows no wire format; rules, models, desk and records
are handed in.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.policy import Policy, Rule, Test, policy_of
from hitl_chat.core.state import Waits
from hitl_chat.errors import Conflict
from hitl_chat.ports import Clock, Model, ModelCall
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.runner import identity, ids
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.identity import Place
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.keeper import Desk as HoldDesk
from hitl_chat.runner.keeper import HoldKeeper
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.turn import Turn

REMEMBERED = 50_000  # histories known without asking the store


class Desk(HoldDesk, Protocol):
    def speaker(self, tenant: str, conv: str) -> Conversation | None: ...

    def begin(self, turn: Turn) -> None: ...

    def end(self, turn: Turn) -> None: ...


class Rules(Protocol):
    def for_request(self, facts: RequestFacts) -> Compiled: ...


class Memory(Protocol):
    """What earlier turns left in the store."""

    async def conversation(self, tenant: str, scope: str, history: str) -> str: ...

    def began(self, turn: Turn) -> None: ...

    async def held(self, turn: Turn) -> None: ...

    def record(self, turn: Turn, history: str, scope: str) -> None: ...


class Turns:
    def __init__(
        self,
        desk: Desk,
        rules: Callable[[], Rules],
        models: Callable[[str], Model],
        memory: Memory,
        clock: Clock,
        waits: Waits,
        *,
        attach_window: float = 600.0,
        answer_limit: int = 1 << 20,
    ) -> None:
        self._desk, self._rules, self._models = desk, rules, models
        self._memory, self._clock, self._waits = memory, clock, waits
        self._window, self._limit = attach_window, answer_limit
        self.running: dict[str, Turn] = {}
        self._by_request: dict[tuple[str, str], Turn] = {}
        self._busy: dict[tuple[str, str], Turn] = {}
        self._queued: set[tuple[str, str]] = set()
        self.tasks = Tasks()
        self._known: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    # --- finding the turn of a request

    def running_for(self, incoming: Incoming) -> Turn | None:
        """The held turn that this very request waits for, if it is safe to say so.

        Only when every earlier response is gone, and the conversation is certain: two strangers
        who send the same first words must each get their own answer.
        """
        turn = self._by_request.get((incoming.tenant, incoming.digest))
        if turn is None or turn.listeners:
            return None
        if turn.finished.is_set() and turn.ending == "gone":
            return None
        return turn

    async def begin(self, incoming: Incoming) -> Turn:
        place = await self._place(incoming)
        if incoming.conv:
            await self._wait_in_line(incoming.tenant, place.id)
        facts = self._facts(incoming, place)
        compiled = self._compiled(incoming)
        model = self._models(incoming.model)
        turn = Turn(
            facts,
            compiled,
            model,
            lambda note: _call(incoming, note),
            HoldKeeper(self._desk, self._memory.held),
            self._clock,
            self._limit,
            self._over,
        )
        self.running[turn.id] = turn
        if incoming.conv:
            self._busy[incoming.tenant, place.id] = turn
        if place.source != "new":
            self._by_request[incoming.tenant, incoming.digest] = turn
        self._desk.begin(turn)
        self._memory.began(turn)
        return turn

    def start(self, turn: Turn) -> None:
        speaker = self._desk.speaker(turn.tenant, turn.conv)
        person = speaker.owner_name or "A colleague" if speaker else ""
        turn.start(self._waits, person)

    async def left(self, turn: Turn, *, complete: bool) -> None:
        """A response is over: it got everything, or its client hung up."""
        if not turn.finished.is_set():
            return
        if complete:
            self._forget(turn)
        if turn.hold is not None:
            await turn.keeper.delivered(turn, complete=complete)

    def _over(self, turn: Turn) -> None:
        """The turn is finished, whoever listens. What nobody received stays attachable a while."""
        del self.running[turn.id]
        if self._busy.get((turn.tenant, turn.conv)) is turn:
            del self._busy[turn.tenant, turn.conv]
        self._desk.end(turn)
        self._remember(turn)
        if turn.hold is None:
            self._forget(turn)
            return
        if not turn.listeners:
            self.tasks.spawn(turn.keeper.delivered(turn, complete=False))
        asyncio.get_running_loop().call_later(self._window, self._forget, turn)

    def _forget(self, turn: Turn) -> None:
        request = (turn.tenant, turn.facts.request_key)
        if self._by_request.get(request) is turn:
            del self._by_request[request]

    # --- conversations

    async def _place(self, incoming: Incoming) -> Place:
        if incoming.conv:
            return Place(incoming.conv, "explicit", incoming.scope)
        messages: Sequence[Any] = incoming.body["messages"]
        before = identity.said_before(messages)
        if before:
            history = identity.fingerprint(before)
            found = await self._find(incoming.tenant, incoming.scope, history)
            if found:
                return Place(found, "history", incoming.scope)
        return Place(ids.new("conv"), "new", incoming.scope)

    async def _find(self, tenant: str, scope: str, history: str) -> str:
        key = (tenant, scope, history)
        if key in self._known:
            return self._known[key]
        return await self._memory.conversation(tenant, scope, history)

    def _remember(self, turn: Turn) -> None:
        """So that the next request of this conversation is recognised by its history."""
        texts = turn.transcript()
        calls = [
            (name, texts.get(f"{head}/arguments", ""))
            for head, (_, name) in turn.outlet.tools.items()
        ]
        history = identity.answered(turn.facts.messages, texts.get("0/content", ""), calls)
        key = (turn.tenant, turn.facts.scope, history)
        # Two conversations with the same words are not told apart by them.
        other = self._known.get(key, turn.conv)
        self._known[key] = turn.conv if other == turn.conv else ""
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._memory.record(turn, history, turn.facts.scope)

    async def _wait_in_line(self, tenant: str, conv: str) -> None:
        """One request may wait behind a running one; a third is told that it is one too many."""
        place = (tenant, conv)
        before = self._busy.get(place)
        if before is None:
            return
        if place in self._queued:
            msg = (
                f"conversation {conv!r} is answering one message while another waits: "
                "send the next when an answer has come"
            )
            raise Conflict(msg, code="conversation_busy")
        self._queued.add(place)
        try:
            while (before := self._busy.get(place)) is not None:
                await before.finished.wait()
                await asyncio.sleep(0)
        finally:
            self._queued.discard(place)

    # --- what the turn is made of

    def _facts(self, incoming: Incoming, place: Place) -> TurnFacts:
        return TurnFacts(
            id=ids.new("turn"),
            tenant=incoming.tenant,
            conv=place.id,
            model=incoming.model,
            stream=incoming.stream,
            messages=incoming.body["messages"],
            request_key=incoming.digest,
            channel=incoming.channel,
            tags=incoming.tags,
            started_at=self._clock.now(),
            schema=incoming.schema,
            choices=incoming.choices,
            aware=incoming.aware,
            caller=incoming.key,
            conv_source=place.source,
            scope=place.scope,
        )

    def _compiled(self, incoming: Incoming) -> Compiled:
        messages: Sequence[Any] = incoming.body["messages"]
        facts = RequestFacts(
            tenant=incoming.tenant,
            channel=incoming.channel,
            tags=incoming.tags,
            model=incoming.model,
            customer_text=identity.customer_text(messages),
        )
        compiled = self._rules().for_request(facts)
        if incoming.stream:
            return compiled
        # Nothing is read before a whole answer is sent, so all of it can still be edited.
        return replace(compiled, policy=replace(compiled.policy, withhold=True))


def _call(incoming: Incoming, note: str) -> ModelCall:
    body = dict(incoming.body)
    if note:
        body["messages"] = [*body["messages"], {"role": "system", "content": note}]
    return ModelCall(incoming.model, body, incoming.stream, incoming.headers)


HOLD_ALL = Rule("stop-switch", Test("ended:any"), strictness="answer")


def stopped(policy: Policy, switch: str) -> Policy:
    """The stop switch, outside all rules: hold everything, or pass everything."""
    if switch == "hold":
        return policy_of((*policy.rules, HOLD_ALL), segment=policy.segment, whole=policy.whole)
    return Policy(version=policy.version) if switch == "pass" else policy
