"""What the record says about a hold: the difference of two states, as events. Pure.

Bodies hold ids, codes, times and salted digests; reasons are codes and parameters by design.
"""

from collections.abc import Iterator, Mapping
from math import isinf

import msgspec

from hitl_chat.core.hold import Hold
from hitl_chat.core.proposal import Decided, Proposal
from hitl_chat.store.texts import Stored

Said = tuple[str, Mapping[str, object]]  # an event's type and body

ITSELF = "system:desk"  # no person took it back: what had been seen has changed, or time was up


def opened(hold: Hold, sent: Stored, versions: Mapping[str, str]) -> Said:
    """The draft may still grow, so only what was sent is named by its digest.

    `versions`: of the rules that asked for it, and of what agents are told about them.
    """
    return "hold.opened", {
        **versions,
        "hold": hold.id,
        "turn": hold.turn,
        "epoch": hold.epoch,
        "rules": list(hold.terms.rules),
        "texts": {sent.ref: sent.sha},
        "deadline_at": _time(hold.deadline_at),
        **_learned(hold),
    }


def changes(
    before: Hold, after: Hold, text: Stored | None = None, draft: Stored | None = None
) -> Iterator[Said]:
    """One event per thing that happened.

    `text` is the new proposal's, or the decision's; `draft` is what will not grow any more.
    """
    about: dict[str, object] = {"hold": after.id, "version": after.version, "fence": after.fence}
    if _learned(before) != _learned(after) or draft is not None:
        named = {} if draft is None else {"texts": {draft.ref: draft.sha}}
        yield "hold.updated", {**about, **_learned(after), **named}
    if before.deadline_at != after.deadline_at:
        yield "hold.requeued", {**about, "deadline_at": _time(after.deadline_at)}
    yield from _customer(before, after, about)
    if before.alive:
        yield from _work(before, after, about, text)
    if (before.delivery, before.offset) != (after.delivery, after.offset):
        yield "hold.delivery", {**about, "delivery": after.delivery, "offset": after.offset}


def _customer(before: Hold, after: Hold, about: Mapping[str, object]) -> Iterator[Said]:
    if before.band < after.band:
        yield "hold.sunk", {**about, "band": after.band}
    elif before.orphan_at is None and after.orphan_at is not None:
        yield "hold.customer_left", about
    elif (before.orphan_at is not None or before.band > after.band) and after.orphan_at is None:
        yield "hold.customer_back", about


def _work(
    before: Hold, after: Hold, about: Mapping[str, object], text: Stored | None
) -> Iterator[Said]:
    yield from _hurried(before, after, about)
    if after.decision is not None and text is not None:
        yield "hold.decided", {**about, **_decided(after.decision, text)}
    elif after.state == "cancelled":
        yield "hold.cancelled", about
    elif after.proposal is not None and text is not None:
        yield "hold.proposed", {**about, **_proposed(after.proposal, text)}
    elif before.proposal is not None and after.proposal is not None:
        yield from _waiting(before.proposal, after.proposal, about)
    else:
        yield from _ownership(before, after, about)
    yield from _asides(before, after, about)


def _hurried(before: Hold, after: Hold, about: Mapping[str, object]) -> Iterator[Said]:
    """Who sends a decision before it can no longer be undone; it may be sent in that moment."""
    made = after.proposal or after.decision
    if before.proposal is None or made is None:
        return
    if made.hurried_by and made.hurried_by != before.proposal.hurried_by:
        yield "hold.hurried", {**about, "by": made.hurried_by}


def _waiting(before: Proposal, after: Proposal, about: Mapping[str, object]) -> Iterator[Said]:
    """The same proposal, one step further."""
    if before.recheck != after.recheck:
        yield "hold.rechecked", {**about, "recheck": after.recheck, "second": after.second}
    if before.seconder != after.seconder:
        yield "hold.seconded", {**about, "by": after.seconder}


def _asides(before: Hold, after: Hold, about: Mapping[str, object]) -> Iterator[Said]:
    if after.escalated_by != before.escalated_by:
        yield "hold.escalated", {**about, "by": after.escalated_by}
    for person in after.asked:
        if person not in before.asked:
            yield "hold.opinion_asked", {**about, "of": person}
    for person in before.asked:
        if person not in after.asked and after.alive:
            yield "hold.opinion_given", {**about, "by": person}


def _ownership(before: Hold, after: Hold, about: Mapping[str, object]) -> Iterator[Said]:
    if before.proposal is not None and after.declined_by:
        yield "hold.declined", {**about, "by": after.declined_by}
    elif before.proposal is not None:
        yield "hold.undone", {**about, "by": after.undone_by or ITSELF}
    if before.fence != after.fence:
        yield _owned(after, about)
    elif before.claimed_by and not after.claimed_by:
        why = {"because": [after.put_back_for]} if after.put_back_for else {}
        yield "hold.released", {**about, "by": before.claimed_by, **why}


def _owned(after: Hold, about: Mapping[str, object]) -> Said:
    if after.claimed_by:
        return "hold.claimed", {**about, "by": after.claimed_by}
    return "hold.withdrawn", {**about, "by": after.undone_by}


def _learned(hold: Hold) -> dict[str, object]:
    return {
        "reasons": msgspec.to_builtins(hold.reasons),
        "draft_state": hold.draft_state,
        "outstanding": list(hold.outstanding),
    }


def _proposed(proposal: Proposal, text: Stored) -> dict[str, object]:
    return {
        "by": proposal.by,
        "action": proposal.action,
        "settle_at": _time(proposal.settle_at),
        "recheck": proposal.recheck,
        "because": list(proposal.because),
        "helped": list(proposal.helped),
        **_corrects(proposal),
        "second": proposal.second,
        "texts": {text.ref: text.sha},
    }


def _decided(made: Decided, text: Stored) -> dict[str, object]:
    """`whole` is the digest of everything the customer will have read, `seen` what was approved."""
    return {
        "by": made.by,
        "action": made.action,
        "at": made.at,
        "seen_version": made.seen_version,
        "recheck": made.recheck,
        "because": list(made.because),
        "helped": list(made.helped),
        **_corrects(made),
        "seconder": made.seconder,
        "texts": {text.ref: text.sha},
        "whole": text.hide(made.text_sha),
        "seen": text.hide(made.seen_sha),
    }


def _corrects(made: Proposal | Decided) -> dict[str, object]:
    """What was sent is withdrawn; the words that announce it are part of the text."""
    return {"corrects": True} if made.corrects else {}


def _time(at: float) -> float | None:
    return None if isinf(at) else at
