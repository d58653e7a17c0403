"""Which events are told, as what, and with which facts; everything else stays here."""

from typing import Any

import pytest

from hitl_chat.store.events import Event
from hitl_chat.webhooks.telling import FACTS, NEAR, TITLES, Told, moot, told

HOLD: dict[str, Any] = {"hold": "hold_1", "version": 2, "fence": 1}


def event(type_: str, stream: str = "conv:c1", **body: Any) -> Event:
    return Event(7, "acme", stream, 1, type_, 1_000.0, body)


def said(each: Event) -> list[str]:
    return [one.type for one in told(each)]


@pytest.mark.parametrize(
    ("each", "types"),
    [
        (event("hold.opened", **HOLD, deadline_at=1_060.0), ["hold.opened", NEAR]),
        (event("hold.opened", **HOLD, deadline_at=None), ["hold.opened"]),
        (event("hold.requeued", **HOLD, deadline_at=1_060.0), [NEAR]),
        (event("hold.decided", **HOLD, by="person_1", action="edit"), ["hold.decided"]),
        (event("hold.decided", **HOLD, by="system:deadline"), ["hold.expired"]),
        (event("hold.decided", **HOLD, by="system:no_agent"), ["hold.no_agent"]),
        (event("hold.delivery", **HOLD, delivery="undelivered", offset=0), ["hold.undelivered"]),
        (event("hold.delivery", **HOLD, delivery="delivered", offset=9), []),
        (event("hold.escalated", **HOLD, by="person_1"), ["hold.escalated"]),
        (event("hold.cancelled", **HOLD), ["hold.cancelled"]),
        (event("hold.quarantined", hold="hold_1"), ["hold.quarantined"]),
        (event("hold.claimed", **HOLD, by="person_1"), []),
        (event("conversation.taken_over", epoch=2, owner="p"), ["conversation.taken_over"]),
        (event("conversation.handed_back", epoch=3), ["conversation.handed_back"]),
        (event("conversation.unattended", epoch=2), ["conversation.unattended"]),
        (event("conversation.away", epoch=2), []),
        (event("turn.corrected", turn="turn_1"), ["turn.corrected"]),
        (event("message", message="m"), []),
        (event("note", note="n"), []),
        (event("stop_switch", "system", mode="hold", by="ana"), ["stop_switch"]),
        (event("denied", "system", who="x", path="/y"), []),
        (event("rules.published", "rules", version=3), ["rules.published"]),
        (event("rules.refused", "rules", file="r.yaml", why="line 3"), ["rules.refused"]),
        (event("key.added", "people", key="k"), []),
        (event("unreadable"), []),
    ],
    ids=lambda value: value.type if isinstance(value, Event) else "",
)
def test_what_is_told(each: Event, types: list[str]) -> None:
    assert said(each) == types
    assert set(types) <= set(TITLES)


def test_only_listed_facts_leave() -> None:
    """Whatever else an event will hold one day."""
    secret: dict[str, Any] = {
        "why": "words",
        "texts": {"ref": "sha"},
        "text": "words",
        "whole": "sha",
        "name": "Ana",
    }
    (one,) = told(event("hold.decided", **HOLD, by="person_1", action="edit", **secret))
    assert set(one.facts) == {"hold", "version", "by", "action", "conversation"}
    assert set(one.facts) - {"conversation"} <= set(FACTS)


def test_reasons_are_told_by_their_codes() -> None:
    reasons: list[dict[str, Any]] = [
        {"rule": "promise", "check": "patterns", "code": "matched", "detail": "guarantee"},
        {"rule": "promise", "check": "judge", "code": "matched", "score": 0.9},
        {"rule": "calm", "check": "judge", "code": "check_failed"},
    ]
    (one, _) = told(event("hold.opened", **HOLD, deadline_at=2.0, reasons=reasons))
    assert one.facts["codes"] == ["calm: check_failed", "promise: matched"]


@pytest.mark.parametrize("type_", ["hold.decided", "hold.cancelled", "hold.requeued"])
def test_what_ends_a_wait_ends_what_was_to_be_told_about_its_deadline(type_: str) -> None:
    assert moot(event(type_, **HOLD)) == ("hold_1", NEAR)
    assert moot(event("hold.claimed", **HOLD)) is None


def test_a_hold_is_told_in_its_own_order_and_a_conversation_in_its() -> None:
    hold, talk = (
        next(iter(told(event("hold.opened", **HOLD)))),
        next(iter(told(event("conversation.taken_over")))),
    )
    assert isinstance(hold, Told)
    assert (hold.subject, talk.subject) == ("hold_1", "conv:c1")
