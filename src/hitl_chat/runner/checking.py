"""Runs asynchronous checks for one turn: starts them, bounds them in time, believes nothing.

Whatever a check does, exactly one `Verdict` or `CheckFailed` about exactly what was asked comes
back. Those that cost something come after the others, and only if they are still needed; else
`Spared` comes back. Knows no rule, and of the gate only what it has heard.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from hitl_chat.core.cascade import needed
from hitl_chat.core.effects import RunChecks
from hitl_chat.core.events import CheckFailed, Spared, Verdict
from hitl_chat.core.state import Gate
from hitl_chat.core.types import Field
from hitl_chat.ports import Asked, Check, Token
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.making import Making
from hitl_chat.runner.verdicts import failed, judged

log = logging.getLogger(__name__)

Post = Callable[["Judged"], None]


class Judged(NamedTuple):
    """What a check said, and how many milliseconds that took; None: beside the model's words."""

    said: Verdict | CheckFailed | Spared
    ms: float | None = None


class Draft(Protocol):
    """What is written so far, and how likely its tokens were."""

    @property
    def logprobs(self) -> Mapping[Field, Sequence[Token]]: ...

    def texts(self) -> Mapping[Field, str]: ...


class Checking:
    def __init__(
        self,
        checks: Sequence[Check],
        facts: TurnFacts,
        draft: Callable[[], Draft],
        gate: Callable[[], Gate],
        post: Post,
    ) -> None:
        self._checks = {check.name: check for check in checks}
        self._facts = facts
        self._shared = Making()
        self._draft = draft
        self._gate = gate
        self._post = post
        self._running: set[asyncio.Task[None]] = set()
        self._wanted = True
        self._spoken: Callable[[], None] | None = None

    def begin(self) -> None:
        """The turn begins: what takes long, and is needed whatever the cheap checks say, starts."""
        for check in self._checks.values():
            if self._needed(check.name):
                try:
                    check.begin(self._asked(RunChecks(frozenset())))
                except Exception:  # a plug-in's; what is wrong, its verdict will say
                    log.exception("check %r could not begin", check.name)

    def run(self, ask: RunChecks) -> None:
        asked = self._asked(ask)
        costly = sorted(name for name in ask.checks if self._costs(name))
        free = [self._start(self._one(name, asked)) for name in sorted(ask.checks - {*costly})]
        if costly:
            self._start(self._after(free, costly, asked))

    def _needed(self, check: str) -> bool:
        """Whether a verdict of this check can still matter."""
        gate = self._gate()
        return needed(gate.policy, gate.scores, check)

    def _asked(self, ask: RunChecks) -> Asked:
        draft = self._draft()
        return Asked(
            messages=self._facts.messages,
            texts=draft.texts(),
            field=ask.field,
            start=ask.start,
            upto=ask.upto,
            final=ask.final,
            model=self._facts.model,
            shared=self._shared,
            logprobs=draft.logprobs,
        )

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not self._running and self._spoken is not None:
            self.cancel()

    def outlive(self, spoken: Callable[[], None]) -> bool:
        """The answer is over: whether somebody still speaks beside it; then `spoken` is called
        once nobody does, or nobody wants to hear it any more."""
        if not self._running:
            self.cancel()
            return False
        self._spoken = spoken
        return True

    def _costs(self, name: str) -> bool:
        return name in self._checks and self._checks[name].cost != "free"

    async def _after(
        self, free: Sequence[asyncio.Task[None]], costly: Sequence[str], asked: Asked
    ) -> None:
        """The costly ones, once the others have spoken."""
        if free:
            await asyncio.wait(free)
        for name in costly:
            if not self._wanted:
                return
            if self._needed(name):
                self._start(self._one(name, asked))
            else:
                about = asked.field, asked.start, asked.upto, asked.final
                self._post(Judged(Spared(name, *about)))

    def cancel(self) -> None:
        """The draft is not wanted any more; a cancelled check says nothing, whatever it does."""
        self._wanted = False
        for task in self._running:
            task.cancel()
        self._running.clear()
        self._shared.cancel()
        spoken, self._spoken = self._spoken, None
        if spoken is not None:
            spoken()

    async def _one(self, name: str, asked: Asked) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        verdict = await self._judged(name, asked)
        if self._wanted:
            self._post(Judged(verdict, (loop.time() - began) * 1000))

    async def _judged(self, name: str, asked: Asked) -> Verdict | CheckFailed:
        check = self._checks.get(name)
        if check is None:
            return failed(name, asked, "no such check is configured")
        return await judged(check, asked)
