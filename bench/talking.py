"""A pretend model that gives the talks of ``talks.py``, word for word, and one that judges them.

Which talk is told by the model's name (``mock-talk-17``), so a proxy in between needs to know
nothing; anything else is answered like the plain pretend model does. Notes when each word left.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import orjson

from bench.load.answers import Behaviour, StreamedAnswer, chunk, json_response, usage
from bench.load.mock_model import MockModel
from bench.load.tokens import now_us
from bench.talks import Talk

TALK = re.compile(r"talk-(\d+)$")
JUDGE = "mock-judge"
BAD = "guarantee"  # what the pretend judge objects to
DRAFT = re.compile(r"===== answer\n(.*)\n=====", re.DOTALL)
Sent = list[tuple[int, int]]  # characters so far, and when, in microseconds


class Talks:
    """The talks that are under way, and how often the judge was asked."""

    def __init__(self, gap: float, judging: float) -> None:
        self.gap, self.judging = gap, judging
        self.talks: dict[int, Talk] = {}
        self.sent: dict[int, Sent] = {}
        self.judged = 0

    def add(self, talk: Talk) -> int:
        number = len(self.talks) + 1
        self.talks[number] = talk
        self.sent[number] = []
        return number


class ToldAnswer(StreamedAnswer):
    """A streamed answer in given words."""

    __slots__ = ("_chars", "_sent", "_words")

    def __init__(
        self, model: str, words: list[str], sent: Sent, gap: float, *, with_usage: bool
    ) -> None:
        super().__init__(model, Behaviour(len(words), gap, 0.0, risky=False), with_usage=with_usage)
        self._words, self._sent, self._chars = words, sent, 0

    def event(self, number: int, stamp: int) -> bytes:
        word = self._words[number]
        self._chars += len(word)
        self._sent.append((self._chars, stamp))
        return chunk((self._before + json.dumps(word)[1:-1] + self._after).encode())


class TalkingModel(MockModel):
    """One connection to the model."""

    def __init__(self, talks: Talks) -> None:
        super().__init__()
        self.talks = talks

    def respond(self, body: bytes) -> None:
        request = orjson.loads(body) if body else {}
        model = request.get("model", "")
        found = TALK.search(model)
        if model == JUDGE:
            self.talks.judged += 1
            self.after(self.talks.judging, self.give, verdict(request))
        elif found and request.get("stream"):
            options = request.get("stream_options") or {}
            number = int(found[1])
            self.answer = ToldAnswer(
                model,
                self.talks.talks[number].tokens,
                self.talks.sent[number],
                self.talks.gap,
                with_usage=bool(options.get("include_usage")),
            )
            self.begin_stream()
        else:
            super().respond(body)

    def give(self, text: str) -> None:
        message = {"role": "assistant", "content": text, "refusal": None}
        choices = f'[{{"index":0,"message":{json.dumps(message)},"finish_reason":"stop"}}]'
        document = (
            f'{{"id":"chatcmpl-judge","object":"chat.completion","created":{now_us() // 10**6},'
            f'"model":"{JUDGE}","choices":{choices},"usage":{usage(20)}}}'
        )
        self.transport.write(json_response(document.encode()))
        self.done()


def verdict(request: dict[str, object]) -> str:
    found = DRAFT.search(json.dumps(request, ensure_ascii=False).replace("\\n", "\n"))
    said = "bad" if found is None or BAD in found[1] else "ok"
    return json.dumps({"verdict": said, "quote": "", "why": "by the words"})


@asynccontextmanager
async def talking(talks: Talks) -> AsyncIterator[str]:
    """The base URL, up to /v1, at which the talks are given."""
    connections: list[MockModel] = []

    def connected(make: Callable[[], MockModel]) -> MockModel:
        connections.append(make())
        return connections[-1]

    make = partial(connected, partial(TalkingModel, talks))
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, backlog=1024)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        for connection in connections:
            connection.transport.abort()
    await asyncio.sleep(0)  # lets the loop close them
