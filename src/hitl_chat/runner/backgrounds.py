"""What a card shows behind a hold: who did what with it, what came before, whose customer it is.

Read in the card's own transaction. Owns which holds ask for a judgement before they show scores.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import Connection

from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Action, Impact, Judgement, SystemAction
from hitl_chat.runner.people_views import Who
from hitl_chat.store import customers, holds, looks
from hitl_chat.store.events import Event

SAMPLED = 0.15  # of the holds whose rules ask for a sample
EARLIER = 5
PAST = 20  # of a customer's holds that are looked at for those of other conversations
DETAILS = ("action", "judgement", "delivery", "recheck")
UNTOLD = frozenset({"hold.updated"})  # what was learned is on the card itself


class StepView(Struct, frozen=True):
    """One event of a hold's trail. `what`: its type without "hold."; `detail`: its code, or why."""

    what: str
    by: Who | None
    at: float
    detail: str = ""


class RevealView(Struct, frozen=True):
    """What somebody thought of the answer before they saw the scores."""

    by: Who
    judgement: Judgement
    at: float


class EarlierView(Struct, frozen=True):
    """Another hold, of the same conversation or the same customer."""

    id: str
    rules: tuple[str, ...]
    impact: Impact
    opened_at: float
    action: Action | SystemAction | None = None
    by: Who | None = None


class BackgroundView(Struct, frozen=True):
    """`blind`: scores are for who has judged; `customer`: as the front end says, not checked.

    `earlier`: of this conversation; `past`: of others that the front end says are this customer's.
    """

    blind: bool
    revealed: tuple[RevealView, ...]
    customer: Mapping[str, str]
    earlier: tuple[EarlierView, ...]
    trail: tuple[StepView, ...]
    past: tuple[EarlierView, ...] = ()


def background(conn: Connection, hold: Hold) -> BackgroundView:
    trail, reveals = looks.trail(conn, hold), looks.reveals(conn, hold)
    people = {str(one.body["by"]) for one in (*trail, *reveals) if one.body.get("by")}
    names = looks.names(conn, hold.tenant, people)
    told = customers.facts(conn, hold.tenant, hold.id)
    return BackgroundView(
        is_blind(hold),
        tuple(_reveal(one, names) for one in reveals),
        told,
        tuple(map(_earlier, _others(conn, hold))),
        tuple(_step(one, names) for one in trail if one.type not in UNTOLD),
        tuple(map(_earlier, _elsewhere(conn, hold, told))),
    )


def is_blind(hold: Hold) -> bool:
    """The same holds for everybody, and for ever: nobody can choose by looking again."""
    match hold.terms.first_judgement:
        case "always":
            return True
        case "never":
            return False
        case "sampled":
            drawn = int.from_bytes(sha256(hold.id.encode()).digest()[:4], "big")
            return drawn < SAMPLED * 2**32


def _others(conn: Connection, hold: Hold) -> Sequence[Hold]:
    newest = holds.of_conversation(conn, hold.tenant, hold.conv, EARLIER + 1)
    return [one for one in newest if one.id != hold.id][:EARLIER]


def _elsewhere(conn: Connection, hold: Hold, told: Mapping[str, str]) -> Sequence[Hold]:
    """The customer's other holds; those of this conversation are `earlier`."""
    ident = told.get(customers.ID)
    found = customers.past(conn, hold.tenant, ident, PAST) if ident else []
    known = {one.id: one for one in holds.some(conn, hold.tenant, found)} if found else {}
    theirs = [known[one] for one in found if one in known]
    return [one for one in theirs if one.conv != hold.conv][:EARLIER]


def _earlier(hold: Hold) -> EarlierView:
    made = hold.decision
    by = Who(made.by, made.display or made.by) if made else None
    return EarlierView(
        hold.id,
        hold.terms.rules,
        hold.terms.impact,
        hold.opened_at,
        made.action if made else None,
        by,
    )


def _reveal(event: Event, names: Mapping[str, str]) -> RevealView:
    who = _who(event, names) or Who("", "")
    return RevealView(who, event.body["judgement"], event.at)


def _step(event: Event, names: Mapping[str, str]) -> StepView:
    detail = next((str(event.body[name]) for name in DETAILS if event.body.get(name)), "")
    detail = detail or ", ".join(event.body.get("because", ()))
    return StepView(event.type.removeprefix("hold."), _who(event, names), event.at, detail)


def _who(event: Event, names: Mapping[str, str]) -> Who | None:
    ident = str(event.body.get("by") or "")
    return Who(ident, names.get(ident, ident)) if ident else None
