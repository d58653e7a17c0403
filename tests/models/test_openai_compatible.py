"""Calls of an OpenAI-compatible server over real sockets, good and broken (faults 29-35, 37-41)."""

import asyncio
import gc
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from hitl_chat.errors import ConfigError, UpstreamError
from hitl_chat.models.http import Connections
from hitl_chat.models.key import Key
from hitl_chat.models.openai_compatible import OpenAICompatible, Options
from hitl_chat.models.scripted import Reply
from hitl_chat.models.stream import Stream
from hitl_chat.ports import Chunk, Enough, ModelCall
from hitl_chat.telemetry.log import FIELDS, Json
from tests.models.pulling import pulled
from tests.upstream import DONE, END, Stall, Until, Upstream, answer, chunk, event, head
from tests.upstream_faults import LEAKY, SECRET, good
from tests.upstream_wire import Step, body, said, wire

TEXT = "My parcel never came, what now?"


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with Upstream() as server:
        yield server


@pytest.fixture
async def connections() -> AsyncIterator[Connections]:
    pool = Connections(connect=5)
    yield pool
    await pool.close()


@pytest.fixture
def model(upstream: Upstream, connections: Connections) -> OpenAICompatible:
    return made(upstream.url, connections)


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def made(
    url: str, connections: Connections, *, key: str = SECRET, **options: Any
) -> OpenAICompatible:
    quick = {"first_token": 5.0, "between_chunks": 5.0, "whole": 5.0} | options
    return OpenAICompatible(
        Options(base_url=url, **quick), connections, key=Key(key), sleep=no_sleep
    )


def call(name: str, *, stream: bool = True, text: str = TEXT, **more: object) -> ModelCall:
    body = {"messages": [{"role": "user", "content": text}], "stream": stream, **more}
    return ModelCall(name, body, stream)


async def read(
    answering: AsyncGenerator[Sequence[Chunk], None],
) -> tuple[str, UpstreamError | None]:
    """All content of choice 0, and the error that ended it."""
    text: list[str] = []
    try:
        async with aclosing(answering):
            async for batch in answering:
                text += [part for one in batch for field, part in one.texts if field == "0/content"]
    except UpstreamError as error:
        return "".join(text), error
    return "".join(text), None


async def failure(answering: AsyncGenerator[Sequence[Chunk], None]) -> UpstreamError:
    _, error = await read(answering)
    assert error is not None
    return error


# --- a good answer -------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_comes_through(
    upstream: Upstream, model: OpenAICompatible, stream: bool
) -> None:
    assert await read(pulled(model, call("scripted-echo", stream=stream))) == (TEXT, None)
    seen = upstream.seen[0]
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.body["stream"] is stream
    assert "cookie" not in seen.headers


