"""One run of the bench, from nothing to a report: starts everything, measures, stops everything.

A target that does not start is noted with its reason and left out; it never ends the run.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import ours, peers
from bench.baselines import APPS
from bench.goals import goal_rows
from bench.load.processes import busy_seconds, cpu_seconds, pids_of_port
from bench.measuring import sweep
from bench.report import Report, Start
from bench.starting import (
    Cores,
    DidNotStartError,
    free_port,
    mock_model,
    python_module,
    running_on,
    started,
    time_start,
    work_folder,
)
from bench.targets import OURS, Launch, Target

Prepare = Callable[[], Launch]


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    scenarios: Sequence[str]
    rounds: int
    pace: float
    baselines: Sequence[str]
    peers: Sequence[str] = ()
    targets: Sequence[Target] = ()
    starts: int = 3
    model_port: int = 0


class Others:
    """How much of the machine was at work for somebody else since this was made.

    On a busy machine the wall-clock figures of every target are worse than they would be.
    """

    def __init__(self, ports: Sequence[int | None]) -> None:
        self.pids = [os.getpid(), *(pid for port in ports for pid in pids_of_port(port))]
        self.began = time.monotonic()
        self.own = cpu_seconds(self.pids)
        self.all = busy_seconds()

    def share(self) -> str:
        now = busy_seconds()
        if now is None or self.all is None:
            return "unknown"
        others = now - self.all - (cpu_seconds(self.pids) - self.own)
        possible = (time.monotonic() - self.began) * (os.cpu_count() or 1)
        return f"{max(0.0, others / possible):.0%}"


class Session:
    """The running parts of one run; ``stack`` stops them."""

    def __init__(self, plan: Plan, folder: Path, stack: ExitStack) -> None:
        self.plan, self.folder, self.stack = plan, folder, stack
        self.cores = Cores.of_this_machine()
        self.starts: dict[str, list[Start]] = {}
        self.not_started: dict[str, str] = {}

    def run(self) -> Report:
        model = mock_model(self.plan.model_port or free_port())
        self.stack.enter_context(started(model, self.folder / "model.log", self.cores.model))
        direct = model.target
        targets = [direct]
        for label, prepare in self.to_start(direct.url):
            target = self.start(label, prepare)
            targets += [target] if target else []
        targets += self.plan.targets
        others = Others([target.port for target in targets])
        with running_on(self.cores.client):
            runs = sweep(targets, self.plan.scenarios, self.plan.rounds, self.plan.pace)
        report = Report(
            machine=machine(self.cores) | {"busy with other work": others.share()},
            targets=[target.label for target in targets],
            rounds=self.plan.rounds,
            pace=self.plan.pace,
            runs=runs,
            starts=self.starts,
            not_started=self.not_started,
        )
        report.goals = goal_rows(report)
        return report

    def to_start(self, upstream: str) -> list[tuple[str, Prepare]]:
        """What the bench starts by itself besides the model."""
        found: list[tuple[str, Prepare]] = [
            (name, partial(baseline, name, upstream)) for name in self.plan.baselines
        ]
        found.append((OURS, lambda: ours.launch(self.folder, upstream, free_port())))
        found += [
            (name.partition("=")[0], partial(peer, name, self.folder, upstream))
            for name in self.plan.peers
        ]
        return found

    def start(self, label: str, prepare: Prepare) -> Target | None:
        """Start it as often as asked, to time that, and leave it running."""
        log = self.folder / f"{label}.log"
        print(f"starting {label}", file=sys.stderr, flush=True)
        try:
            launch = prepare()
            timed = [time_start(launch, log, self.cores) for _ in range(self.plan.starts)]
            self.stack.enter_context(started(launch, log, self.cores.target))
        except DidNotStartError as error:
            self.not_started[label] = str(error)
            return None
        self.starts[label] = timed
        return launch.target


def baseline(name: str, upstream: str) -> Launch:
    port = free_port()
    return Launch(
        Target(name, f"http://127.0.0.1:{port}/v1"),
        python_module("uvicorn", APPS[name], "--port", str(port), "--no-access-log"),
        {"UPSTREAM": upstream},
    )


def peer(name: str, folder: Path, upstream: str) -> Launch:
    return peers.launch(name, folder, upstream, free_port())


def machine(cores: Cores) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "pinned": "no" if cores.target is None else "yes",
    }


def run(plan: Plan) -> Report:
    with work_folder() as folder, ExitStack() as stack:
        return Session(plan, folder, stack).run()
