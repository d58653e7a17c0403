"""Chat Completions on the wire: chunks, whole answers and their `hitl` objects. Pure.

One encoder for one response: it knows the envelope (id, created, model), which choices were given
their role and whether text has gone out, because clients expect them consistent. Knows no socket,
no timer and no turn.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson

from hitl_chat.core.fields import choice_of, kind_of
from hitl_chat.core.types import Field, Value
from hitl_chat.ports import Chunk

DONE = b"data: [DONE]\n\n"
ARGUMENTS, NAME = "arguments", "name"
NAME_OF = re.compile(r"[\x21-\x7e]{1,200}")  # an answer or a model; what has blanks is prose
LATEST = 1 << 53  # beyond it, many clients read another number


class Envelope(Value, frozen=True):
    """What is identical in all chunks of an answer."""

    id: str
    created: int
    model: str


class _Head(msgspec.Struct):
    id: str | None = None
    created: int | float | None = None
    model: str | None = None


HEAD = msgspec.json.Decoder(_Head)


def envelope_of(chunk: Chunk) -> Envelope | None:
    """The upstream's own envelope; None where it has none that all clients can read."""
    head = HEAD.decode(chunk.raw)
    named = all(name and NAME_OF.fullmatch(name) for name in (head.id, head.model))
    if named and isinstance(head.created, int) and 0 <= head.created < LATEST:
        return Envelope(head.id or "", head.created, head.model or "")
    return None


class ChatChunks:
    """Encodes one stream. `own` makes the envelope for the case that we speak first."""

    def __init__(self, own: Callable[[], Envelope], *, choices: int = 1) -> None:
        self.choices = choices
        self.envelope: Envelope | None = None
        self.text_sent = False
        self._own = own
        self._foreign = False  # upstream chunks carry another envelope than ours
        self._roles: set[int] = set()
        self._finished: set[int] = set()
        self._tools: set[str] = set()
        self._last_hitl: bytes = b""

    def adopt(self, chunk: Chunk | None) -> None:
        """Settle the envelope, at the latest when the first byte is committed."""
        if self.envelope is None:
            theirs = envelope_of(chunk) if chunk else None
            self.envelope = theirs or self._own()
            self._foreign = theirs is None

    def forward(
        self, chunk: Chunk, hitl: Mapping[str, Any] | None = None, *, decided: bool = False
    ) -> bytes:
        """The model's own chunk: unchanged, unless we spoke first under another envelope.

        `decided`: a person let it go.
        """
        self.adopt(chunk)
        raw = read_by_people(chunk) if decided else chunk.raw
        if chunk.texts:
            self.text_sent = True
        if not chunk.plain:
            self._roles.update(chunk.choices)
            self._finished.update(choice for choice, _ in chunk.finishes)
        elif len(self._roles) < self.choices:
            self._roles.update(chunk.choices)
        if self._foreign:
            raw = self._reenveloped(raw)
        if hitl:
            raw = raw[:-1] + b',"hitl":' + orjson.dumps(hitl) + b"}"
        return b"data: " + raw + b"\n\n"

    def text(self, field: Field, text: str, hitl: Mapping[str, Any] | None = None) -> bytes:
        """Text that is not a chunk of the model's."""
        self.adopt(None)
        choice = choice_of(field)
        delta: dict[str, Any] = {}
        if choice not in self._roles:
            self._roles.add(choice)
            delta["role"] = "assistant"
        delta |= _delta(field, text)
        self.text_sent = True
        return self._chunk(choice, delta, None, hitl)

    def tool(self, field: Field, text: str, ident: str, name: str) -> bytes:
        """A tool call's arguments, behind the head that says which tool is called."""
        self.adopt(None)
        choice, _, index, _part = field.split("/")
        call: dict[str, Any] = {"index": int(index), "function": {ARGUMENTS: text}}
        key = f"{choice}/{index}"
        if key not in self._tools:
            self._tools.add(key)
            call |= {"id": ident, "type": "function", "function": {NAME: name, ARGUMENTS: text}}
        delta: dict[str, Any] = {"tool_calls": [call]}
        if int(choice) not in self._roles:
            self._roles.add(int(choice))
            delta = {"role": "assistant", "content": None, **delta}
        self.text_sent = True
        return self._chunk(int(choice), delta, None, None)

    @property
    def called(self) -> bool:
        """Whether a tool call of ours went out."""
        return bool(self._tools)

    def beat(self, hitl: Mapping[str, Any]) -> bytes:
        """Nothing but a sign of life, in the form that resets every client's timer."""
        return self._silent({"content": ""} if self.text_sent else {}, hitl)

    def notice(self, hitl: Mapping[str, Any]) -> bytes:
        return self._silent({}, hitl)

    def _silent(self, delta: dict[str, Any], hitl: Mapping[str, Any]) -> bytes:
        """The first chunk of all says whose message it is: some clients build on that."""
        self.adopt(None)
        if 0 not in self._roles:
            self._roles.add(0)
            delta = {"role": "assistant", **delta}
        return self._chunk(0, delta, None, hitl)

    def stops(
        self,
        reason: str,
        hitl: Mapping[str, Any] | None,
        known: Mapping[int, str] | None = None,
    ) -> bytes:
        """The end of every choice that has none yet; `known`: how the model ended some."""
        self.adopt(None)
        out = b""
        for choice in range(self.choices):
            if choice not in self._finished:
                self._finished.add(choice)
                out += self._chunk(choice, {}, (known or {}).get(choice) or reason, hitl)
        return out

    def usage(self, usage: Mapping[str, Any]) -> bytes:
        return self._document({"choices": [], "usage": usage}, None)

    def _chunk(
        self,
        choice: int,
        delta: Mapping[str, Any],
        reason: str | None,
        hitl: Mapping[str, Any] | None,
    ) -> bytes:
        part = {"index": choice, "delta": delta, "finish_reason": reason}
        return self._document({"choices": [part]}, hitl)

    def _document(self, body: Mapping[str, Any], hitl: Mapping[str, Any] | None) -> bytes:
        envelope = self.envelope or self._own()
        document: dict[str, Any] = {
            "id": envelope.id,
            "object": "chat.completion.chunk",
            "created": envelope.created,
            "model": envelope.model,
            **body,
        }
        if hitl:
            document["hitl"] = hitl
        return b"data: " + orjson.dumps(document) + b"\n\n"

    def _reenveloped(self, raw: bytes) -> bytes:
        envelope = self.envelope or self._own()
        document = orjson.loads(raw)
        document |= {"id": envelope.id, "created": envelope.created, "model": envelope.model}
        return orjson.dumps(document)


