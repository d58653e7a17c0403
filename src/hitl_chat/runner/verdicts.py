"""One question to one asynchronous check: bounded in time, and nothing it says is believed.

Whatever the check does, exactly one `Verdict` or `CheckFailed` about exactly what was asked comes
back. Knows no turn.
"""

import asyncio
from math import isfinite
from typing import Any

import msgspec

from hitl_chat.core.events import CheckFailed, Verdict, is_score
from hitl_chat.core.evidence import NONE, Evidence
from hitl_chat.errors import HitlError, UpstreamError
from hitl_chat.ports import Asked, Check

LONGEST = 4_000  # characters of one text that is shown
MOST = 8  # of a kind


async def judged(check: Check, asked: Asked) -> Verdict | CheckFailed:
    try:
        async with asyncio.timeout(check.timeout):
            verdict = await check.judge(asked)
    except TimeoutError:
        return failed(check.name, asked, f"no verdict within {check.timeout:g} s", timed_out=True)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise  # nobody wants the verdict any more
        return failed(check.name, asked, "it was cancelled by itself")
    except UpstreamError as error:
        return failed(check.name, asked, error.code)  # what a stranger's server says stays out
    except HitlError as error:
        return failed(check.name, asked, error.message)  # our own words: what is missing
    except Exception as error:  # noqa: BLE001 (a check is a plug-in: any error is "no verdict")
        return failed(check.name, asked, type(error).__name__)
    if isinstance(verdict, CheckFailed):
        return failed(check.name, asked, verdict.why, timed_out=verdict.timed_out)
    return _about(verdict, check.name, asked)


def _about(verdict: object, name: str, asked: Asked) -> Verdict | CheckFailed:
    """The verdict, on what was asked and nothing else. Plug-ins return what they like."""
    if not isinstance(verdict, Verdict) or not is_score(verdict.score):
        return failed(name, asked, "it returned no verdict with a score in 0..1")
    try:
        shown = bounded(verdict.evidence)
    except (msgspec.ValidationError, TypeError) as error:
        return failed(name, asked, f"its evidence makes no sense: {error}")
    return Verdict(
        name,
        verdict.score,
        asked.field,
        asked.start,
        asked.upto,
        asked.final,
        verdict.spans,
        verdict.detail,
        verdict.calls,
        verdict.tokens,
        shown,
    )


def bounded(evidence: object) -> Evidence:
    """Only what evidence consists of, not too long, and nothing that no record can hold."""
    if evidence is NONE:
        return NONE
    return msgspec.convert(_bounded(msgspec.to_builtins(evidence)), Evidence)


def _bounded(value: Any) -> Any:  # noqa: ANN401 (plug-ins return what they like)
    match value:
        case str():
            text = value[:LONGEST].encode("utf-16", "surrogatepass")
            return text.decode("utf-16", "replace")  # half a character is none
        case dict():
            return {name: _bounded(part) for name, part in value.items()}
        case list() | tuple():
            return [_bounded(part) for part in value[:MOST]]
        case float():
            return value if isfinite(value) else 0.0
        case _:
            return value


def failed(name: str, asked: Asked, why: str, *, timed_out: bool = False) -> CheckFailed:
    return CheckFailed(name, why, asked.field, asked.start, asked.upto, asked.final, timed_out)
