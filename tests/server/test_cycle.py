"""Responses as they stand on the wire: heads, chunks, and what may never become two headers."""

import asyncio
from collections.abc import Sequence

import pytest

from hitl_chat.server.asgi import Edge, Route
from hitl_chat.server.errors import App, Header, Receive, Scope, Send
from tests.server.running import closed, serving, until_cut

PATH = "/v1/chat/completions"
ASK = f"GET {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
LAST = f"{ASK}connection: close\r\n\r\n".encode()


def answering(headers: Sequence[Header], *parts: bytes) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


async def told(app: App, asked: bytes = LAST) -> bytes:
    """What stands on the wire."""
    async with serving({PATH: Route(app, methods=("GET", "HEAD"))}, edge=Edge()) as running:
        return await running.raw(asked)


async def test_a_body_of_unknown_length_comes_in_chunks() -> None:
    wire = await told(answering([(b"x-a", b"1")], b"one", b"", b"three"))
    head, _, body = wire.partition(b"\r\n\r\n")
    assert b"x-a: 1" in head.split(b"\r\n")
    assert b"transfer-encoding: chunked" in head.split(b"\r\n")
    assert body == b"3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"


async def test_a_body_of_known_length_comes_as_it_is() -> None:
    wire = await told(answering([(b"content-length", b"8")], b"one", b"three"))
    head, _, body = wire.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert body == b"onethree"


async def test_a_head_without_a_body_has_none() -> None:
    wire = await told(answering([], b"one"), LAST.replace(b"GET", b"HEAD"))
    assert wire.endswith(b"\r\n\r\n")
    assert wire.count(b"\r\n\r\n") == 1


async def test_a_connection_stays_open_until_it_is_told_to_close() -> None:
    wire = await told(answering([(b"content-length", b"3")], b"one"), ASK.encode() + b"\r\n" + LAST)
    assert wire.count(b"HTTP/1.1 200") == 2
    assert wire.count(b"connection: close") == 1


@pytest.mark.parametrize("value", [b"a\r\nx-b: c", b"a\nb", b"a\rb", b"a\0b"])
async def test_no_value_becomes_a_second_header(value: bytes) -> None:
    app = answering([(b"x-a", value)], b"one")
    async with serving({PATH: Route(app, methods=("GET",))}, edge=Edge()) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(LAST)
        assert await until_cut(reader) == b""
        await closed(writer)
        assert len(running.faults) == 1