async def test_every_chunk_is_forwarded_as_it_came(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    events = answer("One", " two", " three")
    upstream.script("m", [head(), *events, END])
    raws = [one.raw async for batch in pulled(model, call("m")) for one in batch]
    assert [b"data: " + raw + b"\n\n" for raw in raws] + [DONE] == events


async def test_a_batch_is_handed_on_as_soon_as_it_came(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    later = asyncio.Event()
    upstream.script("m", [head(), chunk("first"), Until(later), *answer(" second"), END])
    async with aclosing(pulled(model, call("m"))) as batches:
        first = await anext(batches)
        assert first[0].texts == (("0/content", "first"),)
        later.set()
        rest = [one for batch in [batch async for batch in batches] for one in batch]
    assert rest[-1].finishes == ((0, "stop"),)


async def test_the_configured_name_replaces_the_client_s(
    upstream: Upstream, connections: Connections
) -> None:
    model = made(upstream.url + "/", connections, model="scripted-echo", key="")
    assert await read(pulled(model, call("support"))) == (TEXT, None)
    assert upstream.seen[0].model == "scripted-echo"
    assert "authorization" not in upstream.seen[0].headers


async def test_the_client_s_headers_never_replace_the_server_s(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    headers = {"traceparent": "00-1-2-03", "authorization": "Bearer of the client"}
    asked = call("scripted-echo")
    await read(pulled(model, ModelCall(asked.model, asked.body, asked.stream, headers)))
    assert upstream.seen[0].headers["traceparent"] == "00-1-2-03"
    assert upstream.seen[0].headers["authorization"] == f"Bearer {SECRET}"


async def test_connections_are_used_again(upstream: Upstream, model: OpenAICompatible) -> None:
    for stream in (True, False) * 3:
        assert await read(pulled(model, call("scripted-echo", stream=stream))) == (TEXT, None)
    assert upstream.connections == 1


async def test_answers_are_never_swapped(upstream: Upstream, model: OpenAICompatible) -> None:
    """Row 41: a thousand at once, each gets its own."""

    async def one(number: int) -> None:
        text = f"nonce {number} and {number} again"
        stream = bool(number % 2)
        assert await read(pulled(model, call("scripted-echo", stream=stream, text=text))) == (
            text,
            None,
        )

    for start in range(0, 1000, 200):
        await asyncio.gather(*(one(number) for number in range(start, start + 200)))
    await upstream.until(lambda server: server.running == 0)


@pytest.mark.parametrize("fault", ["crlf", "cr", "bom", "comments", "lines", "tight", "nodone"])
async def test_unusual_framing_is_read(model: OpenAICompatible, fault: str) -> None:
    assert await read(pulled(model, call(f"fault-{fault}"))) == (TEXT, None)


async def test_unknown_fields_are_stripped_and_named(model: OpenAICompatible) -> None:
    """Row 35."""
    chunks = [one async for batch in pulled(model, call("fault-unknown")) for one in batch]
    assert {name for one in chunks for name in one.stripped} == {
        "x_top",
        "choice.x_choice",
        "delta.x_delta",
    }
    assert not [one for one in chunks if b"hidden" in one.raw]


async def test_a_configured_field_passes(upstream: Upstream, connections: Connections) -> None:
    model = made(upstream.url, connections, passthrough_fields=frozenset({"delta.x_delta"}))
    chunks = [one async for batch in pulled(model, call("fault-unknown")) for one in batch]
    assert all(b'"x_delta":"hidden"' in one.raw for one in chunks)
    assert not [one for one in chunks if b"x_top" in one.raw or b"x_choice" in one.raw]


# --- lies (39): they pass as facts, the rules judge them -----------------------------------------


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_how_it_ended_is_told(model: OpenAICompatible, reason: str, stream: bool) -> None:
    answering = pulled(model, call(f"scripted-ending-{reason}", stream=stream))
    chunks = [one async for batch in answering for one in batch]
    assert chunks[-1].finishes == ((0, reason),)


@pytest.mark.parametrize("stream", [True, False])
async def test_an_empty_answer_is_an_answer(model: OpenAICompatible, stream: bool) -> None:
    answering = pulled(model, call("scripted-empty", stream=stream))
    chunks = [one async for batch in answering for one in batch]
    assert not [text for one in chunks for text in one.texts]
    assert chunks[-1].finishes == ((0, "stop"),)


async def test_another_model_is_told(model: OpenAICompatible) -> None:
    answering = pulled(model, call("scripted-other-model"))
    assert {one.model async for batch in answering for one in batch} == {"another-model"}


async def test_two_calls_of_one_id_stay_two(model: OpenAICompatible) -> None:
    chunks = [one async for batch in pulled(model, call("fault-dupids")) for one in batch]
    assert [place for one in chunks for place, _, _ in one.tools] == [
        "0/tool_calls/0",
        "0/tool_calls/1",
    ]


# --- not reached (29) ----------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
async def test_nobody_listens(connections: Connections, stream: bool) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        error = await failure(pulled(made(url, connections), call("m", stream=stream)))
    assert (error.status, error.code) == (502, "upstream_unreachable")
    assert "127.0.0.1" not in str(error)


async def test_a_whole_answer_without_a_choice_is_none(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    error = await failure(pulled(model, call("fault-empty-choices", stream=False)))
    assert (error.status, error.code) == (502, "upstream_incomplete")


async def test_no_such_host(connections: Connections) -> None:
    error = await failure(pulled(made("http://no.such.host.invalid/v1", connections), call("m")))
    assert (error.status, error.code) == (502, "upstream_unreachable")
    assert "host name" in str(error)
    assert "invalid" not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x/v1", "x", "http://", "http://u:p@x/v1", "http://x/v1?key=1", "http://x/#a"),
        *("http://:p@x/v1", "http://x:99999/v1", "http://x:80a0/v1", "http://[::1/v1"),
        *("http://x/v1 HTTP/1.1", "http://\u0445/v1", "http://x/\u0445", ""),
    ],
)
def test_an_address_that_is_none_is_refused_at_start(connections: Connections, url: str) -> None:
    with pytest.raises(ConfigError, match="base_url"):
        made(url, connections)


# --- silence (30, 31) ----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["silent", "stall-0"])
async def test_no_first_word(upstream: Upstream, connections: Connections, fault: str) -> None:
    model = made(upstream.url, connections, first_token=0.05)
    error = await failure(pulled(model, call(f"fault-{fault}")))
    assert (error.status, error.code) == (504, "upstream_timeout")
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)
    assert len(upstream.seen) == 1


async def test_no_whole_answer(upstream: Upstream, connections: Connections) -> None:
    model = made(upstream.url, connections, whole=0.05)
    error = await failure(pulled(model, call("fault-silent", stream=False)))
    assert (error.status, error.code) == (504, "upstream_timeout")
    await upstream.until(lambda server: server.gone == 1)


async def test_a_stall_at_every_chunk(upstream: Upstream, connections: Connections) -> None:
    events = answer("One", " two", " three")
    model = made(upstream.url, connections, between_chunks=0.05)
    for at in range(1, len(events) - 1):
        upstream.script("m", [head(), *events[:at], Stall()])
        text, error = await read(pulled(model, call("m")))
        assert "One two three".startswith(text)
        assert text
        assert error is not None
        assert (error.status, error.code) == (504, "upstream_timeout")
    await upstream.until(lambda server: server.gone == len(events) - 2 and server.running == 0)


async def test_what_only_keeps_the_line_open_is_no_further_word(
    upstream: Upstream, connections: Connections
) -> None:
    """A gateway may go on sending comments though the model behind it is gone."""
    ticks = [asyncio.Event() for _ in range(100)]
    signs = [b": still here\n\n", event({"choices": []})] * 50
    drips = [step for tick, sign in zip(ticks, signs, strict=True) for step in (Until(tick), sign)]
    upstream.script("m", [head(), chunk("One"), *drips, *answer(" two"), END])

    async def dripping() -> None:
        for tick in ticks:
            await asyncio.sleep(0.005)
            tick.set()

    drip = asyncio.create_task(dripping())
    text, error = await read(pulled(made(upstream.url, connections, between_chunks=0.1), call("m")))
    assert text == "One"
    assert error is not None
    assert error.code == "upstream_timeout"
    await drip


async def test_a_slow_reader_is_no_stall(upstream: Upstream, connections: Connections) -> None:
    later = asyncio.Event()
    upstream.script("m", [head(), chunk("One"), Until(later), *answer(" two"), END])
    model = made(upstream.url, connections, between_chunks=0.05)
    async with aclosing(pulled(model, call("m"))) as batches:
        await anext(batches)
        await asyncio.sleep(0.2)  # four times the limit, spent by the reader
        later.set()
        rest = [batch async for batch in batches]
    assert rest[-1][-1].finishes == ((0, "stop"),)


# --- broken off (32) -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["rst", "fin"])
async def test_the_connection_dies_at_every_byte(
    upstream: Upstream, connections: Connections, fault: str
) -> None:
    """Whatever came is a beginning of the answer, and the answer is never taken for complete."""
    model = made(upstream.url, connections, max_retries=0)
    asked = call("scripted-echo", text="One two")
    await read(pulled(model, asked))
    length = len(wire(good(upstream.seen[0])))
    ends = length - len(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")  # from here on everything was said

    async def one(at: int) -> None:
        # The breaker is not what is tested here.
        model = made(upstream.url, connections, max_retries=0)
        text, error = await read(pulled(model, call(f"fault-{fault}-{at}", text="One two")))
        assert "One two".startswith(text)
        assert error is not None or (at > ends and text == "One two"), at

    for start in range(0, length - 5, 64):
        await asyncio.gather(*(one(at) for at in range(start, min(start + 64, length - 5))))


@pytest.mark.parametrize("fault", ["cut-0", "cut-2", "nofinish", "nothing"])
async def test_an_orderly_end_before_the_end(model: OpenAICompatible, fault: str) -> None:
    error = await failure(pulled(model, call(f"fault-{fault}")))
    assert (error.status, error.code) == (502, "upstream_incomplete")


async def test_what_comes_after_done_is_not_read(model: OpenAICompatible) -> None:
    assert await read(pulled(model, call("fault-more-after-done"))) == (TEXT, None)


async def test_done_is_the_end_though_the_connection_stays(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    assert await read(pulled(model, call("fault-late-end"))) == (TEXT, None)


# --- nonsense (33, 34, 38) -----------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize(
    "fault", ["badjson", "nonchunk", "nochoices", "html", "hugeline", "badutf8", "deep"]
)
async def test_what_cannot_be_read_fails_closed(
    model: OpenAICompatible, fault: str, at: int
) -> None:
    text, error = await read(pulled(model, call(f"fault-{fault}-{at}")))
    assert TEXT.startswith(text)
    assert error is not None
    assert (error.status, error.code) == (502, "upstream_malformed")
    assert "hidden" not in text + str(error)


@pytest.mark.parametrize("at", [0, 2])
async def test_an_error_inside_a_stream_is_an_error(model: OpenAICompatible, at: int) -> None:
    text, error = await read(pulled(model, call(f"fault-error-{at}")))
    assert TEXT.startswith(text)
    assert error is not None
    assert (error.status, error.code) == (502, "server_error")
    _leaks_nothing(error)


@pytest.mark.parametrize(
    ("fault", "word"), [("type", "text/html"), ("gzip", "compressed"), ("badframe", "HTTP")]
)
async def test_a_stream_of_another_kind(model: OpenAICompatible, fault: str, word: str) -> None:
    error = await failure(pulled(model, call(f"fault-{fault}")))
    assert error.status == 502
    assert word in str(error) or error.code == "upstream_incomplete"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("type", "upstream_malformed"),
        ("whole-type", "upstream_malformed"),
        ("wholejson", "upstream_malformed"),
        ("gzip", "upstream_malformed"),
        ("nohttp", "upstream_malformed"),
        ("redirect", "upstream_unreachable"),
    ],
)
async def test_a_whole_answer_of_another_kind(
    model: OpenAICompatible, fault: str, code: str
) -> None:
    error = await failure(pulled(model, call(f"fault-{fault}", stream=False)))
    assert (error.status, error.code) == (502, code)


