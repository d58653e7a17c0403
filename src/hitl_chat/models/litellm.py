"""Models of every other provider, through litellm as a library (never its proxy).

The only file that imports litellm, which takes seconds: `load` does it, in a thread. What litellm
makes of an answer is decoded like any other. It invents a `stop` where a stream broke off; that
is found out here. Knows no rules and no turn.
"""

import asyncio
import logging
import os
import random
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import msgspec

from hitl_chat.core.types import Value
from hitl_chat.errors import UpstreamError
from hitl_chat.models import decode, failures
from hitl_chat.models.attempts import Attempts
from hitl_chat.models.key import Key
from hitl_chat.models.request import FIELDS
from hitl_chat.models.stream import Tally
from hitl_chat.ports import Chunk, ModelCall, Sleep, Take

# No price list from the network at import, no .env file read into this process.
ENVIRONMENT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
# Its log lines may hold messages and keys.
LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
PREFIX = re.compile(r"^(?:litellm\.)?(?:\w+(?:Error|Exception|Timeout)(?:: | - ))*")


class Options(Value, frozen=True, forbid_unknown_fields=True):
    """How to reach one model; `model` is litellm's name for it, e.g. anthropic/claude-sonnet-4."""

    model: str = ""
    base_url: str = ""
    first_token: float = 120.0
    between_chunks: float = 60.0
    whole: float = 600.0
    max_output: int = 1 << 20
    max_retries: int = 1
    retry_delay: float = 0.2
    passthrough_fields: frozenset[str] = frozenset()


@cache
def load() -> Any:  # noqa: ANN401 - a module whose types are not analysed (pyproject)
    """The library. Blocks for seconds the first time: call it in a thread when starting."""
    os.environ.update(ENVIRONMENT)
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.turn_off_message_logging = True
    litellm.callbacks = []
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm


