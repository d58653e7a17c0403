"""One running turn: feeds the gate and performs what it wants done.

Everything that happens (chunks, verdicts, decisions, timers, hang-ups) enters through `feed`, in
order, run to completion. Decides nothing itself; knows no wire format, no store and no rule.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from hitl_chat.core import effects as fx
from hitl_chat.core import events as ev
from hitl_chat.core.gate import begin, resumed, step
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.core.state import Gate, Waits
from hitl_chat.core.types import Author, Field
from hitl_chat.errors import HitlError, UpstreamError
from hitl_chat.ports import Chunk, Clock, Enough, Model, ModelCall
from hitl_chat.rules.facts import Compiled
from hitl_chat.runner.alarm import Alarm
from hitl_chat.runner.asking import Asking
from hitl_chat.runner.audience import Audience, joined, overdue
from hitl_chat.runner.checking import Checking, Judged
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.keeper import HoldKeeper
from hitl_chat.runner.listener import Listener, Seen
from hitl_chat.runner.outlet import Out, Outlet
from hitl_chat.runner.scanning import Scanning
from hitl_chat.runner.timing import Timing


class Turn:
    # Thousands wait at once, and a dictionary of so many names is a kilobyte.
    __slots__ = (
        "__weakref__", "_alarm", "_asking", "_busy", "_call", "_clock", "_compiled", "_inbox",
        "_limit", "_model", "_over", "_scanning", "_seen", "audience", "checking", "conv",
        "decision", "ending", "error", "facts", "finished", "flushed", "gate", "hold", "id",
        "keeper", "outlet", "tenant", "timing", "verdicts", "watched",
    )  # fmt: skip

    def __init__(
        self,
        facts: TurnFacts,
        compiled: Compiled,
        model: Model,
        call: Callable[[str], ModelCall],
        keeper: HoldKeeper,
        clock: Clock,
        limit: int,
        over: Callable[["Turn"], None],
        seen: Seen,
    ) -> None:
        self.facts = facts
        self.id, self.tenant, self.conv = facts.id, facts.tenant, facts.conv
        self.outlet, self.audience = Outlet(), Audience()
        self.flushed = self.audience.flush
        self.finished, self.ending = False, ""
        self.error: HitlError | None = None
        self.decision: ev.Decision | None = None
        self.hold: Hold | None = None
        self.watched: list[fx.Watched] = []
        self.verdicts: list[Judged] = []
        self.timing = Timing(clock)
        self.gate: Gate
        self._compiled, self._model, self._call = compiled, model, call
        self.keeper, self._clock, self._limit = keeper, clock, limit
        self._over, self._seen = over, seen
        self._scanning = Scanning(compiled.scanner)
        self.checking: Checking | None = None
        self._inbox: list[ev.Event] = []  # nearly always empty; an empty deque is 0.7 KiB
        self._busy = False
        self._asking: Asking | None = None
        self._alarm = Alarm(clock)

    def start(self, waits: Waits, person: str = "", before: Sequence[ev.Said] = ()) -> None:
        """Begin. `before`: what a person said that the customer has not received yet."""
        for said in before:
            self.audience.write(overdue(said))
        self.gate, out = begin(self._compiled.policy, self._clock.now(), waits, person)
        for effect in out:
            self._perform(effect)

    def resume(self, hold: Hold, draft: Draft) -> None:
        """Go on with a hold whose process died: the draft is what was stored of it."""
        self.hold = hold
        self.audience.before = [fx.Send(field, text, "ai") for field, text in draft.sent.items()]
        self.outlet = Outlet(draft.pending)
        sizes = {field: len(text) for field, text in self.outlet.texts().items()}
        read = any(draft.sent.values())
        self.gate = resumed(hold.terms, hold.reasons, hold.draft_state, sizes, text_out=read)

    def replay(self, texts: Mapping[Field, str], author: Author, finish: str) -> None:
        """A turn that ended in an earlier process: it says again what it said."""
        for field, text in texts.items():
            self.audience.write(fx.Send(field, text, author))
        self.outlet.finishes[0] = finish
        self.finished, self.ending = True, "model" if author == "ai" and finish else "stop"

    # --- the inbox

    def feed(self, event: ev.Event) -> None:
        """Take an event from anywhere; when this returns, the gate has acknowledged it."""
        if isinstance(event, ev.Decision) and self.gate.phase == "held":
            self.decision = event
            self.timing.decided(self.hold)
            self.audience.each(lambda listener: listener.decided(event))
        self._feed(event)
        self.audience.flush_soon()

    def _feed(self, event: ev.Event) -> None:
        if self._busy:
            self._inbox.append(event)
            return
        self._busy = True
        try:
            self._step(event)
            while self._inbox:
                self._step(self._inbox.pop(0))
        finally:
            self._busy = False

    def _step(self, event: ev.Event) -> None:
        self._seen.event(event)
        self.gate, out = step(self.gate, event, self._clock.now())
        self._seen.effects(out)
        for effect in out:
            self._perform(effect)

    def _judged(self, verdict: Judged) -> None:
        self.verdicts.append(verdict)
        self._seen.judged(verdict.said, verdict.ms)
        self.feed(verdict.said)

    def attach(self, listener: Listener) -> None:
        """A response joins: it gets what was sent so far, then follows."""
        self.audience.welcome(listener, self.said, self.hold, self.decision)
        if self.hold is not None and self.gate.phase == "held":
            listener.held(self.hold)
        if self.finished:
            listener.finish(self, self.ending, self.error)
        elif len(self.audience.listeners) == 1 and self.hold is not None:
            self.keeper.customer_back(self)
        self.audience.flush_soon()

    def shown(self, hold: Hold) -> None:
        """The hold is durable: now, and not before, the customer may know of it."""
        if self.gate.phase == "held":
            self.audience.each(lambda listener: listener.held(hold))
            self.audience.flush_soon()

    def leave(self, listener: Listener) -> None:
        """A response's client hung up."""
        self.audience.listeners.remove(listener)
        if not self.audience.listeners and not self.finished:
            self.feed(ev.Gone())

    @property
    def listened(self) -> bool:
        return bool(self.audience.listeners)

    async def say(self, said: ev.Said) -> bool:
        """A person speaks; whether a customer who is there has it."""
        followers = tuple(self.audience.listeners)
        self.feed(said)
        await self.flushed()
        return self.audience.has(said.message_id, followers)

    @property
    def said(self) -> list[fx.Send]:
        """What the customer was given in this turn, in order."""
        return self.audience.said(self.outlet.sent())

    @property
    def written(self) -> list[fx.Send]:
        return self.audience.said({})

    def transcript(self) -> dict[Field, str]:
        return joined(self.said)

    # --- the model

    def _ask(self, note: str) -> None:
        self.audience.before, self.audience.written = self.said, []
        self.outlet, self.decision = Outlet(), None
        self._scanning, self.checking = Scanning(self._compiled.scanner), None
        if self._compiled.checks:
            self._checks().begin()
        self._asking = Asking(self._model, lambda: self._call(note), self._took, self._answered)

    def _took(self, batch: Sequence[Chunk]) -> asyncio.Future[None] | None:
        """The model's words; a customer who reads slowly is waited for."""
        for chunk in batch:
            self.outlet.push(chunk)
            if chunk.stripped:
                self._seen.stripped(self.facts.model, chunk.stripped)
            self._take(self._scanning.read(chunk, self.outlet.size))
        wait = self.audience.flush_soon()
        if self.outlet.total > self._limit:
            raise Enough
        return wait

    def _answered(self, error: HitlError | None) -> None:
        """The model ended or broke off; a limit that was passed is for a person to decide about."""
        self.error = error
        if error is None or error.code == "max_output":
            self._whole(overlong=error is not None)
        else:
            self._feed(ev.Failed(error.code, fatal=not isinstance(error, UpstreamError)))
        self.audience.flush_soon()

    def _whole(self, *, overlong: bool = False) -> None:
        self._take(self._scanning.end())
        facts = self.outlet.facts(self._model.called(self.facts.model))
        if overlong or self.outlet.total > self._limit:
            facts = (*facts, "ended:max_output")
        self._feed(ev.Done(facts))

    def _take(self, events: list[ev.Event]) -> None:
        for event in events:
            if type(event) is ev.Verdict:
                self.verdicts.append(Judged(event))
            self._feed(event)

    def abandon(self) -> None:
        """The process ends. Nothing is decided by that: a hold stays a hold."""
        self._stop()
        self.keeper.finished(self)

    def _stop(self) -> None:
        if self.checking:
            self.checking.cancel()
        if self._asking:
            self._asking.stop()

    # --- what the gate wants done

    def _give(self, outs: Sequence[Out]) -> None:
        if outs and self.outlet.total:  # an answer may have an end and not a word
            self.timing.text()
        for out in outs:
            self.audience.give(out)

    def _perform(self, effect: fx.Effect) -> None:  # noqa: C901 (one arm per effect)
        if isinstance(effect, fx.Release):  # by far the most frequent
            self._give(self.outlet.release(effect.field, effect.upto))
            return
        match effect:
            case fx.Send():
                self.timing.text()
                self.audience.write(effect)
            case fx.Correct():
                self.audience.correct(effect, late=self.finished)
            case fx.RunChecks():
                self._checks().run(effect)
            case fx.OpenHold():
                self.keeper.open(self, effect)
            case fx.UpdateHold():
                self.keeper.update(self, effect)
            case fx.CustomerLeft(policy):
                self.keeper.customer_left(self, policy)
            case fx.Watched():
                self.watched.append(effect)
            case fx.AskModel(note):
                self._ask(note)
            case fx.StopModel():
                self._stop()
            case fx.HumanSpeaks(display, typing):
                self.audience.show("human", agent={"display": display}, typing=typing)
            case fx.ModelSpeaks():
                self.audience.show("ai", reason="handed_back")
            case fx.WakeAt(at):
                self._alarm.set(at, lambda: self.feed(ev.Tick()))
            case fx.Finish(ending):
                self._finish(ending)
            case _:
                assert_never(effect)

    def _checks(self) -> Checking:
        if self.checking is None:
            about = self._compiled.checks, self.facts, lambda: self.outlet, lambda: self.gate
            self.checking = Checking(*about, self._judged)
        return self.checking

    def _finish(self, ending: str) -> None:
        if ending == "model":
            self._give(self.outlet.rest())
        else:  # checks that nobody waited for go on only beside an answer that stands
            self._stop()
        self.ending = ending
        self._seen.ended(self.timing.over())
        self.audience.each(lambda listener: listener.finish(self, ending, self.error))
        self._alarm.cancel()
        self._asking = None  # it knows the turn: a circle for each answer
        del self._call  # it knows the request, and turns that are over are kept for retries
        self.finished = True
        self.keeper.finished(self)
        self._over(self)
