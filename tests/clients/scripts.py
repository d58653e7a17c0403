"""What the scripted server plays for each scenario: frames in their order, and the waits between.

Pure. A script's stream and its plain answer tell the same story, so that one expectation
(scenarios.py) fits both. A beat is a heartbeat and the pause before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.clients import frames

if TYPE_CHECKING:
    from tests.clients.contract import Json

ANSWER = "Your parcel is in Köln 📦 and arrives on Friday."
EDITED = "Your parcel arrives on Monday."
FALLBACK = "I cannot answer that here. Please call our support line."
CORRECTION = "\n\n[Correction] The refund takes 14 days."
APOLOGY = "Sorry, something went wrong. Please try again."
HUMAN = ("Hi, this is Ann.", "\n\nHow can I help?")
TOOL = "refund"
ARGUMENTS = {"order": "A-17", "note": "späte Lieferung"}
VERDICT = {"answer": "14 days", "days": 14}

BEATS = 4  # 0.2 s of waiting for a person
MANY_BEATS = 40  # 2 s: more than the client's own timer in the "patient" scenarios


@dataclass(frozen=True)
class Beats:
    """Waiting time in heartbeats, and what they say is waited for."""

    count: int = BEATS
    text_sent: bool = False
    state: str = "held"


@dataclass(frozen=True)
class Script:
    """`status` None: not even headers, until the client hangs up."""

    stream: tuple[bytes | Beats, ...]
    plain: tuple[bytes | Beats, ...]
    status: int | None = 200


def script(
    *stream: bytes | Beats,
    plain: bytes,
    beats: Beats | None = None,
    author: str = "ai",
    finish_reason: str = "stop",
) -> Script:
    ended = (*stream, frames.end(author, finish_reason))
    return Script(ended, (beats or Beats(), plain))


def answered(
    content: str, *stream: bytes | Beats, beats: Beats | None = None, author: str = "ai"
) -> Script:
    plain = frames.completion({"content": content}, frames.final(author))
    return script(*stream, plain=plain, beats=beats, author=author)


def decided(decision: str, author: str, content: str, count: int = BEATS) -> Script:
    """Held before any text, then released as a whole."""
    hitl = frames.released(decision, author)
    return script(
        frames.held(),
        Beats(count),
        frames.text(content, hitl),
        plain=frames.completion({"content": content}, hitl),
        beats=Beats(count),
        author=author,
    )


def half_sent(count: int) -> Script:
    """Held after text: the decision's text is the remainder."""
    return answered(
        ANSWER,
        frames.text(ANSWER[:12]),
        frames.held(first=False),
        Beats(count, text_sent=True),
        frames.chunk({"content": ANSWER[12:]}, hitl=frames.released("edited", "human")),
        beats=Beats(count),
        author="human",
    )


def tool_call() -> Script:
    """Held whole: name and arguments come together, in one piece, after the ruling."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": TOOL, "arguments": json.dumps(ARGUMENTS, ensure_ascii=False)},
    }
    hitl = frames.released("approved", "ai")
    delta = {"role": "assistant", "content": None, "tool_calls": [{"index": 0} | call]}
    return script(
        frames.held(),
        Beats(),
        frames.chunk(delta, hitl=hitl),
        plain=frames.completion({"tool_calls": [call]}, hitl, "tool_calls"),
        finish_reason="tool_calls",
    )


def refusal(hitl: Json) -> Script:
    """How a structured answer ends that nobody may see: `refusal`, and no content."""
    delta = {"role": "assistant", "content": None, "refusal": FALLBACK}
    return script(
        frames.held(),
        Beats(),
        frames.chunk(delta, hitl=hitl),
        plain=frames.completion({"refusal": FALLBACK}, hitl),
        author="policy",
    )


def refused(status: int, message: str, kind: str, code: str) -> Script:
    """Before the commit: a real status and an error in OpenAI's shape."""
    body = (frames.error(message, kind, code),)
    return Script(body, body, status)


STRUCTURED = json.dumps(VERDICT)

SCRIPTS: dict[str, Script] = {
    "plain": answered(ANSWER, frames.text(ANSWER[:12]), frames.chunk({"content": ANSWER[12:]})),
    "checked": answered(ANSWER, frames.check(), Beats(state="checking"), frames.text(ANSWER)),
    "held_approved": decided("approved", "ai", ANSWER),
    "held_edited": decided("edited", "human", EDITED),
    "held_rejected": decided("rejected", "policy", FALLBACK),
    "expired": decided("expired", "policy", FALLBACK),
    "patient": decided("approved", "ai", ANSWER, MANY_BEATS),
    "half_sent": half_sent(BEATS),
    "patient_half_sent": half_sent(MANY_BEATS),
    "corrected": answered(
        ANSWER + CORRECTION,
        frames.text(ANSWER),
        frames.chunk({"content": CORRECTION}, hitl=frames.corrected(EDITED)),
        author="policy",
    ),
    "takeover": answered(
        "".join(HUMAN),
        frames.takeover(),
        Beats(state="human"),
        frames.text(HUMAN[0], frames.human("m1")),
        Beats(text_sent=True, state="human"),
        frames.chunk({"content": HUMAN[1]}, hitl=frames.human("m2")),
        author="human",
    ),
    "handed_back": answered(
        HUMAN[0] + "\n\n" + ANSWER,
        frames.takeover(),
        frames.text(HUMAN[0], frames.human("m1")),
        frames.chunk({"content": "\n\n" + ANSWER}, hitl=frames.HANDED_BACK),
    ),
    "failed": answered(
        APOLOGY, frames.held(), Beats(), frames.text(APOLOGY, frames.FAILED), author="policy"
    ),
    "tool_call": tool_call(),
    "structured": decided("edited", "human", STRUCTURED),
    "structured_rejected": refusal(frames.released("rejected", "policy")),
    "structured_failed": refusal(frames.FAILED),
    "busy": refused(
        409,
        "Another answer of this conversation is on its way: wait for it, then send again.",
        "invalid_request_error",
        "conversation_busy",
    ),
    "silent": Script((), (), status=None),
}
