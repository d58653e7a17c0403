"""A held turn becomes rows: turn, hold, texts and event, in one transaction.

Owns what is decided in that very transaction: nobody is there, or a person has taken over already.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core import hold as holding
from hitl_chat.core.effects import OpenHold
from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import Opening
from hitl_chat.core.remainder import Draft, declined
from hitl_chat.runner import moves, structured
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.store import conversations, findings, holds
from hitl_chat.store.turn_records import Began


class New(NamedTuple):
    """A hold to be opened. `attended`: somebody who may decide it is there."""

    ident: str
    effect: OpenHold
    draft: Draft
    facts: TurnFacts
    cap: float
    attended: bool
    found: Sequence[Finding] = ()


def open_hold(conn: Connection, new: New, now: Now) -> Moved:
    facts = new.facts
    Began.write_all(conn, [facts.began()])
    here = conversations.ensure(conn, facts.tenant, facts.conv, now.at)
    hold = holding.open_(_opening(new), here.epoch, now.at, new.cap)
    versions = holds.Facts(facts.rules_version, facts.criteria_version)
    holds.insert(conn, hold, new.draft, versions)
    findings.keep(conn, hold, new.found, now.at)
    if here.mode == "human":  # a person came while the checks were thinking
        return moves.finish(conn, hold, lambda hold, _: holding.cancel(hold), now)
    if new.attended:
        return Moved(hold, hold)
    return moves.finish(conn, hold, lambda hold, draft: holding.no_agent(hold, draft, now.at), now)


def _opening(new: New) -> Opening:
    """A fallback that breaks the asked-for schema will be sent as a refusal."""
    effect, facts = new.effect, new.facts
    fallback = declined(effect.terms, new.draft, choices=facts.choices)
    misfit = structured.complaint(facts.schema, new.draft, fallback)
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
