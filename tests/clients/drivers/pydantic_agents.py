"""pydantic-ai: an Agent on its OpenAI chat model, tools left for the caller to execute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_ai import (  # type: ignore[import-not-found]
    Agent,
    AgentRunResultEvent,
    DeferredToolRequests,
    ExternalToolset,
    NativeOutput,
    ToolDefinition,
)
from pydantic_ai.models.openai import OpenAIChatModel  # type: ignore[import-not-found]
from pydantic_ai.providers.openai import OpenAIProvider  # type: ignore[import-not-found]

from tests.clients.contract import Json, ToolCall
from tests.clients.drivers.openai_sdk import connect, schema_model

if TYPE_CHECKING:
    from tests.clients.contract import Job, Result, Scenario

FINISH_REASONS = {"tool_call": "tool_calls"}


def tool_of(tool: Json) -> Any:
    function = tool["function"]
    return ToolDefinition(
        name=function["name"],
        description=function["description"],
        parameters_json_schema=function["parameters"],
    )


def agent_of(scenario: Scenario, client: Any) -> Any:
    output: Any = str
    if scenario.response_format:
        output = NativeOutput(schema_model(scenario.response_format))
    elif scenario.tools:
        output = [str, DeferredToolRequests]
    return Agent(
        OpenAIChatModel(scenario.model, provider=OpenAIProvider(openai_client=client)),
        output_type=output,
        toolsets=[ExternalToolset([tool_of(tool) for tool in scenario.tools])],
        retries=0,
    )


def read(run: Any, result: Result) -> None:
    response = run.response
    result.text = response.text or ""
    result.finish_reason = FINISH_REASONS.get(response.finish_reason, response.finish_reason)
    result.tool_calls = [
        ToolCall(call.tool_name, call.args_as_dict()) for call in response.tool_calls
    ]
    result.usage = {"total_tokens": response.usage.total_tokens}
    if hasattr(run.output, "model_dump"):
        result.parsed = run.output.model_dump()


async def play(job: Job, result: Result) -> None:
    question = job.scenario.messages[-1]["content"]
    agent = agent_of(job.scenario, connect(job, result))
    if not job.scenario.stream:
        read(await agent.run(question), result)
        return
    async with agent.run_stream_events(question) as events:
        async for event in events:
            result.chunks += 1
            if isinstance(event, AgentRunResultEvent):
                read(event.result, result)
