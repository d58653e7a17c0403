"""Peers that send, or read, slowly or without end (security.md, bad inputs B; faults 5 and 6)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from hitl_chat.server.asgi import Edge, Route
from hitl_chat.server.body import read_body
from hitl_chat.server.errors import ClientGone, Receive, Scope, Send
from hitl_chat.server.head import HeadLimits
from hitl_chat.server.protocol import Wire
from tests.server.running import PATIENCE, Running, closed, reply, serving, until_cut

SOON = 0.2
LIMIT = 10_000
POST = b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"


class Upstairs:
    """The inner application: counts what reached it, and streams for as long as it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.gone = asyncio.Event()
        self.streaming = asyncio.Event()

    async def chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append(await read_body(receive, limit=LIMIT, seconds=SOON))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        writing = asyncio.create_task(self.write(send))
        self.streaming.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        writing.cancel()
        self.gone.set()

    async def write(self, send: Send) -> None:
        while True:
            await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})

    async def impatient(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers without reading the body, as a handler that refuses the key does."""
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
        )
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def upstairs() -> Upstairs:
    return Upstairs()


@pytest.fixture
async def running(upstairs: Upstairs) -> AsyncIterator[Running]:
    hot = {
        "/v1/chat/completions": Route(upstairs.chat),
        "/stream": Route(upstairs.stream, ("GET",)),
        "/impatient": Route(upstairs.impatient),
    }
    wire = Wire(head_seconds=SOON, head_bytes=4096, headers=20, write_seconds=SOON)
    edge = Edge(HeadLimits(20, 4096), body_bytes=LIMIT, small_body_bytes=100, body_seconds=SOON)
    async with serving(hot, wire=wire, edge=edge) as found:
        yield found
        assert found.faults == []


@pytest.mark.parametrize(
    "start", [b"", b"\r\n", b"G", b"GET / HTT", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nhost: a"]
)
async def test_an_unfinished_head_is_given_up(running: Running, start: bytes) -> None:
    answer = reply(await running.raw(start))
    assert (answer.status, answer.error["code"]) == (408, "request_timeout")


async def drip(running: Running, first: bytes, byte: bytes) -> bytes:
    """Send one byte again and again until the server has had enough, and hangs up on us."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(first)

    async def dripping() -> None:
        while True:
            writer.write(byte)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(dripping())
    raw = b""
    try:
        with suppress(ConnectionResetError):  # what was still dripping found nobody
            while part := await asyncio.wait_for(reader.read(65536), PATIENCE):
                raw += part
        return raw
    finally:
        task.cancel()
        await closed(writer)


async def test_a_head_that_drips_is_given_up(running: Running) -> None:
    answer = reply(await drip(running, b"GET / HTTP/1.1\r\nx-a: ", b"x"))
    assert (answer.status, answer.error["code"]) == (408, "request_timeout")


async def test_blank_lines_do_not_keep_a_connection(running: Running) -> None:
    raw = await drip(running, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", b"\r\n")
    assert raw.startswith(b"HTTP/1.1 204")


async def test_a_body_that_drips_is_given_up(running: Running, upstairs: Upstairs) -> None:
    raw = await drip(running, POST + b"content-length: 9000\r\n\r\n", b"x")
    answer = reply(raw)
    assert (answer.status, answer.error["code"]) == (408, "request_timeout")
    assert answer.headers["connection"] == "close"
    assert upstairs.bodies == []


async def test_a_body_that_nobody_reads_may_not_drip_for_ever(running: Running) -> None:
    raw = await drip(
        running, b"POST /impatient HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\n", b"x"
    )
    assert raw.startswith(b"HTTP/1.1 200 OK")


async def test_a_body_shorter_than_its_length_reaches_nobody(
    running: Running, upstairs: Upstairs
) -> None:
    answer = reply(await running.raw(POST + b"content-length: 9\r\n\r\n{}"))
    assert answer.status == 408
    assert upstairs.bodies == []


@pytest.mark.parametrize("framing", ["content-length", "chunked"])
async def test_a_body_over_the_limit_is_refused(
    running: Running, upstairs: Upstairs, framing: str
) -> None:
    if framing == "chunked":
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (LIMIT + 1, bytes(LIMIT + 1))
        head = b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    else:
        body = bytes(LIMIT + 1)
        head = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
    answer = reply(await running.raw(POST + head + body))
    assert (answer.status, answer.error["code"]) == (413, "too_large")
    assert str(LIMIT) in answer.error["message"]
    assert upstairs.bodies == []


async def test_off_the_hot_path_bodies_are_smaller(running: Running) -> None:
    small = await running.ask("/console/x", method="POST", body=bytes(100))
    large = await running.ask("/console/x", method="POST", body=bytes(101))
    assert (small.status, large.status) == (204, 413)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx-a: " + b"b" * 5000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x-a: b\r\n" * 25 + b"\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx-a: " + b"b" * 400_000,
        b"GET /" + b"a" * 400_000,
        b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x-a: b\r\n" * 50_000,
    ],
    ids=["path", "header", "headers", "endless header", "endless path", "endless headers"],
)
async def test_a_head_over_the_limit_is_refused(running: Running, head: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(head)
    raw = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    assert raw.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    await closed(writer)


async def test_a_peer_that_stops_reading_is_dropped(running: Running, upstairs: Upstairs) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as peer:
        peer.setblocking(False)
        await loop.sock_connect(peer, ("127.0.0.1", running.port))
        await loop.sock_sendall(peer, b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n")
        await asyncio.wait_for(upstairs.gone.wait(), PATIENCE)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="OPTIONAL extra: Linux")
async def test_a_peer_that_vanished_is_given_up_by_the_kernel(
    running: Running, upstairs: Upstairs
) -> None:
    """Fault 5: nothing closes a half-open connection, and heartbeats never fill its buffer."""
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n")
    await asyncio.wait_for(upstairs.streaming.wait(), PATIENCE)
    (connection,) = running.server.server_state.connections
    found = connection.transport.get_extra_info("socket")
    assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == SOON * 1000
    writer.transport.abort()
    await closed(writer)


async def test_every_pipelined_request_learns_that_the_client_is_gone(
    running: Running, upstairs: Upstairs
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n" * 2)
    await asyncio.wait_for(upstairs.streaming.wait(), PATIENCE)
    writer.transport.abort()
    await closed(writer)
    await asyncio.wait_for(upstairs.gone.wait(), PATIENCE)


async def test_rubbish_behind_a_request_never_lands_in_its_answer(
    running: Running, upstairs: Upstairs
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n")
    raw = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    writer.write(b"\0rubbish\r\n\r\n")
    assert b" 400 " not in raw + await until_cut(reader)
    await closed(writer)
    await asyncio.wait_for(upstairs.gone.wait(), PATIENCE)


async def test_far_too_many_requests_sent_ahead_are_refused(running: Running) -> None:
    with pytest.raises(ConnectionResetError):
        await running.raw(b"GET /stream HTTP/1.1\r\nhost: a\r\n\r\n" * 100)


async def test_a_client_that_leaves_before_its_body_is_nobody_to_answer() -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        await read_body(receive, limit=1, seconds=1.0)
