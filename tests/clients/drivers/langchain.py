"""langchain-openai's ChatOpenAI, asynchronous: messages, tools and structured output.

It keeps no unknown top-level fields and makes its own transport: no raw_hitl, no requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_openai import ChatOpenAI  # type: ignore[import-not-found]

from tests.clients.contract import Json, ToolCall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.clients.contract import Job, Result


def connect(job: Job) -> Any:
    scenario = job.scenario
    options: Json = {}
    if scenario.timeout is not None:
        options = {"timeout": scenario.timeout, "stream_chunk_timeout": scenario.timeout}
    return ChatOpenAI(
        model=scenario.model,
        base_url=job.base_url,
        api_key=job.api_key,
        max_retries=scenario.max_retries,
        default_headers=scenario.headers,
        **options,
    )


def read(message: Any, result: Result) -> None:
    result.text = message.text
    result.finish_reason = message.response_metadata.get("finish_reason")
    result.refusal = message.additional_kwargs.get("refusal")
    result.tool_calls = [
        ToolCall(call["name"], call["args"])
        for call in [*message.tool_calls, *message.invalid_tool_calls]
    ]
    if message.usage_metadata:
        result.usage = {"total_tokens": message.usage_metadata["total_tokens"]}


async def add_up(parts: AsyncIterator[Any], result: Result) -> Any:
    """Chunks are added with `+`, as its documentation has it."""
    whole = None
    async for part in parts:
        result.chunks += 1
        whole = part if whole is None else whole + part
    return whole


async def play(job: Job, result: Result) -> None:
    scenario = job.scenario
    messages = list(scenario.messages)
    model = connect(job)
    if scenario.response_format:
        wanted = scenario.response_format["json_schema"]
        schema = wanted["schema"] | {"title": wanted["name"]}
        model = model.with_structured_output(schema, method="json_schema", include_raw=True)
    elif scenario.tools:
        model = model.bind_tools(list(scenario.tools))
    if scenario.stream:
        answer = await add_up(model.astream(messages), result)
    else:
        answer = await model.ainvoke(messages)
    if scenario.response_format:
        read(answer["raw"], result)
        result.parsed = answer.get("parsed")
        if answer.get("parsing_error"):
            raise answer["parsing_error"]
    else:
        read(answer, result)
