"""The load client sees everything that can be wrong with an answer, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bench.load.answers import Behaviour, whole_answer
from bench.load.client import Load, load, requests
from bench.load.figures import Totals
from bench.load.reading import Reading
from bench.load.tokens import now_us, token
from tests.bench.serving import model_server

MODEL = "mock-t30-g0-f0"


@asynccontextmanager
async def always(answer: bytes, *, hang_up: bool = False, piece: int = 2**16) -> AsyncIterator[str]:
    """A server that gives the same bytes to every request."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            for start in range(0, len(answer), piece):
                writer.write(answer[start : start + piece])
                await writer.drain()
                await asyncio.sleep(0)
            if hang_up:
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def stream(texts: Sequence[str]) -> bytes:
    """A streamed answer with an event for each text."""
    events = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in texts]
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    body = "".join([*lines, "data: [DONE]\n\n"]).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def said(*numbers: int) -> list[str]:
    """The texts of these tokens."""
    return [token(number, now_us()) for number in numbers]


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("streamed", [True, False])
async def test_every_token_of_the_model_arrives(streamed: bool, gap: int) -> None:
    async with model_server() as url:
        figures = await load(
            Load(url, f"mock-t30-g{gap}-f1", streamed, concurrency=3, seconds=0, ramp=0)
        )
    assert (figures.requests, figures.tokens, figures.not_right) == (3, 90, 0)
    assert figures.first_error == ""
    assert figures.latency_ms is not None
    assert figures.latency_ms.n == 3
    assert (figures.hold_ms is not None) == streamed


@pytest.mark.parametrize(
    "texts",
    [
        said(*range(10), *range(11, 30)),
        said(*range(30), 29),
        said(1, 0, *range(2, 30)),
        said(*range(29)),
        [*said(*range(29)), said(29)[0].upper()],
        ["I am sorry. ", *said(*range(30))],
        [*said(*range(30)), "!"],
    ],
    ids=["lost", "repeated", "reordered", "cut short", "changed", "begun with", "added to"],
)
async def test_a_spoilt_stream_is_wrong(texts: list[str]) -> None:
    async with always(stream(texts)) as url:
        figures = await load(Load(url, MODEL, stream=True, seconds=0, ramp=0))
    assert (figures.requests, figures.wrong, figures.errors) == (1, 1, 0)


async def test_a_spoilt_whole_answer_is_wrong() -> None:
    spoilt = whole_answer(MODEL, Behaviour(29, 0, 0, risky=False), now_us())
    async with always(spoilt) as url:
        figures = await load(Load(url, MODEL, seconds=0, ramp=0))
    assert (figures.requests, figures.wrong, figures.errors) == (1, 1, 0)


@pytest.mark.parametrize("piece", [2**16, 61])
@pytest.mark.parametrize(
    "texts",
    [
        ["".join(said(*range(30)))],
        ["", *said(*range(30)), ""],
        list("".join(said(*range(30)))),
    ],
    ids=["joined", "with empty events", "in pieces"],
)
async def test_the_same_text_cut_elsewhere_is_right(texts: list[str], piece: int) -> None:
    async with always(stream(texts), piece=piece) as url:
        figures = await load(Load(url, MODEL, stream=True, seconds=0, ramp=0))
    assert (figures.requests, figures.tokens, figures.not_right) == (1, 30, 0)


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_an_answer_is_read_right_whatever_the_pieces(piece: int) -> None:
    body = stream(list("".join(said(*range(30)))))
    totals = Totals(expected=30)
    reading = Reading(totals, sent_at=0.0)
    for start in range(0, len(body), piece):
        reading.events(body[start : start + piece], now=1.0)
    assert (reading.right, totals.tokens, len(totals.hold), totals.ttft) == (True, 30, 30, [1.0])


async def test_a_refusal_is_an_error_and_is_quoted() -> None:
    async with always(b"HTTP/1.1 429 No\r\ncontent-length: 5\r\n\r\nslow!") as url:
        figures = await load(Load(url, MODEL, seconds=0, ramp=0))
    assert (figures.requests, figures.errors) == (0, 1)
    assert figures.first_error == "status 429: b'slow!'"


async def test_a_stream_that_is_cut_off_is_an_error() -> None:
    async with always(stream(said(*range(30)))[:2000], hang_up=True) as url:
        figures = await load(Load(url, MODEL, stream=True, seconds=0, ramp=0))
    assert (figures.requests, figures.errors) == (0, 1)


async def test_an_answer_that_never_ends_is_unfinished() -> None:
    async with always(stream(said(*range(30)))[:2000]) as url:
        figures = await load(Load(url, MODEL, stream=True, seconds=0, ramp=0, grace=0.1))
    assert (figures.requests, figures.errors, figures.unfinished) == (0, 0, 1)


async def test_nobody_listening_is_an_error() -> None:
    async with model_server() as url:
        pass
    figures = await load(Load(url, MODEL, seconds=0, ramp=0, pause=0))
    assert figures.errors == 1


def test_no_two_requests_are_alike_but_all_are_equally_long() -> None:
    sent = requests(Load("http://127.0.0.1:1/v1", MODEL))
    first, second = next(sent), next(sent)
    assert first != second
    assert len(first) == len(second)
