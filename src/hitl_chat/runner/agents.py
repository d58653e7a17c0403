"""What people at consoles (or scripts) command, from the typed command to its one answer.

Owns that a repeated command gets its first answer again: the answer is stored in the command's own
transaction. What each command does is in `orders.py`. Knows no transport; the rules are in core.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.events import Said, Typing
from hitl_chat.core.hold import Hold
from hitl_chat.core.seconding import wanted_of
from hitl_chat.core.staffing import lacking
from hitl_chat.errors import Conflict, Forbidden, Unauthorized
from hitl_chat.runner import blind, queue, structured
from hitl_chat.runner import commands as do
from hitl_chat.runner.asides import SCRIPT
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.late import Lateness
from hitl_chat.runner.moves import Now, refused
from hitl_chat.runner.orders import Agent, Done, Kept, Nothing, Order, perform
from hitl_chat.runner.permits import named, permit
from hitl_chat.runner.signals import Types
from hitl_chat.store import holds, idem, messages, people, turns

PATIENCE = 0.25  # seconds: no agent waits longer for a customer who reads slowly
TRIED = 20  # holds that `next` looks at before it says that there is none

UNREPEATED = (do.Renew, do.Look)  # twice is the same as once


Denied = Callable[[str, str], None]  # who tried what they may not


class Answer(NamedTuple):
    """The answer as JSON; `done` is None when it is an old one."""

    json: bytes
    done: Done | None


class Place(msgspec.Struct, frozen=True):
    """What is needed of an answer that may be an older program's."""

    conversation: str


