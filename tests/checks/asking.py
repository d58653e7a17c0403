"""Asks one shipped check about one answer, through the public door: registry, options, judge."""

from collections.abc import Iterable, Mapping
from typing import Any

from hitl_chat.checks.registry import default
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked, Check

CHECKS = default()
ARGUMENTS = "0/tool_calls/0/arguments"
NAME = "0/tool_calls/0/name"


def check(name: str, **options: Any) -> Check:
    return CHECKS.check(name, name, CHECKS.asynchronous[name].model_validate(options))


def said(
    *customer: str, system: str = "", tools: Iterable[str] = (), before: str = ""
) -> list[dict[str, Any]]:
    """A request: instructions, an earlier answer, the customer's words, what tools brought."""
    messages: list[dict[str, Any]] = []
    if system:
        messages.append({"role": "system", "content": system})
    if before:
        messages.append({"role": "assistant", "content": before})
    messages += ({"role": "user", "content": words} for words in customer)
    messages += ({"role": "tool", "tool_call_id": "1", "content": one} for one in tools)
    return messages


async def judged(
    name: str,
    draft: str | Mapping[str, str] = "",
    messages: Iterable[Mapping[str, Any]] = (),
    **options: Any,
) -> Verdict:
    """The verdict on a whole answer."""
    texts = {CONTENT: draft} if isinstance(draft, str) else dict(draft)
    verdict = await check(name, **options).judge(Asked(list(messages), texts, final=True))
    assert isinstance(verdict, Verdict)
    return verdict


async def segment(
    name: str, draft: str, start: int, upto: int, messages: Iterable[Any] = (), **options: Any
) -> Verdict:
    """The verdict on a part of an answer that is still being written."""
    asked = Asked(list(messages), {CONTENT: draft}, CONTENT, start, upto)
    verdict = await check(name, **options).judge(asked)
    assert isinstance(verdict, Verdict)
    return verdict


def marked(verdict: Verdict, draft: str, field: str = CONTENT) -> list[str]:
    """What the verdict points at."""
    return [draft[span.start : span.end] for span in verdict.spans if span.field == field]