async def test_an_error_with_status_200(model: OpenAICompatible) -> None:
    for stream in (True, False):
        error = await failure(pulled(model, call("fault-error-in-ok", stream=stream)))
        assert error.status == 429
        _leaks_nothing(error)


# --- too much (37) -------------------------------------------------------------------------------


async def test_a_flood_is_cut_off(upstream: Upstream, connections: Connections) -> None:
    model = made(upstream.url, connections, max_output=1 << 20)
    text, error = await read(pulled(model, call("fault-flood-100")))
    assert error is not None
    assert error.code == "max_output"
    assert len(text) <= 1 << 20
    await upstream.until(lambda server: server.running == 0)


async def test_a_whole_answer_that_is_too_long(
    upstream: Upstream, connections: Connections
) -> None:
    model = made(upstream.url, connections, max_output=1000)
    upstream.script("long", lambda seen: said(Reply("a" * 1001), seen))
    upstream.script("huge", body({"choices": [], "padding": "a" * 100_000}))
    for name in ("long", "huge"):
        error = await failure(pulled(model, call(name, stream=False)))
        assert error.code == "max_output"


def test_words_without_end_in_no_field_are_too_long() -> None:
    stream = Stream(limit=1000)
    while not stream.failed:
        stream.feed(b": " + b"x" * 998 + b"\n\n")
    assert stream.failed.code == "max_output"


