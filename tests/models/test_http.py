"""The HTTP client under the models: framing, TLS, reuse, and servers that misbehave."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hitl_chat.errors import UpstreamError
from hitl_chat.models.http import Connections
from hitl_chat.models.link import MOST_AROUND, MOST_BUFFERED, Response
from tests.upstream import END, Close, Raw, Reset, Seen, Stall, Step, Until, Upstream, head

CERTIFICATE = Path(__file__).with_name("tls") / "localhost.pem"
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    async with Upstream() as upstream:
        yield upstream


@pytest.fixture
async def pool() -> AsyncIterator[Connections]:
    connections = Connections(connect=5)
    yield connections
    await connections.close()


async def post(pool: Connections, server: Upstream, model: str = "m") -> Response:
    url = f"{server.url}/chat/completions"
    return await pool.post(url, {"x-test": "1"}, b'{"model":"%s"}' % model.encode())


async def body(response: Response) -> bytes:
    parts: list[bytes] = []
    while data := await response.read():
        parts.append(data)
    return b"".join(parts)


async def whole(pool: Connections, server: Upstream) -> bytes:
    return await body(await post(pool, server))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([Raw(PLAIN)], id="length"),
        pytest.param([head(), b"hel", b"lo", END], id="chunked"),
        pytest.param([Raw(b"HTTP/1.1 200 OK\r\n\r\nhello"), Close()], id="until closed"),
        pytest.param([Raw(b"HTTP/1.0 200 OK\r\n\r\nhello"), Close()], id="HTTP/1.0"),
        pytest.param([Raw(b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN)], id="100"),
        pytest.param([Raw(b"HTTP/1.1 103 Early\r\nx: y\r\n\r\n"), Raw(PLAIN)], id="103"),
        pytest.param([head(), b"hello", Raw(b"0\r\nx: y\r\n\r\n")], id="trailers"),
        pytest.param([Raw(bytes([byte])) for byte in PLAIN], id="byte by byte"),
    ],
)
async def test_every_framing_is_read(
    server: Upstream, pool: Connections, steps: list[Step]
) -> None:
    server.script("m", steps)
    for _ in range(2):
        response = await post(pool, server)
        assert response.status == 200
        assert "x" not in response.headers
        assert await body(response) == b"hello"


async def test_what_is_sent(server: Upstream, pool: Connections) -> None:
    server.script("m", [Raw(PLAIN)])
    await whole(pool, server)
    seen = server.seen[0]
    assert seen.headers == {
        "host": f"127.0.0.1:{server.port}",
        "x-test": "1",
        "content-length": "13",
        "accept-encoding": "identity",
        "user-agent": "hitl-chat",
    }
    assert seen.body == {"model": "m"}


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\nx: y", "a\ry"])
async def test_a_header_cannot_become_two(server: Upstream, pool: Connections, value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        await pool.post(server.url, {"x-test": value}, b"")
    assert not server.seen


# --- reuse ---------------------------------------------------------------------------------------


async def test_a_connection_is_used_again(server: Upstream, pool: Connections) -> None:
    server.script("m", [Raw(PLAIN)])
    for _ in range(3):
        assert await whole(pool, server) == b"hello"
    assert server.connections == 1


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([Raw(PLAIN.replace(b"\r\n", b"\r\nconnection: close\r\n", 1))], id="close"),
        pytest.param([Raw(PLAIN + PLAIN)], id="two answers"),
        pytest.param([Raw(PLAIN + b"rubbish")], id="rubbish"),
    ],
)
async def test_a_connection_is_not_used_again(
    server: Upstream, pool: Connections, steps: list[Step]
) -> None:
    """Rubbish after an answer would be taken for the next one."""
    server.script("m", steps)
    for _ in range(2):
        assert await whole(pool, server) == b"hello"
    assert server.connections == 2


async def test_rubbish_on_an_idle_connection_ends_it(server: Upstream, pool: Connections) -> None:
    late = asyncio.Event()
    server.script("m", [Raw(PLAIN), Until(late), Raw(PLAIN.replace(b"hello", b"wrong"))])
    assert await whole(pool, server) == b"hello"
    late.set()
    await server.until(lambda upstream: upstream.running == 0)
    server.script("m", [Raw(PLAIN)])
    assert await whole(pool, server) == b"hello"


@pytest.mark.parametrize("ending", [Close(), Reset()], ids=["FIN", "RST"])
async def test_a_connection_that_was_closed_while_idle_costs_nothing(
    server: Upstream, pool: Connections, ending: Step
) -> None:
    server.script("m", [Raw(PLAIN)])
    await whole(pool, server)
    # The connection is taken for alive until the request was sent.
    server.script("m", lambda seen: [ending] if seen.attempt == 2 else [Raw(PLAIN)])
    assert await whole(pool, server) == b"hello"
    assert [seen.attempt for seen in server.seen] == [1, 2, 3]


async def test_an_idle_connection_is_closed_after_a_while(server: Upstream) -> None:
    pool = Connections(keep_alive=0.02)
    server.script("m", [Raw(PLAIN), Stall()])
    assert await whole(pool, server) == b"hello"
    await server.until(lambda upstream: upstream.gone == 1)
    await pool.close()


async def test_there_is_a_most(server: Upstream) -> None:
    pool = Connections(most=2)
    later = asyncio.Event()
    server.script("m", [head(), b"hello", Until(later), END])
    first, second = [await post(pool, server) for _ in range(2)]
    with pytest.raises(UpstreamError, match="All 2 connections") as refused:
        await post(pool, server)
    assert (refused.value.status, refused.value.retry_after) == (503, 1)
    later.set()
    assert await body(first) + await body(second) == b"hellohello"
    # Both rest now; a call of another server takes the place of one.
    async with Upstream() as other:
        other.script("m", [Raw(PLAIN)])
        assert await whole(pool, other) == b"hello"
        assert await whole(pool, server) == b"hello"
        await pool.close()


async def test_those_who_come_together_are_counted_too(server: Upstream) -> None:
    pool = Connections(most=2)
    server.script("m", [head(), b"hello", Stall()])
    calls = [asyncio.ensure_future(post(pool, server)) for _ in range(5)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, UpstreamError) for each in outcomes) == 3
    assert server.connections == 2
    await pool.close()


async def test_closing_the_pool_closes_every_connection(
    server: Upstream, pool: Connections
) -> None:
    server.script("m", [head(), b"hello", Stall()])
    responses = [await post(pool, server) for _ in range(3)]
    assert await responses[0].read() == b"hello"
    await pool.close()
    await server.until(lambda upstream: upstream.gone == 3)
    with pytest.raises(UpstreamError, match="connection was lost"):
        await responses[0].read()


# --- cutting off ---------------------------------------------------------------------------------


async def test_close_cuts_the_connection(server: Upstream, pool: Connections) -> None:
    server.script("m", [head(), b"hello", Stall()])
    response = await post(pool, server)
    response.close()
    await server.until(lambda upstream: upstream.gone == 1 and upstream.running == 0)


async def test_closing_an_answer_that_was_read_leaves_the_next_alone(
    server: Upstream, pool: Connections
) -> None:
    """The connection is another answer's by then (row 41)."""
    server.script("m", [Raw(PLAIN)])
    first = await post(pool, server)
    assert await body(first) == b"hello"
    later = asyncio.Event()
    server.script("m", [head(), b"hel", Until(later), b"lo", END])
    second = await post(pool, server)
    first.close()
    first.fail(UpstreamError("too late"))
    later.set()
    assert await body(second) == b"hello"
    assert server.connections == 1


