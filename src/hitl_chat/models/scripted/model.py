"""The shipped fake model: deterministic, without network or key, at a human pace if wished.

Owns the model names and the pace. The model's name says how it behaves:

wick-1 (any other name)  the shop's bot      scripted-echo            repeats the last message
scripted-empty           says nothing        scripted-ending-REASON   echo, with that finish reason
scripted-other-model     names another       scripted-error-STATUS    fails before the first chunk
scripted-breaks-K        breaks after K      judge-1                  judges sensitive moments
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, repeat
from typing import Any

from hitl_chat.core.types import Value
from hitl_chat.errors import UpstreamError
from hitl_chat.models import decode, failures
from hitl_chat.models.scripted import backstage
from hitl_chat.models.scripted import reply as written
from hitl_chat.models.scripted.reply import Reply, Sheet
from hitl_chat.models.scripted.shop import moss_and_lantern
from hitl_chat.ports import Chunk, ModelCall, Sleep, Take

# What a script may hold beside a whole `Reply`: after so many seconds, these words (str), this
# JSON (bytes), or this error. The ending is added unless the script has one.
Beat = tuple[float, str | bytes | UpstreamError]
Played = tuple[float, Chunk | UpstreamError]
Script = Callable[[ModelCall], Reply | Sequence[Beat]]

FREELY = 1.0  # the temperature from which on the shop's bot does not repeat itself


class Options(Value, frozen=True, forbid_unknown_fields=True):
    """`first` seconds before the first word, `pace` seconds between words."""

    first: float = 0.25
    pace: float = 0.03


class Scripted:
    """A `ports.Model` that says what its script says. `calls` are all it was asked.

    `running` counts the answers in the making, `cancelled` those closed before their end.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        options: Options | None = None,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.calls: list[ModelCall] = []
        self.running = 0
        self.cancelled = 0
        self._script = script or play
        self._options = options or Options(first=0, pace=0)
        self._sleep = sleep
        self._now = now
        self._numbers = count(1)

    def called(self, name: str) -> str:
        return name

    async def answer(self, call: ModelCall, take: Take) -> None:
        self.calls.append(call)
        self.running += 1
        cancelled = True
        try:
            for delay, what in self._beats(call):
                if delay > 0:
                    await self._sleep(delay)
                if isinstance(what, UpstreamError):
                    raise what
                if wait := take([what]):
                    await wait
            cancelled = False
        except UpstreamError:
            cancelled = False
            raise
        finally:
            self.running -= 1
            self.cancelled += cancelled

    async def close(self) -> None:
        """Nothing is held open between answers."""

    def _beats(self, call: ModelCall) -> Iterator[Played]:
        said = self._script(call)
        named = said.model if isinstance(said, Reply) else ""
        number = next(self._numbers)
        sheet = Sheet(f"chatcmpl-scripted-{number}", int(self._now()), named or call.model)
        if not isinstance(said, Reply):
            return _streamed(said, sheet) if call.stream else _at_once(said, call, sheet)
        if not call.stream:
            raw = written.whole(said, call.body, sheet)
            return iter([(self._options.first, decode.whole(raw))])
        delays = chain([self._options.first], repeat(self._options.pace))
        chunks = map(decode.chunk, written.chunks(said, call.body, sheet))
        return _broken(zip(delays, chunks, strict=False), call.model)


def play(call: ModelCall) -> Reply:
    """The script that is shipped: the shop's bot, or what the model's name asks for."""
    question = asked(call.body)
    if call.model == "scripted-empty":
        return Reply()
    if call.model == "scripted-other-model":
        return Reply(question, model="another-model")
    if call.model.startswith("scripted-error-"):
        status = _number(call.model)
        raise failures.reported(status, {"message": "a scripted failure", "code": "scripted"})
    if call.model.startswith("scripted-ending-"):
        return Reply(question, ending=call.model.removeprefix("scripted-ending-"))
    if call.model.startswith("scripted-"):
        return written.with_tool(Reply(question), call.body)
    if call.model == backstage.JUDGE:
        return Reply(backstage.verdict(question, moss_and_lantern().moments))
    return _from_the_shop(question, call.body)


def asked(body: Mapping[str, Any]) -> str:
    """The customer's last message as text."""
    for message in reversed(body.get("messages") or ()):
        if message.get("role") == "user":
            content = message.get("content") or ""
            if isinstance(content, str):
                return content
            return " ".join(part.get("text", "") for part in content)
    return ""


def _from_the_shop(question: str, body: Mapping[str, Any]) -> Reply:
    shop = moss_and_lantern()
    behind = backstage.in_other_words(question, shop) or backstage.other_rest(question, shop)
    if told := behind or backstage.next_words(body, shop):
        return Reply(told)
    messages = body.get("messages") or ()
    dialogue = shop.answer(question)
    use = dialogue.with_tools
    if use and messages and messages[-1].get("role") == "tool":
        return written.in_the_form_asked(Reply(shop.after_tool), body, None)
    again = (body.get("temperature") or 0) >= FREELY
    said = dialogue.said_again(question) if again else dialogue.say
    reply = written.in_the_form_asked(Reply(said), body, dialogue.json)
    if not use:
        return written.with_tool(reply, body)
    return written.with_tool(reply, body, use.name, use.arguments, aloud=use.aloud)


def _broken(beats: Iterable[tuple[float, Chunk]], model: str) -> Iterator[Played]:
    """The same beats, cut off after as many as the model's name says."""
    last = _number(model) if model.startswith("scripted-breaks-") else -1
    for at, beat in enumerate(beats):
        if at == last:
            yield 0.0, failures.incomplete("a scripted break")
            return
        yield beat


def _streamed(beats: Iterable[Beat], sheet: Sheet) -> Iterator[Played]:
    finished = False
    for delay, what in beats:
        if isinstance(what, UpstreamError):
            yield delay, what
            continue
        chunk = decode.chunk(sheet.part({"content": what}) if isinstance(what, str) else what)
        finished = finished or bool(chunk.finishes)
        yield delay, chunk
    if not finished:
        yield 0.0, decode.chunk(sheet.part({}, "stop"))


def _at_once(beats: Sequence[Beat], call: ModelCall, sheet: Sheet) -> Iterator[Played]:
    """A script played for a call that wants no stream: its error, its JSON, or all its words."""
    delay = sum(beat[0] for beat in beats)
    for _, what in beats:
        if isinstance(what, UpstreamError):
            yield delay, what
        elif isinstance(what, bytes):
            yield delay, decode.whole(what)
            return
    words = "".join(what for _, what in beats if isinstance(what, str))
    yield delay, decode.whole(written.whole(Reply(words), call.body, sheet))


def _number(model: str) -> int:
    last = model.rpartition("-")[2]
    return int(last) if last.isdecimal() else 0
