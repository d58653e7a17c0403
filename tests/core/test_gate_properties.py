"""What must hold for every order of events the world can throw at the gate.

The machine plays the world: a model that writes into several fields, checks that answer in any
order or die, people, clocks and hang-ups. It keeps its own account of what was judged, and holds
the gate to it after every step.
"""

from collections import defaultdict

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from hitl_chat.core import events as ev
from hitl_chat.core.effects import (
    AskModel,
    Correct,
    Effect,
    Finish,
    OpenHold,
    Release,
    RunChecks,
    Send,
    StopModel,
    UpdateHold,
    Watched,
)
from hitl_chat.core.gate import begin, step
from hitl_chat.core.policy import Either, Every, Not, Policy, Rule, Terms, Test, policy_of
from hitl_chat.core.remainder import announced
from hitl_chat.core.state import Waits, outstanding
from hitl_chat.core.types import Span

FIELDS = ("0/content", "1/content", "0/reasoning", "0/tool_calls/0/arguments")
TEXT = st.sampled_from(["Hello. ", "We", " ship. Yes", "! ", "a", "b. c", "One. Two. Th", "\n", ""])


def blocking(name: str, check: str, **more: object) -> Rule:
    return Rule(name, Test(check, 0.5), **more)  # type: ignore[arg-type]


