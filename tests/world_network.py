"""The way between a client and a server, with faults: it falls silent, or cuts who is silent."""

import asyncio
import socket
from typing import Self


class Line:
    """A port that leads to another. Everything passes until a test says otherwise.

    `silent()` passes nothing on from then on and tells nobody (a peer that vanished). `idle`: cut
    a connection on which nothing came from the server for so long (a load balancer).
    """

    def __init__(self, port: int, *, idle: float | None = None) -> None:
        self.cut = 0
        self.passed = 0
        self._to, self._idle = port, idle
        self._passing = asyncio.Event()
        self._passing.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        bound = socket.create_server(("127.0.0.1", 0))
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._server = await asyncio.start_server(self._accept, sock=bound)
        self.port: int = bound.getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in self._ends:
            end.transport.abort()
        await self._server.wait_closed()

    def silent(self) -> None:
        self._passing.clear()

    def speak(self) -> None:
        self._passing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", self._to))
        back, forth = await asyncio.open_connection(sock=raw, limit=4096)
        self._ends |= {writer, forth}
        ways = (self._pass(reader, forth, None), self._pass(back, writer, self._idle))
        for way in ways:
            task = asyncio.create_task(way)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: float | None
    ) -> None:
        try:
            while True:
                await self._passing.wait()
                async with asyncio.timeout(idle):
                    data = await reader.read(1024)
                if not data:
                    break
                await self._passing.wait()
                self.passed += len(data)
                writer.write(data)
                await writer.drain()
        except TimeoutError:
            self.cut += 1
        except ConnectionError:
            pass
        writer.close()
