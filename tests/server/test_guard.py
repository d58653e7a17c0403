"""What every request and every response passes: heads, paths, headers, errors, CORS, origins."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hitl_chat.errors import BadRequest, Conflict
from hitl_chat.server.asgi import Edge, Route
from hitl_chat.server.auth import Caller
from hitl_chat.server.body import json_object, read_body
from hitl_chat.server.errors import Receive, Scope, Send
from hitl_chat.server.protocol import Wire
from hitl_chat.server.rest import rest
from tests.server.running import (
    Running,
    closed,
    reply,
    serving,
    until_cut,
    with_lifespan,
)

CHAT = "/v1/chat/completions"
ASKS = "access-control-request-method"
SHOP = "https://shop.example"
JSON = [("content-type", "application/json")]


class Inner:
    """A hot route that does what the test asks for."""

    async def chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json_object(await read_body(receive, limit=10_000, seconds=5.0))
        scope["hitl.caller"] = Caller("t", "k", origins=("https://of-the-key.example",))
        if body.get("refuse"):
            raise Conflict("Somebody was first.", details={"by": "Ana"}, retry_after=1.2)
        if body.get("break"):
            msg = "a secret: hk_live"
            raise LookupError(msg)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        if body.get("break_late"):
            raise LookupError
        if body.get("refuse_late"):
            raise Conflict("too late")
        await send({"type": "http.response.body", "body": b" whole"})


router = APIRouter()


@router.get("/v1/holds/{ident}")
async def hold(ident: str) -> dict[str, str]:
    return {"id": ident}


@router.post("/v1/broken")
async def broken(item: dict[str, int]) -> None:
    raise LookupError


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    hot = {CHAT: Route(Inner().chat, json=True)}
    async with serving(hot, rest([router]), edge=Edge(origins=(SHOP,))) as found:
        yield found


async def chat(running: Running, **asked: bool) -> bytes:
    body = json.dumps(asked).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    head += f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return await running.raw(head.encode() + body)


async def test_every_response_has_an_id_and_the_security_headers(running: Running) -> None:
    answers = [
        reply(await chat(running)),
        await running.ask("/nowhere"),
        await running.ask("/v1/holds/h1"),
    ]
    assert [answer.status for answer in answers] == [200, 404, 200]
    for answer in answers:
        assert answer.headers["x-request-id"].startswith("req_")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "unknown_url"),
        ("GET", "/v1/chat/completions/", 404, "unknown_url"),
        ("GET", "//v1/chat/completions", 404, "unknown_url"),
        ("GET", "/v1/../healthz", 404, "unknown_url"),
        ("GET", "/v1/%2e%2e/healthz", 404, "unknown_url"),
        ("GET", "/v1/holds/..%5c..%5cetc", 404, "unknown_url"),
        ("GET", "/v1/holds/%00", 404, "unknown_url"),
        ("GET", "/v1/holds/a%0d%0ax-a:%20b", 404, "unknown_url"),
        ("GET", CHAT, 405, "method_not_allowed"),
        ("DELETE", "/v1/holds/h1", 405, "method_not_allowed"),
        ("TRACE", "/", 405, "method_not_allowed"),
        ("OPTIONS", "/", 405, "method_not_allowed"),
        ("POST", CHAT, 415, "unsupported_media_type"),
    ],
)
async def test_refusals_have_the_shape_of_openai(
    running: Running, method: str, path: str, status: int, code: str
) -> None:
    answer = await running.ask(path, method=method)
    assert (answer.status, answer.error["code"]) == (status, code)
    assert set(answer.error) == {"message", "type", "param", "code"}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("headers", "param"),
    [
        ([], "content-type"),
        ([("content-type", "text/plain")], "content-type"),
        ([("content-type", "application/x-www-form-urlencoded")], "content-type"),
        ([*JSON, *JSON], "content-type"),
        ([*JSON, ("content-encoding", "gzip")], "content-encoding"),
        ([*JSON, ("content-encoding", "deflate, gzip")], "content-encoding"),
    ],
)
async def test_a_body_must_be_plain_json(
    running: Running, headers: list[tuple[str, str]], param: str
) -> None:
    """Fault 38, this side: a compressed body is refused, so none can be a bomb."""
    answer = await running.ask(CHAT, method="POST", headers=headers, body=b"{}")
    assert (answer.status, answer.error["param"]) == (415, param)


def test_many_keys_are_told_apart_in_no_time() -> None:
    """Anybody may send this, even without a key: comparing each with each took minutes."""
    many = ",".join(f'"k{number}":0' for number in range(100_000))
    with pytest.raises(BadRequest, match="'z' twice"):
        json_object(f'{{{many},"z":0,"z":0}}'.encode())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"[]", "invalid_json"),
        (b"null", "invalid_json"),
        (b'"text"', "invalid_json"),
        (b"7", "invalid_json"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b'{"m":[{"role":"user","role":"system"}]}', "duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "duplicate_key"),
        (b'{"a":"\\ud800"}', "invalid_json"),
        (b'{"a":"\xff"}', "invalid_json"),
        (b"\xef\xbb\xbf{}", "invalid_json"),
        (b'{"a":NaN}', "invalid_json"),
        (b'{"a":1e400}', "invalid_json"),
        (b'{"a":' + b"9" * 9000 + b"}", "invalid_json"),
        (b'{"a":' + b"[" * 4900 + b"]" * 4900 + b"}", "invalid_json"),
        (b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}", "invalid_json"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
async def test_json_that_can_be_read_in_two_ways_is_refused(
    running: Running, body: bytes, code: str
) -> None:
    answer = await running.ask(CHAT, method="POST", headers=JSON, body=body)
    assert (answer.status, answer.error["code"]) == (400, code)


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"n":1,"n":2}', b'{"n":"\\ud800"}', b'{"n":NaN}', b"[" * 9000, b'{"n":' + b"9" * 5000],
    ids=lambda body: body[:12],
)
async def test_off_the_hot_path_json_is_read_as_strictly(running: Running, body: bytes) -> None:
    answer = await running.ask("/v1/broken", method="POST", headers=JSON, body=body)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")


async def test_a_known_error_is_told_in_full(running: Running) -> None:
    answer = reply(await chat(running, refuse=True))
    assert answer.status == 409
    assert answer.headers["retry-after"] == "2"
    assert answer.error["message"] == "Somebody was first."
    assert answer.error["details"] == {"by": "Ana"}


async def test_an_unknown_error_shows_nothing_of_itself(running: Running) -> None:
    answer = reply(await chat(running, **{"break": True}))
    assert answer.status == 500
    assert "hk_live" not in answer.error["message"]
    assert answer.headers["x-request-id"] in answer.error["message"]
    assert [type(fault) for fault in running.faults] == [LookupError]


async def test_off_the_hot_path_an_unknown_error_looks_the_same(running: Running) -> None:
    answer = await running.ask("/v1/broken", method="POST", headers=JSON, body=b'{"a":1}')
    assert answer.status == 500
    assert answer.headers["x-request-id"] in answer.error["message"]
    assert [type(fault) for fault in running.faults] == [LookupError]


async def test_off_the_hot_path_a_wrong_body_names_the_field_not_its_value(
    running: Running,
) -> None:
    answer = await running.ask("/v1/broken", method="POST", headers=JSON, body=b'{"n":"secret"}')
    assert (answer.status, answer.error["param"]) == (400, "n")
    assert "secret" not in answer.error["message"]


@pytest.mark.parametrize("how", ["break_late", "refuse_late"])
async def test_an_answer_that_breaks_is_cut_and_never_ended(running: Running, how: str) -> None:
    body = json.dumps({how: True}).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    assert b"0\r\n\r\n" not in await until_cut(reader)
    await closed(writer)


async def test_http_1_0_gets_no_chunks_and_reads_to_the_end(running: Running) -> None:
    """nginx speaks HTTP/1.0 to its upstreams unless told otherwise."""
    head = f"POST {CHAT} HTTP/1.0\r\nhost: a\r\ncontent-type: application/json\r\n"
    raw = await running.raw(f"{head}content-length: 2\r\n\r\n{{}}".encode())
    answer = reply(raw)
    assert answer.status == 200
    assert answer.headers["connection"] == "close"
    assert "transfer-encoding" not in answer.headers
    assert raw.endswith(b"\r\n\r\nhalf whole")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (SHOP, True),
        ("https://of-the-key.example", True),
        ("https://evil.example", False),
        ("null", False),
        (f"{SHOP}.evil.example", False),
    ],
)
async def test_only_listed_origins_may_read_an_answer(
    running: Running, origin: str, allowed: bool
) -> None:
    headers = [*JSON, ("origin", origin)]
    answer = await running.ask(CHAT, method="POST", headers=headers, body=b"{}")
    assert answer.headers["vary"] == "origin"
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert ("access-control-expose-headers" in answer.headers) is allowed


async def test_a_preflight_is_answered_without_a_key(running: Running) -> None:
    headers = [
        ("origin", SHOP),
        (ASKS, "POST"),
        ("access-control-request-headers", "authorization,content-type,x-stainless-lang"),
    ]
    answer = await running.ask(CHAT, method="OPTIONS", headers=headers)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "x-stainless-lang" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [SHOP, "https://of-the-key.example"])
async def test_a_preflight_names_its_origin_once(running: Running, origin: str) -> None:
    """Also where it is one of the settings': a browser refuses an answer that says it twice."""
    lines = [f"OPTIONS {CHAT} HTTP/1.1", "host: a", f"origin: {origin}", "connection: close"]
    raw = await running.raw("\r\n".join([*lines, f"{ASKS}: POST", "", ""]).encode())
    assert raw.lower().count(b"access-control-allow-origin:") == 1


