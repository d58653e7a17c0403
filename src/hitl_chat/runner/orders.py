"""What each command does, inside its transaction: from an order to what came of it.

Everything an order needs besides rows was found out before and is in it. Runs on the database's
thread; may run twice.
"""

from typing import NamedTuple, assert_never

from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core import deciding, undoing
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.conversation import Conversation
from hitl_chat.core.deciding import Limits
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold, Outcome
from hitl_chat.core.remainder import Draft, Texts, shorthand
from hitl_chat.core.staffing import Able
from hitl_chat.core.types import Value
from hitl_chat.runner import asides, moves, reviewing, structured, taking
from hitl_chat.runner import commands as do
from hitl_chat.runner.late import UNREAD, Late
from hitl_chat.runner.moves import Moved, Now, Spoken
from hitl_chat.runner.people_views import View
from hitl_chat.runner.staff import Staff
from hitl_chat.runner.views import conversation_view, hold_view
from hitl_chat.store import looks, messages, stops

NO_NOTE = "(none)"
WINDOWS = 5  # no undo window by default when less time than so many of them is left

Work = do.Claim | do.Renew | do.Release | do.Undo | do.SendNow
Kept = (
    Work
    | do.Next
    | do.Decide
    | asides.Aside
    | do.Note
    | do.Reveal
    | do.Look
    | do.TakeOver
    | do.HandBack
    | do.Transfer
    | do.Say
    | do.Review
    | do.Stop
)


class Agent(Value, frozen=True):
    """Who commands, for which tenant, and how long their decisions may be undone by default."""

    person: Person
    tenant: str
    undo: float = 0.0
    able: Able | None = None  # what they can do; None: a script, which takes what it asks for


class Order(NamedTuple):
    """A command, and what was found out about it before its transaction."""

    by: Agent
    command: Kept
    key: str  # names the command for ever; "" if it will not be repeated
    limits: Limits
    recheck: bool = False
    asked: structured.Asked = structured.Asked()
    candidates: tuple[str, ...] = ()  # for `next`: the queue, in order
    mine: tuple[str, ...] = ()  # for `next`: what was given to them
    fresh: str = ""  # an id for what the order makes
    colleague: Person | None = None
    its: Able | None = None  # what the colleague can do
    supervised: bool = False  # another supervisor is there
    late: Late = UNREAD  # what checks say of a late correction
    staff: Staff | None = None


class Nothing(View, frozen=True):
    """The command had nothing to answer: no hold is waiting, or there is nothing to tell."""


class Done(NamedTuple):
    """What came of an order: the view that answers it, and what must be told."""

    view: View
    moved: tuple[Moved, ...] = ()
    spoken: Spoken | None = None
    said: messages.Message | None = None


def perform(conn: Connection, order: Order, now: Now) -> Done:  # noqa: C901 (one arm per command)
    match order.command:
        case do.Claim() | do.Renew() | do.Release() | do.Undo() | do.SendNow():
            return _work(conn, order, order.command, now)
        case do.Next():
            return _next(conn, order, now)
        case do.Decide():
            return _decide(conn, order, order.command, now)
        case do.Second() | do.Escalate() | do.Assign() | do.AskOpinion() | do.GiveOpinion():
            return _held(asides.perform(conn, order.command, _setting(order), now))
        case do.Note():
            asides.write(conn, order.command, _setting(order), now)
            return Done(Nothing())
        case do.Reveal() | do.Look():
            return _look(conn, order, order.command, now)
        case do.TakeOver():
            return _take_over(conn, order, order.command, now)
        case do.HandBack():
            return _hand_back(conn, order, order.command, now)
        case do.Transfer():
            return _transfer(conn, order, order.command, now)
        case do.Say():
            return _say(conn, order, order.command, now)
        case do.Review():
            return Done(reviewing.review(conn, order.command, _setting(order), now, order.late))
        case do.Stop(mode):
            mode_or_off: stops.Mode = "" if mode == "off" else mode
            stops.set_mode(conn, order.by.tenant, mode_or_off, order.by.person.id, now.at)
            return Done(Nothing())
        case _:
            assert_never(order.command)


# --- holds -----------------------------------------------------------------------------------


def _work(conn: Connection, order: Order, command: Work, now: Now) -> Done:
    by, lease = order.by.person, order.limits.lease

    def step(hold: Hold, draft: Draft) -> Outcome:
        match command:
            case do.Claim(_, force):
                refusal = taking.unsuited(_taker(order), hold)
                if refusal is not None:
                    return refusal
                return deciding.claim(hold, by, now.at, lease, force=force)
            case do.Renew(_, fence):
                return deciding.renew(hold, by, fence, now.at, lease)
            case do.Release(_, fence, because):
                return deciding.release(hold, by, fence, because)
            case do.Undo():
                return undoing.undo(hold, by, now.at, lease)
            case do.SendNow():
                return undoing.send_now(hold, by, now.at)
            case _:
                assert_never(command)

    return _held(moves.move(conn, order.by.tenant, command.hold, step, now))


def _look(conn: Connection, order: Order, command: do.Reveal | do.Look, now: Now) -> Done:
    """What was seen and thought of a hold is on record, and changes nothing about it."""
    hold = moves.find(conn, order.by.tenant, command.hold)
    by = order.by.person.id
    if isinstance(command, do.Reveal):
        looks.revealed(conn, hold, by, command.judgement, now.at)
    else:
        looks.looked(conn, hold, by, now.at)
    return Done(hold_view(hold))