def _delta(field: Field, text: str) -> dict[str, Any]:
    kind = kind_of(field)
    if kind == "function_call":
        return {"function_call": {field.rsplit("/", 1)[1]: text}}
    if kind == "refusal":  # some clients look for it only beside a content that is null
        return {"role": "assistant", "content": None, "refusal": text}
    return {kind: text}


def read_by_people(chunk: Chunk) -> bytes:
    """The chunk without log-probabilities that spell anything but its text: nobody was shown
    those, nor any alternatives."""
    texts: dict[int, str] = {}
    logged: dict[Field, str] = {}
    for field, text in chunk.texts:
        kind, choice = kind_of(field), choice_of(field)
        if kind == "logprobs":
            logged[field] = logged.get(field, "") + text
        elif kind in ("content", "refusal"):
            texts[choice] = texts.get(choice, "") + text
    odd = {
        choice_of(f) for f, t in logged.items() if t != texts.get(choice_of(f)) or f.count("/") > 1
    }
    if not odd:
        return chunk.raw
    document = orjson.loads(chunk.raw)
    for choice in document["choices"]:
        if choice.get("index", 0) in odd:
            choice["logprobs"] = None
    return orjson.dumps(document)


# --- whole answers ----------------------------------------------------------------------------


def tagged(raw: bytes, hitl: Mapping[str, Any]) -> bytes:
    """The model's own whole answer with our `hitl` beside it."""
    return raw[:-1] + b',"hitl":' + orjson.dumps(hitl) + b"}"


def whole(
    envelope: Envelope,
    texts: Mapping[Field, str],
    tools: Mapping[Field, tuple[str, str]],
    *,
    choices: int,
    finishes: Mapping[int, str],
    usage: Mapping[str, Any] | None,
    hitl: Mapping[str, Any] | None,
) -> bytes:
    """A completion made of texts per field. `finishes`: how the model ended its choices."""
    document: dict[str, Any] = {
        "id": envelope.id,
        "object": "chat.completion",
        "created": envelope.created,
        "model": envelope.model,
        "choices": [_choice(index, texts, tools, finishes.get(index)) for index in range(choices)],
    }
    if usage:
        document["usage"] = usage
    if hitl:
        document["hitl"] = hitl
    return orjson.dumps(document)


def _choice(
    index: int,
    texts: Mapping[Field, str],
    tools: Mapping[Field, tuple[str, str]],
    finish: str | None,
) -> dict[str, Any]:
    mine = {field: text for field, text in texts.items() if choice_of(field) == index}
    refusal = mine.get(f"{index}/refusal")
    message: dict[str, Any] = {
        "role": "assistant",
        "content": mine.get(f"{index}/content"),
        "refusal": refusal,
    }
    for kind in ("reasoning", "reasoning_content"):
        if text := mine.get(f"{index}/{kind}"):
            message[kind] = text
    calls = _calls(index, mine, tools)
    if calls:
        message["tool_calls"] = calls
    reason = finish or ("tool_calls" if calls else "stop")
    return {"index": index, "message": message, "logprobs": None, "finish_reason": reason}


def _calls(
    index: int, texts: Mapping[Field, str], tools: Mapping[Field, tuple[str, str]]
) -> list[dict[str, Any]]:
    heads = {f.rsplit("/", 1)[0] for f in texts if kind_of(f) == "tool_calls"}
    calls = []
    for head in sorted(heads, key=lambda f: int(f.split("/")[2])):
        ident, name = tools.get(head, (f"call_{head.split('/')[2]}", ""))
        function = {
            NAME: texts.get(f"{head}/name", name),
            ARGUMENTS: texts.get(f"{head}/arguments", ""),
        }
        calls.append({"id": ident, "type": "function", "function": function})
    return calls
