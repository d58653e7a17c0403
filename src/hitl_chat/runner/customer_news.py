"""What a customer may know of a conversation's record: each event as the customer is told it.

Owns what is left out: drafts, reasons, scores, rules, and who decided. The name a person shows to
customers is told where they speak, and nowhere else. Reads rows; knows no connection.
"""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from hitl_chat.core.hold import DEADLINE, NO_AGENT, Hold
from hitl_chat.core.types import Action, Author, SystemAction, Value
from hitl_chat.store import conversations, events, holds, messages, people, texts
from hitl_chat.store.events import Event
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)

SOMEBODY = "A colleague"  # speaks where the name is not known any more

DECISIONS: Mapping[Action | SystemAction, str] = {
    "approve": "approved",
    "edit": "edited",
    "reject": "rejected",
    "take_over": "taken_over",
    "release": "auto_released",
    "fallback_text": "expired",
    "block": "blocked",
}
AUTHORS: Mapping[Action | SystemAction, Author] = {
    "approve": "ai",
    "release": "ai",
    "edit": "human",
    "take_over": "human",
    "reject": "policy",
    "fallback_text": "policy",
    "block": "policy",
}


class Told(Value, frozen=True):
    """One event as the customer is told it. No `id`: it stands for no position of its own.

    `message` names a person's message that has arrived once this is written.
    """

    name: str
    data: Mapping[str, object]
    id: str = ""
    message: str = ""


def told(conn: Connection, tenant: str, conv: str, event: Event) -> Told | None:
    """What this event means to the customer; None if nothing.

    One that cannot be understood, or whose text is damaged, must not end the news of all others.
    """
    try:
        return _meaning(conn, tenant, conv, event)
    except (Unreadable, LookupError, TypeError, ValueError) as error:
        log.error("event %d cannot be told (%s)", event.id, type(error).__name__)
        return None


def _meaning(conn: Connection, tenant: str, conv: str, event: Event) -> Told | None:
    at, body = event.at, event.body
    match event.type:
        case "hold.opened":
            return _hold(body["hold"], body["turn"], at, body["deadline_at"])
        case "hold.requeued":
            found = holds.some(conn, tenant, [body["hold"]])
            return _held(found[0]) if found else None
        case "hold.decided":
            return _decided(body, at)
        case "hold.cancelled":
            facts = {"decision": "cancelled", "author": "policy"}
            return Told("released", {"hold_id": body["hold"], **facts, "at": at})
        case "message" if body["author"] == "human":
            said = messages.some(conn, tenant, conv, [body["message"]])
            return _message(said[0]) if said else None
        case "turn.corrected":
            return _corrected(conn, event)
        case _:
            return _speaker(conn, tenant, conv, event)


def standing(conn: Connection, tenant: str, conv: str) -> list[Told]:
    """How things stand: an answer that is held, a person who speaks, what they said unheard."""
    now = [_held(hold) for hold in holds.alive(conn, tenant, conv)]
    here = conversations.get(conn, tenant, conv)
    if here is not None and here.mode == "human":
        now.append(_takeover(here.owner_name if here.owner else None, here.away_told))
    said = map(_unsent, messages.unsent(conn, tenant, conv))
    return [*now, *filter(None, said)]


# --- holds ------------------------------------------------------------------------------------


def _held(hold: Hold) -> Told:
    return _hold(hold.id, hold.turn, hold.opened_at, hold.deadline_at)


def _hold(ident: str, turn: str, since: float, expires: float | None) -> Told:
    until = None if expires is None else int(expires)
    facts = {"hold_id": ident, "delivery_id": turn, "since": int(since), "expires": until}
    return Told("hold", facts)


def _decided(body: Mapping[str, Any], at: float) -> Told:
    """Nobody decided in time, or there was a decision."""
    action = body["action"]
    late = body["by"] in (DEADLINE, NO_AGENT) and action != "release"
    facts = {"decision": DECISIONS[action], "author": AUTHORS[action], "at": at}
    return Told("expired" if late else "released", {"hold_id": body["hold"], **facts})


# --- who speaks, and what they say ------------------------------------------------------------


def _speaker(conn: Connection, tenant: str, conv: str, event: Event) -> Told | None:
    body = event.body
    match event.type:
        case "conversation.handed_back":
            return Told("handback", {"reason": "handed_back", "at": event.at})
        case "conversation.unattended":
            return _takeover(None, away=False)
        case "conversation.taken_over" | "conversation.transferred" | "conversation.back":
            return _takeover(_display(conn, tenant, conv, body), away=False)
        case "conversation.away_told":
            return _takeover(_display(conn, tenant, conv, body), away=True)
        case _:
            return None


def _takeover(display: str | None, away: bool) -> Told:
    """`agent` is null while a person is being looked for."""
    agent = None if display is None else {"display": display, "away": away}
    return Told("takeover", {"agent": agent})


def _display(conn: Connection, tenant: str, conv: str, body: Mapping[str, Any]) -> str:
    here = conversations.get(conn, tenant, conv)
    if here is not None and here.owner == body["owner"]:
        return here.owner_name
    known = people.get(conn, tenant, body["owner"])
    return known.name if known else SOMEBODY


def _message(said: messages.Message) -> Told | None:
    """An erased message is not told any more."""
    if said.text is None:
        return None
    facts = {
        "message_id": said.id,
        "text": said.text,
        "agent": {"display": said.name or SOMEBODY},
        "at": said.at,
    }
    return Told("message", facts, message="" if said.delivered else said.id)


def _corrected(conn: Connection, event: Event) -> Told | None:
    """As it was said then, whatever was said later; one that came late is a message, too."""
    turn, (ref,) = event.body["turn"], event.body["texts"]
    text = texts.decoded(texts.get(conn, event.tenant, ref))
    if text is None:
        return None
    message = event.body.get("message", "")
    said = messages.some(conn, event.tenant, events.conversation(event), [message])
    sent = all(each.delivered for each in said)
    return _correction(turn, text, event.at, message, sent=sent)


def _correction(turn: str, text: str, at: float, message: str, *, sent: bool) -> Told:
    facts: dict[str, object] = {"delivery_id": turn, "replace": {"from": 0, "text": text}, "at": at}
    if message:
        facts["message_id"] = message
    return Told("corrected", facts, message="" if sent else message)


def _unsent(said: messages.Message) -> Told | None:
    if said.author != messages.CORRECTION or said.text is None:
        return _message(said)
    return _correction(said.turn, said.text, said.at, said.id, sent=False)
