"""What a chunk or message of the model may carry: the three lists, and how a field is named.

Gated fields wait for the ruling; inert fields travel with it; anything else is stripped, counted
and named by `hitl-chat doctor`. Adding a name here is a security decision.
"""

from hitl_chat.core.types import Field

GATED = frozenset(
    {
        "content",
        "refusal",
        "reasoning",
        "reasoning_content",
        "tool_calls",
        "function_call",
        "audio",
        "annotations",
        "logprobs",
    }
)
INERT_CHUNK = frozenset(
    {
        "id",
        "object",
        "created",
        "model",
        "choices",
        "usage",
        "system_fingerprint",
        "service_tier",
        "obfuscation",
    }
)
INERT_CHOICE = frozenset({"index", "delta", "message", "finish_reason", "logprobs"})
INERT_DELTA = frozenset({"role"})

# Text of these leaves in one piece, after the whole draft was judged: a client acts on tool
# arguments, and half of them is another call.
WHOLE = frozenset({"tool_calls", "function_call", "audio", "annotations"})

CONTENT: Field = "0/content"


def field(choice: int, name: str, *path: int | str) -> Field:
    return "/".join(map(str, (choice, name, *path)))


def choice_of(name: Field) -> int:
    return int(name.partition("/")[0])


def kind_of(name: Field) -> str:
    """`content` of "0/content", `tool_calls` of "0/tool_calls/1/arguments"."""
    return name.split("/")[1]


def leaves_whole(name: Field) -> bool:
    return kind_of(name) in WHOLE
