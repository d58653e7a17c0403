"""A scripted reply, written down as a model writes it: chunks of a stream, or one whole answer.

Pure. Honours what the request asked for: n, tools, response_format, logprobs, stop, max_tokens,
usage. Knows no shop and no pace.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import msgspec

from hitl_chat.core.types import Value
from hitl_chat.models.scripted.values import example

WORDS = re.compile(r"\s*\S+|\s+")
PIECES = re.compile(r"(?s).{1,12}")
Delta = dict[str, Any]


class Call(Value, frozen=True):
    """A tool call; `arguments` is JSON text, as on the wire."""

    name: str
    arguments: str
    id: str = "call_1"


class Reply(Value, frozen=True):
    """What one choice says. `ending` is the finish reason, unless tool calls or a limit decide."""

    content: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[Call, ...] = ()
    ending: str = "stop"
    model: str = ""


class Sheet(Value, frozen=True):
    """The envelope of one answer."""

    id: str
    created: int
    model: str

    def part(self, delta: Delta, finish: str | None = None) -> bytes:
        """A chunk that says this in choice 0."""
        part = {"index": 0, "delta": delta, "finish_reason": finish}
        return self.wrap("chat.completion.chunk", [part])

    def wrap(self, kind: str, choices: list[dict[str, Any]], **more: object) -> bytes:
        document = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        return msgspec.json.encode(document | {"choices": choices} | more)


def chunks(reply: Reply, body: Mapping[str, Any], sheet: Sheet) -> Iterator[bytes]:
    """The JSON of every chunk of a stream, choices interleaved as real models do it."""
    count = body.get("n") or 1
    streams = [_parts(reply, body, index) for index in range(count)]
    for parts in zip_longest(*streams):
        for part in parts:
            if part:
                yield sheet.wrap("chat.completion.chunk", [part])
    if (body.get("stream_options") or {}).get("include_usage"):
        usage = _usage(reply, body, count)
        yield sheet.wrap("chat.completion.chunk", [], usage=usage)


def whole(reply: Reply, body: Mapping[str, Any], sheet: Sheet) -> bytes:
    """The JSON of the whole answer."""
    count = body.get("n") or 1
    words, ending = _written(reply, body)
    silent = not words and (reply.calls or reply.refusal)
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if silent else "".join(words),
        "refusal": reply.refusal or None,
    }
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = [_call(call) for call in reply.calls]
    logprobs = {"content": [_token(word, body) for word in words]} if body.get("logprobs") else None
    choice = {"message": message, "logprobs": logprobs, "finish_reason": ending}
    choices = [{"index": index} | choice for index in range(count)]
    return sheet.wrap("chat.completion", choices, usage=_usage(reply, body, count))


def in_the_form_asked(
    reply: Reply, body: Mapping[str, Any], made: Mapping[str, Any] | None
) -> Reply:
    """The reply as the structured output the request asks for, if it asks for any."""
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        value = made if made is not None else example(form["json_schema"].get("schema", {}))
    elif form.get("type") == "json_object":
        value = made if made is not None else {"answer": reply.content}
    else:
        return reply
    return msgspec.structs.replace(reply, content=msgspec.json.encode(value).decode())


def with_tool(
    reply: Reply,
    body: Mapping[str, Any],
    name: str = "",
    arguments: Mapping[str, Any] | None = None,
    *,
    aloud: bool = False,
) -> Reply:
    """The reply with a tool call: the one it wants if that is offered, or the one demanded."""
    offered = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or ()}
    choice = body.get("tool_choice") or "auto"
    demanded = choice["function"]["name"] if isinstance(choice, Mapping) else ""
    if choice == "required" and name not in offered:
        demanded = next(iter(offered), "")
    if demanded and demanded != name:
        name, arguments = demanded, example(offered.get(demanded, {}).get("parameters", {}))
    if name not in offered or choice == "none":
        return reply
    call = Call(name, msgspec.json.encode(arguments).decode())
    return msgspec.structs.replace(reply, content=reply.content if aloud else "", calls=(call,))


# --- the parts -------------------------------------------------------------------------------


def _parts(reply: Reply, body: Mapping[str, Any], index: int) -> Iterator[dict[str, Any]]:
    words, ending = _written(reply, body)

    def part(delta: Delta, finish: str | None = None, word: str = "") -> dict[str, Any]:
        asked = word and body.get("logprobs")
        logprobs = {"content": [_token(word, body)]} if asked else None
        return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}

    yield part({"role": "assistant", "content": ""})
    for name in ("reasoning", "refusal"):
        wire = "reasoning_content" if name == "reasoning" else name
        for word in WORDS.findall(getattr(reply, name)):
            yield part({wire: word})
    for word in words:
        yield part({"content": word}, word=word)
    for at, call in enumerate(reply.calls):
        opening = {"index": at} | _call(call)
        opening["function"] = {"name": call.name, "arguments": ""}
        yield part({"tool_calls": [opening]})
        for piece in PIECES.findall(call.arguments):
            yield part({"tool_calls": [{"index": at, "function": {"arguments": piece}}]})
    yield part({}, finish=ending)


def _written(reply: Reply, body: Mapping[str, Any]) -> tuple[list[str], str]:
    """The words of the content within the request's limits, and how the answer ends."""
    text = reply.content
    stops = body.get("stop") or ()
    for stop in (stops,) if isinstance(stops, str) else stops:
        text = text.partition(stop)[0]
    words = WORDS.findall(text)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or len(words)
    if limit < len(words):
        return words[:limit], "length"
    return words, "tool_calls" if reply.calls else reply.ending


def _call(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _token(word: str, body: Mapping[str, Any]) -> dict[str, Any]:
    token = {"token": word, "logprob": -0.05, "bytes": list(word.encode())}
    others = [
        {"token": f" or{rank}", "logprob": -3.0 - rank, "bytes": list(f" or{rank}".encode())}
        for rank in range(1, body.get("top_logprobs") or 0)
    ]
    return token | {"top_logprobs": [token, *others] if body.get("top_logprobs") else []}


def _usage(reply: Reply, body: Mapping[str, Any], count: int) -> dict[str, int]:
    asked = len(WORDS.findall(str([said.get("content") for said in body.get("messages", ())])))
    spoken = len(_written(reply, body)[0]) + sum(
        len(WORDS.findall(c.arguments)) for c in reply.calls
    )
    return {
        "prompt_tokens": asked,
        "completion_tokens": spoken * count,
        "total_tokens": asked + spoken * count,
    }
