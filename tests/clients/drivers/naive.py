"""Programs people really write: nothing is guarded, nothing but the text is looked at."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import TYPE_CHECKING

from tests.clients.drivers.openai_sdk import connect, note_hitl, request_of

if TYPE_CHECKING:
    from tests.clients.contract import Job, Result


async def play_sdk_loop(job: Job, result: Result) -> None:
    """The loop of every tutorial, around the openai package."""
    create = connect(job, result).chat.completions.create
    if not job.scenario.stream:
        completion = await create(**request_of(job.scenario))
        result.text = completion.choices[0].message.content
        note_hitl(completion, result)
        return
    async for chunk in await create(stream=True, **request_of(job.scenario)):
        result.text += chunk.choices[0].delta.content or ""
        result.chunks += 1
        note_hitl(chunk, result)


async def play_line_loop(job: Job, result: Result) -> None:
    """No library at all: every line is an event, every event is `data: `."""
    await asyncio.to_thread(_read_lines, job, result)


def _read_lines(job: Job, result: Result) -> None:
    scenario = job.scenario
    request = urllib.request.Request(  # noqa: S310 - the address comes from the test
        f"{job.base_url}/chat/completions",
        data=json.dumps(request_of(scenario) | {"stream": scenario.stream}).encode(),
        headers={
            "Authorization": f"Bearer {job.api_key}",
            "Content-Type": "application/json",
            **scenario.headers,
        },
    )
    result.requests = 1
    with urllib.request.urlopen(request, timeout=scenario.timeout or 60) as answer:  # noqa: S310
        if not scenario.stream:
            result.text = json.load(answer)["choices"][0]["message"]["content"]
            return
        for line in answer:
            if line.startswith(b"data: ") and line != b"data: [DONE]\n":
                chunk = json.loads(line[6:])
                result.text += chunk["choices"][0]["delta"].get("content", "")
                result.chunks += 1
