"""A model server that breaks on demand: OpenAI chat completions over raw sockets.

It answers like the scripted model (the shop's bot, `scripted-echo`, ...) unless the model's name
is `fault-...` (tests/upstream_faults.py lists them) or a test scripted that name:

    async with Upstream() as upstream:
        upstream.script("slow", lambda seen: [head(), chunk("Hel"), Until(event), chunk("lo")])

What it saw is in `seen`; `gone` counts answers whose client hung up before their end.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Self

import msgspec

from tests.upstream_faults import fault
from tests.upstream_wire import (
    DONE,
    END,
    Close,
    Raw,
    Reset,
    Script,
    Seen,
    Stall,
    Step,
    Until,
    answer,
    body,
    chunk,
    event,
    framed,
    head,
    usual,
)

__all__ = [
    "DONE",
    "END",
    "Close",
    "Raw",
    "Reset",
    "Seen",
    "Stall",
    "Step",
    "Until",
    "Upstream",
    "answer",
    "body",
    "chunk",
    "event",
    "head",
]


class Upstream:
    """The server. `url` is its base_url; `running` and `most` count answers in the making."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.gone = 0
        self.running = 0
        self.most = 0
        self.connections = 0
        self._tls = tls
        self._scripts: dict[str, Script] = {}
        self._attempts: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()

    def script(self, model: str, script: Script | Sequence[Step]) -> None:
        """What to answer for this model: steps, or a function of the request that gives them."""
        self._scripts[model] = script if callable(script) else lambda _: script

    def forget(self) -> None:
        """As if nothing had been asked yet: for a server that several tests share."""
        self.seen.clear()
        self._attempts.clear()
        self._scripts.clear()
        self.gone = self.most = self.connections = 0

    async def until(self, holds: Callable[["Upstream"], bool]) -> None:
        """Wait until this is true of the server, e.g. `lambda up: up.gone == 1`."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: holds(self))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=1 << 24, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]
        scheme, host = ("https", "localhost") if self._tls else ("http", "127.0.0.1")
        self.url = f"{scheme}://{host}:{self.port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while seen := await self._request(reader):
                if not await self._answer(seen, reader, writer):
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass  # 3.11 logs a cancelled handler as a failure
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Seen | None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return None
        method, path, _ = lines[0].split(" ")
        pairs = (line.partition(":") for line in lines[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        document = msgspec.json.decode(raw) if raw else {}
        model = str(document.get("model", ""))
        self._attempts[model] = self._attempts.get(model, 0) + 1
        seen = Seen(method, path, headers, document, self._attempts[model])
        self.seen.append(seen)
        return seen

    async def _answer(
        self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection may be used again."""
        await self._note(running=1)
        hung_up = asyncio.ensure_future(reader.read(1))
        playing = asyncio.ensure_future(_play(self._steps(seen), writer))
        try:
            await asyncio.wait((hung_up, playing), return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                return playing.result()
            await self._note(gone=1)
            return False
        finally:
            for task in (hung_up, playing):
                task.cancel()
            await asyncio.gather(hung_up, playing, return_exceptions=True)
            await self._note(running=-1)

    async def _note(self, running: int = 0, gone: int = 0) -> None:
        async with self._changed:
            self.running += running
            self.gone += gone
            self.most = max(self.most, self.running)
            self._changed.notify_all()

    def _steps(self, seen: Seen) -> Iterable[Step]:
        if seen.path.endswith("/models"):
            return body({"object": "list", "data": [{"id": "scripted-echo", "object": "model"}]})
        if not seen.path.endswith("/chat/completions"):
            return body({"error": {"message": f"no such path {seen.path!r}"}}, 404)
        if seen.model in self._scripts:
            return self._scripts[seen.model](seen)
        return fault(seen) if seen.model.startswith("fault-") else usual(seen)


async def _play(steps: Iterable[Step], writer: asyncio.StreamWriter) -> bool:
    for step in steps:
        match step:
            case bytes():
                writer.write(framed(step))
                await writer.drain()
            case Raw(data):
                writer.write(data)
                await writer.drain()
            case Until(waited):
                await waited.wait()
            case Stall():
                await asyncio.Event().wait()
            case Close():
                return False
            case Reset():
                reset(writer)
                return False
    return True


def reset(writer: asyncio.StreamWriter) -> None:
    """Drop the connection with RST: what was not read yet is lost to the client as well."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
