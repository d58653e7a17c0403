"""Runs asynchronous checks for one turn: starts them, bounds them in time, believes nothing.

Whatever a check does, exactly one `Verdict` or `CheckFailed` about exactly what was asked comes
back. Knows no rule and no gate.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hitl_chat.core.effects import RunChecks
from hitl_chat.core.events import CheckFailed, Verdict, is_score
from hitl_chat.core.types import Field
from hitl_chat.ports import Asked, Check
from hitl_chat.runner.making import Making

Post = Callable[["Judged"], None]


class Judged(NamedTuple):
    """What a check said, and how many milliseconds that took; None: beside the model's words."""

    said: Verdict | CheckFailed
    ms: float | None = None


class Checking:
    def __init__(
        self,
        checks: Sequence[Check],
        messages: Sequence[Mapping[str, Any]],
        model: str,
        texts: Callable[[], Mapping[Field, str]],
        post: Post,
    ) -> None:
        self._checks = {check.name: check for check in checks}
        self._messages = messages
        self._model = model
        self._shared = Making()
        self._texts = texts
        self._post = post
        self._running: set[asyncio.Task[None]] = set()
        self._wanted = True

    def run(self, ask: RunChecks) -> None:
        asked = Asked(
            messages=self._messages,
            texts=self._texts(),
            field=ask.field,
            start=ask.start,
            upto=ask.upto,
            final=ask.final,
            model=self._model,
            shared=self._shared,
        )
        for name in sorted(ask.checks):
            task = asyncio.create_task(self._one(name, asked))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def cancel(self) -> None:
        """The draft is not wanted any more; a cancelled check says nothing, whatever it does."""
        self._wanted = False
        for task in self._running:
            task.cancel()
        self._running.clear()
        self._shared.cancel()

    async def _one(self, name: str, asked: Asked) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        verdict = await self._judged(name, asked)
        if self._wanted:
            self._post(Judged(verdict, (loop.time() - began) * 1000))

    async def _judged(self, name: str, asked: Asked) -> Verdict | CheckFailed:
        check = self._checks.get(name)
        if check is None:
            return _failed(name, asked, "no such check is configured")
        try:
            async with asyncio.timeout(check.timeout):
                verdict = await check.judge(asked)
        except TimeoutError:
            return _failed(name, asked, f"no verdict within {check.timeout:g} s", timed_out=True)
        except Exception as error:  # noqa: BLE001 (a check is a plug-in: any error is "no verdict")
            return _failed(name, asked, type(error).__name__)
        if isinstance(verdict, CheckFailed):
            return _failed(name, asked, verdict.why, timed_out=verdict.timed_out)
        return _about(verdict, name, asked)


def _about(verdict: object, name: str, asked: Asked) -> Verdict | CheckFailed:
    """The verdict, on what was asked and nothing else. Plug-ins return what they like."""
    if not isinstance(verdict, Verdict) or not is_score(verdict.score):
        return _failed(name, asked, "it returned no verdict with a score in 0..1")
    return Verdict(
        name,
        verdict.score,
        asked.field,
        asked.start,
        asked.upto,
        asked.final,
        verdict.spans,
        verdict.detail,
    )


def _failed(name: str, asked: Asked, why: str, *, timed_out: bool = False) -> CheckFailed:
    return CheckFailed(name, why, asked.field, asked.start, asked.upto, asked.final, timed_out)