WATCHED = Rule("e", Test("ended:stop", 1.0), then="watch")
POLICIES: dict[str, Policy] = {
    "nothing": policy_of(()),
    "synchronous": policy_of([blocking("p", "patterns:p"), WATCHED]),
    "segments": policy_of(
        [blocking("p", "patterns:p"), blocking("s", "seg"), blocking("t", "seg2"), WATCHED],
        segment=["seg", "seg2"],
    ),
    "whole": policy_of(
        [blocking("p", "patterns:p"), blocking("j", "judge"), WATCHED], whole=["judge"]
    ),
    "both": policy_of(
        [
            blocking("s", "seg"),
            blocking("j", "judge"),
            Rule("w", Test("seg", 0.2), then="watch"),
            Rule("e", Every((Test("seg", 0.3), Test("judge", 0.3)))),
        ],
        segment=["seg"],
        whole=["judge"],
    ),
    "beside": policy_of(
        [
            blocking("s", "seg"),
            Rule("w", Test("tone", 0.5), then="watch"),
            Rule("x", Every((Test("seg", 0.3), Not(Test("tone", 0.5)))), shadow=True),
        ],
        segment=["seg"],
        beside=["tone"],
        costly=["tone"],
    ),
    "request": policy_of(
        [
            blocking("q", "injection"),
            blocking("s", "seg"),
            blocking("n", "new", on_error="release"),
            Rule("w", Test("injection", 0.3), then="watch"),
        ],
        request=["injection", "new"],
        segment=["seg"],
    ),
    "answer": policy_of([blocking("p", "patterns:p", strictness="answer"), WATCHED]),
    "ended": policy_of(
        [Rule("cut", Either((Test("ended:length", 1.0), Test("ended:empty", 1.0))))]
    ),
    "not": policy_of(
        [Rule("n", Not(Test("seg", 0.0))), blocking("r", "seg", on_error="release")],
        segment=["seg"],
    ),
    "blocking": policy_of([blocking("b", "seg", then="block")], segment=["seg"]),
    "cancel": policy_of([blocking("p", "patterns:p", terms=Terms(on_disconnect="cancel"))]),
}


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.effects: list[Effect] = []
        self.events: list[tuple[ev.Event, float]] = []
        self.now = 0.0
        self.human = ""  # the decision that released or replaced the draft, if any

    @initialize(
        name=st.sampled_from(sorted(POLICIES)),
        person=st.sampled_from(["", "", "", "Ann"]),
        held=st.booleans(),
    )
    def begins(self, name: str, person: str, held: bool) -> None:
        self.policy = POLICIES[name]
        self.person = person
        self.gate, self.effects_begin = begin(self.policy, 0.0, Waits(), person)
        self.effects += self.effects_begin
        self.anew()
        self.note_asks(self.effects_begin)
        if held and not person:  # what happens to a hold is too rare otherwise
            self.speaks("0/content", "We", 2)
            self.found("0/content", 0, 2)

    def anew(self) -> None:
        """The model starts (again): a new draft, about which nothing is known."""
        self.draft: dict[str, str] = defaultdict(str)
        self.scan: dict[str, int] = defaultdict(int)
        self.clean: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.asked: list[tuple[str, RunChecks]] = []
        self.finals: set[str] = set()
        self.spoken: set[str] = set()
        self.released: dict[str, int] = defaultdict(int)
        self.ended = False

    def feed(self, event: ev.Event) -> tuple[Effect, ...]:
        held = self.gate.phase == "held"
        self.gate, out = step(self.gate, event, self.now)
        self.events.append((event, self.now))
        self.effects += out
        for effect in out:
            match effect:
                case RunChecks():
                    self.note_asks((effect,))
                case Release(field, upto):
                    self.on_release(field, upto, decided=held)
                case AskModel():
                    self.anew()
                case _:
                    pass
        return out

    def note_asks(self, effects: tuple[Effect, ...]) -> None:
        asks = [effect for effect in effects if isinstance(effect, RunChecks)]
        self.asked += [(check, ask) for ask in asks for check in sorted(ask.checks)]

    # --- the model

    def writing(self) -> bool:
        return self.gate.phase in ("open", "held") and not self.ended

    @precondition(writing)
    @rule(
        field=st.sampled_from(FIELDS[:1] * 4 + FIELDS),
        text=TEXT,
        live=st.sampled_from([0, 0, 0, 2, 5]),
    )
    def speaks(self, field: str, text: str, live: int) -> None:
        self.draft[field] += text
        self.scan[field] = max(self.scan[field], len(self.draft[field]) - live)
        self.feed(ev.Delta(field, text, self.scan[field]))

    @precondition(lambda w: w.writing() and len(w.events) % 3 == 2)
    @rule(field=st.sampled_from(FIELDS[:1] * 4 + FIELDS), length=st.integers(1, 3))
    def matches(self, field: str, length: int) -> None:
        """A synchronous check finds something; by contract not left of its own mark."""
        start = self.scan[field]
        if start + length <= len(self.draft[field]):
            self.found(field, start, length)

    def found(self, field: str, start: int, length: int) -> None:
        span = Span(field, start, start + length)
        self.feed(ev.Verdict("patterns:p", 1.0, field, spans=(span,)))

    @precondition(lambda w: w.writing() and (w.gate.phase == "held" or len(w.events) % 4 == 3))
    @rule(fact=st.sampled_from(["ended:stop", "ended:length", "ended:max_output"]))
    def finishes(self, fact: str) -> None:
        self.ended = True
        for field, text in self.draft.items():
            self.scan[field] = len(text)
            self.feed(ev.Scanned(field, len(text)))
        facts = (fact,) if any(self.draft.values()) else (fact, "ended:empty")
        self.feed(ev.Done(facts))

    @precondition(lambda w: w.writing() and len(w.events) % 19 == 18)
    @rule()
    def breaks(self) -> None:
        self.ended = True
        self.feed(ev.Failed("upstream_closed"))

    # --- the checks, in any order

    @precondition(lambda w: w.asked)
    @rule(data=st.data())
    def finds_nothing(self, data: st.DataObject) -> None:
        self.answer(*self.take(data), 0.0)

    @precondition(lambda w: w.asked)
    @rule(data=st.data(), score=st.sampled_from([0.0, 0.1, 0.1, 0.4, 0.4, 0.9]))
    def judges(self, data: st.DataObject, score: float) -> None:
        self.answer(*self.take(data), score)

    def answer(self, check: str, ask: RunChecks, score: float) -> None:
        spans = (Span(ask.field, ask.start, ask.upto),) if score and ask.field else ()
        if score < 0.5:
            self.note(check, ask)
        self.feed(ev.Verdict(check, score, ask.field, ask.start, ask.upto, ask.final, spans=spans))

    @precondition(lambda w: w.asked and len(w.events) % 6 == 5)
    @rule(data=st.data(), timed_out=st.booleans())
    def dies(self, data: st.DataObject, timed_out: bool) -> None:
        check, ask = self.take(data)
        rules = self.policy.about((check,))
        if rules and all(r.on_error == "release" for r in rules):
            self.note(check, ask)  # by explicit opt-in
        self.feed(
            ev.CheckFailed(check, "boom", ask.field, ask.start, ask.upto, ask.final, timed_out)
        )

    @precondition(lambda w: w.gate.draft == "streaming")
    @rule(check=st.sampled_from(["seg", "seg2", "judge"]), final=st.booleans())
    def claims_too_much(self, check: str, final: bool) -> None:
        """A verdict clears no text that was not written, or not asked about, when it was given."""
        if final:
            self.feed(ev.Verdict(check, 0.0, final=True))
            return
        asked = max((ask.upto for _, ask in self.asked), default=0)
        for field, text in self.draft.items():
            if not any(ask.field == field for _, ask in self.asked):
                self.feed(ev.Verdict(check, 0.0, field, max(asked, len(text)), len(text) + 99))

    def take(self, data: st.DataObject) -> tuple[str, RunChecks]:
        return self.asked.pop(data.draw(st.integers(0, len(self.asked) - 1)))

    def note(self, check: str, ask: RunChecks) -> None:
        if ask.final:
            self.finals.add(check)
        elif not ask.field:
            self.spoken.add(check)
        else:
            self.clean[check, ask.field].update(range(ask.start, ask.upto))

    # --- people and time

    @precondition(lambda w: w.gate.phase == "held")
    @rule(
        action=st.sampled_from(
            ["approve", "edit", "reject", "take_over", "fallback_text", "release", "block"]
        ),
        text=TEXT,
        corrects=st.booleans(),
    )
    def decides(self, action: str, text: str, corrects: bool) -> None:
        self.whole = whole = self.gate.draft == "whole" and not outstanding(self.gate)
        self.human = action
        mark = "Correction:" if action == "edit" and corrects and self.out(Release) else ""
        said = {"0/content": announced(mark, text) if mark else text}
        texts = said if action == "edit" else {}
        self.feed(ev.Decision(action, "ana", texts, "Ana", mark))  # type: ignore[arg-type]
        if mark:
            assert self.out(Correct)[-1] == Correct(text, mark, "human")
        assert self.gate.phase == ("human" if action == "take_over" else "closed")
        if action in ("approve", "release") and whole:
            assert {f: n for f, n in self.released.items() if n} == {
                f: len(t) for f, t in self.draft.items() if t
            }

    @precondition(lambda w: w.gate.phase != "held" and len(w.events) % 7 == 3)
    @rule(text=TEXT)
    def decides_late_or_early(self, text: str) -> None:
        if self.gate.phase != "held":
            before = self.gate
            self.feed(ev.Decision("edit", "ben", {"0/content": text}))
            assert self.gate == before

    @precondition(lambda w: len(w.events) % 17 == 16)
    @rule()
    def is_taken_over(self) -> None:
        if self.gate.phase != "closed":
            self.feed(ev.TakenOver("ana", "Ana"))
            assert self.gate.phase == "human"

    @precondition(lambda w: w.gate.phase == "human")
    @rule(kind=st.sampled_from(["say", "type", "stop", "back", "alone"]), text=TEXT)
    def talks(self, kind: str, text: str) -> None:
        match kind:
            case "say":
                self.feed(ev.Said(text, "m1", "Ana"))
            case "back":
                self.feed(ev.HandedBack("a note"))
                assert self.gate.phase in ("open", "closed")
            case "alone":
                spoke = self.gate.spoke
                self.feed(ev.Unattended("A colleague"))
                assert self.gate.phase == ("human" if spoke else "closed")
            case _:
                self.feed(ev.Typing(kind == "type"))

    @rule(seconds=st.sampled_from([0.5, 2.0, 200.0]))
    def waits(self, seconds: float) -> None:
        self.now += seconds
        self.feed(ev.Tick())

    @precondition(lambda w: len(w.events) % 23 == 22)
    @rule()
    def hangs_up(self) -> None:
        self.feed(ev.Gone())

    # --- what must hold

    def on_release(self, field: str, upto: int, *, decided: bool) -> None:
        assert self.released[field] < upto <= len(self.draft[field])
        before, self.released[field] = self.released[field], upto
        assert self.gate.phase in ("open", "closed")  # never while a person has the say
        if decided:
            assert self.human in ("approve", "release")
            assert self.whole
            return
        assert upto <= self.scan[field]
        assert self.spoken >= self.policy.request
        for check in self.policy.segment:
            assert self.clean[check, field] >= set(range(before, upto))
        judged = self.ended and self.finals >= self.policy.whole
        if self.policy.withhold or "tool_calls" in field:
            assert judged
        if not judged and self.policy.keep_last:
            assert upto < len(self.draft[field])

    def out(self, kind: type) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @invariant()
    def finishes_at_most_once_and_last(self) -> None:
        if not hasattr(self, "gate"):
            return
        ends = [i for i, effect in enumerate(self.effects) if isinstance(effect, Finish)]
        assert len(ends) <= 1
        for late in self.effects[ends[0] + 1 :] if ends else ():  # of who speaks beside the answer
            assert isinstance(late, Watched | RunChecks)
            assert not isinstance(late, RunChecks) or late.checks <= self.policy.beside
        assert (self.gate.phase == "closed") == bool(ends)

    @invariant()
    def at_most_one_hold_for_each_draft(self) -> None:
        assert len(self.out(OpenHold)) <= max(1, len(self.out(AskModel)))

    @invariant()
    def what_was_last_told_of_a_hold_is_true(self) -> None:
        if not hasattr(self, "gate") or self.gate.phase != "held":
            return
        told = [e for e in self.effects if isinstance(e, OpenHold | UpdateHold)][-1]
        assert (told.reasons, told.draft_state) == (self.gate.reasons, self.gate.draft)
        if self.gate.draft != "streaming":  # before that nobody can approve, whoever owes
            assert told.outstanding == outstanding(self.gate)

    @invariant()
    def an_answer_passed_by_machine_was_judged_whole(self) -> None:
        passed = any(isinstance(e, Finish) and e.ending == "model" for e in self.effects)
        if passed and not self.human:
            assert self.finals >= self.policy.whole
            assert all(self.released[f] == len(t) for f, t in self.draft.items())

    @invariant()
    def a_replaced_draft_is_stopped(self) -> None:
        spoken = [e for e in self.effects if isinstance(e, Send) and e.author != "human"]
        if spoken and self.gate.phase == "closed" and not self.out(AskModel)[1:]:
            assert self.out(StopModel) or self.person

    @invariant()
    def a_correction_follows_only_text_that_was_read(self) -> None:
        if self.out(Correct):
            assert self.out(Release)

    @invariant()
    def no_person_keeps_a_customer_for_ever(self) -> None:
        if hasattr(self, "gate") and self.gate.phase == "human":
            after, _ = step(self.gate, ev.Tick(), self.gate.until)
            assert after.phase == "closed"

    def teardown(self) -> None:
        """Replay is exact: the list of events is the whole truth about the turn."""
        if not hasattr(self, "gate"):
            return
        gate, out = begin(self.policy, 0.0, Waits(), self.person)
        again = list(out)
        for event, now in self.events:
            gate, out = step(gate, event, now)
            again += out
        assert (gate, again) == (self.gate, self.effects)


World.TestCase.settings = settings(max_examples=500, stateful_step_count=40, deadline=None)
TestWorld = pytest.mark.slow(World.TestCase)
