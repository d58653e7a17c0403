"""Frames that break the WebSocket protocol, or its peace: each ends its own socket and no other.

Both sockets of the real server, the agents' and the customers', over raw connections.
"""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from hitl_chat.server.console import PATH
from tests.customer.front_end import talking, token
from tests.runner.desk_world import ANA
from tests.server.console_world import consoles
from tests.server.running import reply
from tests.world import World

PATIENCE = 15.0  # a guard against hanging, never what a test waits for
MOST = 64 * 1024  # bytes of a message
FLOOD = 300  # frames that bring no message; a third of it in one second is too much


def frame(kind: Opcode, data: bytes = b"", *, end: bool = True, mask: bool = True) -> bytes:
    return Frame(kind, data, end).serialize(mask=mask)


def packed(data: bytes) -> bytes:
    """A text frame that is compressed, though nobody agreed to that."""
    press = zlib.compressobj(wbits=-15)
    said = press.compress(data) + press.flush(zlib.Z_SYNC_FLUSH)
    plain = frame(Opcode.TEXT, said.removesuffix(b"\0\0\xff\xff"))
    return bytes([plain[0] | 0x40]) + plain[1:]


BEGUN = frame(Opcode.TEXT, b"{", end=False)
BROKEN = {
    "not masked": (frame(Opcode.TEXT, b"{}", mask=False), 1002),
    "16 MB, compressed": (packed(b" " * (16 << 20)), 1002),
    "of a kind that is none": (b"\x83\x80\0\0\0\0", 1002),
    "not UTF-8": (frame(Opcode.TEXT, b'{"a": "\xc3\x28"}'), 1007),
    "half a surrogate": (frame(Opcode.TEXT, b'"\xed\xa0\x80"'), 1007),
    "ends within a character": (frame(Opcode.TEXT, "ü".encode()[:1]), 1007),
    "too long": (frame(Opcode.TEXT, b" " * (MOST + 1)), 1009),
    "said to be endless": (b"\x81\xff" + (1 << 62).to_bytes(8, "big") + b"\0" * 4, 1009),
    "too long in pieces": (
        frame(Opcode.TEXT, b" " * MOST, end=False) + frame(Opcode.CONT, b" "),
        1009,
    ),
    "a piece of nothing": (frame(Opcode.CONT, b"{}"), 1002),
    "a message within a message": (BEGUN + frame(Opcode.TEXT, b"}"), 1002),
    "a long ping": (b"\x89\xfe\0\x7e" + b"\0" * (4 + 126), 1002),
    "a ping in pieces": (b"\x09\x80\0\0\0\0", 1002),
    "pings": (frame(Opcode.PING, b"?") * FLOOD, 1008),
    "pongs": (frame(Opcode.PONG, b"!") * FLOOD, 1008),
    "empty pieces": (BEGUN + frame(Opcode.CONT, end=False) * FLOOD, 1008),
    "small pieces": (BEGUN + frame(Opcode.CONT, b" ", end=False) * FLOOD, 1008),
}
FLOODS = {
    "pings": frame(Opcode.PING, b"?" * 125),
    "pongs": frame(Opcode.PONG, b"!" * 125),
    "pieces": frame(Opcode.CONT, end=False),
}


class Rude:
    """Writes whatever it likes, and reads as it should."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._protocol: ClientProtocol

    async def dial(self, url: str) -> Self:
        self._protocol = ClientProtocol(parse_uri(url))
        self._protocol.send_request(self._protocol.connect())
        await self.send(b"".join(self._protocol.data_to_send()))
        while self._protocol.state is State.CONNECTING:
            await self._more()
        assert self._protocol.state is State.OPEN, self._protocol.handshake_exc
        return self

    async def send(self, data: bytes) -> None:
        with suppress(ConnectionError):  # it may have been closed in the middle
            self._writer.write(data)
            await self._writer.drain()

    async def heard(self) -> Mapping[str, Any]:
        """The next message."""
        while True:
            for event in self._protocol.events_received():
                if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    said: Mapping[str, Any] = json.loads(bytes(event.data))
                    return said
            assert await self._more(), self._protocol.close_rcvd

    async def closed(self) -> int:
        """The code by which the server ended it; 1006: it cut the connection."""
        while await self._more():
            pass
        said = self._protocol.close_rcvd
        return said.code if said else 1006

    async def _more(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                data = await self._reader.read(1 << 16)
        except ConnectionError:
            return False
        if data:
            self._protocol.receive_data(data)
        return bool(data)


Enter = Callable[[], Any]


@asynccontextmanager
async def dialled(port: int, path: str, hello: Mapping[str, Any]) -> AsyncIterator[Rude]:
    """Somebody who was let in, and has heard something."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        rude = await Rude(reader, writer).dial(f"ws://127.0.0.1:{port}{path}")
        await rude.send(frame(Opcode.TEXT, json.dumps(hello).encode()))
        await rude.heard()
        yield rude
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path) as made:
        yield made


