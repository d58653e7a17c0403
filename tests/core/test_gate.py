"""The gate as dialogues: what happens, and what it wants done."""

from hitl_chat.core import events as ev
from hitl_chat.core.effects import (
    AskModel,
    CustomerLeft,
    Effect,
    Finish,
    HumanSpeaks,
    ModelSpeaks,
    OpenHold,
    Release,
    Send,
    StopModel,
    UpdateHold,
    WakeAt,
    Watched,
)
from hitl_chat.core.gate import begin, step
from hitl_chat.core.policy import Policy, Rule, Terms, Test, policy_of
from hitl_chat.core.state import Gate, Waits
from hitl_chat.core.types import Span

CONTENT = "0/content"
GUARANTEE = Rule(
    "guarantee",
    Test("patterns:guarantee", 0.5),
    terms=Terms(fallback="Ask us.", fallback_after_text="Please ask us about the rest."),
)
SYNCHRONOUS = policy_of([GUARANTEE])


class Turn:
    """One turn, spoken to event by event."""

    def __init__(self, policy: Policy, person: str = "") -> None:
        self.gate, self.first = begin(policy, 0.0, Waits(), person)

    def hears(self, event: ev.Event, now: float = 0.0) -> list[Effect]:
        self.gate, out = step(self.gate, event, now)
        return list(out)

    def writes(self, text: str, clear: int | None = None, field: str = CONTENT) -> list[Effect]:
        lane = self.gate.lanes.get(field)
        size = (lane.size if lane else 0) + len(text)
        return self.hears(ev.Delta(field, text, size if clear is None else clear))

    def matched(self, start: int, end: int) -> list[Effect]:
        span = Span(CONTENT, start, end)
        return self.hears(ev.Verdict("patterns:guarantee", 1.0, CONTENT, spans=(span,)))


def held(text: str = "Sorry. We guarantee it") -> Turn:
    turn = Turn(SYNCHRONOUS)
    turn.writes(text, 7)
    turn.matched(7, len(text))
    assert turn.gate.phase == "held"
    return turn


def test_safe_text_leaves_with_the_chunk_that_brought_it() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.first == (AskModel(""),)
    assert turn.writes("Hello") == [Release(CONTENT, 5)]
    assert turn.writes(" world. How", 16) == [Release(CONTENT, 16)]
    assert turn.hears(ev.Done(("ended:stop",))) == [Finish("model")]


def test_a_turn_that_begins_knows_nothing_and_waits_for_nobody() -> None:
    gate = Turn(SYNCHRONOUS).gate
    assert (gate.phase, gate.draft, gate.lanes, gate.fired) == ("open", "streaming", {}, ())
    assert (gate.text_out, gate.spoke, gate.display, gate.until) == (False, False, "", 0)


def test_a_match_that_may_still_grow_waits() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.writes("We guar", 3) == [Release(CONTENT, 3)]
    assert turn.writes("d it.", 12) == [Release(CONTENT, 12)]


def test_a_match_holds_the_rest_and_later_matches_join() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.writes("Sorry. We guarantee", 7) == [Release(CONTENT, 7)]
    (hold,) = turn.matched(7, 19)
    assert isinstance(hold, OpenHold)
    assert hold.draft_state == "streaming"
    assert turn.writes(" and we guarantee", 20) == []
    (news,) = turn.matched(24, 36)
    assert isinstance(news, UpdateHold)
    assert [r.spans[0].start for r in news.reasons] == [7, 24]
    (news,) = turn.hears(ev.Done())
    assert isinstance(news, UpdateHold)
    assert (news.draft_state, news.outstanding) == ("whole", ())


def test_an_edit_replaces_only_the_rest() -> None:
    turn = held()
    out = turn.hears(ev.Decision("edit", "ana", {CONTENT: "We will look."}, "Ana"))
    assert out == [StopModel(), Send(CONTENT, "We will look.", "human"), Finish("stop")]


def test_a_rejected_half_answer_still_reads_well() -> None:
    out = held().hears(ev.Decision("reject", "ana"))
    assert Send(CONTENT, "Please ask us about the rest.", "policy") in out
    nothing_sent = Turn(SYNCHRONOUS)
    nothing_sent.writes("We guarantee", 0)
    nothing_sent.matched(0, 12)
    assert Send(CONTENT, "Ask us.", "policy") in nothing_sent.hears(ev.Decision("reject", "ana"))


def test_a_model_that_fails_while_held_leaves_a_hold_that_cannot_be_approved() -> None:
    turn = held()
    (news,) = turn.hears(ev.Failed("upstream_closed"))
    assert isinstance(news, UpdateHold)
    assert news.draft_state == "interrupted"
    out = turn.hears(ev.Decision("approve", "ana"))
    assert [type(e) for e in out] == [StopModel, Send, Finish]


