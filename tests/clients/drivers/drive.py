"""Plays a work list with the Python clients: jobs in on stdin, a JSON line out for each.

Run as `python -m tests.clients.drivers.drive` from the project's root. Owns the pipe and the
report of what a client raised. It must not know how any client is called: each lives in the
module beside this one that PLAYERS names, imported only if the work list needs it.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from tests.clients.contract import ClientError, Result, job_from_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.clients.contract import Job, Json

    Player = Callable[[Job, Result], Awaitable[None]]

PLAYERS = {
    "langchain-py": "langchain:play",
    "litellm": "litellm_client:play",
    "openai-agents": "openai_agents:play",
    "openai-py": "openai_sdk:play",
    "openai-py-helper": "openai_sdk:play_with_helper",
    "openai-py-naive": "naive:play_sdk_loop",
    "pydantic-ai": "pydantic_agents:play",
    "urllib-naive": "naive:play_line_loop",
}


def find_player(client: str) -> Player:
    """Import the client's library, once; this is the slow part."""
    module, _, function = PLAYERS[client].partition(":")
    player: Player = getattr(importlib.import_module(f"tests.clients.drivers.{module}"), function)
    return player


async def run(job: Job) -> Result:
    """Play one job; whatever the client raised becomes part of the result."""
    result = Result()
    try:
        async with asyncio.timeout(job.guard):
            await find_player(job.client)(job, result)
    except Exception as error:  # noqa: BLE001 - what a client raises is what we are here to see
        status = getattr(error, "status_code", getattr(error, "status", None))
        result.error = ClientError(type(error).__name__, str(error)[:500], status)
    return result


async def play_list(work: list[Json], write: Callable[[str], object]) -> None:
    """Jobs with a timer of their own come last, so that the others' load does not trip it."""
    jobs = [job_from_json(entry) for entry in work]
    for client in sorted({job.client for job in jobs}):
        find_player(client)

    async def report(number: int, job: Job) -> None:
        line = {"job": number, "result": asdict(await run(job))}
        write(json.dumps(line) + "\n")

    for timed in (False, True):
        lot = [
            report(number, job)
            for number, job in enumerate(jobs)
            if (job.scenario.timeout is not None) == timed
        ]
        await asyncio.gather(*lot)


def main() -> None:
    # A client may print to stdout; only our lines may reach the pipe.
    pipe, sys.stdout = sys.stdout, sys.stderr
    asyncio.run(play_list(json.load(sys.stdin), pipe.write))
    pipe.flush()


if __name__ == "__main__":
    main()
