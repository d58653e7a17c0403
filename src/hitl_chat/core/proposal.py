"""What a person decided about a hold: first a proposal, then the one decision. With its reasons.

The reasons are words of the rule, or usual ones: codes to be counted, never free text. So are
those for which a hold is put back, undecided.
"""

from collections.abc import Collection, Iterable
from typing import Literal

from hitl_chat.core.command import Refusal
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Action, Help, SystemAction, Value

Recheck = Literal["pending", "clean", "warned"]
Second = Literal["no", "wanted", "given"]

MOST = 9  # one key each
USUAL = (
    *("fine as it is", "number changed", "date changed", "promise removed", "link changed"),
    *("tone", "shorter", "more said", "other"),
)
PUT_BACK = (  # they are about the person, so they are the same for every rule
    *("not my field", "not my language", "personally involved", "not enough time", "other"),
)


class Proposal(Value, frozen=True):
    """A decision that can still be undone, is being checked, or waits for a second person."""

    by: str
    action: Action
    texts: Texts
    at: float
    settle_at: float
    until: float  # a re-check that has not ended by then no longer keeps the deadline waiting
    recheck: Recheck
    fence: int
    version: int  # what the person had seen
    display: str = ""
    seen_sha: str = ""
    idem_key: str = ""
    because: tuple[str, ...] = ()
    helped: tuple[Help, ...] = ()  # whose words it is made of beside the person's own
    corrects: str = ""  # what was sent is withdrawn: the words that announce it
    second: Second = "no"
    seconder: str = ""
    seconder_name: str = ""
    hurried_by: str = ""  # who would not wait until it can no longer be undone


class Decided(Value, frozen=True):
    """The one decision. `texts` replace what was not sent yet; `text_sha` covers sent and texts."""

    by: str
    action: Action | SystemAction
    texts: Texts
    text_sha: str
    at: float
    display: str = ""
    seen_version: int = 0
    seen_sha: str = ""
    idem_key: str = ""
    recheck: Recheck = "clean"
    because: tuple[str, ...] = ()
    helped: tuple[Help, ...] = ()
    corrects: str = ""
    seconder: str = ""
    seconder_name: str = ""
    hurried_by: str = ""


def settled(proposal: Proposal, now: float) -> Decided:
    """The decision that a proposal becomes."""
    return Decided(
        by=proposal.by,
        display=proposal.display,
        action=proposal.action,
        texts=proposal.texts,
        text_sha="",
        at=now,
        seen_version=proposal.version,
        seen_sha=proposal.seen_sha,
        idem_key=proposal.idem_key,
        recheck="clean" if proposal.recheck == "clean" else "warned",
        because=proposal.because,
        helped=proposal.helped,
        corrects=proposal.corrects,
        seconder=proposal.seconder,
        seconder_name=proposal.seconder_name,
        hurried_by=proposal.hurried_by,
    )


def offered(terms: Terms) -> tuple[str, ...]:
    """The reasons to choose from: the rule's own, and usual ones while there are keys left."""
    return tuple(dict.fromkeys((*terms.because, *USUAL)))[:MOST]


def unoffered(terms: Terms, because: Iterable[str]) -> Refusal | None:
    return unknown(tuple(dict.fromkeys((*terms.because, *USUAL))), because)


def unknown(known: Collection[str], because: Iterable[str]) -> Refusal | None:
    """Reasons are counted, and stay when texts are erased: so they are chosen, not written."""
    for reason in because:
        if reason not in known:
            return Refusal(
                "unknown_reason",
                f"{reason!r} is no reason here: choose from {', '.join(known)}; "
                "anything else goes into a note",
                {"reasons": list(known)},
            )
    return None
