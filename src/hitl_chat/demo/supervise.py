"""The parent process of the demo: starts the real server, brings the customers, may kill it.

Everything the customers and agents see survives a kill -9 of the server: that is what it shows.
"""

import asyncio
import contextlib
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Coroutine, Iterator
from itertools import cycle

from hitl_chat.demo.customer import Customer
from hitl_chat.demo.place import Place, links
from hitl_chat.demo.stage import GIFT_CARD, HERO, SCENES, STOVE, Scene
from hitl_chat.errors import ConfigError

Tell = Callable[[str], None]

OPEN = 3  # so many holds wait at any time
SURGE = 30
ORDER = (STOVE, GIFT_CARD, HERO, *(s for s in SCENES if s not in (STOVE, GIFT_CARD, HERO)))
SIGN = "@"  # lines of the server that are meant for us


class Supervisor:
    """`command` starts the server process; `tell` writes a line for people."""

    def __init__(self, place: Place, command: list[str], tell: Tell) -> None:
        self.place, self._command, self._tell = place, command, tell
        self._server: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._somebody = asyncio.Event()
        self._open = 0  # holds, as far as we were told
        self._decisions = 0
        self._waiting: set[asyncio.Task[str]] = set()
        self._scenes: Iterator[Scene] = cycle(ORDER)
        self._count = 0
        self._quit = asyncio.Event()

    # --- the server ---------------------------------------------------------------------------

    async def start(self) -> float:
        """Seconds until it answers."""
        began = time.monotonic()
        self._ready.clear()
        self._server = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.PIPE
        )
        self._reading = asyncio.create_task(self._listen(self._server))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._reading}, return_when=asyncio.FIRST_COMPLETED)
        if not self._ready.is_set():
            ready.cancel()
            msg = "the demo's server did not start; what it said is above"
            raise ConfigError(msg)
        return time.monotonic() - began

    async def stop(self) -> None:
        for waiting in self._waiting:
            waiting.cancel()
        if self._server is not None and self._server.returncode is None:
            self._server.send_signal(signal.SIGTERM)
            await self._server.wait()

    async def kill(self) -> None:
        """kill -9, and on with it."""
        if self._server is None:
            return
        before, decided = self._open, self._decisions
        self._server.kill()
        self._somebody.clear()  # consoles come back by themselves
        await self._server.wait()
        seconds = await self.start()
        released = "0 bytes released" if decided == self._decisions else "decided meanwhile"
        self._tell(
            f"killed -9 · back in {seconds:.1f} s · {self._open} of {max(before, self._open)} "
            f"holds intact, {released}"
        )

    async def _listen(self, server: asyncio.subprocess.Process) -> None:
        if server.stdout is None:
            return
        async for raw in server.stdout:
            line = raw.decode(errors="replace").rstrip()
            if line.startswith(SIGN):
                self._signed(line[1:])
            else:
                self._tell(line)

    def _signed(self, line: str) -> None:
        what, _, more = line.partition(" ")
        match what:
            case "ready":
                self._open = int(more)
                self._ready.set()
            case "desk":
                self._somebody.set()
            case "empty":
                self._somebody.clear()
            case "hold.opened":
                self._open += 1
            case "hold.decided":
                self._open -= 1
                self._decisions += 1
            case _:
                pass

    # --- the customers ------------------------------------------------------------------------

    async def customers(self) -> None:
        """While somebody is there to decide, three holds wait at any time."""
        while True:
            await self._somebody.wait()
            while len(self._waiting) < OPEN:
                self._come(next(self._scenes))
            await asyncio.wait(self._waiting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0.5)

    def surge(self) -> None:
        for _ in range(SURGE):
            self._come(next(self._scenes))

    def _come(self, scene: Scene) -> None:
        self._count += 1
        conversation = f"{scene.conversation}-{self._count:03}"
        customer = Customer(self.place.base, self.place.key, scene, conversation)
        task = asyncio.create_task(customer.answer())
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    # --- the keyboard -------------------------------------------------------------------------

    async def run(self) -> None:
        coming = asyncio.create_task(self.customers())
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self._quit.set)
        try:
            with keyboard(self._pressed):
                await self._quit.wait()
        finally:
            coming.cancel()
            await self.stop()

    def _pressed(self, key: str) -> None:
        match key:
            case "l":
                self._later(self._links())
            case "s":
                self._tell(f"surge: {SURGE} customers at once")
                self.surge()
            case "k":
                self._later(self.kill())
            case "q":
                self._quit.set()
            case _:
                pass

    def _later(self, work: Coroutine[None, None, None]) -> None:
        self._work = asyncio.create_task(work)

    async def _links(self) -> None:
        for name, link in (await links(self.place)).items():
            self._tell(f"  {name}: {link}")


@contextlib.contextmanager
def keyboard(pressed: Callable[[str], None]) -> Iterator[None]:
    """Single keys, without Enter; nothing at all where there is no terminal."""
    if not sys.stdin.isatty():
        yield
        return

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: pressed(sys.stdin.read(1)))
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