@pytest.fixture(params=["agents", "customers"])
async def enter(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Enter]:
    if request.param == "agents":
        tickets = count()
        async with consoles(tmp_path, (ANA,)) as server:
            said = {"type": "hello", "ver": 1, "streams": {"queue": None}}
            yield lambda: dialled(server.port, PATH, {**said, "ticket": f"ana-{next(tickets)}"})
    else:
        async with World(tmp_path) as world:
            hello = {"type": "hello", "token": await token(world, "c1")}
            yield lambda: dialled(world.port, "/v1/conversations/c1/socket", hello)


KEY, VERSION = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version: 13"
HANDSHAKES = {
    "no key": [VERSION],
    "a short key": [VERSION, "sec-websocket-key: eA=="],
    "no key at all": [VERSION, "sec-websocket-key: ?!"],
    "two keys": [VERSION, KEY, KEY],
    "no version": [KEY],
    "an old version": [KEY, "sec-websocket-version: 8"],
    "two versions": [KEY, "sec-websocket-version: 13, 8"],
    "odd protocols": [KEY, VERSION, "sec-websocket-protocol: \x80\xff, ,"],
    "a body": [KEY, VERSION, "content-length: 5"],
    "an endless body": [KEY, VERSION, "transfer-encoding: chunked"],
}


@pytest.mark.parametrize("lines", HANDSHAKES.values(), ids=HANDSHAKES)
async def test_a_handshake_that_is_none_is_answered_and_closed(
    tmp_path: Path, lines: list[str]
) -> None:
    head = ["GET /console/ws HTTP/1.1", "host: 127.0.0.1", "upgrade: websocket"]
    said = "\r\n".join([*head, "connection: upgrade", *lines, "", "hello"])
    async with consoles(tmp_path, (ANA,)) as server:
        answer = reply(await server.running.raw(said.encode("latin-1")))
        assert answer.status == 400
        assert answer.headers["connection"].lower() == "close"


@pytest.mark.parametrize(("said", "code"), BROKEN.values(), ids=BROKEN)
async def test_a_broken_frame_ends_its_socket_and_no_other(
    enter: Enter, said: bytes, code: int
) -> None:
    async with enter() as bystander, enter() as rude:
        await rude.send(said)
        assert await rude.closed() == code
        await bystander.send(frame(Opcode.PING, b"still there?"))
        await bystander.send(frame(Opcode.CLOSE, b"\x03\xe8"))
        assert await bystander.closed() == 1000


@pytest.mark.parametrize("one", FLOODS.values(), ids=FLOODS)
async def test_a_hundred_thousand_of_them_are_cut_short(enter: Enter, one: bytes) -> None:
    async with enter() as rude:
        sending = asyncio.create_task(rude.send(BEGUN + one * 100_000))
        assert await rude.closed() in (1008, 1006)
        await sending
    async with enter():
        pass


async def test_a_few_pings_and_pieces_are_anybodys_right(enter: Enter) -> None:
    async with enter() as polite:
        await polite.send(frame(Opcode.PING, b"?") * 50)
        await polite.send(frame(Opcode.CLOSE, b"\x03\xe8"))
        assert await polite.closed() == 1000


async def test_a_hello_of_many_layers_is_none(world: World) -> None:
    await token(world, "c1")
    for first in ("[" * 60_000, '{"x":' * 10_000, '{"type":"hello","token":' + "[" * 60_000):
        async with talking(world, "c1", first) as socket:
            await socket.rest()
            assert socket.code == 1008


async def test_a_customer_s_socket_asks_where_its_page_is_from(world: World) -> None:
    """Once a key names its pages, a page of elsewhere or of nowhere is none of them."""
    key = await world.new_key("acme", origins=("https://shop.example",))
    mine = {"type": "hello", "token": await token(world, "c1", key)}
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example", "", "*"):
        async with talking(world, "c1", mine, Origin=origin) as socket:
            await socket.rest()
            assert socket.code == 4403, origin
    async with talking(world, "c1", mine, Origin="https://shop.example") as socket:
        assert (await socket.until()).name == "reset"
    async with talking(world, "c1", mine) as socket:  # no page, but a program
        assert (await socket.until()).name == "reset"