async def test_cancelling_before_the_head_cuts_the_connection(
    server: Upstream, pool: Connections
) -> None:
    server.script("m", [Stall()])
    waiting = asyncio.create_task(post(pool, server))
    await server.until(lambda upstream: upstream.running == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await server.until(lambda upstream: upstream.gone == 1)


async def test_an_orderly_close_waits_for_the_last_bytes(
    server: Upstream, pool: Connections
) -> None:
    later = asyncio.Event()
    server.script("m", [head(), b"hello", Until(later), END])
    response = await post(pool, server)
    assert await response.read() == b"hello"
    response.close(orderly=True)
    later.set()
    await server.until(lambda upstream: upstream.running == 0)
    server.script("m", [Raw(PLAIN)])
    assert await whole(pool, server) == b"hello"
    assert server.connections == 1


async def test_a_reader_is_woken_by_a_failure(server: Upstream, pool: Connections) -> None:
    server.script("m", [head(), Stall()])
    response = await post(pool, server)
    reading = asyncio.create_task(response.read())
    await asyncio.sleep(0)
    response.fail(UpstreamError("enough"))
    with pytest.raises(UpstreamError, match="enough"):
        await reading
    await server.until(lambda upstream: upstream.gone == 1)


# --- servers that misbehave ----------------------------------------------------------------------


async def test_a_slow_reader_slows_the_server(server: Upstream, pool: Connections) -> None:
    """Row 6: what nobody reads is not fetched."""
    sent: list[int] = []

    def flood(_: Seen) -> Iterator[Step]:
        yield head()
        for at in range(400):
            sent.append(at)
            yield b"x" * 65536
        yield END

    server.script("m", flood)
    response = await post(pool, server)
    for _ in range(200):
        await asyncio.sleep(0.001)
    assert len(sent) < 200
    assert len(await response.read()) < MOST_BUFFERED * 3
    assert len(await body(response)) > 64 * 65536
    assert len(sent) == 400


async def test_a_connection_is_read_again_after_an_answer_that_waited_to_be_read(
    server: Upstream, pool: Connections
) -> None:
    """Its last byte was one more than may wait: reading pauses, and the next answer needs it."""
    many = b"x" * (MOST_BUFFERED + 1)
    server.script("m", [Raw(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(many) + many)])
    response = await post(pool, server)
    for _ in range(200):
        await asyncio.sleep(0.001)
    assert await body(response) == many
    async with asyncio.timeout(10):
        assert await whole(pool, server) == many
    assert server.connections == 1


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        pytest.param([Raw(b"SSH-2.0-OpenSSH_9\r\n\r\n")], "not HTTP", id="other protocol"),
        pytest.param([Raw(b"HTTP/1.1 OK\r\n\r\n")], "not HTTP", id="no status"),
        pytest.param(
            [Raw(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 2 * MOST_AROUND), Stall()],
            "head is too long",
            id="endless head",
        ),
        pytest.param(
            [Raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 4000), Stall()],
            "head is too long",
            id="endless wait",
        ),
        pytest.param(
            [Raw(b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n")], "not HTTP", id="upgrade"
        ),
        pytest.param([Close()], "connection was lost", id="nothing"),
        pytest.param([Reset()], "connection was lost", id="reset"),
    ],
)
async def test_what_is_no_head(
    server: Upstream, pool: Connections, steps: list[Step], words: str
) -> None:
    server.script("m", [*steps, Close()])
    with pytest.raises(UpstreamError, match=words):
        await post(pool, server)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([head(), b"hello", Close()], id="no end of chunks"),
        pytest.param([Raw(PLAIN[:-1]), Close()], id="too short"),
        pytest.param([head(), b"hello", Raw(b"zz\r\n"), Stall()], id="bad chunk"),
        pytest.param([head(), Raw(b"5\r\nhello!!\r\n"), Stall()], id="chunk too long"),
        pytest.param([Raw(PLAIN.replace(b"\r\n\r\nhello", b"\r\n\r\nhel")), Reset()], id="reset"),
        pytest.param(
            [head(), b"hello", Raw(b"0\r\n" + b"x: y\r\n" * 500_000), Stall()],
            id="endless trailers",
        ),
    ],
)
async def test_what_is_no_body(server: Upstream, pool: Connections, steps: list[Step]) -> None:
    server.script("m", steps)
    with pytest.raises(UpstreamError):
        await whole(pool, server)