def test_a_model_that_fails_otherwise_ends_the_answer_and_releases_nothing_more() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("We guar", 3)
    assert turn.hears(ev.Failed("upstream_closed")) == [
        StopModel(),
        Finish("error", "upstream_closed"),
    ]


def test_a_customer_who_leaves_cancels_the_model_but_not_the_hold() -> None:
    assert Turn(SYNCHRONOUS).hears(ev.Gone()) == [StopModel(), Finish("gone")]
    assert held().hears(ev.Gone()) == [CustomerLeft("keep")]


def test_tool_calls_leave_whole_and_last() -> None:
    turn = Turn(SYNCHRONOUS)
    field = "0/tool_calls/0/arguments"
    assert turn.writes('{"amount":', field=field) == []
    assert turn.writes("240}", field=field) == []
    assert turn.hears(ev.Done(("ended:tool_calls",))) == [Release(field, 14), Finish("model")]


def test_a_rule_that_blocks_needs_no_person() -> None:
    turn = Turn(policy_of([Rule("never", Test("patterns:guarantee"), then="block")]))
    turn.writes("We guarantee", 0)
    assert [type(e) for e in turn.matched(0, 12)] == [StopModel, Send, Finish]


def test_what_a_rule_forbids_cannot_be_approved_in_a_hold_of_another_rule() -> None:
    turn = Turn(policy_of([GUARANTEE, Rule("never", Test("pii:never"), then="block")]))
    turn.writes("We guarantee", 0)
    turn.matched(0, 12)
    (news,) = turn.hears(ev.Verdict("pii:never", 1.0, CONTENT, spans=(Span(CONTENT, 3, 5),)))
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("block:never",)


def test_a_watch_rule_records_and_lets_go() -> None:
    turn = Turn(policy_of([Rule("w", Test("patterns:guarantee"), then="watch")]))
    assert turn.writes("We guarantee", 12) == [Release(CONTENT, 12)]
    (watched,) = turn.matched(3, 12)
    assert isinstance(watched, Watched)
    assert turn.gate.phase == "open"


def test_a_person_who_takes_over_has_the_only_voice() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("Hello")
    out = turn.hears(ev.TakenOver("ana", "Ana"), 10.0)
    assert out == [StopModel(), HumanSpeaks("Ana", typing=False), WakeAt(310.0)]
    assert turn.writes(" late model text") == []
    assert turn.hears(ev.Said("I am Ana.", "m1", "Ana"), 20.0) == [
        Send(CONTENT, "\n\nI am Ana.", "human", "m1"),
        WakeAt(23.0),
    ]
    assert turn.hears(ev.Typing(True), 22.0) == [HumanSpeaks("Ana", typing=True), WakeAt(25.0)]
    assert turn.hears(ev.Tick(), 23.0) == [WakeAt(25.0)]
    assert turn.hears(ev.Tick(), 25.0) == [Finish("stop")]


def test_a_taken_over_hold_speaks_with_the_persons_first_words() -> None:
    out = held().hears(ev.Decision("take_over", "ana", {CONTENT: "Hi."}, "Ana"), 1.0)
    assert out[:2] == [StopModel(), HumanSpeaks("Ana", typing=False)]
    assert out[3:] == [Send(CONTENT, "\n\nHi.", "human"), WakeAt(4.0)]


def test_a_person_who_says_nothing_is_announced() -> None:
    turn = Turn(SYNCHRONOUS, person="Ana")
    assert turn.first == (HumanSpeaks("Ana", typing=False), WakeAt(300.0))
    assert turn.hears(ev.Tick(), 300.0) == [
        Send(CONTENT, "Ana will reply here.", "policy"),
        Finish("stop"),
    ]


def test_handed_back_before_a_word_the_model_answers_the_turn_once() -> None:
    turn = Turn(SYNCHRONOUS, person="Ana")
    assert turn.hears(ev.HandedBack("be kind")) == [ModelSpeaks(), AskModel("be kind")]
    assert turn.hears(ev.HandedBack("again")) == []
    spoken = Turn(SYNCHRONOUS, person="Ana")
    spoken.hears(ev.Said("Done.", "m1", "Ana"))
    assert spoken.hears(ev.HandedBack()) == [ModelSpeaks(), Finish("stop")]


def test_an_overlong_answer_is_held_and_cannot_be_approved() -> None:
    turn = Turn(policy_of(()))
    turn.writes("a" * 50)
    (hold,) = turn.hears(ev.Done(("ended:max_output",)))
    assert isinstance(hold, OpenHold)
    assert hold.draft_state == "interrupted"
    assert hold.reasons[0].check == "ended:max_output"


def test_at_first_nothing_was_read() -> None:
    assert not Gate(Policy()).text_out
