"""The openai package, called plainly and through its stream and parse helpers.

Owns how an OpenAI completion becomes a Result (litellm answers in the same shape).
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

import openai
from pydantic import BaseModel, create_model

from tests.clients.contract import Json, ToolCall

if TYPE_CHECKING:
    from tests.clients.contract import Job, Result, Scenario

PYTHON_TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
}


PLAYED: ContextVar[Result] = ContextVar("PLAYED")  # every job is its own task


async def count(_: object) -> None:
    result = PLAYED.get()
    result.requests = (result.requests or 0) + 1


@cache
def transport() -> Any:
    """The SDK's own transport, counting what it sends; one for all, as a program would have it."""
    return openai.DefaultAsyncHttpxClient(event_hooks={"request": [count]})


def connect(job: Job, result: Result) -> Any:
    """The SDK's own client, with its own timers."""
    PLAYED.set(result)
    options: Json = {}
    if job.scenario.timeout is not None:
        options["timeout"] = job.scenario.timeout
    return openai.AsyncOpenAI(
        base_url=job.base_url,
        api_key=job.api_key,
        max_retries=job.scenario.max_retries,
        default_headers=job.scenario.headers,
        http_client=transport(),
        **options,
    )


def request_of(scenario: Scenario) -> Json:
    """The request's fields; those the scenario leaves out are not sent."""
    request: Json = {"model": scenario.model, "messages": list(scenario.messages)}
    if scenario.tools:
        request["tools"] = list(scenario.tools)
    if scenario.response_format:
        request["response_format"] = scenario.response_format
    return request


def schema_model(response_format: Json) -> type[BaseModel]:
    """The flat JSON schema of a scenario as the Pydantic class a program would have written."""
    wanted = response_format["json_schema"]
    fields: Json = {
        name: (PYTHON_TYPES[kind["type"]], ...)
        for name, kind in wanted["schema"]["properties"].items()
    }
    return create_model(wanted["name"], **fields)


def parse_arguments(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def note_hitl(part: Any, result: Result) -> None:
    """Unknown top-level fields, where the library keeps them."""
    extra = getattr(part, "model_extra", None) or {}
    hitl = extra.get("hitl", getattr(part, "hitl", None))
    if hitl is not None:
        result.raw_hitl = [*(result.raw_hitl or []), hitl]


class ToolCallParts:
    """Tool calls arrive in parts, told apart by their index."""

    def __init__(self) -> None:
        self._calls: dict[int, list[str]] = {}

    def add(self, delta: Any) -> None:
        for part in delta.tool_calls or []:
            call = self._calls.setdefault(part.index, ["", ""])
            call[0] += part.function.name or ""
            call[1] += part.function.arguments or ""

    def whole(self) -> list[ToolCall]:
        return [ToolCall(name, parse_arguments(text)) for name, text in self._calls.values()]


def usage_of(answer: Any) -> Json | None:
    usage = getattr(answer, "usage", None)
    return {"total_tokens": usage.total_tokens} if usage else None


async def read_stream(stream: Any, result: Result) -> None:
    """The loop of a careful program: it looks at every field and expects none of them."""
    calls = ToolCallParts()
    async for chunk in stream:
        result.chunks += 1
        note_hitl(chunk, result)
        result.usage = usage_of(chunk) or result.usage
        for choice in chunk.choices:
            delta = choice.delta
            result.text += delta.content or ""
            refusal = getattr(delta, "refusal", None)
            if refusal:
                result.refusal = (result.refusal or "") + refusal
            calls.add(delta)
            result.finish_reason = choice.finish_reason or result.finish_reason
    result.tool_calls = calls.whole()


def read_completion(completion: Any, result: Result) -> None:
    choice = completion.choices[0]
    message = choice.message
    result.text = message.content or ""
    result.finish_reason = choice.finish_reason
    result.refusal = getattr(message, "refusal", None)
    result.usage = usage_of(completion)
    result.tool_calls = [
        ToolCall(call.function.name, parse_arguments(call.function.arguments))
        for call in message.tool_calls or []
    ]
    parsed = getattr(message, "parsed", None)
    result.parsed = parsed.model_dump() if parsed is not None else None


async def play(job: Job, result: Result) -> None:
    """`chat.completions.create`: no help, no checks."""
    create = connect(job, result).chat.completions.create
    request = request_of(job.scenario)
    if job.scenario.stream:
        await read_stream(await create(stream=True, **request), result)
    else:
        completion = await create(**request)
        note_hitl(completion, result)
        read_completion(completion, result)


async def play_with_helper(job: Job, result: Result) -> None:
    """`chat.completions.stream` and `.parse`: they accumulate, and check what they accumulate."""
    request = request_of(job.scenario)
    if job.scenario.response_format:
        request["response_format"] = schema_model(job.scenario.response_format)
    completions = connect(job, result).chat.completions
    if not job.scenario.stream:
        completion = await completions.parse(**request)
        note_hitl(completion, result)
        read_completion(completion, result)
        return
    async with completions.stream(**request) as stream:
        async for event in stream:
            if event.type == "chunk":
                result.chunks += 1
                note_hitl(event.chunk, result)
        read_completion(await stream.get_final_completion(), result)
