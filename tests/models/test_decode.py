"""What is let through is named: decoding of chunks and whole answers (faults 15, 33-35, 39, 42)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core import fields
from hitl_chat.errors import UpstreamError
from hitl_chat.models import decode, shapes
from hitl_chat.ports import Chunk

CANARY = 'canary \u00fc \U0001f426 \\ " \n'
ENVELOPE = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def raw(document: object) -> bytes:
    return json.dumps(document).encode()


def part(delta: object, **more: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None} | more
    return raw(ENVELOPE | {"choices": [choice]})


def read(delta: object, **more: object) -> Chunk:
    return decode.chunk(part(delta, **more))


def said(message: object, **more: object) -> Chunk:
    choice = {"index": 0, "message": message, "finish_reason": "stop"} | more
    return decode.whole(raw(ENVELOPE | {"choices": [choice]}))


# --- the lists -------------------------------------------------------------------------------


def test_the_shapes_are_the_lists_of_the_core() -> None:
    """Adding a name is a security decision: it is made in core/fields.py."""
    listed = fields.GATED | fields.INERT_CHUNK | fields.INERT_CHOICE | fields.INERT_DELTA
    for shape in (shapes.PartChunk, shapes.WholeAnswer, shapes.Part, shapes.Whole, shapes.Said):
        assert set(shape.__struct_fields__) <= listed
    assert set(shapes.PartChunk.__struct_fields__) == fields.INERT_CHUNK
    assert set(shapes.Said.__struct_fields__) == fields.GATED - {"logprobs"} | fields.INERT_DELTA
    split = {*shapes.Part.__struct_fields__, *shapes.Whole.__struct_fields__}
    assert split == fields.INERT_CHOICE


def test_every_lane_is_a_gated_field() -> None:
    document = {
        **dict.fromkeys(decode.NAMES, "x"),
        "tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{}"}}],
        "function_call": {"name": "f", "arguments": "{}"},
        "annotations": [{"type": "url_citation", "url_citation": {"title": "x"}}],
        "audio": {"transcript": "x"},
    }
    token = {"token": "x", "logprob": 0, "bytes": [121], "top_logprobs": [{"token": "y"}]}
    chunk = read(document, logprobs={"content": [token], "refusal": [token]})
    assert {fields.kind_of(lane) for lane, _ in chunk.texts} == fields.GATED


def tool(**call: object) -> dict[str, Any]:
    return {"tool_calls": [call]}


def note(**annotation: object) -> dict[str, Any]:
    return {"annotations": [annotation]}


# --- every text has a lane -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delta", "lane"),
    [
        ({"content": CANARY}, "0/content"),
        ({"refusal": CANARY}, "0/refusal"),
        ({"reasoning": CANARY}, "0/reasoning"),
        ({"reasoning_content": CANARY}, "0/reasoning_content"),
        (tool(index=2, function={"arguments": CANARY}), "0/tool_calls/2/arguments"),
        (tool(index=2, function={"name": CANARY}), "0/tool_calls/2/name"),
        ({"tool_calls": [{"id": "a"}, {"function": {"name": CANARY}}]}, "0/tool_calls/1/name"),
        ({"function_call": {"name": CANARY}}, "0/function_call/name"),
        ({"function_call": {"arguments": CANARY}}, "0/function_call/arguments"),
        ({"audio": {"id": "a", "transcript": CANARY}}, "0/audio"),
        (note(type="url_citation", url_citation={"title": CANARY}), "0/annotations"),
        (note(type="url_citation", url_citation={"url": CANARY}), "0/annotations"),
        (note(type=CANARY), "0/annotations"),
    ],
)
def test_a_text_has_its_lane(delta: dict[str, Any], lane: str) -> None:
    assert read(delta).texts == ((lane, CANARY),)
    assert said(delta).texts == ((lane, CANARY),)


def test_logprobs_hide_nothing() -> None:
    """Tokens are running text; alternatives and bytes that say something else have their lanes."""
    tokens = [
        {"token": "so", "bytes": [115, 111], "top_logprobs": [{"token": "bad", "bytes": [98]}]},
        {"token": "me", "bytes": list(b"worse")},
    ]
    chunk = read({"content": "some"}, logprobs={"content": tokens})
    assert chunk.texts == (
        ("0/content", "some"),
        ("0/logprobs", "some"),
        ("0/logprobs/bytes", "soworse"),
        ("0/logprobs/top", "bad\nb\n"),
    )
    assert not chunk.plain


def test_bytes_of_half_a_character_are_no_second_text() -> None:
    tokens = [
        {"token": "\u00fc", "bytes": [0xC3, 0xBC], "top_logprobs": []},
        {"token": "", "bytes": None},
    ]
    assert read({}, logprobs={"content": tokens}).texts == (("0/logprobs", "\u00fc"),)


def test_several_choices_in_one_chunk() -> None:
    choices = [
        {"index": 1, "delta": {"content": "one"}, "finish_reason": None},
        {"index": 0, "delta": {"content": "nil"}, "finish_reason": "length"},
    ]
    chunk = decode.chunk(raw({"choices": choices}))
    assert chunk.texts == (("1/content", "one"), ("0/content", "nil"))
    assert chunk.choices == (1, 0)
    assert chunk.finishes == ((0, "length"),)
    assert not chunk.plain


def test_speech_does_not_pass() -> None:
    chunk = read({"audio": {"id": "a", "data": "UklGRg==", "transcript": "hi"}})
    assert chunk.stripped == ("audio.data",)
    assert b"UklGRg" not in chunk.raw


def test_tool_calls_are_named_where_they_begin() -> None:
    calls = [
        {
            "index": 0,
            "id": "call_1",
            "type": "function",
            "function": {"name": "f", "arguments": ""},
        },
        {"index": 1, "function": {"arguments": "{"}},
    ]
    chunk = read({"tool_calls": calls})
    assert chunk.tools == (("0/tool_calls/0", "call_1", "f"),)
    assert read({"function_call": {"name": "f"}}).tools == (("0/function_call", "", "f"),)


def one(delta: object, **more: object) -> dict[str, Any]:
    return {"choices": [{"delta": delta} | more]}


# --- nothing else passes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"choices": [{"delta": {"content": "a"}}], "x": CANARY}, "x"),
        ({"choices": [{"delta": {"content": "a"}}], "hitl": {"author": CANARY}}, "hitl"),
        (one({}, x=CANARY), "choice.x"),
        (one({}, text=CANARY), "choice.text"),
        (one({}, message={"content": CANARY}), "choice.message"),
        (one({"content": "a", "x": [{"y": CANARY}]}), "delta.x"),
        (one(tool(x=CANARY)), "tool_calls.x"),
        (one(tool(function={"x": CANARY})), "function.x"),
        (one({"function_call": {"x": CANARY}}), "function_call.x"),
        (one(note(x=CANARY)), "annotations.x"),
        (one(note(url_citation={"x": CANARY})), "url_citation.x"),
        (one({}, logprobs={"x": CANARY}), "logprobs.x"),
        (one({}, logprobs={"content": [{"token": "", "x": CANARY}]}), "token.x"),
        ({"choices": [], "usage": {"note": CANARY}}, "usage.note"),
        ({"choices": [], "usage": {"more": {"note": CANARY}}}, "usage.more.note"),
        ({"choices": [], "usage": {"more": [CANARY]}}, "usage.more"),
        ({"choices": [], "usage": {CANARY: 1}}, f"usage.{CANARY}"),
        ({"choices": [], "usage": {"x" * 65: 1}}, f"usage.{'x' * 64}"),
        ({"choices": [], "usage": {"\u00dcber": 1}}, "usage.\u00dcber"),
    ],
)
def test_strange_fields_are_stripped_and_named(document: dict[str, Any], name: str) -> None:
    chunk = decode.chunk(raw(document))
    assert chunk.stripped == (name,)
    assert CANARY not in str(json.loads(chunk.raw))
    assert json.loads(chunk.raw)["choices"] is not None


def test_a_long_strange_name_is_cut() -> None:
    assert decode.chunk(raw({"choices": [], "x" * 9999: 1})).stripped == ("x" * 64,)


def test_what_the_configuration_allows_passes_and_nothing_beside_it() -> None:
    delta = {"content": "a", "x": {"deep": [1]}, "y": CANARY}
    chunk = decode.chunk(part(delta), frozenset({"delta.x"}))
    assert json.loads(chunk.raw)["choices"][0]["delta"] == {"content": "a", "x": {"deep": [1]}}
    assert chunk.stripped == ("delta.y",)
    assert not chunk.plain  # cutting it in two would lose or double the field


@pytest.mark.parametrize(
    "document",
    [
        b'{"choices":[{"index":0,"delta":{"content":"hidden","content":"seen"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"hidden"},"delta":{"content":"seen"}}]}',
        b'{"choices":[{"delta":{"content":"hidden"}}],"choices":[{"delta":{"content":"seen"}}]}',
        b'{"choices":[{"delta":{"cont\\u0065nt":"hidden","content":"seen"}}]}',
        b'{"choices":[{"delta":{"content":"seen"}}],"x":1,"x":"hidden"}',
    ],
)
def test_double_keys_hide_nothing(document: bytes) -> None:
    """Parsers differ in which of two they take; only the one that was judged goes on."""
    chunk = decode.chunk(document)
    assert chunk.texts == (("0/content", "seen"),)
    assert b"hidden" not in chunk.raw


def test_an_ordinary_chunk_is_forwarded_byte_for_byte() -> None:
    document = (
        '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m",'
        '"system_fingerprint":"fp","service_tier":"default","choices":[{"index":0,'
        '"delta":{"role":"assistant","content":"Hä","refusal":null},"logprobs":null,'
        '"finish_reason":null}],"usage":null,"obfuscation":"xyz"}'
    ).encode()
    chunk = decode.chunk(document)
    assert chunk.raw == document
    assert chunk.plain
    assert chunk.model == "m"


def test_what_is_missing_stays_missing() -> None:
    assert json.loads(decode.chunk(b'{"choices":[{"delta":{}}]}').raw) == {
        "choices": [{"index": 0, "delta": {}}]
    }


# --- shapes that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"NaN",
        b"{}",
        b'{"choices":null}',
        b'{"choices":{}}',
        b'{"choices":[1]}',
        b'{"choices":[{"delta":"text"}]}',
        b'{"choices":[{"delta":{"content":["a"]}}]}',
        b'{"choices":[{"delta":{"content":{"a":1}}}]}',
        b'{"choices":[{"index":-1,"delta":{}}]}',
        b'{"choices":[{"index":1000,"delta":{}}]}',
        b'{"choices":[{"index":"0","delta":{}}]}',
        b'{"choices":[{"delta":{"tool_calls":{}}}]}',
        b'{"choices":[{"delta":{"tool_calls":[{"index":1e99}]}}]}',
        b'{"choices":[{"delta":{"content":"\\ud800"}}]}',
        b'{"choices":[{"delta":{"content":"\xff"}}]}',
        b'{"choices":[],"x":1e400}',
        b'{"choices":[]} {"choices":[]}',
        b'{"choices":' + b"[" * 50_000,
        b'{"choices":[{"delta":{"x":' + b"[" * 50_000,
    ],
)
@pytest.mark.parametrize("reading", [decode.chunk, decode.whole])
def test_what_is_no_answer_fails_closed(reading: Any, document: bytes) -> None:
    with pytest.raises(UpstreamError) as failed:
        reading(document)
    assert (failed.value.status, failed.value.code) == (502, "upstream_malformed")


def test_a_chunk_is_no_whole_answer_and_the_other_way_round() -> None:
    with pytest.raises(UpstreamError, match="message"):
        decode.whole(part({"content": "a"}))
    chunk = decode.chunk(raw({"choices": [{"index": 0, "message": {"content": "hidden"}}]}))
    assert chunk.texts == ()
    assert b"hidden" not in chunk.raw


@pytest.mark.parametrize("reading", [decode.chunk, decode.whole])
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ({"message": "no", "code": 429}, 429, ""),
        ({"message": "no", "code": "rate_limited"}, 502, "rate_limited"),
        ({"message": "no", "type": "server_error"}, 502, "server_error"),
        ({"message": "no", "code": 401}, 502, "upstream_auth"),
        ({"message": "no", "status": 503}, 503, ""),
        ({"message": "no", "code": True}, 502, ""),
        ("no", 502, ""),
    ],
)
def test_an_error_object_is_an_error(reading: Any, error: object, status: int, code: str) -> None:
    for document in ({"error": error}, {"error": error, "choices": []}):
        with pytest.raises(UpstreamError) as failed:
            reading(raw(document))
        assert failed.value.status == status
        assert failed.value.code == (code or "upstream_error")


def test_an_empty_error_is_none() -> None:
    document = {"choices": [{"delta": {"content": "a"}}], "error": None}
    assert decode.chunk(raw(document)).stripped == ("error",)


def test_a_choice_that_ends_in_error_is_an_error() -> None:
    with pytest.raises(UpstreamError) as failed:
        read({}, finish_reason="error")
    assert failed.value.code == "upstream_incomplete"


# --- whether it may be cut ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "plain"),
    [
        ({"choices": [{"delta": {"content": "a"}}]}, True),
        ({"choices": [{"delta": {"content": "a", "role": "assistant"}}]}, True),
        ({"choices": [{"delta": {"content": "a", "refusal": None, "tool_calls": []}}]}, True),
        ({"choices": [{"delta": {"content": ""}}]}, False),
        ({"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}, False),
        ({"choices": [{"delta": {"content": "a"}, "logprobs": {"content": []}}]}, False),
        ({"choices": [{"delta": {"content": "a", "reasoning": "b"}}]}, False),
        ({"choices": [{"delta": {"content": "a", "annotations": [{}]}}]}, False),
        ({"choices": [{"delta": {"content": "a"}}], "usage": {"a": 1}}, False),
        ({"choices": [{"delta": {"content": "a"}}, {"index": 1, "delta": {}}]}, False),
        ({"choices": []}, False),
    ],
)
def test_only_a_chunk_of_one_text_may_be_cut(document: dict[str, Any], plain: bool) -> None:
    assert decode.chunk(raw(document)).plain is plain


def test_a_whole_answer_is_never_plain() -> None:
    whole = said({"role": "assistant", "content": "a"})
    assert whole.whole
    assert not whole.plain


def test_usage() -> None:
    chunk = decode.chunk(raw({"choices": [], "usage": {"total_tokens": 3, "details": {"a": 1.5}}}))
    assert chunk.usage == {"total_tokens": 3, "details": {"a": 1.5}}
    assert chunk.choices == ()


# --- the property behind all of it -----------------------------------------------------------

INERT = {*fields.INERT_CHUNK, "role", "type", "finish_reason", "id"}
NAMES = sorted({*fields.GATED, *fields.INERT_CHOICE, *fields.INERT_CHUNK, *fields.INERT_DELTA})
INNER = [
    "function", "name", "arguments", "index", "url_citation", "title", "url", "transcript", "data",
    "token", "bytes", "top_logprobs", "note",
]  # fmt: skip
keys = st.sampled_from([*NAMES, *INNER]) | st.text(max_size=3)
leaves = st.none() | st.booleans() | st.integers(-1, 300) | st.text(max_size=4).map("S{}E".format)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3)
)
saying = st.dictionaries(
    st.sampled_from([*decode.NAMES, "x"]), st.text(max_size=4).map("S{}E".format) | st.none()
)
calls = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(0, 3),
        "id": st.text(max_size=3),
        "function": st.dictionaries(
            st.sampled_from(["name", "arguments", "x"]), st.text(max_size=4).map("S{}E".format)
        ),
    },
)
tokens = st.fixed_dictionaries(
    {"token": st.text(max_size=3).map("S{}E".format)},
    optional={"bytes": st.lists(st.integers(0, 255), max_size=3), "x": anything},
)
calling = st.builds(lambda a, b: a | {"tool_calls": b}, saying, st.lists(calls, max_size=2))
choices = st.fixed_dictionaries(
    {"delta": saying | calling},
    optional={
        "index": st.integers(0, 3),
        "logprobs": st.fixed_dictionaries({"content": st.lists(tokens, max_size=2)}),
        "x": anything,
    },
)
documents = st.fixed_dictionaries(
    {"choices": st.lists(choices, max_size=2)},
    optional={"usage": anything, "x": anything, "model": st.text(max_size=3)},
)


@given(documents | anything | st.fixed_dictionaries({"choices": st.lists(anything, max_size=2)}))
def test_whatever_text_passes_was_named(document: object) -> None:
    try:
        chunk = decode.chunk(raw(document))
    except UpstreamError:
        return
    told = "\0".join(text for _, text in chunk.texts)
    for text in strings(json.loads(chunk.raw)):
        assert text in told


def strings(value: object, name: str = "") -> Iterator[str]:
    """Every text in it, but for those of inert fields and their keys."""
    if isinstance(value, str) and value and name not in INERT:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, key)
