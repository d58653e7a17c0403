"""Requests that two HTTP implementations would read in two ways (security.md, bad inputs A)."""

from collections.abc import AsyncIterator

import pytest

from hitl_chat.server.asgi import Edge, Route
from hitl_chat.server.body import json_object, read_body
from hitl_chat.server.errors import Receive, Scope, Send
from hitl_chat.server.head import HeadLimits
from tests.server.running import Running, reply, serving

CHAT = "/v1/chat/completions"
JSON = "content-type: application/json"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the proxy: reads the body within its limits and says how many keys it has."""
    body = json_object(await read_body(receive, limit=1000, seconds=5.0))
    text = str(len(body)).encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    edge = Edge(head=HeadLimits(hosts=("127.0.0.1", "localhost", "::1")), body_bytes=1000)
    async with serving({CHAT: Route(echo, json=True)}, edge=edge) as found:
        yield found
        assert found.faults == []


def request(*lines: str, body: str = "", start: str = f"POST {CHAT} HTTP/1.1") -> bytes:
    return "\r\n".join([start, *lines, "", body]).encode("latin-1")


HOST = "host: 127.0.0.1"
CHUNKED = "transfer-encoding: chunked"
TWO_BYTES = "content-length: 2"
TWO = "2\r\n{}\r\n0\r\n\r\n"
AMBIGUOUS = {
    "length and chunked": request(HOST, JSON, TWO_BYTES, CHUNKED, body=TWO),
    "chunked and length": request(HOST, JSON, CHUNKED, TWO_BYTES, body=TWO),
    "chunked twice": request(HOST, JSON, CHUNKED, CHUNKED, body=TWO),
    "xchunked": request(HOST, JSON, "transfer-encoding: xchunked", body=TWO),
    "chunked, identity": request(HOST, JSON, "transfer-encoding: chunked, identity", body=TWO),
    "identity, chunked": request(HOST, JSON, "transfer-encoding: identity, chunked", body=TWO),
    "two equal lengths": request(HOST, JSON, TWO_BYTES, TWO_BYTES, body="{}"),
    "two lengths": request(HOST, JSON, TWO_BYTES, "content-length: 3", body="{}"),
    "length +2": request(HOST, JSON, "content-length: +2", body="{}"),
    "length 0x2": request(HOST, JSON, "content-length: 0x2", body="{}"),
    "length -1": request(HOST, JSON, "content-length: -1", body="{}"),
    "length 2,2": request(HOST, JSON, "content-length: 2,2", body="{}"),
    "length over 2^64": request(HOST, JSON, f"content-length: {2**64 + 2}", body="{}"),
    "space before colon": request(HOST, JSON, "content-length : 2", body="{}"),
    "folded header": request(HOST, JSON, "x-a: b\r\n c", TWO_BYTES, body="{}"),
    "bare line feeds": request(HOST, JSON, TWO_BYTES, body="{}").replace(b"\r\n", b"\n"),
    "one bare line feed": request(HOST, JSON, "x-a: b\nx-b: c", TWO_BYTES, body="{}"),
    "NUL in a header": request(HOST, JSON, "x-a: b\0c", TWO_BYTES, body="{}"),
    "CR in a header": request(HOST, JSON, "x-a: b\rc", TWO_BYTES, body="{}"),
    "chunk of size 0x2": request(HOST, JSON, CHUNKED, body="0x2\r\n{}\r\n0\r\n\r\n"),
    "chunk of size -1": request(HOST, JSON, CHUNKED, body="-1\r\n{}\r\n0\r\n\r\n"),
    "chunk of size 2^64": request(HOST, JSON, CHUNKED, body="1" + "0" * 16 + "\r\n{}\r\n"),
    "chunk extension with a line feed": request(
        HOST, JSON, CHUNKED, body="2;a\nb\r\n{}\r\n0\r\n\r\n"
    ),
}

UNKNOWN_PLACE = {
    "two Hosts": request(HOST, HOST, JSON, TWO_BYTES, body="{}"),
    "no Host": request(JSON, TWO_BYTES, body="{}"),
    "blank Host": request("host:", JSON, TWO_BYTES, body="{}"),
    "Host with a path": request("host: a/#@evil", JSON, TWO_BYTES, body="{}"),
    "Host with a user": request("host: 127.0.0.1@evil", JSON, TWO_BYTES, body="{}"),
    "foreign Host": request("host: evil.example", JSON, TWO_BYTES, body="{}"),
    "absolute form": request(
        HOST, JSON, TWO_BYTES, body="{}", start=f"POST http://evil{CHAT} HTTP/1.1"
    ),
    "authority form": request(HOST, start="CONNECT evil:443 HTTP/1.1"),
    "asterisk form": request(HOST, start="OPTIONS * HTTP/1.1"),
    "made-up method": request(HOST, start=f"HACK {CHAT} HTTP/1.1"),
    "no version": request(start=f"GET {CHAT}"),
    "not HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


NEXT = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_an_ambiguous_request_is_refused_with_all_that_follows_it(
    running: Running, name: str
) -> None:
    raw = await running.raw(AMBIGUOUS[name] + NEXT)
    answer = reply(raw)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.headers["connection"] == "close"
    assert raw.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("name", UNKNOWN_PLACE)
async def test_a_request_for_an_unclear_place_is_refused(running: Running, name: str) -> None:
    answer = reply(await running.raw(UNKNOWN_PLACE[name] + NEXT))
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")


async def test_a_plain_request_passes(running: Running) -> None:
    chunked = request(HOST, JSON, CHUNKED, body=TWO)
    whole = request(HOST, JSON, TWO_BYTES, body="{}")
    raw = await running.raw(chunked + whole + NEXT)
    assert raw.count(b"HTTP/1.1 200") == 2
    assert raw.count(b"HTTP/1.1 204") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8700", "LOCALHOST", "[::1]:80"])
async def test_a_host_that_is_ours_may_be_written_in_many_ways(running: Running, host: str) -> None:
    raw = await running.raw(NEXT.replace(b"127.0.0.1", host.encode()))
    assert reply(raw).status == 204


async def test_a_refused_host_names_the_setting(running: Running) -> None:
    answer = await running.ask("/", headers=[("host", "evil.example")])
    assert "trusted_hosts" in answer.error["message"]
    assert "'evil.example'" in answer.error["message"]
