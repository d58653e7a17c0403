"""litellm as a client library; it answers in OpenAI's shape, so the openai module reads it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# Read at import: without them litellm fetches its price list from the network.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm

from tests.clients.drivers.openai_sdk import note_hitl, read_completion, read_stream, request_of

if TYPE_CHECKING:
    from tests.clients.contract import Job, Result


async def play(job: Job, result: Result) -> None:
    scenario = job.scenario
    request = request_of(scenario) | {"model": f"openai/{scenario.model}"}
    answer = await litellm.acompletion(
        **request,
        stream=scenario.stream,
        base_url=job.base_url,
        api_key=job.api_key,
        timeout=scenario.timeout,
        max_retries=scenario.max_retries,
        extra_headers=scenario.headers,
    )
    if scenario.stream:
        await read_stream(answer, result)
    else:
        note_hitl(answer, result)
        read_completion(answer, result)
