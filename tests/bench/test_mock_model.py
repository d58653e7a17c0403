"""The pretend model is good enough for a real client."""

from collections.abc import AsyncIterator

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from bench.load.answers import RISKY_PHRASE
from bench.load.mock_model import take_request
from bench.load.tokens import TOKEN, token, tokens, value
from tests.bench.serving import model_server

ASK: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Where is my parcel?"}]


@pytest.fixture
async def client() -> AsyncIterator[openai.AsyncOpenAI]:
    async with (
        model_server() as url,
        openai.AsyncOpenAI(base_url=url, api_key="sk-test", max_retries=0) as found,
    ):
        yield found


async def test_a_whole_answer(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model="mock-t3-g0-f0", messages=ASK)
    choice = answer.choices[0]
    assert len(TOKEN.findall((choice.message.content or "").encode())) == 3
    assert choice.finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 3


@pytest.mark.parametrize("gap", [0, 1])
async def test_a_stream_with_usage(client: openai.AsyncOpenAI, gap: int) -> None:
    chunks = [
        chunk
        async for chunk in await client.chat.completions.create(
            model=f"mock-t3-g{gap}-f1",
            messages=ASK,
            stream=True,
            stream_options={"include_usage": True},
        )
    ]
    texts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    numbers = [value(number) for _, number, _ in TOKEN.findall("".join(texts).encode())]
    assert numbers == [0, 1, 2]
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_risky_answer_ends_with_the_phrase(
    client: openai.AsyncOpenAI, streamed: bool
) -> None:
    model = "mock-t3-g0-f0-r"
    if streamed:
        chunks = await client.chat.completions.create(model=model, messages=ASK, stream=True)
        parts = [choice.delta.content or "" async for chunk in chunks for choice in chunk.choices]
        text = "".join(parts)
    else:
        answer = await client.chat.completions.create(model=model, messages=ASK)
        text = answer.choices[0].message.content or ""
    assert text.endswith(RISKY_PHRASE)


async def test_it_lists_a_model(client: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["mock"]


def test_tokens_at_once_are_the_same_as_one_by_one() -> None:
    assert tokens(40, 123456) == "".join(token(number, 123456) for number in range(40))


def test_a_token_is_a_word_without_digits_or_vowels() -> None:
    text = tokens(5000, 2**50)
    assert not set(text) & set("0123456789aeiou")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_chunked_request_is_read_whole_whatever_the_pieces(size: int) -> None:
    raw = (
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET"
    )
    reads = [raw[:end] for end in range(0, len(raw) + size, size)]
    found = [result for result in map(take_request, reads) if result is not None]
    assert found[0] == (b"abcde", len(raw) - len(b"GET"))
