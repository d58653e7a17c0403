"""What a judge is shown and what counts as its verdict. Pure.

Untrusted text stands between fences with a number nobody could know; a fence within the text is
broken up. Only one JSON object of exactly the asked shape is a verdict: anything else is none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from hitl_chat.checks.transcript import text_of

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["ok", "unsure", "bad"]},
        "quote": {"type": "string"},
        "why": {"type": "string"},
    },
    "required": ["verdict", "quote", "why"],
    "additionalProperties": False,
}
SCORES = {"ok": 0.0, "unsure": 0.5, "bad": 1.0}
LONGEST = 24_000  # characters of conversation; the end of it matters most
INDENT = "\n    "  # so that nobody can write a line that looks like another speaker's
FENCE = re.compile(r"={3,}")
BLOCK = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verdict: Literal["ok", "unsure", "bad"]
    quote: str
    why: str

    @property
    def score(self) -> float:
        return SCORES[self.verdict]


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


def understood(reply: str) -> Said | None:
    """The verdict, if the whole reply is one."""
    text = reply.strip()
    block = BLOCK.fullmatch(text)
    try:
        return msgspec.json.decode(block[1] if block else text, type=Said)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def place(draft: str, quote: str, start: int, upto: int) -> tuple[int, int] | None:
    """Where the quoted words stand in the judged part of the draft."""
    words = quote.strip()
    at = draft.find(words, start, upto) if words else -1
    return (at, at + len(words)) if at >= 0 else None