class LiteLLM:
    """A `ports.Model`."""

    def __init__(
        self,
        options: Options,
        *,
        key: Key | None = None,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._options = options
        self._key = key or Key()
        self._attempts = Attempts(
            options.max_retries, options.retry_delay, sleep=sleep, jitter=jitter
        )

    def called(self, name: str) -> str:
        return self._options.model or name

    async def answer(self, call: ModelCall, take: Take) -> None:
        await asyncio.to_thread(load)
        try:
            if not call.stream:
                if wait := take([await self._attempts.run(lambda: self._whole(call))]):
                    await wait
                return
            if (call.body.get("n") or 1) > 1:
                raise _one_choice()
            stream, first = await self._attempts.run(lambda: self._begun(call))
            try:
                await self._follow(stream, first, take)
            finally:
                await stream.aclose()
        except UpstreamError as error:
            # The cause may hold messages and keys; the error that goes on does not.
            raise failures.without(error, [self._key.reveal()]) from None

    async def close(self) -> None:
        """Close litellm's connections; they are shared by all its models."""
        if load.cache_info().currsize:
            await load().close_litellm_async_clients()

    async def _begun(self, call: ModelCall) -> tuple[Any, Chunk]:
        """The stream and its first chunk: until then no try has cost the customer anything."""
        limit = self._options.first_token
        stream = await self._called(call, "first word", limit)
        try:
            chunk = await self._next(stream, "first word", limit)
            if chunk is None:
                raise failures.incomplete("it ended before a finish reason")
        except BaseException:  # also a cancellation must cut the connection
            await stream.aclose()
            raise
        return stream, chunk

    async def _follow(self, stream: Any, first: Chunk, take: Take) -> None:  # noqa: ANN401 - as in load
        chunk: Chunk | None = first
        tally = Tally(self._options.max_output)
        while chunk is not None:
            if (passed := tally.add(chunk)) and (wait := take([passed])):
                await wait
            chunk = await self._next(stream, "further word", self._options.between_chunks)
        if not tally.complete:
            raise failures.incomplete("it ended before a finish reason")

    async def _next(self, stream: Any, awaited: str, limit: float) -> Chunk | None:  # noqa: ANN401 - as in load
        try:
            async with asyncio.timeout(limit):
                said = await anext(stream)
        except StopAsyncIteration:
            return None
        except TimeoutError:
            raise failures.timed_out(awaited, limit) from None
        except Exception as error:  # whatever any provider's code may raise
            raise translated(error) from error
        chunk = decode.chunk(_json(said), self._options.passthrough_fields)
        if chunk.finishes and not _finished(stream):
            raise failures.incomplete("it ended before a finish reason")
        return chunk

    async def _whole(self, call: ModelCall) -> Chunk:
        answer = await self._called(call, "whole answer", self._options.whole)
        chunk = decode.whole(_json(answer), self._options.passthrough_fields)
        if sum(len(text) for _, text in chunk.texts) > self._options.max_output:
            raise failures.too_long(self._options.max_output)
        return chunk

    async def _called(self, call: ModelCall, awaited: str, limit: float) -> Any:  # noqa: ANN401 - as in load
        try:
            async with asyncio.timeout(limit):
                return await load().acompletion(**self._arguments(call, limit))
        except TimeoutError:
            raise failures.timed_out(awaited, limit) from None
        except Exception as error:  # whatever any provider's code may raise
            raise translated(error) from error

    def _arguments(self, call: ModelCall, limit: float) -> dict[str, Any]:
        """What litellm is called with: never anything of the client's that is not on the list."""
        given = {name: value for name, value in call.body.items() if name in FIELDS}
        if given.get("tools"):
            # Its own tool servers are none of the client's business, and need a further package.
            given["_skip_mcp_handler"] = True
        ours = {
            "model": self.called(call.model),
            "stream": call.stream,
            "api_base": self._options.base_url or None,
            "api_key": self._key.reveal() or None,
            "timeout": limit + self._options.between_chunks,  # ours come first
            "num_retries": 0,
            "max_retries": 0,
            "caching": False,
            "no-log": True,
        }
        return given | ours


def translated(error: Exception) -> UpstreamError:
    """litellm's error in this project's words. What a provider said is passed on for a 4xx only:
    with others litellm quotes the answer, which nobody has judged."""
    status = getattr(error, "status_code", None)
    if type(error).__name__ == "MidStreamFallbackError":
        return failures.incomplete("the provider failed")
    if type(error).__name__ == "Timeout" or not isinstance(status, int):
        return failures.unreachable("the provider did not answer")
    if not 400 <= status < 500:
        return failures.reported(status, {})
    code = str(getattr(error, "code", None) or "")
    message = PREFIX.sub("", str(getattr(error, "message", error)))
    said = {"message": message.partition("Received:")[0], "code": "" if code.isdigit() else code}
    return failures.reported(status, said, retry_after=_retry_after(error))


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = str(headers.get("retry-after", "")) if isinstance(headers, Mapping) else ""
    return failures.retry_after(value)


def _finished(stream: Any) -> bool:  # noqa: ANN401 - as in load
    """Whether the provider said how it ended; else litellm made its `stop` up."""
    names = ("received_finish_reason", "intermittent_finish_reason")
    return any(getattr(stream, name, None) for name in names)


def _json(said: Any) -> bytes:  # noqa: ANN401 - a pydantic model of litellm's
    """The JSON of a chunk or answer of litellm's, without the empty fields it adds everywhere."""
    document = said.model_dump(exclude_none=True)
    choices = document.get("choices") or []
    said_in = [choice.get("delta") or choice.get("message") or {} for choice in choices]
    for part in (document, *choices, *said_in):
        own = part.get("provider_specific_fields") or {}
        if all(value is None for value in own.values()):
            part.pop("provider_specific_fields", None)
    if document.get("object") == "chat.completion.chunk" and document.get("usage"):
        silent = all(not c.get("delta") and not c.get("finish_reason") for c in choices)
        document["choices"] = [] if silent else choices
    return msgspec.json.encode(document)


def _one_choice() -> UpstreamError:
    message = "This model streams one choice at a time: leave out 'n', or turn 'stream' off."
    return UpstreamError(message, status=400, code="unsupported_value", param="n")
