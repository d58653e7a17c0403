"""What the pretend model says: its behaviour by model name, and its answers as OpenAI-shaped bytes.

The model name sets the behaviour of each request, so a proxy in between needs no special headers:
``mock-t100-g20-f50`` sends 100 tokens, 20 ms apart, the first after 50 ms; ``-r`` ends the answer
with a phrase that a rule can hold. Knows nothing of connections or time.
"""

import json
import re
from dataclasses import dataclass

from bench.load.tokens import token, tokens

RISKY_PHRASE = " guaranteed full refund."
MODEL = re.compile(r"t(\d+)-g(\d+(?:\.\d+)?)-f(\d+(?:\.\d+)?)(-r)?")
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-cache\r\ntransfer-encoding: chunked\r\nx-request-id: req_mock\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one answer is given; times are in seconds."""

    tokens: int
    gap: float
    first: float
    risky: bool

    @property
    def ending(self) -> str:
        return RISKY_PHRASE if self.risky else ""


def behaviour(model: str) -> Behaviour:
    found = MODEL.search(model)
    if not found:
        return Behaviour(tokens=16, gap=0.0, first=0.0, risky=False)
    tokens, gap, first, risky = found.groups()
    return Behaviour(int(tokens), float(gap) / 1000, float(first) / 1000, bool(risky))


def chunk(payload: bytes) -> bytes:
    """The bytes in HTTP chunked coding."""
    return b"%x\r\n%s\r\n" % (len(payload), payload)


def json_response(payload: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(payload),
        payload,
    )


def usage(count: int) -> str:
    return f'{{"prompt_tokens":12,"completion_tokens":{count},"total_tokens":{count + 12}}}'


def whole_answer(model: str, how: Behaviour, stamp: int) -> bytes:
    text = tokens(how.tokens, stamp) + how.ending
    return json_response(
        (
            '{"id":"chatcmpl-mock","object":"chat.completion","created":1760000000,'
            f'"model":{json.dumps(model)},"system_fingerprint":"fp_mock","choices":[{{"index":0,'
            f'"message":{{"role":"assistant","content":"{text}","refusal":null}},'
            f'"logprobs":null,"finish_reason":"stop"}}],"usage":{usage(how.tokens)}}}'
        ).encode()
    )


class StreamedAnswer:
    """The pieces of one streamed answer, made once so that a token costs one formatting."""

    __slots__ = ("_after", "_before", "closing", "how", "opening")

    def __init__(self, model: str, how: Behaviour, *, with_usage: bool) -> None:
        envelope = (
            'data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1760000000,'
            f'"model":{json.dumps(model)},"system_fingerprint":"fp_mock","choices":'
        )
        start = envelope + '[{"index":0,"delta":'
        going, stop = (
            f',"logprobs":null,"finish_reason":{reason}}}]}}\n\n' for reason in ("null", '"stop"')
        )
        self.how = how
        self._before = start + '{"content":"'
        self._after = '"}' + going
        role = start + '{"role":"assistant","content":"","refusal":null}' + going
        self.opening = STREAM_HEAD + chunk(role.encode())
        closing = [chunk((self._before + how.ending + self._after).encode())] if how.risky else []
        closing.append(chunk((start + "{}" + stop).encode()))
        if with_usage:
            closing.append(chunk(f'{envelope}[],"usage":{usage(how.tokens)}}}\n\n'.encode()))
        closing.append(chunk(b"data: [DONE]\n\n"))
        self.closing = b"".join(closing) + b"0\r\n\r\n"

    def event(self, number: int, stamp: int) -> bytes:
        return chunk((self._before + token(number, stamp) + self._after).encode())
