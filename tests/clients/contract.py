"""What a test asks of a client and what the client answers: one JSON object each way.

Owns the shapes that cross the pipe to a driver program. Runs in three environments (the
project's, the clients' own, and mirrored in drivers/drive.mjs), so: standard library only.
It must not know which clients exist or what server they talk to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """One chat turn, in OpenAI's words. `timeout` is the client's longest wait for a byte (or,
    where it only has that, for a chunk), in seconds; None leaves the client its own default."""

    name: str
    model: str
    messages: tuple[Json, ...]
    stream: bool = True
    tools: tuple[Json, ...] = ()
    response_format: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float | None = None
    max_retries: int = 0


@dataclass(frozen=True)
class Job:
    """A scenario for one client at one address: an entry of a driver's work list. After `guard`
    seconds the driver gives up waiting for the client and reports that."""

    client: str
    base_url: str
    api_key: str
    scenario: Scenario
    guard: float = 45.0


@dataclass
class ToolCall:
    """`arguments` is the parsed object; arguments that are not JSON stay a string."""

    name: str
    arguments: Any


@dataclass
class ClientError:
    """What the client raised: its class, its words, the HTTP status if it knows one."""

    type: str
    message: str
    status: int | None = None


@dataclass
class Result:
    """What the program around the client got to see. None: this client does not show it."""

    text: str = ""
    chunks: int = 0
    finish_reason: str | None = None
    tool_calls: list[ToolCall] = field(default_factory=list)
    parsed: Any = None
    refusal: str | None = None
    usage: Json | None = None
    raw_hitl: list[Json] | None = None
    requests: int | None = None
    error: ClientError | None = None


def result_from_json(line: Json) -> Result:
    """A driver's answer, read back. Unknown keys are an error: the drivers have drifted apart."""
    calls = [ToolCall(**call) for call in line["tool_calls"]]
    error = ClientError(**line["error"]) if line["error"] else None
    return Result(**line | {"tool_calls": calls, "error": error})


def job_from_json(line: Json) -> Job:
    """An entry of the work list, read back in a driver."""
    asked: Json = line["scenario"]
    lists = {name: tuple(asked[name]) for name in ("messages", "tools")}
    return Job(**line | {"scenario": Scenario(**asked | lists)})
