"""A customer's client that reads when told to, hangs up when told to, and forgets no byte.

`Answer` is what it got so far; how bytes come is the business of `Socket` (a real connection) and
of `Inside` (the ASGI callable itself, for tests that ask thousands of questions).
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import httptools

from hitl_chat.core.types import Value
from hitl_chat.server.errors import App, Message

PATIENCE = 12.0  # a guard against hanging, never what a test waits for
PATH = "/v1/chat/completions"


class Frame(Value, frozen=True):
    """One server-sent event; `chunk` is {} for [DONE]."""

    raw: bytes
    chunk: Mapping[str, Any]

    @property
    def done(self) -> bool:
        return not self.chunk

    @property
    def hitl(self) -> Mapping[str, Any]:
        return self.chunk.get("hitl") or {}

    @property
    def state(self) -> str:
        return str(self.hitl.get("state", ""))

    @property
    def delta(self) -> Mapping[str, Any]:
        return self.chunk["choices"][0]["delta"] if self.chunk.get("choices") else {}

    @property
    def text(self) -> str:
        return self.delta.get("content") or ""

    @property
    def finish(self) -> str | None:
        return self.chunk["choices"][0]["finish_reason"] if self.chunk.get("choices") else None


def frame(raw: bytes) -> Frame:
    """Read as strictly as the wire protocol is written: one `data: ` line, a chunk or [DONE]."""
    assert raw.startswith(b"data: "), raw
    assert b"\n" not in raw, raw
    data = raw.removeprefix(b"data: ")
    return Frame(raw, {} if data == b"[DONE]" else json.loads(data))


def held(found: Frame) -> bool:
    return found.state == "held" and "expires" in found.hitl


def with_text(text: str) -> Callable[[Frame], bool]:
    return lambda found: text in found.text


class Answer:
    """One answer under way. `ended`: "" | whole | cut | closed (an end that only a close marks)."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.frames: list[Frame] = []
        self.ended = ""
        self._parsed = 0
        self._looked = 0

    # --- what it says

    @property
    def conversation(self) -> str:
        return self.headers["x-hitl-conversation-id"]

    @property
    def streams(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def text(self) -> str:
        return self.of(0)

    def of(self, choice: int, field: str = "content") -> str:
        """The text of one field of one choice, streamed or not."""
        if not self.streams:
            return self.document["choices"][choice]["message"].get(field) or ""
        parts = [one for f in self.frames for one in f.chunk.get("choices", ())]
        return "".join(p["delta"].get(field) or "" for p in parts if p["index"] == choice)

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def error(self) -> dict[str, Any]:
        return dict(self.document["error"])

    @property
    def states(self) -> list[str]:
        """The states that were shown, each once in a row."""
        shown = [f.state for f in self.frames if f.state]
        return [s for at, s in enumerate(shown) if at == 0 or shown[at - 1] != s]

    @property
    def finishes(self) -> list[str]:
        return [f.finish for f in self.frames if f.finish]

    # --- waiting for more of it

    async def more(self) -> bool:
        """Wait for some more bytes; False when no more will come."""
        raise AssertionError

    async def head(self) -> Self:
        async with self._patience():
            while not self.status:
                assert await self.more(), f"the connection was {self.ended} before the head"
        return self

    async def until(self, holds: Callable[[Frame], bool]) -> Frame:
        """The next frame of which this is true; frames before it are looked at only once."""
        async with self._patience():
            while True:
                for found in self.frames[self._looked :]:
                    self._looked += 1
                    if not found.done and holds(found):
                        return found
                assert await self.more(), f"it was {self.ended}; got {bytes(self.body)!r}"

    async def beat(self, count: int = 1) -> None:
        """Wait for signs of life: frames without text, or blanks."""
        await self.head()
        if not self.streams:
            while len(self.body) - len(self.body.lstrip()) < count:
                assert await self.more(), self.ended
            return
        for _ in range(count):
            await self.until(lambda f: bool(f.hitl) and not f.text and not held(f))

    async def rest(self) -> Self:
        """Everything to the end."""
        async with self._patience():
            while await self.more():
                pass
        return self

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE):
                yield
        except TimeoutError:
            msg = f"nothing like it came within {PATIENCE:g} s; got {bytes(self.body)[-2000:]!r}"
            raise AssertionError(msg) from None

    def took(self, data: bytes) -> None:
        self.body += data
        while self.streams and (end := self.body.find(b"\n\n", self._parsed)) >= 0:
            self.frames.append(frame(bytes(self.body[self._parsed : end])))
            self._parsed = end + 2


class Socket(Answer):
    """Over a connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._reader, self._writer = reader, writer
        self._parser = httptools.HttpResponseParser(self)

    async def more(self) -> bool:
        if self.ended:
            return False
        try:
            data = await self._reader.read(65536)
        except ConnectionResetError:
            self.ended = "cut"
            return False
        if data:
            self._parser.feed_data(data)
        else:
            chunked = self.headers.get("transfer-encoding") == "chunked"
            self.ended = "cut" if chunked or not self.status else "closed"
        if self.ended:
            self.hang_up()
        return not self.ended or bool(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode().lower()] = value.decode()

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        self.took(data)

    def on_message_complete(self) -> None:
        self.ended = "whole"

    def hang_up(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        """Drop the connection with RST."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def gone(self) -> None:
        self.hang_up()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


async def send(
    port: int,
    body: bytes,
    headers: Mapping[str, str],
    *,
    path: str = PATH,
    method: str = "POST",
    version: str = "1.1",
    small: bool = False,
) -> Socket:
    """Ask over a connection of its own. `small`: a client that can hold only little at a time."""
    raw = socket.socket()
    if small:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=2048 if small else 1 << 20)
    lines = [f"{method} {path} HTTP/{version}", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}"] if body else []
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    await writer.drain()
    return Socket(reader, writer)


class Inside(Answer):
    """Through the ASGI callable: no sockets, so that a test can ask thousands of questions."""

    def __init__(self, app: App, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        super().__init__()
        self._more = asyncio.Event()
        self._left = asyncio.Event()
        self._request: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        scope = {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "http_version": "1.1",
            "scheme": "http",
            "headers": [(b"host", b"127.0.0.1"), *headers, (b"content-length", b"%d" % len(body))],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "extensions": {},
        }
        self._task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if self._request:
            return self._request.pop()
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._left.is_set():
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {n.decode(): v.decode() for n, v in message["headers"]}
        else:
            self.took(message.get("body", b""))
            if not message.get("more_body"):
                self.ended = "whole"
        self._more.set()

    async def more(self) -> bool:
        if self.ended:
            return False
        self._more.clear()
        waiting = asyncio.ensure_future(self._more.wait())
        await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            self._task.result()
        return True

    async def gone(self) -> None:
        """Hang up, and wait until the server is through with it."""
        self._left.set()
        await self._task
