"""What scripted models say: answers cut into chunks anywhere, in every field a client may be shown.

`says` and `replies` are for the model server (streamed or not, as asked); `chunks` for the model
inside the process.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tests.upstream import DONE, END, Seen, Until, body, event, head
from tests.upstream_wire import Script, Step

Json = Mapping[str, Any]
USAGE = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
ENVELOPE = {"id": "chatcmpl-up", "created": 1_760_000_000, "model": "m"}


def document(delta: Json, finish: str | None = None, index: int = 0, **more: Any) -> Json:
    """One chunk. `more` stands beside the delta: logprobs."""
    choice = {"index": index, "delta": delta, "finish_reason": finish, **more}
    return {**ENVELOPE, "object": "chat.completion.chunk", "choices": [choice]}


def whole(message: Json, finish: str = "stop", **more: Any) -> dict[str, Any]:
    """One answer that was not streamed. `more` stands beside the message."""
    said = {"role": "assistant", "content": None, **message}
    choice = {"index": 0, "message": said, "finish_reason": finish, **more}
    return {**ENVELOPE, "object": "chat.completion", "choices": [choice], "usage": USAGE}


def stream(*steps: Step | Json, finish: str = "stop", choices: int = 1) -> list[Step]:
    """A streamed answer: a head, these chunks (or steps between them), and its endings."""
    made = [event(step) if isinstance(step, Mapping) else step for step in steps]
    ends = [event(document({}, finish, index)) for index in range(choices)]
    return [head(), *made, *ends, DONE, END]


def says(*texts: str | Until, finish: str = "stop") -> Script:
    """A model that says these texts, one chunk for each; asked for no stream, all at once."""
    spoken = [text for text in texts if isinstance(text, str)]
    waits = [text for text in texts if isinstance(text, Until)]

    def script(seen: Seen) -> Iterable[Step]:
        if not seen.body.get("stream"):
            answer: list[Step] = body(whole({"content": "".join(spoken)}, finish))
            return [*waits, *answer]
        spelled = (t if isinstance(t, Until) else document({"content": t}) for t in texts)
        steps: list[Step | Json] = [document({"role": "assistant"}), *spelled]
        if (seen.body.get("stream_options") or {}).get("include_usage"):
            end: list[Step] = [event(document({}, finish)), event(usage()), DONE, END]
            return [*stream(*steps)[:-3], *end]
        return stream(*steps, finish=finish)

    return script


def usage() -> Json:
    return {**document({}), "choices": [], "usage": USAGE}


def replies(message: Json, finish: str = "stop", **more: Any) -> Script:
    """A model that sends this message: whole, or as one chunk."""

    def script(seen: Seen) -> Iterable[Step]:
        if not seen.body.get("stream"):
            return body(whole(message, finish, **more))
        return stream(document(_numbered(message), **more), finish=finish)

    return script


def _numbered(message: Json) -> dict[str, Any]:
    """In a stream tool calls bring their index."""
    calls = [{"index": at, **call} for at, call in enumerate(message.get("tool_calls") or ())]
    return {**message, **({"tool_calls": calls} if calls else {})}


def call(name: str, arguments: str, ident: str = "call_1") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": ident, "type": "function", "function": function}


# --- one field, piece by piece -----------------------------------------------------------------

Piece = Callable[[str, bool], Json]  # (text, whether it is the first of its field) -> a chunk


def _plain(name: str) -> Piece:
    return lambda text, first: document({name: text})


def _tool(part: str) -> Piece:
    def piece(text: str, first: bool) -> Json:
        begin = {"id": "call_1", "type": "function"} if first else {}
        function = {part: text} if part == "name" or not first else {"name": "look", part: text}
        return document({"tool_calls": [{"index": 0, **begin, "function": function}]})

    return piece


def _function(part: str) -> Piece:
    def piece(text: str, first: bool) -> Json:
        named = {"name": "look"} if first and part != "name" else {}
        return document({"function_call": {**named, part: text}})

    return piece


def _annotation(part: str) -> Piece:
    cited = {"url": "https://shop.example", "title": "t", "start_index": 0, "end_index": 1}
    return lambda text, first: document(
        {"annotations": [{"type": "url_citation", "url_citation": {**cited, part: text}}]}
    )


def _token(text: str) -> dict[str, Any]:
    return {"token": text, "logprob": -0.1, "bytes": list(text.encode())}


def _logprobs(text: str, first: bool) -> Json:
    tokens = {"content": [{**_token(text), "top_logprobs": []}]}
    return document({}, logprobs=tokens)


def _alternatives(text: str, first: bool) -> Json:
    tokens = {"content": [{**_token("a"), "top_logprobs": [_token(text)]}]}
    return document({"content": "a"}, logprobs=tokens)


PIECES: Mapping[str, Piece] = {
    "0/content": _plain("content"),
    "0/refusal": _plain("refusal"),
    "0/reasoning": _plain("reasoning"),
    "0/reasoning_content": _plain("reasoning_content"),
    "0/tool_calls/0/arguments": _tool("arguments"),
    "0/tool_calls/0/name": _tool("name"),
    "0/function_call/arguments": _function("arguments"),
    "0/function_call/name": _function("name"),
    "0/annotations (title)": _annotation("title"),
    "0/annotations (url)": _annotation("url"),
    "0/audio": lambda text, first: document({"audio": {"id": "a", "transcript": text}}),
    "0/logprobs": _logprobs,
    "0/logprobs/top": _alternatives,
    "1/content": lambda text, first: document({"content": text}, index=1),
}


def chunks(
    *documents: Json, finish: str = "stop", choices: int = 1
) -> Sequence[tuple[float, bytes]]:
    """The same for the scripted model inside the process: every chunk at once."""
    ends = [document({}, finish, index) for index in range(choices)]
    return [(0.0, msgspec.json.encode(one)) for one in (*documents, *ends)]