# --- what the provider says (40) -----------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (400, 400, "some_code"),
        (404, 404, "some_code"),
        (422, 422, "some_code"),
        (429, 429, "some_code"),
        (401, 502, "upstream_auth"),
        (402, 502, "upstream_auth"),
        (500, 502, "some_code"),
        (503, 503, "some_code"),
        (529, 502, "some_code"),
    ],
)
async def test_its_refusal_is_passed_on(
    upstream: Upstream, model: OpenAICompatible, given: int, status: int, code: str, stream: bool
) -> None:
    error = await failure(pulled(model, call(f"fault-status-{given}", stream=stream)))
    assert (error.status, error.code) == (status, code)
    assert len(upstream.seen) == 1  # it asked for 7 s, so even a 5xx is not tried again at once
    _leaks_nothing(error)
    if given not in (401, 402):
        assert error.retry_after == 7


@pytest.mark.parametrize(
    ("said", "message", "code"),
    [
        (b'{"error":{"message":"none","code":"not_found"}}', "none", "not_found"),
        (b'[{"error":{"message":"in a list"}}]', "in a list", "upstream_error"),
        (b'{"error":"just words"}', "just words", "upstream_error"),
        (b'{"object":"error","message":"flat","code":404}', "flat", "upstream_error"),
        (b'{"detail":"Not Found"}', "Not Found", "upstream_error"),
        (b'{"detail":[{"loc":["body"]}]}', "loc", "upstream_error"),
        (b"<html>canary</html>", "failed with status 404", "upstream_error"),
        (b'"canary"', "failed with status 404", "upstream_error"),
        (b'{"choices":["canary"]}', "failed with status 404", "upstream_error"),
        (b"", "failed with status 404", "upstream_error"),
    ],
)
async def test_where_a_provider_puts_its_words(
    upstream: Upstream, model: OpenAICompatible, said: bytes, message: str, code: str
) -> None:
    upstream.script("m", [head(404, "application/json"), said, END])
    error = await failure(pulled(model, call("m")))
    assert (error.status, error.code) == (404, code)
    assert message in str(error)
    assert "canary" not in str(error)


