"""Whether a client made of an answer what it should have, given what this client can show.

Owns the comparison. Every difference is one sentence, so that a failing test reads by itself.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.clients.contract import Result
    from tests.clients.matrix import Client
    from tests.clients.scenarios import Case, Expected


def differences(client: Client, case: Case, result: Result, *, stream: bool) -> list[str]:
    """Nothing, if `client` took the answer as it should."""
    return list(find_differences(client, case.expected, result, stream=stream))


def find_differences(
    client: Client, expected: Expected, result: Result, *, stream: bool
) -> Iterator[str]:
    if expected.fails:
        yield from look_at_failure(expected, result)
        return
    if expected.refusal is not None:
        yield from look_at_refusal(client, expected, result, stream=stream)
        return
    if result.error is not None:
        yield f"raised {result.error!r}"
        return
    if result.text != expected.text:
        yield f"text is {result.text!r}, not {expected.text!r}"
    if client.finish_reason and result.finish_reason != expected.finish_reason:
        yield f"finish_reason is {result.finish_reason!r}, not {expected.finish_reason!r}"
    if tuple(result.tool_calls) != expected.tool_calls:
        yield f"tool calls are {result.tool_calls!r}, not {expected.tool_calls!r}"
    if client.parsed and result.parsed != expected.parsed:
        yield f"parsed is {result.parsed!r}, not {expected.parsed!r}"
    yield from look_at_usage(client, expected, result, stream=stream)
    yield from look_at_states(client, expected, result, stream=stream)


def look_at_failure(expected: Expected, result: Result) -> Iterator[str]:
    if result.error is None:
        yield f"raised nothing; text is {result.text!r}"
    elif expected.status is not None and result.error.status != expected.status:
        yield f"status is {result.error.status!r}, not {expected.status!r}: {result.error!r}"


def look_at_refusal(
    client: Client, expected: Expected, result: Result, *, stream: bool
) -> Iterator[str]:
    """Clients tell a refusal in their own ways; none may take it for a structured answer."""
    shown = client.shows_refusal(stream=stream)
    if result.parsed is not None:
        yield f"parsed a refusal as {result.parsed!r}"
    if (result.error is not None) != (shown == "raises"):
        yield f"refusal is known as {shown!r}, raised {result.error!r}"
    if shown == "shown" and result.refusal != expected.refusal:
        yield f"refusal is {result.refusal!r}, not {expected.refusal!r}"


def look_at_usage(
    client: Client, expected: Expected, result: Result, *, stream: bool
) -> Iterator[str]:
    if result.usage is None:
        if stream and client.usage:
            yield "usage was asked for and did not come"
    elif expected.total_tokens not in (None, result.usage["total_tokens"]):
        yield f"usage is {result.usage!r}, not {expected.total_tokens!r} tokens"


def look_at_states(
    client: Client, expected: Expected, result: Result, *, stream: bool
) -> Iterator[str]:
    """The states of the hold, repeats left out. A client that shows some may leave out others."""
    seen = [state for state, _ in groupby(hitl["state"] for hitl in result.raw_hitl or [])]
    due = expected.states if stream else (expected.plain_state,)
    if client.hitl == "all" and tuple(seen) != due:
        yield f"hitl states are {seen!r}, not {due!r}"
    if client.hitl == "some" and not (seen and is_part(seen, due)):
        yield f"hitl states are {seen!r}, not some of {due!r}"
    if client.hitl == "none" and seen:
        yield f"hitl is visible after all: {seen!r}; say so in the table of clients"


def is_part(some: Sequence[str], whole: Sequence[str]) -> bool:
    """Are these some of those, in their order?"""
    rest = iter(whole)
    return all(one in rest for one in some)
