"""How what was decided about a hold appears in views, before and after it stands. Without texts."""

from hitl_chat.core.proposal import Decided, Proposal, Recheck, Second
from hitl_chat.core.types import Action, Help, SystemAction
from hitl_chat.runner.people_views import View, Who, who


class ProposalView(View, frozen=True):
    """A decision that can still be undone until `settle_at`, is being checked, or is seconded.

    `corrects`: it takes the place of what was sent, too.
    """

    by: Who
    action: Action
    settle_at: float
    recheck: Recheck
    second: Second
    because: tuple[str, ...]
    corrects: bool = False


class DecisionView(View, frozen=True):
    """Who decided, what and when."""

    by: Who
    action: Action | SystemAction
    at: float
    recheck: Recheck
    text_sha: str
    because: tuple[str, ...]
    helped: tuple[Help, ...]
    seconder: Who | None = None
    corrects: bool = False


def proposal_view(made: Proposal | None) -> ProposalView | None:
    if made is None:
        return None
    return ProposalView(
        Who(made.by, made.display),
        made.action,
        made.settle_at,
        made.recheck,
        made.second,
        made.because,
        bool(made.corrects),
    )


def decision_view(made: Decided | None) -> DecisionView | None:
    if made is None:
        return None
    by = Who(made.by, made.display or made.by)
    return DecisionView(
        *(by, made.action, made.at, made.recheck, made.text_sha, made.because, made.helped),
        seconder=who(made.seconder, made.seconder_name),
        corrects=bool(made.corrects),
    )
