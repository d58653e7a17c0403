"""An orderly end (fault 20, what the server adds to it): nothing unfinished looks finished."""

import asyncio
import socket

import pytest

from hitl_chat.errors import ConfigError
from hitl_chat.server.asgi import Route
from hitl_chat.server.errors import Receive, Scope, Send
from hitl_chat.server.serving import listening
from tests.server.running import PATIENCE, closed, reply, serving, until_cut

GET = b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n"


class Streaming:
    """An answer that ends when the test says so, or never."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.finish = asyncio.Event()
        self.drained = asyncio.Event()

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        self.begun.set()
        await self.finish.wait()
        await send({"type": "http.response.body", "body": b" whole"})

    async def drain(self) -> None:
        self.drained.set()


async def test_an_answer_that_ends_in_time_is_sent_whole() -> None:
    inner = Streaming()
    hot = {"/stream": Route(inner.stream, ("GET",))}
    async with serving(hot, drain=PATIENCE, draining=inner.drain) as running:
        reading = asyncio.create_task(running.raw(GET))
        await inner.begun.wait()
        stopping = asyncio.create_task(running.stop())
        await inner.drained.wait()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", running.port)
        inner.finish.set()
        assert reply(await reading).body == b"half whole"
        await stopping


async def test_an_answer_that_does_not_end_in_time_is_cut() -> None:
    inner = Streaming()
    hot = {"/stream": Route(inner.stream, ("GET",))}
    async with serving(hot, drain=0.05, draining=inner.drain) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(GET)
        await inner.begun.wait()
        stopping = asyncio.create_task(running.stop())
        raw = await until_cut(reader)
        inner.finish.set()
        await stopping
    assert b"half" in raw
    assert b"0\r\n\r\n" not in raw
    await closed(writer)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port}: .*; set listen.host or port"):
            listening("127.0.0.1", port)
