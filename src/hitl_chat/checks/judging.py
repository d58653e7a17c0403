"""What a judge is shown and what counts as its verdict. Pure.

Untrusted text stands between fences with a number nobody could know; a fence within the text is
broken up. Only one JSON object of exactly the shape that the prompt names is a verdict: anything
else is none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from hitl_chat.checks.transcript import text_of
from hitl_chat.core.types import Value

SCORES = {"ok": 0.0, "unsure": 0.5, "bad": 1.0}
VERDICT, QUOTE = "verdict", "quote"
OUTPUT = f"a `{VERDICT}` of type string with the enum [{', '.join(SCORES)}]"
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
LONGEST = 24_000  # characters of conversation; the end of it matters most
INDENT = "\n    "  # so that nobody can write a line that looks like another speaker's
FENCE = re.compile(r"={3,}")
BLOCK = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


Schema = Mapping[str, Any]


class Said(Value, frozen=True):
    """`quote`: the words of the draft that decided it, where the prompt asks for them."""

    verdict: str
    quote: str = ""

    @property
    def score(self) -> float:
        return SCORES[self.verdict]


def unfit(schema: Schema | None) -> str:
    """Why a prompt whose answers have this shape is none for a judge; "" if it is one."""
    if schema is None:
        return f"its output is text, and a judge needs {OUTPUT}"
    asked = schema["properties"]
    words = asked.get(VERDICT, {}).get("enum") or ()
    if not {"ok", "bad"} <= set(words) <= SCORES.keys():
        return f"its output needs {OUTPUT}"
    if asked.get(QUOTE, {"type": "string"})["type"] != "string":
        return f"`{QUOTE}` in its output must be of type string: words of the answer"
    return ""


def fence(nonce: str) -> str:
    return f"===== {nonce} ====="


def fenced(text: str, nonce: str) -> str:
    """The text, unable to end the fence it stands in."""
    return FENCE.sub(lambda marks: " ".join(marks[0]), text).replace(nonce, "-" * len(nonce))


def conversation(messages: Sequence[Mapping[str, Any]]) -> str:
    """One message after the other; only the first line of each begins at the margin."""
    lines = [
        INDENT.join(f"[{message.get('role', '?')}] {text_of(message)}".splitlines())
        for message in messages
    ]
    told = "\n".join(lines)
    return told if len(told) <= LONGEST else f"(…)\n{told[-LONGEST:]}"


def understood(reply: str, schema: Schema) -> Said | None:
    """The verdict, if the whole reply is one of this shape."""
    text = reply.strip()
    block = BLOCK.fullmatch(text)
    try:
        said = msgspec.json.decode(block[1] if block else text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    asked = schema["properties"]
    if said.keys() != asked.keys() or not all(_is(said[name], asked[name]) for name in asked):
        return None
    return Said(said[VERDICT], said.get(QUOTE, ""))


def _is(value: object, wanted: Schema) -> bool:
    """JSON's true is no number, though Python's is."""
    fits = type(value) in KINDS[wanted["type"]]
    return fits and value in wanted.get("enum", (value,))


def place(draft: str, quote: str, start: int, upto: int) -> tuple[int, int] | None:
    """Where the quoted words stand in the judged part of the draft."""
    words = quote.strip()
    at = draft.find(words, start, upto) if words else -1
    return (at, at + len(words)) if at >= 0 else None
