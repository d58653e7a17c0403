"""The real litellm against the breaking server: trusted with nothing (faults 29-33, 35, 39)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import pytest
import pytest_asyncio

from hitl_chat.errors import UpstreamError
from hitl_chat.models.key import Key
from hitl_chat.models.litellm import LiteLLM, Options, load, translated
from hitl_chat.ports import Chunk, ModelCall
from tests.models.pulling import pulled
from tests.upstream import END, Step, Upstream, chunk, head
from tests.upstream_faults import SECRET

# Importing it takes seconds, so one loop and one server serve all tests here.
pytestmark = [
    pytest.mark.slow,
    # litellm's own use of pydantic, no concern of ours
    pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning"),
]
shared = pytest.mark.asyncio(loop_scope="module")
TEXT = "My parcel never came"
TOOL = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Upstream]:
    await asyncio.to_thread(load)
    async with Upstream() as upstream:
        yield upstream
        await LiteLLM(Options()).close()


@pytest.fixture
def upstream(server: Upstream) -> Upstream:
    server.forget()
    return server


@pytest.fixture
def model(upstream: Upstream) -> LiteLLM:
    return made(upstream)


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def made(upstream: Upstream, **options: Any) -> LiteLLM:
    settings: dict[str, Any] = {
        "base_url": upstream.url,
        "first_token": 10.0,
        "between_chunks": 10.0,
    } | options
    return LiteLLM(Options(**settings), key=Key(SECRET), sleep=no_sleep)


def call(name: str, *, stream: bool = True, **more: object) -> ModelCall:
    body = {"messages": [{"role": "user", "content": TEXT}], **more}
    return ModelCall(f"openai/{name}", body, stream)


async def chunks(answering: AsyncGenerator[Sequence[Chunk], None]) -> list[Chunk]:
    async with aclosing(answering):
        return [one async for batch in answering for one in batch]


async def failure(answering: AsyncGenerator[Sequence[Chunk], None]) -> tuple[str, UpstreamError]:
    """The text that came before the error, and the error."""
    text: list[str] = []
    try:
        async with aclosing(answering):
            async for batch in answering:
                text += [part for one in batch for _, part in one.texts]
    except UpstreamError as error:
        return "".join(text), error
    pytest.fail(f"no error after {text!r}")


def content(said: list[Chunk]) -> str:
    return "".join(text for one in said for field, text in one.texts if field == "0/content")


# --- good answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
@shared
async def test_an_answer_comes_through(upstream: Upstream, model: LiteLLM, stream: bool) -> None:
    said = await chunks(pulled(model, call("scripted-echo", stream=stream)))
    assert content(said) == TEXT
    assert said[-1].finishes == ((0, "stop"),)
    assert {one.whole for one in said} == {not stream}
    assert not [name for one in said for name in one.stripped]
    assert upstream.seen[0].headers["authorization"] == f"Bearer {SECRET}"


@shared
async def test_usage_comes_in_a_chunk_of_its_own(model: LiteLLM) -> None:
    options = {"include_usage": True}
    said = await chunks(pulled(model, call("scripted-echo", stream_options=options)))
    assert said[-1].choices == ()
    assert b'"choices":[]' in said[-1].raw
    assert (said[-1].usage or {})["completion_tokens"] == 4
    assert said[-2].finishes == ((0, "stop"),)


@pytest.mark.parametrize("stream", [True, False])
@shared
async def test_tool_calls_and_logprobs(upstream: Upstream, model: LiteLLM, stream: bool) -> None:
    asked = call("scripted-echo", stream=stream, tools=[TOOL], tool_choice="required")
    said = await chunks(pulled(model, asked))
    assert [one.tools[0][2] for one in said if one.tools] == ["look_up"]
    assert said[-1].finishes == ((0, "tool_calls"),)
    assert "_skip_mcp_handler" not in upstream.seen[0].body
    said = await chunks(pulled(model, call("scripted-echo", stream=stream, logprobs=True)))
    lane = "".join(text for one in said for field, text in one.texts if field == "0/logprobs")
    assert lane == TEXT


@shared
async def test_several_choices_come_whole_but_not_streamed(model: LiteLLM) -> None:
    """litellm loses the endings of all choices but the first."""
    said = await chunks(pulled(model, call("scripted-echo", stream=False, n=2)))
    assert said[0].choices == (0, 1)
    _, error = await failure(pulled(model, call("scripted-echo", n=2)))
    assert (error.status, error.param) == (400, "n")


@shared
async def test_strange_fields_are_stripped_and_named(model: LiteLLM) -> None:
    said = await chunks(pulled(model, call("fault-unknown")))
    assert {name for one in said for name in one.stripped} == {
        "x_top",
        "choice.x_choice",
        "delta.x_delta",
    }
    assert not [one for one in said if b"hidden" in one.raw]


@shared
async def test_nothing_of_the_client_s_reaches_litellm_unlisted(
    upstream: Upstream, model: LiteLLM
) -> None:
    sent: dict[str, Any] = {
        "api_base": "http://127.0.0.1:1/v1",
        "base_url": "http://127.0.0.1:1/v1",
        "api_key": "sk-of-the-client",
        "extra_headers": {"x-evil": "1"},
        "extra_body": {"evil": 1},
        "custom_llm_provider": "anthropic",
        "mock_response": "mocked",
        "fallbacks": ["gpt-4"],
        "metadata": {"evil": 1},
        "callbacks": ["evil"],
        "num_retries": 9,
        "max_retries": 9,
        "timeout": 0.0001,
        "model_list": [],
        "hitl": {"evil": 1},
        "_skip_mcp_handler": False,
    }
    assert content(await chunks(pulled(model, call("scripted-echo", **sent)))) == TEXT
    assert "evil" not in str(upstream.seen)
    assert upstream.seen[0].headers["authorization"] == f"Bearer {SECRET}"
    assert set(upstream.seen[0].body) == {"messages", "model", "stream"}


# --- broken answers --------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["cut-0", "cut-2", "nofinish", "nothing", "wholejson"])
@shared
async def test_an_ending_that_litellm_made_up_is_none(model: LiteLLM, fault: str) -> None:
    """Row 32: it says `stop` where the provider said nothing."""
    text, error = await failure(pulled(model, call(f"fault-{fault}")))
    assert TEXT.startswith(text)
    assert (error.status, error.code) == (502, "upstream_incomplete")


@pytest.mark.parametrize("fault", ["error-2", "badjson-2", "nonchunk-2", "fin-700", "rst-700"])
@shared
async def test_what_breaks_midway_is_an_error(model: LiteLLM, fault: str) -> None:
    text, error = await failure(pulled(model, call(f"fault-{fault}")))
    assert TEXT.startswith(text)
    assert error.status == 502
    assert SECRET not in f"{error} {error!r} {error.__cause__!r}"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (400, 400, "some_code"),
        (404, 404, "upstream_error"),
        (429, 429, "upstream_error"),
        (401, 502, "upstream_auth"),
        (500, 502, "upstream_error"),
        (503, 503, "upstream_error"),
    ],
)
@shared
async def test_its_refusal_is_passed_on_without_secrets(
    model: LiteLLM, given: int, status: int, code: str, stream: bool
) -> None:
    _, error = await failure(pulled(model, call(f"fault-status-{given}", stream=stream)))
    assert (error.status, error.code) == (status, code)
    assert SECRET not in f"{error} {error.code} {error!r} {error.__cause__!r}"
    assert "internal.example" not in str(error)


@shared
async def test_an_answer_that_nobody_judged_is_not_quoted(
    upstream: Upstream, model: LiteLLM
) -> None:
    """litellm's error holds the body it could not read: half a draft, perhaps."""
    upstream.script("m", [head(kind="application/json"), b'{"text": "canary"}', END])
    _, error = await failure(pulled(model, call("m", stream=False)))
    assert "canary" not in f"{error} {error!r}"


