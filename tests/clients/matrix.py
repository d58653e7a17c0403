"""The clients: how each is run, what it can do, what of an answer it lets a program see.

Owns the table, and playing scenarios with it. It must not know what server is played against:
that is an address. README.md beside this file says how to write a test with it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.clients.contract import Job, Result, Scenario, result_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.clients.scenarios import Case, Need

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GUARD_SECONDS = 100.0

Program = Literal["shared", "litellm", "node"]
Refusal = Literal["shown", "raises", "lost"]

PROGRAMS: dict[Program, tuple[str, ...]] = {
    "shared": (str(HERE / ".venv/shared/bin/python"), "-m", "tests.clients.drivers.drive"),
    "litellm": (str(HERE / ".venv/litellm/bin/python"), "-m", "tests.clients.drivers.drive"),
    "node": ("node", str(HERE / "drivers/drive.mjs")),
}
# A client reads keys, proxies and tracing switches from the environment: it gets none of ours.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")

FEATURES: frozenset[Need] = frozenset({"tools", "structured", "refusal", "error"})
TIMED: frozenset[Need] = FEATURES | {"timer", "retry"}
NAIVE: frozenset[Need] = frozenset({"error"})


class DriverFailed(Exception):
    """A driver program broke; that says nothing about a client. Read what it printed."""


@dataclass(frozen=True)
class Client:
    """`can`: what it is able to play (see `scenarios.Need`). The rest says what it shows:
    `hitl` of every chunk, of some, or of none; `refusal` as a field, as an exception, or not at
    all; `usage` of a stream, because it asks for it; `requests` it sent."""

    name: str
    program: Program
    can: frozenset[Need] = TIMED
    finish_reason: bool = True
    parsed: bool = True
    hitl: Literal["all", "some", "none"] = "all"
    refusal: Refusal = "shown"
    refusal_plain: Refusal | None = None
    usage: bool = False
    requests: bool = True

    def plays(self, case: Case) -> bool:
        return case.needs is None or case.needs in self.can

    def shows_refusal(self, *, stream: bool) -> Refusal:
        return self.refusal if stream else self.refusal_plain or self.refusal


CLIENTS: dict[str, Client] = {
    client.name: client
    for client in (
        Client("openai-py", "shared", parsed=False),
        Client("openai-py-helper", "shared"),
        Client("openai-py-naive", "shared", NAIVE, finish_reason=False),
        Client("urllib-naive", "shared", NAIVE | {"timer"}, finish_reason=False, hitl="none"),
        Client("langchain-py", "shared", hitl="none", refusal="raises", requests=False),
        Client("openai-agents", "shared", finish_reason=False, hitl="none", refusal="raises"),
        Client("pydantic-ai", "shared", hitl="none", refusal="raises", usage=True),
        Client("litellm", "litellm", parsed=False, hitl="some", refusal="lost", requests=False),
        Client("openai-node", "node", parsed=False),
        Client("openai-node-helper", "node"),
        Client("openai-node-naive", "node", NAIVE, finish_reason=False),
        Client("fetch-naive", "node", NAIVE, finish_reason=False, hitl="none"),
        Client(
            "ai-sdk-openai",
            "node",
            FEATURES | {"timer"},
            hitl="none",
            refusal="raises",
            usage=True,
        ),
        Client("ai-sdk-openai-raw", "node", FEATURES, refusal="raises", usage=True),
        # No timer: text alone resets this one's, no empty delta of any kind.
        Client("ai-sdk-compatible", "node", FEATURES, hitl="none", refusal="raises", usage=True),
        Client("langchain-js", "node", refusal="raises", refusal_plain="lost", usage=True),
    )
}


@cache
def built() -> str | None:
    """What `tests/clients/build --check` says if everything is there; None if not."""
    check = subprocess.run([HERE / "build", "--check"], capture_output=True, text=True, check=False)
    return check.stdout.strip() if check.returncode == 0 else None


async def play(client: str, base_url: str, api_key: str, scenario: Scenario) -> Result:
    """One scenario with one client; with many, `play_all` saves the start-up times."""
    [result] = await play_all([Job(client, base_url, api_key, scenario)])
    return result


async def play_all(jobs: Sequence[Job], *, guard: float = GUARD_SECONDS) -> list[Result]:
    """The results in the order of the jobs: all at once, in one process per program."""
    lots: dict[Program, list[int]] = {}
    for number, job in enumerate(jobs):
        lots.setdefault(CLIENTS[job.client].program, []).append(number)
    played = await asyncio.gather(
        *(run_driver(program, [jobs[n] for n in lot], guard) for program, lot in lots.items())
    )
    results = {
        number: result
        for lot, answers in zip(lots.values(), played, strict=True)
        for number, result in zip(lot, answers, strict=True)
    }
    return [results[number] for number in range(len(jobs))]


async def run_driver(program: Program, jobs: Sequence[Job], guard: float) -> list[Result]:
    """Start a driver, give it the work list, read a line for each job."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAMS[program],
        cwd=ROOT,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    work = json.dumps([asdict(job) for job in jobs]).encode()
    try:
        async with asyncio.timeout(guard):
            out, said = await process.communicate(work)
    except TimeoutError:
        raise DriverFailed(f"driver {program!r} did not end within {guard} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = [json.loads(line) for line in out.splitlines()]
    if process.returncode != 0 or len(lines) != len(jobs):
        raise DriverFailed(
            f"driver {program!r} answered {len(lines)} of {len(jobs)} jobs and ended with "
            f"{process.returncode}; it said:\n{said.decode()[-2000:]}"
        )
    lines.sort(key=lambda line: int(line["job"]))
    return [result_from_json(line["result"]) for line in lines]