class Agents:
    """Answers are bytes, so that a repeated command is answered with the very same."""

    def __init__(
        self,
        desk: Desk,
        lateness: Lateness,
        denied: Denied = lambda who, what: None,
    ) -> None:
        self._desk, self._lateness, self._denied = desk, lateness, denied

    async def perform(self, by: Agent, command: do.AnyCommand, key: str = "") -> bytes:
        """Perform a command. `key` names it: whatever comes with that key again is a repetition."""
        answer = await self.carry_out(by, command, key)
        await self.confirmed(by, command, answer)
        return answer

    async def carry_out(self, by: Agent, command: do.AnyCommand, key: str = "") -> bytes:
        """It is done, and told; its answer may be given once it is `confirmed`."""
        self._permit(by, command)
        if isinstance(command, do.Away):
            self._desk.people.set_away(by.person.id, away=command.on)
            return msgspec.json.encode(Nothing())
        if isinstance(command, do.Look):
            self._desk.attention.give(by.person, by.tenant, command.hold, command.doing)
            if not command.hold or command.doing == "editing":
                return msgspec.json.encode(Nothing())
        if isinstance(command, do.Typing):
            self._typing(by, command)
            return msgspec.json.encode(Nothing())
        return await self._desk.tasks.finish(self._perform(by, command, key))

    async def confirmed(self, by: Agent, command: do.AnyCommand, answer: bytes) -> None:
        """Also of one that is repeated: its answer says the same."""
        if takes_over(command):
            await self._desk.silent(by.tenant, _place(command, answer))

    def _permit(self, by: Agent, command: do.AnyCommand) -> None:
        try:
            permit(by.person.role, command)
        except Forbidden:
            self._denied(by.person.id, named(command))
            raise

    async def _perform(self, by: Agent, command: Kept, key: str) -> bytes:
        there = {one.person.id for one in self._desk.people.everyone(by.tenant)}
        order = await self._order(by, command, key)
        life = self._desk.waits.remember
        answer = await self._desk.transactions.run(lambda conn, now: _once(conn, order, now, life))
        if answer.done is not None:
            await self._follow(order, answer.done)
            if answer.done.spoken is not None:
                self._desk.miss(answer.done.spoken, there)
        return answer.json

    async def _order(self, by: Agent, command: Kept, key: str) -> Order:
        """What can be found out before the transaction."""
        order = Order(
            by=by,
            command=command,
            key="" if isinstance(command, UNREPEATED) else _named(by, key),
            limits=self._desk.waits.limits,
            recheck=self._desk.rechecks.wanted,
            fresh=self._desk.ids("msg"),
            staff=self._desk.staff,
        )
        match command:
            case do.Next():
                waiting, mine = await self._waiting(by)
                return order._replace(candidates=waiting, mine=mine)
            case do.Decide(hold_id, "edit"):
                return order._replace(asked=await self._asked(by.tenant, hold_id))
            case do.Assign(to=to):
                online = self._desk.people.find(to, by.tenant)
                its = online.able if online else None
                return order._replace(colleague=self._colleague(by, to), its=its)
            case do.Transfer(to=to) | do.AskOpinion(to=to):
                return order._replace(colleague=self._colleague(by, to))
            case do.Review(answer, "correct", text) if not await self._answered(order):
                late = await self._lateness.of(by.person.id, by.tenant, answer, text)
                return order._replace(late=late)
            case do.Escalate():
                others = self._desk.people.everyone(by.tenant)
                there = [one.person for one in others if one.person.supervisor and not one.away]
                return order._replace(supervised=any(one.id != by.person.id for one in there))
            case _:
                return order

    async def _answered(self, order: Order) -> bool:
        """A repetition gets its first answer: nothing is found out for it again."""
        tenant, key, now = order.by.tenant, order.key, self._desk.clock.now()
        return bool(key) and await self._desk.db.read(
            lambda conn: idem.answered(conn, tenant, key, now)
        )

    def _colleague(self, by: Agent, to: str) -> Person | None:
        """Who is online under this id; with none, anybody who is at their desk."""
        people = self._desk.people
        if to:
            online = people.find(to, by.tenant)
            return online.person if online else None
        others = (one for one in people.everyone(by.tenant) if one.person.id != by.person.id)
        return next((one.person for one in others if not one.away), None)

    async def _waiting(self, by: Agent) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is for them, in order; and where work is given to people, what they were given."""
        alive = await self._desk.db.read(lambda conn: holds.alive(conn, by.tenant))
        usual = self._desk.handling.usual(by.tenant)
        ordered = queue.in_order(alive, self._desk.clock.now(), usual)
        pushed = self._desk.staff.desking.mode_of(by.tenant) == "push"
        mine = [each.id for each in ordered if pushed and each.claimed_by == by.person.id]
        able = by.able
        fits = [each for each in ordered if able is None or not lacking(able, each.terms)]
        return tuple(self._offered(by, fits))[:TRIED], tuple(mine)

    def _offered(self, by: Agent, fits: Sequence[Hold]) -> list[str]:
        """What nobody has, and what they may confirm; last, what somebody is confirming already,
        and what they put back themselves.

        A script cannot confirm anything.
        """
        looked_at = {look.hold for look in self._desk.attention.of(by.tenant)}
        second = by.able is not None
        found = [h for h in fits if h.state == "open" or (second and wanted_of(h, by.person))]
        found.sort(
            key=lambda hold: (
                (hold.state != "open" and hold.id in looked_at)
                or self._desk.put_back.by(by.person.id, hold.id)
            )
        )
        return [hold.id for hold in found]

    async def _asked(self, tenant: str, hold_id: str) -> structured.Asked:
        """What the answer, and the calls in it, were asked to look like."""

        def read(conn: Connection) -> structured.Asked:
            hold = holds.get(conn, tenant, hold_id)
            turn = hold and turns.get(conn, tenant, hold.turn)
            return structured.asked(turn.envelope if turn else {})

        return await self._desk.db.read(read)

    async def _follow(self, order: Order, done: Done) -> None:
        """It is committed: tell whoever must act on it."""
        if done.spoken is not None:
            await self._desk.spoke(done.spoken)
        await self._desk.transactions.tell(*done.moved)
        if done.said is not None and done.spoken is not None:
            saying = self._say(order, done.said, done.spoken.after.id)
            await self._desk.tasks.a_while(saying, PATIENCE)
        if isinstance(order.command, do.Stop):
            await self._desk.switch.changed(order.by.tenant)
        if isinstance(order.command, do.Stop | do.Reveal | do.Look | do.Review):
            await self._desk.feed.ring()

    async def _say(self, order: Order, said: messages.Message, conv: str) -> None:
        """The newest turn that waits for this person takes the message to the customer."""
        tenant = order.by.tenant
        for turn in self._desk.voices.here(tenant, conv)[:1]:
            if any(sent.message_id == said.id for sent in turn.said):
                break  # it began after the commit, and carries it
            if await turn.say(Said(said.text or "", said.id, order.by.person.name)):
                await self._desk.transactions.run(
                    lambda conn, now: messages.delivered(conn, tenant, conv, [said.id], now.at)
                )
        await self._desk.feed.ring()

    def _typing(self, by: Agent, command: do.Typing) -> None:
        here = self._desk.speaker(by.tenant, command.conversation)
        outcome: talk.Outcome = Refusal("not_taken_over", "take the conversation over first")
        if here is not None:
            outcome = talk.say(here, by.person, command.epoch)
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        for turn in self._desk.voices.here(by.tenant, command.conversation)[:1]:
            turn.feed(Typing(command.on))
        name = by.person.name
        self._desk.signals.tell(Types(by.tenant, command.conversation, name, command.on))


def takes_over(command: do.AnyCommand) -> bool:
    """Its answer confirms that the model is silent: a slow reader is waited for."""
    return isinstance(command, do.TakeOver) or (
        isinstance(command, do.Decide) and command.action == "take_over"
    )


def _place(command: do.AnyCommand, view: bytes) -> str:
    """The conversation that was taken over."""
    if isinstance(command, do.TakeOver):
        return command.conversation
    return msgspec.json.decode(view, type=Place).conversation


def _named(by: Agent, key: str) -> str:
    """A key is its sender's own; no header of a customer's request can hold such a one."""
    return f"desk\x1f{by.person.id}\x1f{key}" if key else ""


def _once(conn: Connection, order: Order, now: Now, life: float) -> Answer:
    """Perform the order, unless its key stands for an answer already."""
    order = _standing(conn, order)
    tenant, key = order.by.tenant, order.key
    if not key:
        done = perform(conn, order, now)
        return Answer(_told(order, done), done)
    sha = sha256(msgspec.json.encode(order.command)).hexdigest()
    claim = idem.claim(conn, tenant, key, sha, "", now.at, life)
    if claim.response is not None:
        return Answer(claim.response.encode(), None)
    done = perform(conn, order, now)
    answer = _told(order, done)
    idem.settle(conn, tenant, key, answer.decode())
    return Answer(answer, done)


def _told(order: Order, done: Done) -> bytes:
    return msgspec.json.encode(blind.answer(done.view, order.by.person.id))


def _standing(conn: Connection, order: Order) -> Order:
    """What was known of people before the transaction is looked at again in it: from the commit
    that shuts somebody out, or changes their role, they decide nothing and are given nothing."""
    by, to = order.by.person, order.colleague
    now = people.get(conn, None, by.id)
    if now.revoked if now else not by.id.startswith(SCRIPT):  # only keys have no row
        msg = "You are not signed in any more: ask an admin for a new sign-in link."
        raise Unauthorized(msg, code="signed_out")
    if now is not None and now.role != by.role:
        msg = f"your role is {now.role} now: load the page again"
        raise Conflict(msg, code="role_changed", details={"role": now.role})
    its = people.get(conn, None, to.id) if to is not None else None
    if to is not None and its is not None and (its.revoked or its.role != to.role):
        return order._replace(colleague=None)
    return order