@shared
async def test_nobody_listens(upstream: Upstream) -> None:
    model = made(upstream, base_url="http://127.0.0.1:9/v1")
    _, error = await failure(pulled(model, call("m")))
    assert error.status == 502
    assert "127.0.0.1" not in str(error)


@shared
async def test_one_failure_costs_nothing(upstream: Upstream, model: LiteLLM) -> None:
    upstream.script("m", lambda seen: ONCE if seen.attempt == 1 else GOOD)
    assert content(await chunks(pulled(model, call("m")))) == "Hi"
    assert len(upstream.seen) == 2


ONCE: list[Step] = [head(500, "application/json"), b'{"error":{"message":"down"}}', END]
GOOD: list[Step] = [head(), chunk("Hi"), chunk(finish="stop"), b"data: [DONE]\n\n", END]


# --- silence and hanging up --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "option", "stream"),
    [
        ("silent", "first_token", True),
        ("stall-0", "first_token", True),
        ("stall-2", "between_chunks", True),
        ("silent", "whole", False),
    ],
)
@shared
async def test_silence_has_an_end(
    upstream: Upstream, fault: str, option: str, stream: bool
) -> None:
    _, error = await failure(
        pulled(made(upstream, **{option: 0.2}), call(f"fault-{fault}", stream=stream))
    )
    assert (error.status, error.code) == (504, "upstream_timeout")
    await upstream.until(lambda server: server.running == 0)


@shared
async def test_closing_the_generator_cancels_the_model(upstream: Upstream, model: LiteLLM) -> None:
    answering = pulled(model, call("fault-stall-3"))
    await anext(answering)
    await answering.aclose()
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)


@pytest.mark.parametrize("fault", ["silent", "stall-0", "stall-2"])
@shared
async def test_cancelling_the_reader_cancels_the_model(
    upstream: Upstream, model: LiteLLM, fault: str
) -> None:
    reading = asyncio.create_task(chunks(pulled(model, call(f"fault-{fault}"))))
    await upstream.until(lambda server: server.running == 1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await upstream.until(lambda server: server.gone == 1 and server.running == 0)


@shared
async def test_an_answer_that_is_too_long(upstream: Upstream) -> None:
    for stream in (True, False):
        model = made(upstream, max_output=10)
        text, error = await failure(pulled(model, call("scripted-echo", stream=stream)))
        assert error.code == "max_output"
        assert len(text) <= 10


# --- loading ---------------------------------------------------------------------------------


def test_it_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, hitl_chat.models.litellm; print('litellm' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_it_is_loaded_without_network_and_env_file() -> None:
    assert load() is load()
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
    assert os.environ["LITELLM_MODE"] == "PRODUCTION"


def test_an_error_of_any_kind_is_translated() -> None:
    error = translated(RuntimeError(f"boom {SECRET}"))
    assert error.status == 502
    assert SECRET not in str(error)
