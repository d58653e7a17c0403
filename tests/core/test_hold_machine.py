"""Whatever people, checks, customers and time do to a hold, in any order: what stays true."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hitl_chat.core import hold as holds
from hitl_chat.core import passing, seconding
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import (
    BLIND,
    Decide,
    Limits,
    claim,
    decide,
    objections,
    rechecked,
    release,
    renew,
)
from hitl_chat.core.hold import Hold, Opening, Outcome
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Recheck
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import ACTIONS, Action, DraftState, Reason
from hitl_chat.core.undoing import send_now, undo, withdraw

LIMITS = Limits(lease=10, recheck=5, overrun=15)
CAP = 60.0
PEOPLE = [Person("ana", "Ana"), Person("ben", "Ben"), Person("sue", "Sue", role="supervisor")]
people = st.sampled_from(PEOPLE)
some_terms = st.builds(
    Terms,
    deadline=st.sampled_from([5.0, 20.0, 100.0]),
    on_deadline=st.sampled_from(["fallback_text", "release", "block", "requeue"]),
    on_no_agent=st.sampled_from(["wait", "fallback_text", "block"]),
    allowed_actions=st.sampled_from([ACTIONS, ("edit", "reject")]),
    needs_second=st.sampled_from([(), ("edit",), ("approve", "warned")]),
)


class HoldMachine(RuleBasedStateMachine):
    """One hold, three people, one clock. Closing events are rare, or nothing else would happen."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.draft = Draft({"0/content": "Sure. "}, {"0/content": "We pay"})
        self.epoch = 3
        self.hold = Hold("h", "t", "c", "u", 3, Terms(), (), self.now, 1e9, 1e9, "streaming")
        self.proposed: dict[str, tuple[Hold, Draft]] = {}  # idem_key -> what was seen then
        self.withdrawn: set[str] = set()  # idem_keys of whoever may decide nothing any more

    @initialize(terms=some_terms)
    def open(self, terms: Terms) -> None:
        opening = Opening("h", "t", "c", "u", terms, (), "streaming", ("judge",))
        self.hold = holds.open_(opening, 3, self.now, CAP)

    def do(self, command: Callable[[Hold], Outcome]) -> Refusal | None:
        """As the desk does it: time first, then the command, then time again."""
        before = holds.advance(self.hold, self.draft, self.now)
        self.compare(self.hold, before)
        outcome = command(before)
        if isinstance(outcome, Refusal):
            assert outcome.code
            assert outcome.sentence
            self.hold = before
            return outcome
        after = holds.advance(outcome, self.draft, self.now)
        self.compare(before, after)
        self.hold = after
        return None

    def compare(self, before: Hold, after: Hold) -> None:
        assert after.version >= before.version
        assert after.fence >= before.fence
        assert after.deadline_at <= after.cap_at
        if not before.alive:
            assert after == before
        if after.fence > before.fence:
            assert after.claimed_by or after.undone_by == "amy"  # nobody's, where it was withdrawn
            assert after.claimed_by != before.claimed_by
        if after.reasons != before.reasons or after.draft_state != before.draft_state:
            assert after.version > before.version
        if after.state == "decided" and before.state != "decided":
            self.judge(before, after)

    def judge(self, before: Hold, after: Hold) -> None:
        made = after.decision
        assert made is not None
        assert made.text_sha == self.draft.sha_with(made.texts)
        if made.action == "release":
            assert (before.draft_state, before.outstanding) == ("whole", ())
            assert not before.declined_by
            assert before.proposal is None or before.proposal.action == "approve"
        if made.by.startswith("system:"):
            return
        seen, draft = self.proposed[made.idem_key]
        assert made.action in seen.terms.allowed_actions
        assert made.seen_version == seen.version or made.action in BLIND
        assert made.idem_key not in self.withdrawn
        if before.proposal is not None and self.now < before.proposal.settle_at:
            assert made.hurried_by in (made.by, "sue")
        needs = seen.terms.needs_second
        if made.action in needs or (made.recheck == "warned" and "warned" in needs):
            assert made.seconder not in ("", made.by)
            assert self.now < before.deadline_at
        if made.action == "approve":
            assert made.seen_sha == draft.sha256() == made.text_sha
            assert (seen.draft_state, seen.outstanding) == ("whole", ())
            assert seen.version == before.version

    # --- people --------------------------------------------------------------------------

    @rule(by=people, force=st.booleans())
    def claims(self, by: Person, force: bool) -> None:
        owner, state = self.hold.claimed_by, self.hold.state
        refusal = self.do(lambda hold: claim(hold, by, self.now, LIMITS.lease, force=force))
        if refusal is None:
            assert self.hold.claimed_by == by.id
        if state == "claimed" and self.hold.claimed_by != owner:
            assert refusal is None or self.hold.claimed_by == ""

    @rule(by=people, behind=st.integers(0, 1))
    def renews(self, by: Person, behind: int) -> None:
        fence = self.hold.fence - behind
        refusal = self.do(lambda hold: renew(hold, by, fence, self.now, LIMITS.lease))
        assert refusal is not None or self.hold.claimed_by == by.id

    @rule(by=people)
    def releases(self, by: Person) -> None:
        fence = self.hold.fence
        self.do(lambda hold: release(hold, by, fence))

    @rule(
        by=people,
        action=st.sampled_from(ACTIONS),
        behind=st.sampled_from([0, 0, 0, 1]),
        undo_for=st.sampled_from([0.0, 3.0]),
        flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    )
    def decides(
        self,
        by: Person,
        action: Action,
        behind: int,
        undo_for: float,
        flags: tuple[bool, bool, bool],
    ) -> None:
        recheck, force, claimed = flags
        seen = holds.advance(self.hold, self.draft, self.now)
        key = f"k{len(self.proposed)}"
        command = Decide(
            by,
            action,
            seen.version - behind,
            fence=seen.fence if claimed else None,
            texts={"0/content": "Rest."} if action == "edit" else None,
            draft_sha256=self.draft.sha256() if action == "approve" else "",
            idem_key=key,
            undo=undo_for,
            recheck=recheck,
            force=force,
        )
        self.proposed[key] = (seen, self.draft)
        refusal = self.do(
            lambda h: decide(h, self.draft, command, self.now, epoch=3, limits=LIMITS)
        )
        if refusal is not None:
            return
        assert not behind or action in BLIND
        assert action not in objections(seen)
        assert self.now < seen.deadline_at
        stored = self.hold
        assert (
            self.do(lambda h: decide(h, self.draft, command, self.now, epoch=3, limits=LIMITS))
            is None
        )
        assert self.hold == stored

    @rule(by=people)
    def undoes(self, by: Person) -> None:
        late = self.now >= self.hold.deadline_at
        refusal = self.do(lambda hold: undo(hold, by, self.now, LIMITS.lease))
        if refusal is None:
            assert self.hold.state == "claimed" or late

    @rule(author=people)
    def withdraws(self, author: Person) -> None:
        made = holds.advance(self.hold, self.draft, self.now).proposal
        refusal = self.do(lambda hold: withdraw(hold, author.id, "amy"))
        if refusal is None:
            assert self.hold.claimed_by != author.id
            if made is not None and made.by == author.id:
                self.withdrawn.add(made.idem_key)

    @rule(by=people)
    def sends_now(self, by: Person) -> None:
        """Whatever is sent sooner has been checked, and confirmed, as it had to be."""
        made = holds.advance(self.hold, self.draft, self.now).proposal
        refusal = self.do(lambda hold: send_now(hold, by, self.now))
        if refusal is None and made is not None:
            waited_for = made.recheck == "pending" or made.second == "wanted"
            assert self.hold.state == ("settling" if waited_for else "decided")

    @rule(by=people, agree=st.booleans())
    def seconds(self, by: Person, agree: bool) -> None:
        made = self.hold.proposal
        sha = self.draft.sha_with(made.texts) if made else ""
        said = seconding.Second(by, agree, sha)
        refusal = self.do(
            lambda hold: seconding.second(hold, self.draft, said, self.now, LIMITS.lease)
        )
        if refusal is None:
            assert made is not None
            assert made.by != by.id

    @rule(by=people)
    def passes_on(self, by: Person) -> None:
        self.do(lambda hold: passing.assign(hold, by, PEOPLE[1], self.now, LIMITS.lease))

    # --- machines ------------------------------------------------------------------------

    @rule(outcome=st.sampled_from(["clean", "warned"]))
    def checks_read_the_edit(self, outcome: Recheck) -> None:
        key = self.hold.proposal.idem_key if self.hold.proposal else "gone"
        self.do(lambda hold: rechecked(hold, key, outcome, self.now))

    @precondition(lambda self: self.hold.draft_state == "streaming")
    @rule(text=st.sampled_from(["", " you", " 5"]))
    def draft_grows(self, text: str) -> None:
        version = self.hold.version
        pending = self.draft.pending["0/content"] + text
        self.draft = Draft(self.draft.sent, {"0/content": pending})
        assert self.hold.version == version

    @rule(
        state=st.sampled_from(["whole", "whole", "interrupted"]),
        outstanding=st.sampled_from([(), (), ("judge",)]),
        more=st.booleans(),
    )
    def gate_learns(self, state: DraftState, outstanding: tuple[str, ...], more: bool) -> None:
        known = self.hold.draft_state
        now_state = state if known == "streaming" else known
        reasons = self.hold.reasons + ((Reason("r", "c", "matched"),) if more else ())
        self.do(lambda hold: holds.update(hold, reasons, now_state, outstanding))

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0, 5.0, 11.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.do(lambda hold: hold)

    @rule(back=st.booleans())
    def customer(self, back: bool) -> None:
        move = holds.customer_back if back else lambda h: holds.customer_left(h, self.now, 6.0)
        self.do(move)

    @rule(what=st.sampled_from(["cancel", "no_agent", "block"]), chance=st.integers(0, 9))
    def ends(self, what: str, chance: int) -> None:
        if chance:
            return
        moves: dict[str, Callable[[Hold], Outcome]] = {
            "cancel": holds.cancel,
            "no_agent": lambda h: holds.no_agent(h, self.draft, self.now),
            "block": lambda h: holds.ruled(h, self.draft, holds.STOP_SWITCH, "block", self.now),
        }
        self.do(moves[what])

    # --- what stays true -----------------------------------------------------------------

    @invariant()
    def states_are_what_they_say(self) -> None:
        hold = self.hold
        assert (hold.state == "settling") == (hold.proposal is not None)
        assert (hold.state == "decided") == (hold.decision is not None)
        assert (hold.state in ("claimed", "settling")) <= bool(hold.claimed_by)

    @invariant()
    def terminal_by_its_deadline(self) -> None:
        hold = holds.advance(self.hold, self.draft, self.now)
        assert hold.due_at > self.now
        if hold.alive and self.now >= hold.deadline_at:
            assert hold.proposal is not None
            assert self.now < hold.deadline_at + LIMITS.overrun
        assert not (hold.alive and self.now >= hold.cap_at + LIMITS.overrun)


HoldMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
test_hold = HoldMachine.TestCase
