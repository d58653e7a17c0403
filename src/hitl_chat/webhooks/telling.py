"""What webhooks are told: events of the record, by a name of their own and with listed facts. Pure.

Only what is listed here leaves: ids, codes, names of rules and times. No text, no names of people.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hitl_chat.core.hold import DEADLINE, NO_AGENT
from hitl_chat.store.events import Event

NEAR = "hold.deadline_near"
TEST = "test"
STOP = "stop_switch"

# What can be subscribed to, and how it is said in one sentence.
TITLES: Mapping[str, str] = {
    "hold.opened": "An answer waits for a person",
    NEAR: "An answer's time is nearly up",
    "hold.decided": "An answer was decided",
    "hold.expired": "Nobody decided in time: the rule did",
    "hold.no_agent": "Nobody is on duty: the rule decided",
    "hold.escalated": "A hold was passed to the supervisors",
    "hold.cancelled": "A hold was cancelled",
    "hold.undelivered": "A decided answer did not reach the customer",
    "hold.quarantined": "A hold's record makes no sense: run 'hitl-chat verify'",
    "conversation.taken_over": "A person took over a conversation",
    "conversation.handed_back": "A conversation was handed back to the assistant",
    "conversation.unattended": "A customer waits for a person, and nobody is there",
    "turn.corrected": "A text was withdrawn after it was sent",
    STOP: "The stop switch was thrown",
    "rules.published": "New rules apply",
    "rules.refused": "New rules were refused: the old ones stay",
    TEST: "A test: this webhook works",
}
SAME = {
    *("hold.opened", "hold.escalated", "hold.cancelled", "hold.quarantined"),
    *("conversation.taken_over", "conversation.handed_back", "conversation.unattended"),
    *("turn.corrected", STOP, "rules.published", "rules.refused"),
}
DECIDED_BY = {DEADLINE: "hold.expired", NO_AGENT: "hold.no_agent"}
ENDS = {"hold.decided", "hold.cancelled", "hold.quarantined", "hold.requeued"}
FACTS = ("hold", "turn", "rules", "action", "by", "because", "owner", "mode", "version")
CONVERSATION = "conv:"


class Told(NamedTuple):
    """One thing to tell. `before`: not now, but so long before this time."""

    type: str
    subject: str
    facts: Mapping[str, object]
    before: float | None = None


def told(event: Event) -> Iterator[Told]:
    """What this event means to others."""
    body, subject = event.body, subject_of(event)
    if (kind := _type(event)) is not None:
        yield Told(kind, subject, _facts(event))
    deadline = body.get("deadline_at")
    if event.type in ("hold.opened", "hold.requeued") and deadline is not None:
        yield Told(NEAR, subject, _facts(event), before=float(deadline))


def moot(event: Event) -> tuple[str, str] | None:
    """Subject and type of what nobody needs to be told any more."""
    return (subject_of(event), NEAR) if event.type in ENDS else None


def subject_of(event: Event) -> str:
    """Whatever has the same subject is told in order."""
    return str(event.body.get("hold") or event.stream)


def _type(event: Event) -> str | None:
    if event.type == "hold.decided":
        return DECIDED_BY.get(str(event.body.get("by")), "hold.decided")
    if event.type == "hold.delivery":
        return "hold.undelivered" if event.body.get("delivery") == "undelivered" else None
    return event.type if event.type in SAME else None


def _facts(event: Event) -> dict[str, object]:
    facts: dict[str, Any] = {name: event.body[name] for name in FACTS if name in event.body}
    if event.stream.startswith(CONVERSATION):
        facts["conversation"] = event.stream.removeprefix(CONVERSATION)
    if reasons := event.body.get("reasons"):
        facts["codes"] = sorted({f"{each['rule']}: {each['code']}" for each in reasons})
    if event.body.get("deadline_at") is not None:
        facts["deadline_at"] = event.body["deadline_at"]
    return facts
