"""Holds and conversations as people at a console see them: typed, and without the draft's text.

The web types are generated from these. Leaves out what changes without an event (the lease's end),
so that a console's state equals the server's once it has seen every event.
"""

from collections.abc import Mapping
from typing import Any

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.deciding import objections
from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import BAND_LEFT, Delivery, Hold, State
from hitl_chat.core.proposal import PUT_BACK, offered
from hitl_chat.core.types import (
    Action,
    DraftState,
    Impact,
    NeedsSecond,
    Reason,
)
from hitl_chat.rules.facts import Criteria
from hitl_chat.runner.attention import Doing, Look
from hitl_chat.runner.backgrounds import BackgroundView
from hitl_chat.runner.decision_views import (
    DecisionView,
    ProposalView,
    decision_view,
    proposal_view,
)
from hitl_chat.runner.people_online import Online
from hitl_chat.runner.people_views import NoteView, OpinionView, View, Who, who
from hitl_chat.runner.queue import IMPACT, risk
from hitl_chat.store.findings import History
from hitl_chat.store.messages import Message


class Obstacle(View, frozen=True):
    """Why an action is not possible now."""

    code: str
    sentence: str


class HoldView(View, frozen=True):
    """One card of the queue. `obstacles` names the actions that are not possible now.

    `because`: the reasons to choose from; `needs_second`: what somebody else must confirm;
    `asked`: who owes a second opinion.
    """

    id: str
    tenant: str
    conversation: str
    turn: str
    state: State
    version: int
    fence: int
    opened_at: float
    deadline_at: float
    requeued: bool
    customer_left: bool
    last_band: bool
    weight: float
    rules: tuple[str, ...]
    impact: Impact
    route: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    reasons: tuple[Reason, ...]
    draft_state: DraftState
    outstanding: tuple[str, ...]
    obstacles: Mapping[Action, Obstacle]
    delivery: Delivery
    because: tuple[str, ...]
    needs_second: tuple[NeedsSecond, ...]
    asked: tuple[str, ...]
    escalated_by: Who | None = None
    declined_by: Who | None = None
    claimed_by: Who | None = None
    proposal: ProposalView | None = None
    decision: DecisionView | None = None


class ConversationView(View, frozen=True):
    """Who speaks. `unattended`: a person is being looked for."""

    id: str
    tenant: str
    human: bool
    epoch: int
    owner: Who | None
    unattended: bool
    away: bool


class MessageView(View, frozen=True):
    """One message of a transcript. `author`: customer, ai, human or policy; no `text`: erased."""

    id: str
    seq: int
    author: str
    name: str
    text: str | None
    at: float
    delivered: bool


class PersonView(View, frozen=True):
    """A colleague who is online."""

    id: str
    name: str
    away: bool
    supervisor: bool


class Queue(View, frozen=True):
    """What waits: holds in order, conversations in which people speak, colleagues."""

    holds: tuple[HoldView, ...]
    conversations: tuple[ConversationView, ...]
    people: tuple[PersonView, ...]


class StopView(View, frozen=True):
    """How the stop switch stands: off, hold, block or pass."""

    mode: str


class Talk(View, frozen=True):
    """A conversation and its last messages."""

    conversation: ConversationView
    messages: tuple[MessageView, ...]
    notes: tuple[NoteView, ...] = ()


class LookView(View, frozen=True):
    """A colleague who looks at a hold, or writes about it."""

    hold: str
    by: Who
    doing: Doing


class Card(View, frozen=True):
    """Everything about one hold, with its texts: `sent` was read already, `pending` waits.

    `proposed`: what would follow what was sent, while a decision waits for a second person.
    `findings`: what each check said and shows; `history`: of the known answers among that, by id.
    `put_back`: the reasons to put it back for.
    """

    hold: HoldView
    sent: Mapping[str, str]
    pending: Mapping[str, str]
    draft_sha256: str
    customer_text: str
    model: str
    criteria: tuple[Criteria, ...]
    messages: tuple[MessageView, ...]
    proposed: Mapping[str, str]
    proposed_sha256: str
    schemas: Mapping[str, Mapping[str, Any]] = {}
    notes: tuple[NoteView, ...] = ()
    opinions: tuple[OpinionView, ...] = ()
    findings: tuple[Finding, ...] = ()
    history: Mapping[str, History] = {}
    background: BackgroundView = BackgroundView(False, (), {}, (), ())
    put_back: tuple[str, ...] = PUT_BACK


def hold_view(hold: Hold) -> HoldView:
    return HoldView(
        id=hold.id,
        tenant=hold.tenant,
        conversation=hold.conv,
        turn=hold.turn,
        state=hold.state,
        version=hold.version,
        fence=hold.fence,
        opened_at=hold.opened_at,
        deadline_at=hold.deadline_at,
        requeued=hold.requeued,
        customer_left=hold.orphan_at is not None or hold.band == BAND_LEFT,
        last_band=hold.band == BAND_LEFT,
        weight=risk(hold) * IMPACT[hold.terms.impact],
        rules=hold.terms.rules,
        impact=hold.terms.impact,
        route=hold.terms.route,
        skills=hold.terms.skills,
        languages=hold.terms.languages,
        reasons=hold.reasons,
        draft_state=hold.draft_state,
        outstanding=hold.outstanding,
        obstacles={
            action: Obstacle(refusal.code, refusal.sentence)
            for action, refusal in (objections(hold) if hold.alive else {}).items()
        },
        delivery=hold.delivery,
        because=offered(hold.terms),
        needs_second=hold.terms.needs_second,
        asked=hold.asked,
        escalated_by=who(hold.escalated_by, hold.escalated_name),
        declined_by=who(hold.declined_by, hold.declined_name),
        claimed_by=who(hold.claimed_by, hold.claimed_name),
        proposal=proposal_view(hold.proposal),
        decision=decision_view(hold.decision),
    )


def conversation_view(conversation: Conversation) -> ConversationView:
    owner = Who(conversation.owner, conversation.owner_name) if conversation.owner else None
    return ConversationView(
        id=conversation.id,
        tenant=conversation.tenant,
        human=conversation.mode == "human",
        epoch=conversation.epoch,
        owner=owner,
        unattended=conversation.unattended,
        away=conversation.away_since is not None,
    )


def message_view(said: Message) -> MessageView:
    return MessageView(
        said.id, said.seq, said.author, said.name, said.text, said.at, said.delivered
    )


def look_view(look: Look) -> LookView:
    return LookView(look.hold, Who(look.person.id, look.person.name), look.doing)


def person_view(online: Online) -> PersonView:
    one = online.person
    return PersonView(one.id, one.name, online.away, one.supervisor)
