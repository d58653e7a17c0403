"""Measures what holding costs: from a decision to the customer, memory, and a kill -9.

Owns the sequence and the figures; talks to the server through ``desk.py`` and ``customers.py``.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.customers import Customer, Customers
from bench.desk import Desk, DeskError, sign_in
from bench.load.figures import Spread
from bench.load.processes import pids_of_port, rss_mib
from bench.report import HeldFigures
from bench.starting import Cores, DidNotStartError, Server, first_answer
from bench.targets import Launch

POLL = 0.02
KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Product:
    """A server that holds: how to start it, and how to get a sign-in link of it."""

    launch: Launch
    link: Callable[[], str]


class Holding:
    """One run against one server; ``stop`` ends whatever it started.

    After a restart, holds that have not come back ``last_wait`` s after the last one are lost.
    """

    def __init__(
        self, product: Product, log: Path, cores: Cores, *, last_wait: float = 5.0
    ) -> None:
        self.product, self.log, self.cores, self.last_wait = product, log, cores, last_wait
        self.target = product.launch.target
        self.server: Server | None = None

    def start(self) -> Server:
        launch = self.product.launch
        self.server = Server(launch.command, self.log, self.cores.target, launch.environment)
        return self.server

    def stop(self) -> None:
        if self.server:
            self.server.kill()  # a graceful stop would wait for every open stream
            self.server = None

    async def run(self, holds: int, decisions: int) -> HeldFigures:
        kib_per_stream = await self.cost_of_streams(holds)
        await first_answer(self.target, self.start(), self.product.launch.patience)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            desk = await sign_in(http, self.target.url, self.product.link())
            times = await self.decide(desk, decisions)
            before = self.memory()
            customers = await Customers(self.target.url, self.target.key).held(holds)
            kib_per_hold = (self.memory() - before) * KIB_PER_MIB / holds
            found, seconds = await self.restart(desk, {customer.hold for customer in customers})
        return HeldFigures(
            decided_ms=Spread.of(times),
            holds=holds,
            kib_per_hold=round(kib_per_hold, 1),
            kib_per_stream=round(kib_per_stream, 1),
            restart_s=round(seconds, 3),
            lost=holds - found,
            early=sum(customer.has_risky_text for customer in customers),
        )

    def memory(self) -> float:
        return rss_mib(pids_of_port(self.target.port))

    async def cost_of_streams(self, count: int) -> float:
        """Memory of a stream that is merely open, to compare with, from a server of its own."""
        await first_answer(self.target, self.start(), self.product.launch.patience)
        customers = Customers(self.target.url, self.target.key)
        warm = await customers.streaming(1)
        before = self.memory()
        opened = await customers.streaming(count)
        cost = (self.memory() - before) * KIB_PER_MIB / count
        for customer in (*warm, *opened):
            customer.transport.abort()
        self.stop()
        return cost

    async def decide(self, desk: Desk, count: int) -> list[float]:
        """Seconds from sending each decision to the customer's first text, one after the other."""
        customers = Customers(self.target.url, self.target.key)
        times = []
        for _ in range(count):
            (customer,) = await customers.held(1)
            times.append(await self.decide_one(desk, customer))
            customer.transport.abort()
        return times

    async def decide_one(self, desk: Desk, customer: Customer) -> float:
        card = await desk.look(customer.hold)
        while "approve" in card["hold"]["obstacles"]:
            await asyncio.sleep(POLL)
            card = await desk.look(customer.hold)
        text = customer.next_text()
        sent = time.monotonic()
        await desk.approve(customer.hold, card)
        return await text - sent

    async def restart(self, desk: Desk, holds: set[str]) -> tuple[int, float]:
        """Kill -9, start again; how many of the holds are in the queue, and after how long."""
        self.stop()
        server = self.start()
        found: set[str] = set()
        grown_at = server.began
        while not found >= holds and not self.over(server, grown_at, answered=bool(found)):
            try:
                more = await desk.open_holds() & holds
            except (aiohttp.ClientError, DeskError):
                more = found
            if more != found:
                found, grown_at = more, time.monotonic()
            await asyncio.sleep(POLL)
        return len(found), grown_at - server.began

    def over(self, server: Server, grown_at: float, *, answered: bool) -> bool:
        """Whether no more holds are to be expected."""
        if server.process.poll() is not None:
            raise DidNotStartError(f"after kill -9: {server.last_words()}")
        patience = self.last_wait if answered else self.product.launch.patience
        return time.monotonic() - grown_at > patience
