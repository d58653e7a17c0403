"""The typed shape of what a model sends: exactly the fields of `core/fields.py`, and no other.

Decoding with these refuses unknown fields, so what was decoded is all there is; encoding them
again gives JSON that hides nothing (no double keys, no strange fields). Absent stays absent and
null stays null. Knows no meaning of the fields: that is `decode.py`.
"""

from typing import Annotated, Any, TypeAlias, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, field

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None  # there, absent, or null
Text: TypeAlias = Maybe[str]
Index = Annotated[int, Meta(ge=0, le=127)]


class Shape(Struct, forbid_unknown_fields=True, gc=False):
    """Base of every shape."""


class Function(Shape):
    name: Text = UNSET
    arguments: Text = UNSET


class ToolCall(Shape):
    index: Maybe[Index] = UNSET
    id: Text = UNSET
    type: Text = UNSET
    function: Maybe[Function] = UNSET


class Citation(Shape):
    url: Text = UNSET
    title: Text = UNSET
    content: Text = UNSET
    start_index: Maybe[int] = UNSET
    end_index: Maybe[int] = UNSET


class Annotation(Shape):
    type: Text = UNSET
    url_citation: Maybe[Citation] = UNSET


class Audio(Shape):
    """Its `data` is not listed: speech cannot be judged here, so it does not pass."""

    id: Text = UNSET
    transcript: Text = UNSET
    expires_at: Maybe[int | float] = UNSET


class Said(Shape):
    """A delta of a stream, or the message of a whole answer."""

    role: Text = UNSET
    content: Text = UNSET
    refusal: Text = UNSET
    reasoning: Text = UNSET
    reasoning_content: Text = UNSET
    tool_calls: Maybe[list[ToolCall]] = UNSET
    function_call: Maybe[Function] = UNSET
    annotations: Maybe[list[Annotation]] = UNSET
    audio: Maybe[Audio] = UNSET


class Alternative(Shape):
    token: str
    logprob: Maybe[float] = UNSET
    bytes: Maybe[list[Annotated[int, Meta(ge=0, le=255)]]] = UNSET


class Token(Alternative):
    top_logprobs: Maybe[list[Alternative]] = UNSET


class Logprobs(Shape):
    content: Maybe[list[Token]] = UNSET
    refusal: Maybe[list[Token]] = UNSET


class Part(Shape):
    """One choice of a stream's chunk. A missing delta says nothing, which `{}` says too."""

    index: Index = 0
    delta: Said = field(default_factory=Said)
    logprobs: Maybe[Logprobs] = UNSET
    finish_reason: Text = UNSET


class Whole(Shape, kw_only=True):
    """One choice of a whole answer."""

    index: Index = 0
    message: Said
    logprobs: Maybe[Logprobs] = UNSET
    finish_reason: Text = UNSET


class Envelope(Shape):
    id: Text = UNSET
    object: Text = UNSET
    created: Maybe[int | float] = UNSET
    model: Text = UNSET
    system_fingerprint: Text = UNSET
    service_tier: Text = UNSET


class PartChunk(Envelope, kw_only=True):
    choices: list[Part]
    usage: Maybe[dict[str, Any]] = UNSET
    obfuscation: Text = UNSET


class WholeAnswer(Envelope, kw_only=True):
    choices: list[Whole]
    usage: Maybe[dict[str, Any]] = UNSET


# Where a shape holds further shapes, and what their fields are called in `Chunk.stripped`.
INNER: dict[type[Shape], dict[str, tuple[type[Shape], str]]] = {
    PartChunk: {"choices": (Part, "choice.")},
    WholeAnswer: {"choices": (Whole, "choice.")},
    Part: {"delta": (Said, "delta."), "logprobs": (Logprobs, "logprobs.")},
    Whole: {"message": (Said, "delta."), "logprobs": (Logprobs, "logprobs.")},
    Said: {
        "tool_calls": (ToolCall, "tool_calls."),
        "function_call": (Function, "function_call."),
        "annotations": (Annotation, "annotations."),
        "audio": (Audio, "audio."),
    },
    ToolCall: {"function": (Function, "function.")},
    Annotation: {"url_citation": (Citation, "url_citation.")},
    Logprobs: {"content": (Token, "token."), "refusal": (Token, "token.")},
    Token: {"top_logprobs": (Alternative, "token.")},
}