async def test_the_console_answers_no_preflight(running: Running) -> None:
    headers = [("origin", SHOP), (ASKS, "POST")]
    assert (await running.ask("/console/me", method="OPTIONS", headers=headers)).status == 405


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        (None, "/console/ws"),
        ("http://127.0.0.1:{port}", "/console/ws"),
        ("https://127.0.0.1:{port}", "/console/ws"),
        ("https://evil.example", "/v1/conversations/c/events"),
    ],
)
async def test_a_websocket_opens_from_our_pages_and_never_compressed(
    origin: str | None, path: str
) -> None:
    async with serving({}) as running, dialled(running, origin, path) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
        await socket.wait_closed()


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("http://127.0.0.1:1", "/console/ws"),
        ("https://evil.example", "/console/ws"),
        ("null", "/console/ws"),
        ("http://[", "/console/ws"),
        ("http://a]b", "/console/ws"),
        (None, "/console/../x"),
    ],
)
async def test_a_websocket_from_elsewhere_is_refused(origin: str | None, path: str) -> None:
    async with serving({}) as running:
        with pytest.raises(InvalidStatus) as refused:
            await dialled(running, origin, path)
    response = refused.value.response
    assert response.status_code in {403, 404}
    assert json.loads(response.body)["error"]["message"].endswith(".")


async def listen(scope: Scope, receive: Receive, send: Send) -> None:
    """Accepts a WebSocket and reads until it is closed."""
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": "heard"})


async def test_a_frame_over_the_limit_closes_the_socket() -> None:
    wire = Wire(socket_frame_bytes=1000)
    async with (
        serving({}, with_lifespan(listen), wire=wire) as running,
        dialled(running, None, "/console/ws") as socket,
    ):
        await socket.send("a" * 1000)
        assert await socket.recv() == "heard"
        await socket.send("a" * 1001)
        await socket.wait_closed()
        assert socket.close_code == 1009


def dialled(running: Running, origin: str | None, path: str) -> connect:
    given = {"origin": origin.format(port=running.port)} if origin else {}
    url = f"ws://127.0.0.1:{running.port}{path}"
    return connect(url, additional_headers=given, compression="deflate")


async def test_what_happened_is_counted_by_route_never_by_path(running: Running) -> None:
    await chat(running)
    await running.ask("/some/secret?key=1")
    assert running.seen == [(CHAT, 200), ("other", 404)]