def _held(moved: Moved) -> Done:
    return Done(hold_view(moved.after), (moved,))


def _next(conn: Connection, order: Order, now: Now) -> Done:
    moved = taking.next_hold(conn, _taker(order), order.candidates, order.mine, now)
    return Done(Nothing()) if moved is None else _held(moved)


def _taker(order: Order) -> taking.Taker:
    by = order.by
    return taking.Taker(by.person, by.tenant, by.able, order.staff, order.limits.lease)


def _decide(conn: Connection, order: Order, command: do.Decide, now: Now) -> Done:
    def step(hold: Hold, draft: Draft, here: Conversation) -> Outcome:
        refusal = taking.unsuited(_taker(order), hold)
        if refusal is not None:
            return refusal
        texts = _texts(hold, draft, command)
        if isinstance(texts, Refusal):
            return texts
        outcome = deciding.decide(
            hold,
            draft,
            _decision(order, command, hold, texts, now.at),
            now.at,
            epoch=here.epoch,
            limits=order.limits,
            validate=lambda texts: structured.refusal(order.asked, draft, texts),
        )
        return asides.unseconded(outcome, order.by.person)

    moved, spoken = moves.decide(
        conn,
        order.by.tenant,
        command.hold,
        step,
        order.by.person,
        now,
        order.limits,
        force=command.force,
    )
    about = _setting(order)
    asides.note(conn, about, moved.after.conv, command.note, now.at, hold=command.hold)
    return Done(hold_view(moved.after), () if spoken else (moved,), spoken)


def _setting(order: Order) -> asides.Setting:
    by, others = order.by, (order.colleague, order.supervised, order.its)
    return asides.Setting(by.tenant, by.person, order.limits.lease, order.fresh, *others)


def _texts(hold: Hold, draft: Draft, command: do.Decide) -> Texts | Refusal | None:
    if command.corrects and not command.corrects.strip():
        why = "write the words that announce the correction, or leave 'corrects' out"
        return Refusal("text_needed", why)
    if command.text is None:
        return command.texts
    if command.texts is None and command.corrects:
        return {CONTENT: command.text}
    if command.texts is not None:
        return Refusal("text_unexpected", "send either 'text' or 'texts', not both")
    if command.action != "edit":
        return {"": command.text}  # refused with the right reason by `deciding`
    return shorthand(draft, command.text, hold.choices)


def _decision(
    order: Order, command: do.Decide, hold: Hold, texts: Texts | None, now: float
) -> deciding.Decide:
    usual = order.by.undo if hold.terms.undo is None else hold.terms.undo
    hurried = hold.deadline_at - now < WINDOWS * usual
    unsaid = 0.0 if hurried else usual
    return deciding.Decide(
        by=order.by.person,
        action=command.action,
        version=command.version,
        fence=command.fence,
        texts=texts,
        draft_sha256=command.draft_sha256,
        idem_key=order.key or order.fresh,
        undo=unsaid if command.undo is None else command.undo,
        recheck=order.recheck,
        force=command.force,
        because=command.because,
        helped=command.helped,
        corrects=" ".join(command.corrects.split()),
    )


# --- conversations ---------------------------------------------------------------------------


def _take_over(conn: Connection, order: Order, command: do.TakeOver, now: Now) -> Done:
    taking.refuse_unsuited(conn, _taker(order), command.conversation)
    spoken = moves.take_over(
        conn,
        order.by.tenant,
        command.conversation,
        order.by.person,
        now,
        order.limits,
        force=command.force,
    )
    return Done(conversation_view(spoken.after), (), spoken)


def _hand_back(conn: Connection, order: Order, command: do.HandBack, now: Now) -> Done:
    here = moves.speaker(conn, order.by.tenant, command.conversation)
    outcome = talk.hand_back(here, order.by.person, command.epoch)
    note = command.note.strip() or NO_NOTE  # the model is told of the hand-back in any case
    spoken = moves.hand_back(conn, here, outcome, order.by.person.id, note, now)
    return Done(conversation_view(spoken.after), (), spoken)


def _transfer(conn: Connection, order: Order, command: do.Transfer, now: Now) -> Done:
    here = moves.speaker(conn, order.by.tenant, command.conversation)
    outcome: talk.Outcome = Refusal(
        "not_online", f"{command.to!r} is not online: choose a colleague who is"
    )
    if order.colleague is not None:
        outcome = talk.transfer(here, order.by.person, command.epoch, order.colleague)
    spoken = moves.speak(conn, here, outcome, order.by.person.id, now)
    return Done(conversation_view(spoken.after), (), spoken)


def _say(conn: Connection, order: Order, command: do.Say, now: Now) -> Done:
    by, tenant = order.by.person, order.by.tenant
    here = moves.speaker(conn, tenant, command.conversation)
    spoken = moves.speak(conn, here, talk.say(here, by, command.epoch), by.id, now)
    new = messages.Message(
        order.fresh, "human", command.text, now.at, name=by.name, delivered=False
    )
    said = messages.say(conn, tenant, here.id, new)
    return Done(conversation_view(spoken.after), (), spoken, said)
