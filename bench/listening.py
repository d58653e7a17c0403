"""Customers who read a streamed answer over HTTP and note when each piece of it came.

Owns the customer's side of the wire. Must not know rules.
"""

import asyncio
import re
from collections.abc import Iterable
from itertools import chain

import aiohttp
import msgspec

from bench.load.tokens import now_us
from bench.talking import Sent, Talks
from bench.talks import Talk
from bench.targets import Target

LINE = re.compile(rb"data: (\{.*\})\r?\n")
PATIENCE = 20.0
APART = 12  # words between the beginnings of the first answers


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta
    finish_reason: str | None = None


class _Hitl(msgspec.Struct):
    state: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    hitl: _Hitl | None = None


CHUNK = msgspec.json.Decoder(_Chunk)


class Heard(msgspec.Struct):
    """One answer as the customer saw it, and when the model had said it."""

    talk: Talk
    asked_at: int
    sent: Sent
    came: Sent
    text: str = ""
    held: bool = False
    problem: str = ""

    @property
    def right(self) -> bool:
        """Whether nothing came that the model did not say; all of it, unless it was held."""
        whole = self.talk.draft.startswith(self.text) if self.held else self.text == self.talk.draft
        return whole and not self.problem


def take(heard: Heard, raw: bytes, now: int) -> None:
    """A whole line or more of the stream, seen at ``now``."""
    for line in LINE.findall(raw):
        chunk = CHUNK.decode(line)
        if chunk.hitl and chunk.hitl.state not in (None, "ai"):
            heard.held = True
        said = "".join(choice.delta.content or "" for choice in chunk.choices)
        if said and not heard.held:
            heard.text += said
            heard.came.append((len(heard.text), now))


async def listen(http: aiohttp.ClientSession, target: Target, talks: Talks, talk: Talk) -> Heard:
    """The number makes every request another one, as no two real ones are alike."""
    number = talks.add(talk)
    asks = f"{talk.customer} It is about number {number}."
    body = {
        "model": f"{target.prefix}mock-talk-{number}",
        "stream": True,
        "messages": [{"role": "user", "content": asks}],
    }
    heard = Heard(talk, now_us(), talks.sent[number], [])
    keys = {"authorization": f"Bearer {target.key}"}
    try:
        async with asyncio.timeout(PATIENCE):
            url = f"{target.url}/chat/completions"
            async with http.post(url, json=body, headers=keys) as answer:
                if answer.status != 200:
                    heard.problem = f"status {answer.status}: {(await answer.text())[:200]}"
                    return heard
                await _read(answer, heard)
    except (TimeoutError, aiohttp.ClientError) as error:
        heard.problem = f"{error!r} after {len(heard.text)} characters"
    return heard


async def _read(answer: aiohttp.ClientResponse, heard: Heard) -> None:
    """To the end, or to the hold: nobody is there who would decide it."""
    rest = b""
    async for raw in answer.content.iter_any():
        rest += raw
        cut = rest.rfind(b"\n") + 1
        take(heard, rest[:cut], now_us())
        rest = rest[cut:]
        if heard.held:
            answer.close()
            return


async def listen_to(
    http: aiohttp.ClientSession,
    target: Target,
    talks: Talks,
    all_of: Iterable[Talk],
    at_once: int,
) -> list[Heard]:
    """All of these talks, so many at once, which do not begin together."""
    left = iter(all_of)

    async def customer(place: int) -> list[Heard]:
        await asyncio.sleep(talks.gap * APART * place)
        return [await listen(http, target, talks, talk) for talk in left]

    heard = await asyncio.gather(*map(customer, range(at_once)))
    return list(chain.from_iterable(heard))
