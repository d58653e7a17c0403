"""What a client may ask, and what of it reaches a model (security.md, table C; rows 15, 35)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.transcript import text_of
from hitl_chat.errors import BadRequest
from hitl_chat.models.request import (
    DEEPEST,
    FIELDS,
    HEADERS,
    forwarded,
    parse,
    reduce,
    validate,
)

USER = {"role": "user", "content": "Hello"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


def ask(**more: object) -> dict[str, Any]:
    return {"model": "m", "messages": [USER]} | more


def messages(*said: object) -> dict[str, Any]:
    return {"model": "m", "messages": [USER, *said]}


CALLED = "messages[1].tool_calls[0]"


def called(**more: object) -> dict[str, Any]:
    return messages({"role": "assistant", "tool_calls": [CALL | more]})


def offered(**function: object) -> dict[str, Any]:
    return ask(tools=[{"type": "function", "function": function}])


def formed(**schema: object) -> dict[str, Any]:
    return ask(response_format={"type": "json_schema", "json_schema": schema})


GOOD: list[dict[str, Any]] = [
    ask(),
    ask(stream=True, stream_options={"include_usage": True, "include_obfuscation": False}),
    ask(stream=None, n=None, tools=None, stop=None, temperature=None, max_tokens=None),
    ask(n=8, temperature=0, top_p=1.0, top_k=-1, presence_penalty=-2, frequency_penalty=2),
    ask(max_tokens=1, max_completion_tokens=10_000, seed=-(2**60), logit_bias={"50256": -100}),
    ask(logprobs=True, top_logprobs=20, stop=["a", "b"], user="u", safety_identifier="s"),
    ask(stop="a", service_tier="auto", verbosity="low", reasoning_effort="high"),
    ask(tools=[TOOL], tool_choice="required", parallel_tool_calls=False),
    ask(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "f"}}),
    ask(functions=[{"name": "f", "description": "d"}], function_call={"name": "f"}),
    ask(functions=[{"name": "f"}], function_call="auto"),
    ask(response_format={"type": "text"}),
    ask(response_format={"type": "json_object"}),
    ask(response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}),
    ask(modalities=["text"], audio=None),
    ask(web_search_options={}, prompt_cache_key="k"),
    ask(unlisted={"a": 1}),
    messages({"role": "assistant", "content": None, "tool_calls": [CALL]}),
    messages({"role": "assistant", "content": "", "tool_calls": [CALL], "refusal": None}),
    messages({"role": "assistant", "refusal": "No."}),
    messages({"role": "assistant", "function_call": {"name": "f", "arguments": ""}}),
    messages({"role": "assistant", "content": "a", "audio": None, "annotations": []}),
    messages({"role": "tool", "tool_call_id": "call_1", "content": "42"}),
    messages({"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "4"}]}),
    messages({"role": "function", "name": "f", "content": "42"}),
    messages({"role": "developer", "content": "d"}, {"role": "system", "content": "s"}),
    messages({"role": "user", "content": "d", "name": "n"}),
    messages({"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {}}]}),
    messages({"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}),
]  # fmt: skip

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "model", "missing"),
    ({"messages": [USER]}, "model", "missing"),
    ({"model": "m"}, "messages", "missing"),
    (ask(model=None), "model", "string"),
    (ask(model=""), "model", "string"),
    (ask(model=7), "model", "string"),
    (ask(model="m" * 300), "model", "256"),
    (ask(messages=None), "messages", "at least one"),
    (ask(messages=[]), "messages", "at least one"),
    (ask(messages={}), "messages", "at least one"),
    (ask(messages="hello"), "messages", "at least one"),
    (ask(messages=[USER] * 5001), "messages", "5000"),
    (ask(messages=["hello"]), "messages[0]", "object"),
    (ask(messages=[None]), "messages[0]", "object"),
    (messages({"content": "a"}), "messages[1].role", "use one of"),
    (messages({"role": "system2", "content": "a"}), "messages[1].role", "use one of"),
    (messages({"role": ["user"], "content": "a"}), "messages[1].role", "use one of"),
    (messages({"role": "\u0443ser", "content": "a"}), "messages[1].role", "use one of"),
    (messages({"role": "user"}), "messages[1].content", "send text"),
    (messages({"role": "user", "content": None}), "messages[1].content", "send text"),
    (messages({"role": "assistant", "content": None}), "messages[1].content", "send text"),
    (messages({"role": "user", "content": None, "tool_calls": [CALL]}), "messages[1].content", ""),
    (messages({"role": "user", "content": 5}), "messages[1].content", "string or a list"),
    (messages({"role": "user", "content": {}}), "messages[1].content", "string or a list"),
    (messages({"role": "user", "content": []}), "messages[1].content", "string or a list"),
    (messages({"role": "user", "content": ["a"]}), "messages[1].content[0].type", "'text'"),
    (messages({"role": "user", "content": [{"type": "x"}]}), "messages[1].content[0].type", ""),
    (messages({"role": "user", "content": [{"type": 1}]}), "messages[1].content[0].type", ""),
    (messages({"role": "user", "content": [{"type": "text"}]}), "messages[1].content[0].text", ""),
    (messages({"role": "user", "content": "a", "name": 1}), "messages[1].name", "text"),
    (messages({"role": "tool", "content": "a"}), "messages[1].tool_call_id", "id of the call"),
    (messages({"role": "assistant", "tool_calls": {"a": 1}}), "messages[1].tool_calls", "made"),
    (messages({"role": "assistant", "tool_calls": [1]}), "messages[1].tool_calls[0].id", "id"),
    (called(id=""), f"{CALLED}.id", "id"),
    (called(type="custom"), f"{CALLED}.type", "'function'"),
    (called(function={}), f"{CALLED}.function.name", "name"),
    (called(function={"name": "f", "arguments": {}}), f"{CALLED}.function.arguments", "JSON text"),
    (messages(USER | {"audio": {"id": "a"}}), "messages[1].audio", "scope"),
    (ask(stream="true"), "stream", "true or false"),
    (ask(stream=1), "stream", "true or false"),
    (ask(stream_options={"include_usage": True}), "stream_options", "stream"),
    (ask(stream=True, stream_options=[]), "stream_options", "include_usage"),
    (ask(stream=True, stream_options=["a"]), "stream_options", "include_usage"),
    (ask(stream=True, stream_options={"include_usage": 1}), "stream_options", "include_usage"),
    (ask(n=0), "n", "from 1 to 8"),
    (ask(n=10**6), "n", "from 1 to 8"),
    (ask(n=True), "n", "whole number"),
    (ask(n=1.0), "n", "whole number"),
    (ask(n="1"), "n", "whole number"),
    (ask(max_tokens=-1), "max_tokens", "from 1"),
    (ask(max_tokens=0), "max_tokens", "from 1"),
    (ask(max_completion_tokens=1.5), "max_completion_tokens", "whole"),
    (ask(temperature=float("nan")), "temperature", "from 0 to 2"),
    (ask(temperature=float("inf")), "temperature", "from 0 to 2"),
    (ask(temperature=2.1), "temperature", "from 0 to 2"),
    (ask(temperature="0"), "temperature", "number"),
    (ask(top_p=True), "top_p", "number"),
    (ask(seed=1.5), "seed", "whole number"),
    (ask(seed=True), "seed", "whole number"),
    (ask(stop=[1]), "stop", "strings"),
    (ask(stop=["a"] * 5), "stop", "at most 4"),
    (ask(stop={}), "stop", "strings"),
    (ask(logit_bias=[]), "logit_bias", "object"),
    (ask(logit_bias={"a": "b"}), "logit_bias", "numbers"),
    (ask(logprobs="yes"), "logprobs", "true or false"),
    (ask(top_logprobs=5), "top_logprobs", "logprobs"),
    (ask(logprobs=True, top_logprobs=21), "top_logprobs", "20"),
    (ask(user=7), "user", "string"),
    (ask(tools={}), "tools", "list"),
    (ask(tools=[TOOL] * 300), "tools", "256"),
    (ask(tools=["f"]), "tools[0].type", "function"),
    (ask(tools=[{"type": "mcp", "server_url": "http://127.0.0.1"}]), "tools[0].type", "function"),
    (ask(tools=[{"type": "function"}]), "tools[0].function.name", "name"),
    (offered(name=1), "tools[0].function.name", "name"),
    (offered(name="f", parameters=[]), "tools[0].function.parameters", "dict"),
    (ask(tools=[TOOL], tool_choice="always"), "tool_choice", "'required'"),
    (ask(tools=[TOOL], tool_choice={"type": "function"}), "tool_choice", "'required'"),
    (ask(tool_choice="auto"), "tool_choice", "tools"),
    (ask(functions="f"), "functions", "list"),
    (ask(functions=[{}]), "functions[0].name", "name"),
    (ask(function_call="always"), "function_call", "'auto'"),
    (ask(response_format="json"), "response_format.type", "json_schema"),
    (ask(response_format={"type": "xml"}), "response_format.type", "json_schema"),
    (ask(response_format={"type": "json_schema"}), "response_format.json_schema.name", "schema"),
    (formed(name="n"), "response_format.json_schema.schema", "JSON schema"),
    (formed(schema={}), "response_format.json_schema.name", "schema"),
    (ask(modalities=["text", "audio"]), "modalities", "scope of this server is text"),
    (ask(audio={"voice": "alloy"}), "audio", "scope of this server is text"),
    (ask(web_search_options=[1]), "web_search_options", "object"),
]  # fmt: skip
BAD += [
    (messages({"role": "user", "content": [{"type": kind}]}), "messages[1].content[0]", "scope")
    for kind in ("image_url", "input_audio", "file", "input_image", "audio", "video_url")
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: json.dumps(body)[28:90])
def test_what_is_understood(body: dict[str, Any]) -> None:
    validate(body)
    clean, _ = reduce(body)
    validate(clean)
    assert parse(json.dumps(clean).encode()) == clean


@pytest.mark.parametrize(
    ("body", "param", "fix"), BAD, ids=[f"{at} {row[1]}" for at, row in enumerate(BAD)]
)
def test_what_is_not_names_the_field_and_the_fix(
    body: dict[str, Any], param: str, fix: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        validate(body)
    error = refused.value
    assert (error.status, error.param) == (400, param)
    assert repr(param) in error.message
    assert fix in error.message.partition(repr(param))[2]
    assert len(error.message) < 300


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "text", "function", "name", "id"]),
            inner,
            max_size=4,
        )
    ),
)


@given(st.dictionaries(st.sampled_from([*sorted(FIELDS), "modalities", "audio", "x"]), anything))
def test_any_body_is_understood_or_refused(body: dict[str, Any]) -> None:
    """Never another exception, and what was understood can be reduced and sent."""
    try:
        validate(body)
    except BadRequest:
        return
    clean, dropped = reduce(body)
    assert set(clean) <= FIELDS
    assert set(clean) | set(dropped) >= set(body)


@given(st.lists(anything, min_size=1, max_size=3))
def test_any_messages_are_understood_or_refused(said: list[object]) -> None:
    body = {"model": "m", "messages": said}
    try:
        validate(body)
    except BadRequest:
        return
    reduce(body)


# --- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "invalid_request", "empty"),
        (b"hello", "invalid_json", "not valid JSON"),
        (b'{"a":1', "invalid_json", "not valid JSON"),
        (b'{"a":1}{"a":1}', "invalid_json", "not valid JSON"),
        (b"[]", "invalid_json", "send a JSON object"),
        (b"null", "invalid_json", "send a JSON object"),
        (b'"text"', "invalid_json", "send a JSON object"),
        (b'{"a":NaN}', "invalid_json", "not valid JSON"),
        (b'{"a":Infinity}', "invalid_json", "not valid JSON"),
        (b'{"a":1e400}', "invalid_json", "not valid JSON"),
        (b'{"a":' + b"9" * 1_000_000 + b"}", "invalid_json", "not valid JSON"),
        (b'{"a":"\\ud800"}', "invalid_json", "not valid JSON"),
        (b'{"a":"\\udc00\\ud800"}', "invalid_json", "not valid JSON"),
        (b'{"a":"\xff"}', "invalid_json", "not valid JSON"),
        (b'{"a":"\x00"}', "invalid_json", "not valid JSON"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "too_deep", "nested deeper than 64"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "invalid_json", "depth"),
        (b"[" * 100_000, "invalid_json", "depth"),
        ("\ufeff{}".encode(), "invalid_json", "not valid JSON"),
        ("{}".encode("utf-16"), "invalid_json", "not valid JSON"),
    ],
)
def test_bytes_that_are_no_request(data: bytes, code: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as refused:
        parse(data)
    assert refused.value.code == code
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"a": "x\0y"}, "a"),
        ({"messages": [{"content": "\0"}]}, "messages[0].content"),
        ({"messages": [{"con\0tent": "a"}]}, "messages[0]"),
        ({"a\0": 1}, "the body"),
    ],
)
def test_a_nul_is_refused_where_it_is(body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest, match="NUL") as refused:
        parse(json.dumps(body).encode())
    assert refused.value.param == param


def test_a_nul_far_behind_long_names_is_found_in_no_time() -> None:
    """The path is put together for what is found, not for every place that is looked at."""
    body = {"k" * 1_000_000: [0] * 1_000_000, "x": "\0"}
    with pytest.raises(BadRequest, match="'x' contains a NUL"):
        parse(json.dumps(body).encode())


def test_text_about_a_nul_is_text() -> None:
    body = {"a": "\\u0000 is a NUL"}
    assert parse(json.dumps(body).encode()) == body


def test_depth_is_counted_not_guessed() -> None:
    assert parse(b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST)
    wide: dict[str, Any] = {"messages": [{"content": [{"a": []}]}] * 500}
    assert parse(json.dumps(wide).encode()) == wide


def test_of_double_keys_one_is_judged_and_sent() -> None:
    data = b'{"model":"m","messages":[{"role":"user","content":"a"}],"model":"n"}'
    clean, _ = reduce(parse(data))
    assert clean["model"] == "n"


# --- what reaches a model -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "api_base", "base_url", "api_key", "api_version", "extra_headers", "extra_body",
        "extra_query", "custom_llm_provider", "callbacks", "success_callback", "metadata",
        "mock_response", "fallbacks", "num_retries", "timeout", "model_list", "litellm_params",
        "litellm_session_id", "hitl", "store", "modalities", "audio", "prediction", "thinking",
        "headers", "organization", "deployment_id", "caching", "cache", "no-log", "ssl_verify",
        "client", "proxy", "__proto__", "constructor", "MODEL", "\u043codel", "model ", "",
    ],
)  # fmt: skip
def test_what_is_not_listed_is_dropped_and_named(name: str) -> None:
    clean, dropped = reduce(ask(**{name: {"x": "evil"}}))
    assert clean == ask()
    assert dropped == (name,)


def test_what_the_model_s_configuration_allows_is_not() -> None:
    clean, dropped = reduce(ask(chat_template_kwargs={"a": 1}, x=1), {"chat_template_kwargs"})
    assert clean == ask(chat_template_kwargs={"a": 1})
    assert dropped == ("x",)


def test_strange_fields_of_messages_are_dropped_and_named() -> None:
    body = messages(USER | {"__proto__": {"x": 1}, "hitl": 1}, USER | {"hitl": 2, "name": "n"})
    clean, dropped = reduce(body)
    assert clean["messages"] == [USER, USER, USER | {"name": "n"}]
    assert dropped == ("messages.__proto__", "messages.hitl")
    assert len(body["messages"][1]) == 4  # the client's own is as it was


def test_of_a_part_its_kind_s_text_goes_on_and_nothing_beside_it() -> None:
    """Else checks might read one of two texts, and the model the other."""
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": "a", "refusal": "evil", "image_url": {"url": "http://x"}},
        {"type": "refusal", "refusal": "b", "text": "harmless"},
    ]
    body = messages(USER | {"content": parts})
    clean, dropped = reduce(body)
    _, sent = clean["messages"]
    assert sent["content"] == [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}]
    assert text_of(sent) == "a\nb"
    assert set(dropped) == {f"messages.content.{n}" for n in ("refusal", "image_url", "text")}
    assert len(parts[0]) == 4  # the client's own is as it was


def test_a_clean_body_is_not_copied_deeply() -> None:
    body = messages(USER)
    clean, dropped = reduce(body)
    assert clean["messages"] is body["messages"]
    assert dropped == ()


def test_headers_that_go_on() -> None:
    sent = {
        "traceparent": "00-a-b-01",
        "tracestate": "x" * 600,
        "x-client-request-id": "a\r\nauthorization: evil",
        "authorization": "Bearer hk_1",
        "cookie": "a=b",
        "x-forwarded-for": "1.2.3.4",
        "openai-organization": "org",
        "host": "evil",
        "content-length": "5",
    }
    assert forwarded(sent) == {"traceparent": "00-a-b-01"}
    assert not HEADERS & {"authorization", "cookie", "host", "content-length", "transfer-encoding"}
