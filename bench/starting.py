"""Starts and stops servers on a processor of their own, and times their first good answer.

Owns child processes and where they run. Only processes started here are ever stopped.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.load.client import Load, load
from bench.load.processes import pids_of_port, rss_mib
from bench.report import Start
from bench.targets import DIRECT, Launch, Target

ROOT = Path(__file__).resolve().parents[1]
POLL = 0.02
STOP_WITHIN = 10.0


class DidNotStartError(RuntimeError):
    """A server that gave no good answer; its message is the reason."""


@dataclass(frozen=True)
class Cores:
    """Which processors the client, the pretend model and the target may use; None: any."""

    client: frozenset[int] | None
    model: frozenset[int] | None
    target: frozenset[int] | None

    @classmethod
    def of_this_machine(cls) -> "Cores":
        """The target gets a processor to itself; with two, model and client share the other."""
        if not hasattr(os, "sched_getaffinity"):
            return cls(None, None, None)
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) == 1:
            return cls(None, None, None)
        client, model, target = (0, 0, 1) if len(cores) == 2 else (0, 1, 2)
        return cls(*(frozenset({cores[index]}) for index in (client, model, target)))


@contextmanager
def running_on(cores: frozenset[int] | None) -> Iterator[None]:
    """Processes started inside run on these cores: a child inherits what its parent has."""
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def python_module(*words: str) -> tuple[str, ...]:
    """A command that runs a module of this bench; its folder must be the working folder."""
    return (sys.executable, "-m", *words)


def mock_model(port: int) -> Launch:
    return Launch(
        Target(DIRECT, f"http://127.0.0.1:{port}/v1"),
        python_module("bench.load.mock_model", "--port", str(port)),
    )


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder beside the sources, so that the record is written to a real disk; gone after."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as folder:
        yield Path(folder)


class Server:
    """A started child process; its output is kept in a file, to tell why it failed."""

    def __init__(
        self,
        command: tuple[str, ...],
        log: Path,
        cores: frozenset[int] | None,
        environment: Mapping[str, str],
    ) -> None:
        self.log = log
        self.began = time.monotonic()
        try:
            with running_on(cores), log.open("wb") as output:
                self.process = subprocess.Popen(
                    command,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=ROOT,
                    env=os.environ | dict(environment),
                    start_new_session=True,
                )
        except OSError as error:
            raise DidNotStartError(f"{command[0]!r} could not be run: {error.strerror}") from error

    def last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9, for the whole group that this server began."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


async def first_answer(target: Target, server: Server, patience: float) -> None:
    """Ask until a good answer comes."""
    plan = Load(
        target.url,
        target.prefix + "mock-t1-g0-f0",
        seconds=0,
        key=target.key,
        headers=target.headers,
        ramp=0,
        pause=POLL,
    )
    while True:
        figures = await load(plan)
        if figures.requests and not figures.not_right:
            return
        if server.process.poll() is not None:
            code = server.process.returncode
            raise DidNotStartError(f"it ended with status {code}: {server.last_words()}")
        if time.monotonic() - server.began > patience:
            raise DidNotStartError(
                f"no good answer within {patience:g} s: {figures.first_error or 'wrong text'}"
            )
        await asyncio.sleep(POLL)


@contextmanager
def started(launch: Launch, log: Path, cores: frozenset[int] | None) -> Iterator[Server]:
    """A server that has given a good answer, stopped at the end."""
    server = Server(launch.command, log, cores, launch.environment)
    try:
        uvloop.run(first_answer(launch.target, server, launch.patience))
        yield server
    finally:
        server.stop()


def time_start(launch: Launch, log: Path, cores: Cores) -> Start:
    """Start it, wait for the first good answer, and stop it again."""
    with running_on(cores.client), started(launch, log, cores.target) as server:
        seconds = time.monotonic() - server.began
        memory = rss_mib(pids_of_port(launch.target.port))
        return Start(round(seconds, 3), round(memory, 1))
