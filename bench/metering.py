"""What a server spends between two moments: processor time, model calls, and on which checks.

Reads /proc and the server's own figures at /metrics. Knows no rules.
"""

import re

import aiohttp
import msgspec

from bench.load.processes import cpu_seconds, pids_of_port
from bench.measuring import settle
from bench.talking import Talks

SECONDS = re.compile(r'^hitl_check_seconds_(sum|count)\{check="([^"]+)"\} (\S+)$', re.MULTILINE)
Times = dict[str, tuple[float, float]]  # check → seconds, runs


class CheckTime(msgspec.Struct, frozen=True):
    """One check by the server's own clock: how often it ran, and how long it took in the mean."""

    runs: int
    ms: float


class Cost(msgspec.Struct, frozen=True):
    """``cpu_s`` is None where nothing is known of the server's processes."""

    calls: int = 0
    cpu_s: float | None = None
    checks: dict[str, CheckTime] = {}


class Meter:
    """Of the server at this port."""

    def __init__(self, port: int | None, talks: Talks) -> None:
        self.port, self.talks = port, talks
        self.pids = pids_of_port(port)

    async def begin(self) -> None:
        await settle(self.pids)
        self.judged, self.times = self.talks.judged, await self._check_times()
        self.cpu = cpu_seconds(self.pids)

    async def end(self) -> Cost:
        """What it cost; work that is left over is waited for."""
        await settle(self.pids)
        spent = cpu_seconds(self.pids) - self.cpu
        checks = between(self.times, await self._check_times())
        return Cost(self.talks.judged - self.judged, spent if self.pids else None, checks)

    async def _check_times(self) -> Times:
        address = f"http://127.0.0.1:{self.port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            return times(await answer.text())


def times(text: str) -> Times:
    found: Times = {}
    for what, check, value in SECONDS.findall(text):
        seconds, runs = found.get(check, (0.0, 0.0))
        found[check] = (float(value), runs) if what == "sum" else (seconds, float(value))
    return found


def between(before: Times, after: Times) -> dict[str, CheckTime]:
    found = {}
    for check, (seconds, runs) in after.items():
        earlier = before.get(check, (0.0, 0.0))
        if runs > earlier[1]:
            more = runs - earlier[1]
            found[check] = CheckTime(int(more), (seconds - earlier[0]) * 1000 / more)
    return found
