"""Holds across processes, as a running turn needs them: opened, updated, decided, delivered.

A row is the truth. What was committed is told at once to the turns that run here; what was missed
comes through the feed, which every node follows. So every telling may happen twice.
Knows no socket, no wire format, no rule. Agents' commands are in `agents.py`, time in `sweep.py`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import Connection

from hitl_chat import failpoints
from hitl_chat.core import conversation as talk
from hitl_chat.core import hold as holding
from hitl_chat.core.conversation import Conversation
from hitl_chat.core.effects import OpenHold, UpdateHold
from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Field, OnDisconnect
from hitl_chat.errors import Conflict
from hitl_chat.ports import Bus, Clock, Database
from hitl_chat.runner import moves
from hitl_chat.runner.asides import SCRIPT
from hitl_chat.runner.attention import Attention
from hitl_chat.runner.elsewhere import Elsewhere
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.feed import Feed
from hitl_chat.runner.handling import Handling
from hitl_chat.runner.moves import Moved, Now, Spoken
from hitl_chat.runner.opening import New, open_hold
from hitl_chat.runner.people_online import Online, PeopleOnline
from hitl_chat.runner.presence import Presence
from hitl_chat.runner.put_back import PutBack
from hitl_chat.runner.questions import Questions
from hitl_chat.runner.rechecks import Read, Rechecks
from hitl_chat.runner.recover import Adopted, adoptable, mark_orphan, mark_orphans
from hitl_chat.runner.signals import Grew, Peopled, Signals
from hitl_chat.runner.staff import Staff
from hitl_chat.runner.steady import SteadyClock
from hitl_chat.runner.switch import Switch
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.transactions import Transactions
from hitl_chat.runner.voices import Turn, Voices
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.store import conversations, findings, holds


class Desk:
    """One per program. `read` reads an edit as the checks would read a draft."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        clock: Clock,
        people: PeopleOnline,
        ids: Callable[[str], str],
        waits: DeskWaits,
        read: Read | None = None,
        staff: Staff | None = None,
    ) -> None:
        self.db, self.people, self.ids, self.waits = db, people, ids, waits
        self.clock = clock = SteadyClock(clock)
        self.staff = staff or Staff(people)
        self.tasks, self.voices = Tasks(), Voices()
        self.feed = Feed(db, bus, waits.poll)
        self.transactions = Transactions(db, clock, self.feed, self.voices)
        self.rechecks = Rechecks(self.transactions, self.tasks, read, waits.recheck)
        self.put_back = PutBack()
        self.transactions.on_move += [self._moved, self.rechecks.begin, self.put_back.moved]
        self.switch = Switch(self.transactions)
        self._elsewhere = Elsewhere(self.transactions, self.switch)
        self.signals, self.handling = Signals(), Handling(db, self.feed)
        self.attention = Attention(people, self.signals)
        self.questions = Questions(self.transactions, self.tasks)
        self.presence = Presence(self.voices, self.signals, people, clock, waits.grace)
        people.on_change(self._came_or_went)

    async def start(self) -> None:
        self.feed.follow(self._elsewhere.heard)
        await self.feed.start()
        await self.handling.start()
        self.voices.load(await self.db.read(lambda conn: conversations.human(conn, None)))
        await self.switch.load()
        left = await self.db.read(lambda conn: holds.alive(conn, None))
        self.tasks.spawn(mark_orphans(self.transactions, left, self.waits.orphan))
        for hold in left:
            self.rechecks.resume(hold)
        for known in self.voices.everyone():
            nobody = not known.owner or known.owner.startswith(SCRIPT)  # a key has no console
            if not nobody and not self.people.find(known.owner, known.tenant):
                self.tasks.spawn(self._absence(known, here=False))

    async def close(self) -> None:
        await self.feed.close()
        await self.tasks.close()

    # --- a turn begins and ends --------------------------------------------------------------

    def speaker(self, tenant: str, conv: str) -> Conversation | None:
        """The conversation, if a person speaks in it; from memory."""
        return self.voices.speaker(tenant, conv)

    def begin(self, turn: Turn) -> None:
        """From now on the turn hears of decisions, takeovers, messages and hand-backs."""
        self.voices.begin(turn)
        if self.voices.speaker(turn.tenant, turn.conv) is not None:
            self.questions.write_down(turn)
        if turn.hold is not None:
            self.voices.wait(turn.hold.id, turn)
            self.tasks.spawn(self._elsewhere.look(turn.hold.id))

    def end(self, turn: Turn) -> None:
        self.voices.end(turn)

    def noted(self, turn: Turn) -> int | None:
        """How much of it the transcript has already."""
        return self.questions.noted(turn)

    # --- its hold ----------------------------------------------------------------------------

    async def open_hold(
        self,
        turn: Turn,
        effect: OpenHold,
        draft: Draft,
        facts: TurnFacts,
        found: Sequence[Finding] = (),
    ) -> Hold:
        """Durable when it returns. Where nobody is there, its decision has been fed by then."""
        ident = self.ids("hold")
        fitting = self.staff.fitting(facts.tenant, effect.terms, self.clock.now())
        new = New(ident, effect, draft, facts, self.waits.cap, fitting, found)
        self.voices.wait(ident, turn)
        try:
            moved = await self.transactions.run(lambda conn, now: open_hold(conn, new, now))
        except BaseException:
            self.voices.forget(ident)
            raise
        failpoints.hit("after_hold_commit")
        await self.transactions.tell(moved)
        await self.feed.ring()
        return moved.after

    async def adopt(self, tenant: str, request_key: str) -> Adopted | None:
        """The hold of an earlier program that waits for exactly this request, if one does.

        Build a turn around it and `begin` that: a decision, made or to come, will be fed to it.
        """
        now = Now(self.clock.now(), self.voices.running)
        window = self.waits.attach

        def find(conn: Connection) -> Adopted | None:
            return adoptable(conn, tenant, request_key, now, window)

        found = await self.db.read(find)
        if found is None or not found.hold.alive:
            return found
        await mark_orphan(self.transactions, found.hold, self.waits.orphan)
        return await self.db.read(find)

    async def update_hold(
        self, hold_id: str, effect: UpdateHold, draft: Draft, found: Sequence[Finding] = ()
    ) -> None:
        """The gate learned more. A hold that is closed by now needs to learn nothing."""
        reasons, state, owed = effect.reasons, effect.draft_state, effect.outstanding
        last = None if state == "streaming" else draft

        def learn(conn: Connection, now: Now) -> Moved:
            moved = moves.move(
                conn, None, hold_id, lambda h, _: holding.update(h, reasons, state, owed), now, last
            )
            findings.keep(conn, moved.after, found, now.at)
            return moved

        await self._unless_closed(learn)

    def grow(self, hold_id: str, pending: Mapping[Field, str]) -> None:
        """The held draft grew; stored soon, shown at once to whoever looks at it."""
        turn = self.voices.waiting(hold_id)
        if turn is None:
            return
        self.db.later(holds.Grew(turn.tenant, turn.conv, hold_id, pending, self.clock.now()))
        self.signals.tell(Grew(turn.tenant, hold_id, pending))

    async def customer_left(self, hold_id: str, policy: OnDisconnect) -> None:
        if policy == "cancel":
            await self._step(hold_id, lambda hold, now: holding.cancel(hold))
        else:
            grace = self.waits.orphan
            await self._step(hold_id, lambda hold, now: holding.customer_left(hold, now, grace))

    async def customer_back(self, hold_id: str) -> None:
        await self._step(hold_id, lambda hold, now: holding.customer_back(hold))

    async def delivered(self, hold_id: str, offset: int, *, complete: bool) -> None:
        """The transport took the decided text, or the customer was gone at `offset`."""
        await self.transactions.tell(
            await self.transactions.run(
                lambda conn, now: moves.delivered(conn, hold_id, offset, now.at, complete=complete)
            )
        )

    async def _step(self, hold_id: str, step: Callable[[Hold, float], holding.Outcome]) -> None:
        def move(conn: Connection, now: Now) -> Moved:
            return moves.move(conn, None, hold_id, lambda hold, _: step(hold, now.at), now)

        await self._unless_closed(move)

    async def _unless_closed(self, query: Callable[[Connection, Now], Moved]) -> None:
        try:
            moved = await self.transactions.run(query)
        except Conflict:
            return
        await self.transactions.tell(moved)

    # --- who is told -------------------------------------------------------------------------

    def _moved(self, moved: Moved) -> None:
        if moved.decided:
            self.voices.decided(moved.after)
        elif moved.after.state == "cancelled":
            self.voices.forget(moved.after.id)

    async def spoke(self, spoken: Spoken) -> None:
        """Who speaks is committed: the turns there have heard of it when this returns."""
        self.transactions.tell_here(*spoken.holds)
        decided = [moved.after.turn for moved in spoken.holds if moved.decided]
        self.voices.learn(spoken.after, spoken.note, told=decided)
        if spoken.after.mode == "human":
            for turn in self.voices.here(spoken.after.tenant, spoken.after.id):
                self.questions.write_down(turn)
            if spoken.before.mode == "model":
                self.presence.changed(spoken.after.tenant, spoken.after.id)
        await self.feed.ring()

    async def silent(self, tenant: str, conv: str) -> None:
        """Where a person speaks: even a slow reader has the model's last words when this returns,
        so a takeover is confirmed then, and not before. Nobody waits for what the model says after
        a hand-back."""
        if self.speaker(tenant, conv) is None:
            return
        for turn in self.voices.here(tenant, conv):
            await turn.flushed()

    def miss(self, spoken: Spoken, there: Collection[str]) -> None:
        """Whoever speaks from now on may have gone while that was committed: nobody else says so.

        `there`: who had a console before; who works without one is missed at none.
        """
        owner = spoken.after.owner
        new = owner != spoken.before.owner and owner in there
        if new and not self.people.find(owner, spoken.after.tenant):
            self.tasks.spawn(self._absence(spoken.after, here=False))

    def _came_or_went(self, online: Online, here: bool) -> None:
        self.signals.tell(Peopled(online.tenant))
        for known in self.voices.owned_by(online.person.id):
            # Also who is not away by what is known here: that they went may still be on its way.
            self.tasks.spawn(self._absence(known, here=here))

    async def _absence(self, known: Conversation, *, here: bool) -> None:
        """Somebody who speaks with a customer lost their last console, or has one again."""

        def change(conn: Connection, now: Now) -> Spoken:
            found = moves.speaker(conn, known.tenant, known.id)
            owner = known.owner
            later = talk.back(found, owner) if here else talk.away(found, owner, now.at)
            return moves.speak(conn, found, later, owner, now)

        await self.spoke(await self.transactions.run(change))
