"""A held turn becomes rows: turn, hold, texts and event, in one transaction.

Owns what is decided in that very transaction: nobody is there, a person has taken over already, or
the stop switch blocks everything.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core import hold as holding
from hitl_chat.core.effects import OpenHold
from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import STOP_SWITCH, Hold, Opening
from hitl_chat.core.remainder import Draft, declined
from hitl_chat.runner import moves, structured
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.store import conversations, customers, findings, holds, introductions, load, stops
from hitl_chat.store.turn_records import Began


class New(NamedTuple):
    """A hold to be opened. `fitting`: those who are there and may decide it, and how much each
    takes at once."""

    ident: str
    effect: OpenHold
    draft: Draft
    facts: TurnFacts
    cap: float
    fitting: Mapping[str, int]
    found: Sequence[Finding] = ()


def open_hold(conn: Connection, new: New, now: Now) -> Moved:
    facts = new.facts
    Began.write_all(conn, [facts.began()])
    here = conversations.ensure(conn, facts.tenant, facts.conv, now.at)
    hold = holding.open_(_opening(new), here.epoch, now.at, new.cap)
    versions = holds.Facts(facts.rules_version, facts.criteria_version)
    holds.insert(conn, hold, new.draft, versions)
    findings.keep(conn, hold, new.found, now.at)
    about = facts.customer or introductions.find(conn, facts.tenant, facts.conv)
    customers.keep(conn, hold, about, now.at)
    if here.mode == "human":  # a person came while the checks were thinking
        return moves.finish(conn, hold, lambda hold, _: holding.cancel(hold), now)
    if stops.among(stops.modes(conn), facts.tenant) == "block":
        return moves.finish(conn, hold, lambda hold, draft: _blocked(hold, draft, now), now)
    if _attended(conn, new, now):
        return Moved(hold, hold)
    return moves.finish(conn, hold, lambda hold, draft: holding.no_agent(hold, draft, now.at), now)


def _blocked(hold: Hold, draft: Draft, now: Now) -> holding.Outcome:
    return holding.ruled(hold, draft, STOP_SWITCH, "block", now.at)


def _attended(conn: Connection, new: New, now: Now) -> bool:
    """Somebody is there for it who can take one more."""
    has = load.carried(conn, new.facts.tenant, now.at) if new.fitting else {}
    return any(has.get(who, 0) < most for who, most in new.fitting.items())


def _opening(new: New) -> Opening:
    """A fallback that breaks the asked-for schema will be sent as a refusal."""
    effect, facts = new.effect, new.facts
    fallback = declined(effect.terms, new.draft, choices=facts.choices)
    misfit = structured.complaint(structured.Asked(facts.schema), new.draft, fallback)
    return Opening(
        id=new.ident,
        tenant=facts.tenant,
        conv=facts.conv,
        turn=facts.id,
        terms=effect.terms,
        reasons=effect.reasons,
        draft_state=effect.draft_state,
        outstanding=effect.outstanding,
        choices=facts.choices,
        decline_as="refusal" if misfit else "content",
    )
