"""The OpenAI Agents SDK on Chat Completions: an agent, its runner, tools that stop the run.

It shows neither the finish reason nor unknown fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents import (  # type: ignore[import-not-found]
    Agent,
    FunctionTool,
    OpenAIChatCompletionsModel,
    Runner,
    set_tracing_disabled,
)

from tests.clients.contract import Json, ToolCall
from tests.clients.drivers.openai_sdk import connect, parse_arguments, schema_model

if TYPE_CHECKING:
    from tests.clients.contract import Job, Result, Scenario

set_tracing_disabled(True)  # it would send every run to OpenAI


async def accept(_: object, arguments: str) -> str:
    """What the agent's tools do: nothing. The call itself is what we are after."""
    return arguments


def tool_of(tool: Json) -> Any:
    function = tool["function"]
    return FunctionTool(
        name=function["name"],
        description=function["description"],
        params_json_schema=function["parameters"],
        on_invoke_tool=accept,
    )


def agent_of(scenario: Scenario, client: Any) -> Any:
    wanted = scenario.response_format
    return Agent(
        name="support",
        model=OpenAIChatCompletionsModel(scenario.model, client),
        tools=[tool_of(tool) for tool in scenario.tools],
        output_type=schema_model(wanted) if wanted else None,
        tool_use_behavior="stop_on_first_tool",
    )


def read(run: Any, result: Result) -> None:
    texts: list[str] = []
    for response in run.raw_responses:
        for item in response.output:
            if item.type == "function_call":
                result.tool_calls.append(ToolCall(item.name, parse_arguments(item.arguments)))
            elif item.type == "message":
                texts += [part.text for part in item.content if part.type == "output_text"]
                result.refusal = next(
                    (part.refusal for part in item.content if part.type == "refusal"), None
                )
    result.text = "".join(texts)
    if hasattr(run.final_output, "model_dump"):
        result.parsed = run.final_output.model_dump()


async def play(job: Job, result: Result) -> None:
    agent = agent_of(job.scenario, connect(job, result))
    messages = list(job.scenario.messages)
    if not job.scenario.stream:
        read(await Runner.run(agent, messages), result)
        return
    run = Runner.run_streamed(agent, messages)
    async for event in run.stream_events():
        result.chunks += event.type == "raw_response_event"
    read(run, result)
