"""What a model sent, decoded for the gate: the JSON of a chunk or of a whole answer -> `Chunk`.

Pure. Whatever `raw` lets through is named in `texts` or inert: `raw` is encoded from what was
decoded, so double keys or strange fields cannot hide text in it. Strange fields are stripped and
named; what is no chunk at all fails closed. Knows no transport.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from hitl_chat.core.fields import field
from hitl_chat.core.types import Field
from hitl_chat.models import failures
from hitl_chat.models.shapes import (
    INNER,
    Alternative,
    Annotation,
    Function,
    Logprobs,
    Maybe,
    Part,
    PartChunk,
    Said,
    Shape,
    ToolCall,
    WholeAnswer,
)
from hitl_chat.ports import Chunk, Token

Answer = TypeVar("Answer", PartChunk, WholeAnswer)
Text = tuple[Field, str]
Call = tuple[Field, str, str]

CHUNKS = msgspec.json.Decoder(PartChunk)
ANSWERS = msgspec.json.Decoder(WholeAnswer)
ENCODE = msgspec.json.Encoder().encode
NAMES = ("content", "refusal", "reasoning", "reasoning_content")
CONTENT = tuple(field(index, "content") for index in range(128))
ALONE = tuple((index,) for index in range(128))
NAMED = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")  # a figure's name, and no sentence
UNLIKELY = -9999.0  # what OpenAI sends for a token outside of the twenty likeliest
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def chunk(raw: bytes, allowed: Collection[str] = ()) -> Chunk:
    """One chunk of a stream. `allowed` are the `passthrough_fields` of the model."""
    try:
        read = CHUNKS.decode(raw)
    except UNREADABLE:
        return _strange(raw, PartChunk, allowed)
    return _plain(read) or _chunk(read, b"", ())


def whole(raw: bytes, allowed: Collection[str] = ()) -> Chunk:
    """One whole answer: the body of a call that did not ask for a stream."""
    try:
        read = ANSWERS.decode(raw)
    except UNREADABLE:
        found = _strange(raw, WholeAnswer, allowed)
    else:
        found = _chunk(read, b"", ())
    if not found.choices:  # nobody's client can read that either
        raise failures.incomplete("it has no choice")
    return found


# --- anything but the expected shape ---------------------------------------------------------


def _strange(raw: bytes, kind: type[Answer], allowed: Collection[str]) -> Chunk:
    """The slow way: says what is wrong with it, or strips and names what is not listed."""
    try:
        document = msgspec.json.decode(raw)
    except UNREADABLE as error:
        raise failures.malformed("malformed JSON") from error
    if isinstance(document, dict) and document.get("error"):
        raise failures.reported(200, document["error"])
    if not isinstance(document, dict) or "choices" not in document:
        raise failures.malformed("it is not a chat completion with choices")
    stripped: dict[str, None] = {}
    try:
        read = msgspec.convert(_prune(document, kind, "", (), stripped), kind)
    except msgspec.ValidationError as error:
        raise failures.malformed(str(error)) from error
    kept = [name for name in stripped if name in allowed]
    rest = tuple(name for name in stripped if name not in kept)
    if kept:
        return _chunk(read, ENCODE(_prune(document, kind, "", kept, {})), rest)
    return _plain(read, rest) or _chunk(read, b"", rest)


def _prune(
    value: object,
    kind: type[Shape],
    prefix: str,
    allowed: Collection[str],
    stripped: dict[str, None],
) -> object:
    """`value` with the listed fields of `kind` only; the others are noted in `stripped`."""
    if isinstance(value, list):
        return [_prune(item, kind, prefix, allowed, stripped) for item in value]
    if not isinstance(value, dict):
        return value
    inner = INNER.get(kind, {})
    pruned: dict[str, Any] = {}
    for name, item in value.items():
        if name in inner:
            below, label = inner[name]
            pruned[name] = _prune(item, below, label, allowed, stripped)
        elif name in kind.__struct_fields__ or prefix + name in allowed:
            pruned[name] = item
        else:
            stripped[prefix + name[:64]] = None
    return pruned


def _figures(usage: dict[str, Any], prefix: str, stripped: list[str]) -> dict[str, Any]:
    """Usage is inert because it is figures; words in it are not usage."""
    kept: dict[str, Any] = {}
    for name, value in usage.items():
        if not NAMED.fullmatch(name):
            stripped.append(prefix + name[:64])
        elif isinstance(value, dict):
            kept[name] = _figures(value, f"{prefix}{name}.", stripped)
        elif value is None or _is_figure(value):
            kept[name] = value
        else:
            stripped.append(prefix + name)
    return kept


def _is_figure(value: object) -> bool:
    """A number that every reader of JSON reads alike."""
    return isinstance(value, int | float) and abs(value) < 1 << 53


# --- from the shape to the chunk -------------------------------------------------------------


def _chunk(read: PartChunk | WholeAnswer, encoded: bytes, stripped: tuple[str, ...]) -> Chunk:
    if isinstance(read.usage, dict):
        words: list[str] = []
        figures = _figures(read.usage, "usage.", words)
        if words:
            read.usage, stripped, encoded = figures, (*stripped, *words), b""
    texts: list[Text] = []
    calls: list[Call] = []
    finishes: list[tuple[int, str]] = []
    likely: list[tuple[Field, Token]] = []
    for choice in read.choices:
        said = choice.delta if isinstance(choice, Part) else choice.message
        texts += _texts(choice.index, said)
        calls += _calls(choice.index, said)
        texts += _logprobs(choice.index, choice.logprobs)
        likely += _likely(choice.index, choice.logprobs)
        if isinstance(choice.finish_reason, str):
            finishes.append((choice.index, choice.finish_reason))
    if any(reason == "error" for _, reason in finishes):
        raise failures.incomplete("the model reported an error")
    return Chunk(
        raw=encoded or ENCODE(read),
        texts=tuple(texts),
        finishes=tuple(finishes),
        tools=tuple(calls),
        choices=tuple(choice.index for choice in read.choices),
        usage=read.usage or None,
        model=read.model or "",
        stripped=stripped,
        logprobs=tuple(likely),
        whole=isinstance(read, WholeAnswer),
    )


def _plain(read: PartChunk | WholeAnswer, stripped: tuple[str, ...] = ()) -> Chunk | None:
    """The chunk, if it is nothing but one content text (and perhaps the role): nearly all are."""
    if not isinstance(read, PartChunk) or len(read.choices) != 1 or read.usage:
        return None
    part = read.choices[0]
    said = part.delta
    text = said.content
    if not text or part.finish_reason or part.logprobs or _says_more(said):
        return None
    return Chunk(
        raw=ENCODE(read),
        texts=((CONTENT[part.index], text),),
        choices=ALONE[part.index],
        model=read.model or "",
        stripped=stripped,
        plain=True,
    )


def _says_more(said: Said) -> bool:
    return bool(
        said.refusal
        or said.reasoning
        or said.reasoning_content
        or said.tool_calls
        or said.function_call
        or said.annotations
        or said.audio
    )


def _texts(choice: int, said: Said) -> Iterator[Text]:
    for name in NAMES:
        text = getattr(said, name)
        if text:
            yield field(choice, name), text
    for at, call in enumerate(said.tool_calls or ()):
        yield from _function(call.function, choice, "tool_calls", _place(call, at))
    yield from _function(said.function_call, choice, "function_call")
    notes = [word for note in said.annotations or () for word in _words(note)]
    if notes:
        yield field(choice, "annotations"), "\n".join(notes)
    if said.audio and said.audio.transcript:
        yield field(choice, "audio"), said.audio.transcript


def _function(function: Maybe[Function], choice: int, name: str, *path: int) -> Iterator[Text]:
    if not function:
        return
    if function.name:
        yield field(choice, name, *path, "name"), function.name
    if function.arguments:
        yield field(choice, name, *path, "arguments"), function.arguments


def _calls(choice: int, said: Said) -> Iterator[Call]:
    for at, call in enumerate(said.tool_calls or ()):
        name = call.function.name if call.function else ""
        if call.id or name:
            yield field(choice, "tool_calls", _place(call, at)), call.id or "", name or ""
    if said.function_call and said.function_call.name:
        yield field(choice, "function_call"), "", said.function_call.name


def _place(call: ToolCall, at: int) -> int:
    return call.index if isinstance(call.index, int) else at


def _words(note: Annotation) -> Iterator[str]:
    if note.type and note.type != "url_citation":
        yield note.type
    if note.url_citation:
        cited = note.url_citation
        yield from (word for word in (cited.title, cited.url, cited.content) if word)


def _logprobs(choice: int, logprobs: Maybe[Logprobs]) -> Iterator[Text]:
    """The tokens as running text; apart from it, whatever their alternatives or bytes spell."""
    if not logprobs:
        return
    for tokens in (logprobs.content, logprobs.refusal):
        if not tokens:
            continue
        yield field(choice, "logprobs"), "".join(token.token for token in tokens)
        spelled = _spelled(tokens)
        if spelled:
            yield field(choice, "logprobs", "bytes"), spelled
        others = [other for token in tokens for other in token.top_logprobs or ()]
        if others:
            yield field(choice, "logprobs", "top"), "".join(map(_alternative, others))


def _likely(choice: int, logprobs: Maybe[Logprobs]) -> Iterator[tuple[Field, Token]]:
    """How likely each token was; one that the model gives no number for is certainly not."""
    for name in ("content", "refusal") if logprobs else ():
        for token in getattr(logprobs, name) or ():
            number = token.logprob if isinstance(token.logprob, float | int) else UNLIKELY
            yield field(choice, name), (len(token.token), min(float(number), 0.0))


def _spelled(tokens: Sequence[Alternative]) -> str:
    """What the bytes of these tokens say, if it is not what the tokens say."""
    spelled = b"".join(bytes(token.bytes) for token in tokens if token.bytes)
    said = "".join(token.token for token in tokens if token.bytes)
    text = spelled.decode(errors="replace")
    return "" if text == said else text


def _alternative(other: Alternative) -> str:
    spelled = _spelled((other,))
    return f"{other.token}\n{spelled}\n" if spelled else f"{other.token}\n"
