"""What a chat completion request must look like, checked field by field.

Each complaint is a `BadRequest` that names the field and the fix. Hand-written because it runs
for every request: a usual body takes microseconds. Pure; unlisted fields are not its business.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from hitl_chat.errors import BadRequest

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
MOST_CHOICES = 8
MOST_MESSAGES = 5000
MOST_TOOLS = 256
LONGEST_NAME = 256
OTHER_MODALITIES = frozenset(
    {"image_url", "image", "input_image", "input_audio", "audio", "file", "input_file", "video_url"}
)
Json = Any  # whatever the client sent


def validate(body: Mapping[str, Json]) -> None:
    """Raises `BadRequest` for the first thing in the body that cannot be understood."""
    if "model" not in body:
        _bad("model", "is missing", "name one of GET /v1/models")
    if "messages" not in body:
        _bad("messages", "is missing", "send a list of messages")
    for name, value in body.items():
        check = CHECKS.get(name)
        if check and (value is not None or name in ("model", "messages")):
            check(name, value)
    if body.get("stream_options") and not body.get("stream"):
        _bad("stream_options", "is only for streams", "set stream to true or leave it out")
    if body.get("top_logprobs") and not body.get("logprobs"):
        _bad("top_logprobs", "needs logprobs", "set logprobs to true or leave it out")
    if body.get("tool_choice") and not body.get("tools"):
        _bad("tool_choice", "needs tools", "list the tools or leave it out")


def _bad(path: str, why: str, fix: str) -> NoReturn:
    raise BadRequest(f"{path!r} {why}: {fix}.", param=path)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


# --- messages --------------------------------------------------------------------------------


def _messages(path: str, value: Json) -> None:
    if not isinstance(value, list) or not value:
        _bad(path, "is not a list with a message in it", "send at least one message")
    if len(value) > MOST_MESSAGES:
        _bad(path, f"has {len(value)} messages", f"send at most {MOST_MESSAGES}")
    for at, message in enumerate(value):
        if not isinstance(message, dict):
            _bad(f"{path}[{at}]", "is not an object", "send {role, content}")
        role = message.get("role")
        content = message.get("content")
        if type(content) is not str or role not in PLAIN_ROLES or len(message) > 2:
            _unusual_message(f"{path}[{at}]", message)


PLAIN_ROLES = ("user", "assistant", "system", "developer")


def _unusual_message(path: str, message: dict[str, Json]) -> None:
    role = message.get("role")
    if not isinstance(role, str) or role not in ROLES:
        known = ", ".join(sorted(ROLES))
        _bad(f"{path}.role", f"is {_shown(role)}", f"use one of {known}")
    _content(f"{path}.content", message, role)
    for name in ("name", "refusal", "reasoning_content"):
        if not isinstance(message.get(name), str | None):
            _bad(f"{path}.{name}", "is not a string", "send text or leave it out")
    if role == "tool" and not _is_name(message.get("tool_call_id")):
        _bad(f"{path}.tool_call_id", "is missing", "send the id of the call this answers")
    if message.get("audio"):
        _bad(f"{path}.audio", "is not text", "send the text; the scope of this server is text")
    if message.get("tool_calls") is not None:
        _tool_calls(f"{path}.tool_calls", message["tool_calls"])
    if message.get("function_call") is not None:
        _called(f"{path}.function_call", message["function_call"])


def _content(path: str, message: dict[str, Json], role: str) -> None:
    content = message.get("content")
    if content is None:
        instead = ("tool_calls", "function_call", "refusal")
        if role != "assistant" or not any(message.get(name) for name in instead):
            _bad(path, "is missing", "send text (only an assistant's tool calls go without)")
        return
    if isinstance(content, str):
        return
    if not isinstance(content, list) or not content:
        _bad(path, f"is {_shown(content)}", "send a string or a list of text parts")
    for at, part in enumerate(content):
        _part(f"{path}[{at}]", part)


def _part(path: str, part: Json) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in ("text", "refusal"):
        if not isinstance(part.get(kind), str):
            _bad(f"{path}.{kind}", "is not a string", "send the text of the part")
    elif isinstance(kind, str) and kind in OTHER_MODALITIES:
        _bad(path, f"is {kind!r}, not text", "send text parts; the scope of this server is text")
    else:
        _bad(f"{path}.type", f"is {_shown(kind)}", "send parts of type 'text'")


def _tool_calls(path: str, calls: Json) -> None:
    if not isinstance(calls, list):
        _bad(path, "is not a list", "send the tool calls as the model made them")
    for at, call in enumerate(calls):
        where = f"{path}[{at}]"
        if not isinstance(call, dict) or not _is_name(call.get("id")):
            _bad(f"{where}.id", "is missing", "send the id the model gave the call")
        if call.get("type", "function") != "function":
            _bad(f"{where}.type", f"is {_shown(call['type'])}", "use 'function'")
        _called(f"{where}.function", call.get("function"))


def _called(path: str, function: Json) -> None:
    if not isinstance(function, dict) or not _is_name(function.get("name")):
        _bad(f"{path}.name", "is missing", "send the name of the function")
    if not isinstance(function.get("arguments"), str):
        _bad(f"{path}.arguments", "is not a string", "send the arguments as JSON text")


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


# --- tools and form --------------------------------------------------------------------------


def _tools(path: str, tools: Json) -> None:
    if not isinstance(tools, list) or len(tools) > MOST_TOOLS:
        _bad(path, "is not a list of tools", f"send a list of at most {MOST_TOOLS}")
    for at, tool in enumerate(tools):
        where = f"{path}[{at}]"
        if not isinstance(tool, dict) or tool.get("type") != "function":
            _bad(f"{where}.type", "is not 'function'", "send function tools only")
        _function(f"{where}.function", tool.get("function"))


def _functions(path: str, functions: Json) -> None:
    if not isinstance(functions, list) or len(functions) > MOST_TOOLS:
        _bad(path, "is not a list of functions", f"send a list of at most {MOST_TOOLS}")
    for at, function in enumerate(functions):
        _function(f"{path}[{at}]", function)


def _function(path: str, function: Json) -> None:
    if not isinstance(function, dict) or not _is_name(function.get("name")):
        _bad(f"{path}.name", "is missing", "name the function")
    for name, kind in (("description", str), ("parameters", dict), ("strict", bool)):
        if not isinstance(function.get(name), kind | None):
            _bad(f"{path}.{name}", f"is not a {kind.__name__}", "correct it or leave it out")


def _tool_choice(path: str, choice: Json) -> None:
    if choice in ("none", "auto", "required"):
        return
    named = choice.get("function") if isinstance(choice, dict) else None
    if not isinstance(named, dict) or not _is_name(named.get("name")):
        fix = "use 'none', 'auto', 'required' or {type: function, function: {name}}"
        _bad(path, f"is {_shown(choice)}", fix)


def _function_call(path: str, choice: Json) -> None:
    if choice in ("none", "auto") or (isinstance(choice, dict) and _is_name(choice.get("name"))):
        return
    _bad(path, f"is {_shown(choice)}", "use 'none', 'auto' or {name}")


def _response_format(path: str, form: Json) -> None:
    kind = form.get("type") if isinstance(form, dict) else None
    if kind in ("text", "json_object"):
        return
    if kind != "json_schema":
        _bad(f"{path}.type", f"is {_shown(kind)}", "use 'text', 'json_object' or 'json_schema'")
    schema = form.get("json_schema")
    if not isinstance(schema, dict) or not _is_name(schema.get("name")):
        _bad(f"{path}.json_schema.name", "is missing", "send {name, schema}")
    if not isinstance(schema.get("schema"), dict):
        _bad(f"{path}.json_schema.schema", "is not an object", "send a JSON schema")


# --- plain fields ----------------------------------------------------------------------------


def _is_a(kind: type, what: str) -> Callable[[str, Json], None]:
    def check(path: str, value: Json) -> None:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            _bad(path, f"is {_shown(value)}", f"send {what}")

    return check


def _between(low: float, high: float, *, whole: bool = False) -> Callable[[str, Json], None]:
    kinds = (int,) if whole else (int, float)

    def check(path: str, value: Json) -> None:
        # A comparison that NaN fails.
        if type(value) not in kinds or not low <= value <= high:
            what = "a whole number" if whole else "a number"
            _bad(path, f"is {_shown(value)}", f"send {what} from {low} to {high}")

    return check


def _name(path: str, value: Json) -> None:
    if not _is_name(value):
        _bad(path, f"is {_shown(value)}", f"send a string of 1 to {LONGEST_NAME} characters")


def _stop(path: str, value: Json) -> None:
    stops = [value] if isinstance(value, str) else value
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(s, str) for s in stops):
        _bad(path, f"is {_shown(value)}", "send a string or a list of at most 4 strings")


def _logit_bias(path: str, value: Json) -> None:
    if not isinstance(value, dict) or not all(type(v) in (int, float) for v in value.values()):
        _bad(path, f"is {_shown(value)}", "send an object of numbers")


def _stream_options(path: str, value: Json) -> None:
    if not isinstance(value, dict) or not all(isinstance(v, bool) for v in value.values()):
        _bad(path, f"is {_shown(value)}", "send {include_usage: true}")


def _modalities(path: str, value: Json) -> None:
    if value != ["text"]:
        _bad(path, f"is {_shown(value)}", "ask for ['text']; the scope of this server is text")


def _no_audio(path: str, _: Json) -> None:
    _bad(path, "asks for speech", "leave it out; the scope of this server is text")


FLAG = _is_a(bool, "true or false")
TEXT = _is_a(str, "a string")
CHECKS: Mapping[str, Callable[[str, Json], None]] = {
    "model": _name,
    "messages": _messages,
    "stream": FLAG,
    "stream_options": _stream_options,
    "n": _between(1, MOST_CHOICES, whole=True),
    "max_tokens": _between(1, 10_000_000, whole=True),
    "max_completion_tokens": _between(1, 10_000_000, whole=True),
    "temperature": _between(0, 2),
    "top_p": _between(0, 1),
    "top_k": _between(-1, 1_000_000, whole=True),
    "presence_penalty": _between(-2, 2),
    "frequency_penalty": _between(-2, 2),
    "logit_bias": _logit_bias,
    "logprobs": FLAG,
    "top_logprobs": _between(0, 20, whole=True),
    "seed": _is_a(int, "a whole number"),
    "stop": _stop,
    "tools": _tools,
    "tool_choice": _tool_choice,
    "parallel_tool_calls": FLAG,
    "functions": _functions,
    "function_call": _function_call,
    "response_format": _response_format,
    "modalities": _modalities,
    "audio": _no_audio,
    "user": TEXT,
    "safety_identifier": TEXT,
    "prompt_cache_key": TEXT,
    "reasoning_effort": TEXT,
    "verbosity": TEXT,
    "service_tier": TEXT,
    "web_search_options": _is_a(dict, "an object"),
}