@pytest.mark.parametrize(
    "framing",
    [
        b"content-length: 5\r\ntransfer-encoding: chunked",
        b"content-length: 5\r\ncontent-length: 6",
        b"content-length: +5",
        b"content-length: -5",
        b"transfer-encoding : chunked",
        b"x: y\r\n z: folded\x00",
    ],
)
async def test_a_head_with_two_meanings_is_refused(
    server: Upstream, pool: Connections, framing: bytes
) -> None:
    server.script("m", [Raw(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\nhello"), Close()])
    with pytest.raises(UpstreamError):
        await whole(pool, server)


# --- TLS -----------------------------------------------------------------------------------------


def trusting(path: Path = CERTIFICATE) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=path)


def presenting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_tls() -> None:
    pool = Connections(tls=trusting())
    async with Upstream(tls=presenting()) as server:
        server.script("m", [head(), b"hello", END])
        for _ in range(2):
            assert await whole(pool, server) == b"hello"
        assert server.connections == 1
        await pool.close()


async def test_tls_that_is_cut_off() -> None:
    pool = Connections(tls=trusting())
    async with Upstream(tls=presenting()) as server:
        server.script("m", [head(), b"hello", Stall()])
        response = await post(pool, server)
        response.close()
        await server.until(lambda upstream: upstream.gone == 1)
        await pool.close()


@pytest.mark.parametrize(
    ("trusts", "host"), [(True, "127.0.0.1"), (False, "127.0.0.1"), (False, "localhost")]
)
async def test_a_certificate_of_somebody_else(trusts: bool, host: str) -> None:
    pool = Connections(tls=trusting() if trusts else None)
    async with Upstream(tls=presenting()) as server:
        server.url = server.url.replace("localhost", host)
        with pytest.raises(UpstreamError, match="TLS was refused"):
            await post(pool, server)
        assert not server.seen
    await pool.close()


async def test_a_server_without_tls() -> None:
    async def plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plainly, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pool = Connections()
    with pytest.raises(UpstreamError, match="TLS was refused"):
        await pool.post(f"https://127.0.0.1:{port}/v1", {}, b"")
    server.close()
    await server.wait_closed()
    await pool.close()


# --- connecting ----------------------------------------------------------------------------------


async def test_a_server_that_never_accepts() -> None:
    pool = Connections(connect=0.05)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(("127.0.0.1", port))
            with pytest.raises(UpstreamError, match="in time"):
                await pool.post(f"https://127.0.0.1:{port}/v1", {}, b"")
    await pool.close()
