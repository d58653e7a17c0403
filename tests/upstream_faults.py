"""The faults a model server can be asked for by name: `fault-NAME` or `fault-NAME-K`.

The good answer behind them echoes the customer's last message word by word.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator

import msgspec

from hitl_chat.models.scripted import Reply
from tests.upstream_wire import (
    DONE,
    END,
    Close,
    Raw,
    Reset,
    Seen,
    Stall,
    Step,
    body,
    chunk,
    event,
    head,
    said,
    wire,
)

SECRET = "sk-proj-verysecretverysecret0123"
LEAKY = f"Incorrect key {SECRET} at https://internal.example/v1?key={SECRET}"


def fault(seen: Seen) -> Iterable[Step]:
    name, _, last = seen.model.removeprefix("fault-").rpartition("-")
    if last.isdecimal():
        return FAULTS[name](seen, int(last))
    return FAULTS[seen.model.removeprefix("fault-")](seen, 0)


def good(seen: Seen) -> list[Step]:
    return said(Reply(seen.asked), seen)


def events(seen: Seen) -> list[bytes]:
    """The events of the good stream, [DONE] included."""
    return [step for step in good(seen) if isinstance(step, bytes)]


def _stall(seen: Seen, k: int) -> list[Step]:
    return [head(), *events(seen)[:k], Stall()]


def _cut_bytes(ending: Step) -> Callable[[Seen, int], list[Step]]:
    return lambda seen, k: [Raw(wire(good(seen))[:k]), ending]


def _insert(*strange: bytes) -> Callable[[Seen, int], list[Step]]:
    """The good stream with something strange after `k` events."""

    def script(seen: Seen, k: int) -> list[Step]:
        return [head(), *events(seen)[:k], *strange, *events(seen)[k:], END]

    return script


def _rewritten(rewrite: Callable[[bytes], bytes]) -> Callable[[Seen, int], list[Step]]:
    """The good stream with its bytes changed as a whole."""
    return lambda seen, _: [head(), rewrite(b"".join(events(seen))), END]


def _unknown(seen: Seen, _: int) -> Iterator[Step]:
    yield head()
    for raw in events(seen):
        if raw == DONE:
            yield raw
            continue
        document = msgspec.json.decode(raw[6:])
        document["x_top"] = {"text": "hidden"}
        for choice in document["choices"]:
            choice["x_choice"] = ["hidden"]
            choice["delta"]["x_delta"] = "hidden"
        yield event(document)
    yield END


def _flood(_: Seen, k: int) -> Iterator[Step]:
    """Endless text, `k` MiB of it (100 unless told), in chunks of 64 KiB."""
    yield head()
    for _at in range((k or 100) * 16):
        yield chunk("a" * 65536)
    yield from (chunk(finish="stop"), DONE, END)


def _status(seen: Seen, k: int) -> list[Step]:
    error = {"message": LEAKY, "type": "some_error", "param": None, "code": "some_code"}
    return body({"error": error}, k, retry_after="7")


def _flaky(seen: Seen, k: int) -> list[Step]:
    """The first `k` calls fail with 500."""
    return _status(seen, 500) if seen.attempt <= k else good(seen)


def _dropped(seen: Seen, k: int) -> list[Step]:
    """The first `k` calls lose their connection before a byte came."""
    return [Reset()] if seen.attempt <= k else good(seen)


def _same_ids(seen: Seen, _: int) -> list[Step]:
    calls = [
        {
            "index": at,
            "id": "call_1",
            "type": "function",
            "function": {"name": "f", "arguments": "{}"},
        }
        for at in range(2)
    ]
    choice = {"index": 0, "delta": {"tool_calls": calls}, "finish_reason": "tool_calls"}
    return [head(), event({"id": "x", "choices": [choice]}), DONE, END]


def _zipped(seen: Seen, _: int) -> list[Step]:
    return [head(content_encoding="gzip"), gzip.compress(b"data: " + b" " * (16 << 20)), END]


FAULTS: dict[str, Callable[[Seen, int], Iterable[Step]]] = {
    # silence: before the head, after k events
    "silent": lambda _s, _k: [Stall()],
    "stall": _stall,
    # the connection ends after k bytes of the answer, or in order after k events
    "rst": _cut_bytes(Reset()),
    "fin": _cut_bytes(Close()),
    "cut": lambda seen, k: [head(), *events(seen)[:k], END],
    # endings
    "nodone": lambda seen, _: [head(), *events(seen)[:-1], END],
    "nofinish": lambda seen, _: [head(), *events(seen)[:-2], DONE, END],
    "nothing": lambda _s, _k: [head(), DONE, END],
    "late-end": lambda seen, _: [head(), *events(seen), Stall()],
    "more-after-done": lambda seen, _: [head(), *events(seen), chunk("and more"), END],
    # strange events after k good ones
    "error": _insert(event({"error": {"message": LEAKY, "type": "server_error", "code": None}})),
    "badjson": _insert(b'data: {"choices": [\n\n'),
    "nonchunk": _insert(event(["not", "a", "chunk"])),
    "nochoices": _insert(event({"id": "x", "text": "hidden"})),
    "html": _insert(b"<html>hidden</html>\n\n"),
    "hugeline": _insert(chunk("a" * (2 << 20))),
    "badutf8": _insert(b'data: {"choices":[{"index":0,"delta":{"content":"\xff"}}]}\n\n'),
    "deep": _insert(b'data: {"choices":' + b"[" * 100_000 + b"\n\n"),
    # strange but good
    "crlf": _rewritten(lambda raw: raw.replace(b"\n", b"\r\n")),
    "cr": _rewritten(lambda raw: raw.replace(b"\n", b"\r")),
    "bom": _rewritten(lambda raw: b"\xef\xbb\xbf" + raw),
    "comments": _rewritten(lambda raw: raw.replace(b"data:", b": hello\nevent: message\ndata:")),
    "lines": _rewritten(lambda raw: raw.replace(b'"choices":', b'\ndata: "choices":')),
    "tight": _rewritten(lambda raw: raw.replace(b"data: ", b"data:")),
    "unknown": _unknown,
    # too much
    "flood": _flood,
    "gzip": _zipped,
    # the head
    "type": lambda seen, _: [head(kind="text/html"), *events(seen), END],
    "whole-type": lambda seen, _: [head(kind="text/plain"), b"hello", END],
    "redirect": lambda _s, _k: [head(302, location="http://127.0.0.1:1/x"), END],
    "nohttp": lambda _s, _k: [Raw(b"SSH-2.0-OpenSSH_9\r\n\r\n"), Close()],
    "badframe": lambda seen, _: [head(), *events(seen)[:2], Raw(b"zz\r\nx\r\n"), END],
    "status": _status,
    "flaky": _flaky,
    "drop": _dropped,
    # lies
    "dupids": _same_ids,
    "wholejson": lambda _s, _k: [head(kind="application/json"), b'{"choices": ', END],
    "empty-choices": lambda _s, _k: body({"id": "x", "choices": []}),
    "error-in-ok": lambda _s, _k: body({"error": {"message": LEAKY, "code": 429}}),
}
