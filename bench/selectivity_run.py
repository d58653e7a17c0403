"""One run of the selectivity bench: a server for each pack in turn, and customers who listen.

Owns what is started, and reads the server's own figures. A pack whose server does not start is
noted with the reason and left out.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from bench import ours
from bench.listening import listen_to
from bench.metering import Cost, Meter
from bench.packs import Pack, chosen, no_rules
from bench.selectivity_figures import Row, Selectivity, middle, row
from bench.session import machine
from bench.starting import Cores, DidNotStartError, Server, first_answer, free_port, running_on
from bench.talking import Talks, talking
from bench.talks import Script, everyday, risky
from bench.targets import DIRECT, Launch, Target


@dataclass(frozen=True)
class Plan:
    """What to measure; times are in seconds."""

    packs: Sequence[str]
    strictness: Sequence[str]
    everyday: int
    risky: int
    at_once: int
    gap: float
    judging: float
    rounds: int = 1


class Run:
    def __init__(self, plan: Plan, folder: Path, talks: Talks, model: Target, cores: Cores) -> None:
        self.plan, self.folder, self.talks, self.model = plan, folder, talks, model
        self.cores = cores
        self.port = free_port()
        self.rows: dict[tuple[str, str], list[Row]] = {}
        self.not_started: dict[str, str] = {}

    async def found(self) -> Selectivity:
        """All packs in turn, in every round, so that whatever else happens falls on all alike."""
        launch = ours.launch(self.folder, self.model.url, self.port, no_rules().rules)
        for number in range(self.plan.rounds):
            await self.one_round(launch, number)
        return Selectivity(
            machine=machine(self.cores),
            gap_ms=self.plan.gap * 1000,
            judge_ms=self.plan.judging * 1000,
            at_once=self.plan.at_once,
            rows=[middle(rounds) for rounds in self.rows.values()],
            not_started=self.not_started,
        )

    async def one_round(self, launch: Launch, number: int) -> None:
        await self.note(self.model, Pack(DIRECT, "", "", Script()))
        for pack in (no_rules(), *chosen(self.plan.packs, self.plan.strictness)):
            title = f"{pack.name} · {pack.strictness}"
            print(f"round {number + 1} {title}", file=sys.stderr, flush=True)
            try:
                async with self.serving(launch, pack):
                    await self.note(launch.target, pack)
            except DidNotStartError as error:
                self.not_started[title] = str(error)

    async def note(self, target: Target, pack: Pack) -> None:
        rounds = self.rows.setdefault((pack.name, pack.strictness), [])
        rounds.append(await self.measured(target, pack))

    @asynccontextmanager
    async def serving(self, launch: Launch, pack: Pack) -> AsyncIterator[None]:
        """The server with these rules; the key it was first given stays good."""
        ours.write_configuration(self.folder, self.model.url, self.port, pack.rules)
        log = self.folder / "server.log"
        server = Server(launch.command, log, self.cores.target, launch.environment)
        try:
            await first_answer(launch.target, server, launch.patience)
            yield
        finally:
            await asyncio.to_thread(server.stop)

    async def measured(self, target: Target, pack: Pack) -> Row:
        """Everyday answers are measured; then come those that rules want. Connections stay open."""
        calm = [everyday(pack.script, number) for number in range(self.plan.everyday)]
        wild = [risky(pack.script, number) for number in range(self.plan.risky)]
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            listen = partial(listen_to, http, target, self.talks, at_once=self.plan.at_once)
            await listen(all_of=calm[: self.plan.at_once])  # to open connections, and to warm up
            if target is self.model:
                return row(pack.name, "", await listen(all_of=calm), [], Cost())
            meter = Meter(target.port, self.talks)
            await meter.begin()
            passed = await listen(all_of=calm)
            cost = await meter.end()
            return row(pack.name, pack.strictness, passed, await listen(all_of=wild), cost)


async def run(plan: Plan, folder: Path) -> Selectivity:
    talks = Talks(plan.gap, plan.judging)
    cores = Cores.of_this_machine()
    with running_on(cores.client):
        async with talking(talks) as url:
            return await Run(plan, folder, talks, Target(DIRECT, url), cores).found()