QUOTING = {"message": "cannot parse: canary", "type": "canary it says", "param": "canary"}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("500", body({"error": QUOTING}, 500)),
        ("503", body({"error": QUOTING}, 503)),
        ("in a stream", [head(), chunk("One"), event({"error": QUOTING | {"code": 400}}), END]),
        ("instead of a stream", body({"error": QUOTING})),
    ],
)
async def test_an_answer_that_nobody_judged_is_quoted_in_the_log_at_most(
    upstream: Upstream,
    connections: Connections,
    caplog: pytest.LogCaptureFixture,
    name: str,
    steps: list[Step],
) -> None:
    """llama.cpp, for one, fails with the words that it could not parse."""
    upstream.script("m", steps)
    error = await failure(pulled(made(upstream.url, connections, max_retries=0), call("m")))
    assert "canary" not in f"{error} {error.code} {error.param} {error.details}"
    (entry,) = [record for record in caplog.records if record.getMessage() == "a model failed"]
    assert vars(entry)[FIELDS]["text"] == "cannot parse: canary"
    assert "canary" not in Json(text=False).format(entry)


async def test_an_error_without_end_is_not_read_to_the_end(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    upstream.script("m", [head(404, "application/json"), b"x" * (1 << 20), Stall()])
    error = await failure(pulled(model, call("m")))
    assert (error.status, error.code) == (404, "upstream_error")
    await upstream.until(lambda server: server.running == 0)


async def test_this_server_s_own_key_is_never_repeated(
    upstream: Upstream, connections: Connections
) -> None:
    plain = "plainkeywithoutpattern"
    model = made(upstream.url, connections, key=plain)
    upstream.script("m", body({"error": {"message": f"no {plain} here", "code": plain}}, 400))
    error = await failure(pulled(model, call("m")))
    assert plain not in f"{error} {error.code} {error!r}"


def _leaks_nothing(error: UpstreamError) -> None:
    told = f"{error} {error.code} {error.param} {error!r} {error.__cause__!r}"
    assert SECRET in LEAKY
    assert SECRET not in told
    assert "internal.example" not in told


# --- trying again --------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
async def test_one_lost_connection_costs_nothing(
    upstream: Upstream, model: OpenAICompatible, stream: bool
) -> None:
    assert await read(pulled(model, call("fault-drop-1", stream=stream))) == (TEXT, None)
    assert len(upstream.seen) == 2


async def test_two_lost_connections_are_a_failure(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    error = await failure(pulled(model, call("fault-drop-2")))
    assert error.code == "upstream_incomplete"
    assert len(upstream.seen) == 2


async def test_one_failure_of_the_server_costs_nothing(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    upstream.script("m", lambda seen: body({"error": {}}, 500) if seen.attempt == 1 else good(seen))
    assert await read(pulled(model, call("m"))) == (TEXT, None)
    assert len(upstream.seen) == 2


async def test_nothing_is_tried_again_once_something_was_passed_on(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    _, error = await read(pulled(model, call("fault-cut-2")))
    assert error is not None
    assert len(upstream.seen) == 1


async def test_a_model_that_keeps_failing_is_left_alone(
    upstream: Upstream, connections: Connections
) -> None:
    model = made(upstream.url, connections, max_retries=0)
    upstream.script("m", body({"error": {"message": "down"}}, 500))
    statuses = [(await failure(pulled(model, call("m")))).status for _ in range(10)]
    assert statuses == [502] * 8 + [503] * 2
    assert len(upstream.seen) == 8


# --- hanging up ----------------------------------------------------------------------------------


async def test_closing_the_generator_cancels_the_model(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    answering = pulled(model, call("fault-stall-3"))
    async with aclosing(answering):
        await anext(answering)
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)


@pytest.mark.parametrize(
    ("fault", "stream"), [("silent", True), ("silent", False), ("stall-0", True), ("stall-2", True)]
)
async def test_cancelling_the_reader_cancels_the_model(
    upstream: Upstream, model: OpenAICompatible, fault: str, stream: bool
) -> None:
    reading = asyncio.create_task(read(pulled(model, call(f"fault-{fault}", stream=stream))))
    await upstream.until(lambda server: server.running == 1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)


async def test_a_hundred_hung_up_answers_leave_nothing_behind(
    upstream: Upstream, model: OpenAICompatible
) -> None:
    """Row I10: no task, no timer that holds a connection, no call upstream."""
    before = asyncio.all_tasks()
    for _ in range(4):
        answers = [pulled(model, call("fault-stall-2")) for _ in range(25)]
        await asyncio.gather(*(anext(one) for one in answers))
        await asyncio.gather(*(one.aclose() for one in answers))
    await upstream.until(lambda server: server.gone == 100 and server.running == 0)
    gc.collect()
    ours = {task for task in asyncio.all_tasks() - before if "upstream" not in repr(task)}
    assert not ours


def test_a_key_is_shown_by_nothing() -> None:
    assert SECRET not in f"{Key(SECRET)} {Key(SECRET)!r}"
    assert Key.named("", {}).reveal() == ""
    assert Key.named("K", {"K": f" {SECRET}\n"}).reveal() == SECRET


@pytest.mark.parametrize("environ", [{}, {"K": ""}, {"K": "sch\u00f6n"}, {"K": "a\nb"}])
def test_a_missing_or_broken_key_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="'K'"):
        Key.named("K", environ)


@pytest.mark.parametrize("after", [1, 2], ids=["the first chunk", "a later one"])
async def test_who_has_enough_cuts_the_call(
    upstream: Upstream, model: OpenAICompatible, after: int
) -> None:
    taken: list[str] = []
    first = asyncio.Event()

    def take(batch: Sequence[Chunk]) -> None:
        taken.extend(text for one in batch for _, text in one.texts)
        first.set()
        if len(taken) == after:
            raise Enough

    upstream.script("m", [head(), chunk("One"), Until(first), chunk(" two"), Stall()])
    with pytest.raises(Enough):
        await model.answer(call("m"), take)
    assert taken == ["One", " two"][:after]
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)
