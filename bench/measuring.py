"""Puts targets under load in turn and notes what it cost them: time, memory, processor.

All targets take turns within each scenario of each round, so that whatever else the machine does
falls on all alike, and the order is turned by one in every round. Knows targets by URL only.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import msgspec
import uvloop

from bench.load.client import Load, load
from bench.load.figures import Figures
from bench.load.processes import cpu_seconds, pids_of_port, rss_mib
from bench.scenarios import SCENARIOS, Scenario
from bench.targets import Target

REST = 0.02  # seconds of processor time in a fifth of a second: less than that is rest
LONGEST_REST = 10.0


async def settle(pids: list[int]) -> None:
    """Wait until the target rests: work left over must not fall on the next target's time."""
    end = time.monotonic() + LONGEST_REST
    rested = False
    while not rested and time.monotonic() < end:
        before = cpu_seconds(pids)
        await asyncio.sleep(0.2)
        rested = cpu_seconds(pids) - before < REST


async def memory_under_load(pids: list[int], after: float) -> float:
    await asyncio.sleep(after)
    return rss_mib(pids)


async def measured(target: Target, scenario: Scenario, seconds: float) -> Figures:
    pids = pids_of_port(target.port)
    plan = Load(
        target.url,
        target.prefix + scenario.model,
        stream=scenario.stream,
        concurrency=scenario.concurrency,
        seconds=seconds,
        key=target.key,
        headers=target.headers,
    )
    before = cpu_seconds(pids)
    figures, memory = await asyncio.gather(
        load(plan), memory_under_load(pids, plan.ramp + seconds / 4)
    )
    spent = cpu_seconds(pids) - before
    await settle(pids)
    if not pids:
        return figures
    return msgspec.structs.replace(figures, cpu_s=round(spent, 6), rss_mib=round(memory, 1))


def sweep(
    targets: Sequence[Target], scenarios: Sequence[str], rounds: int, pace: float
) -> dict[str, dict[str, list[Figures]]]:
    """Scenario → target → figures, one for each round."""
    labels = [target.label for target in targets]
    found: dict[str, dict[str, list[Figures]]] = {
        name: {label: [] for label in labels} for name in scenarios
    }
    for target in targets:  # what a server still does after its first answer is no answer's cost
        uvloop.run(settle(pids_of_port(target.port)))
    for turn in range(rounds):
        start = turn % len(targets)
        for name in scenarios:
            scenario = SCENARIOS[name]
            seconds = scenario.seconds if scenario.fixed else scenario.seconds * pace
            for target in (*targets[start:], *targets[:start]):
                if name not in target.skip:
                    figures = uvloop.run(measured(target, scenario, seconds))
                    found[name][target.label].append(figures)
                    report_progress(turn, name, target, figures)
    return found


def report_progress(turn: int, scenario: str, target: Target, figures: Figures) -> None:
    print(
        f"round {turn + 1} {scenario} {target.label}: {figures.rps:,.0f} requests/s, "
        f"{figures.tokens_per_s:,.0f} tokens/s, {figures.not_right} not right",
        file=sys.stderr,
        flush=True,
    )
