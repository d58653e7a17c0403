"""After the hold, and while a person speaks: who says what, and how the turn ends."""

import pytest

from hitl_chat.core import events as ev
from hitl_chat.core.effects import (
    AskModel,
    Correct,
    CustomerLeft,
    Effect,
    Finish,
    HumanSpeaks,
    ModelSpeaks,
    OpenHold,
    Release,
    RunChecks,
    Send,
    StopModel,
    WakeAt,
)
from hitl_chat.core.gate import begin, resumed, step
from hitl_chat.core.policy import Rule, Terms, Test, policy_of
from hitl_chat.core.state import Gate, Waits
from hitl_chat.core.types import Reason
from tests.core.test_gate import CONTENT, GUARANTEE, SYNCHRONOUS, Turn, held

TERMS = Terms(fallback="Ask us.", fallback_after_text="Ask us about the rest.")


def whole() -> Turn:
    """A held turn whose draft is whole and judged: it may be approved."""
    turn = held()
    turn.writes("1/content", field="1/content")
    turn.hears(ev.Done())
    return turn


def with_ana(now: float = 0.0) -> Turn:
    turn = Turn(SYNCHRONOUS, person="Ana")
    if now:
        turn.hears(ev.Said("Hello.", "m1", "Ana"), now)
    return turn


# --- decisions


@pytest.mark.parametrize("action", ["approve", "release"])
def test_what_was_approved_leaves_as_drafted_in_every_field(action: str) -> None:
    out = whole().hears(ev.Decision(action, "ana"))  # type: ignore[arg-type]
    assert out == [Release(CONTENT, 22), Release("1/content", 9), Finish("model")]


@pytest.mark.parametrize("action", ["approve", "release"])
def test_what_is_not_whole_or_not_judged_never_leaves_as_drafted(action: str) -> None:
    decision = ev.Decision(action, "ana")  # type: ignore[arg-type]
    fallback = [
        StopModel(),
        Send(CONTENT, "Please ask us about the rest.", "policy"),
        Finish("stop"),
    ]
    assert held().hears(decision) == fallback
    unjudged = Turn(policy_of([GUARANTEE], segment=["seg"]))
    unjudged.writes("Sorry. We", 7)
    unjudged.matched(7, 9)
    unjudged.hears(ev.Done())
    assert [type(e) for e in unjudged.hears(decision)] == [StopModel, Send, Finish]


def test_the_texts_of_a_decision_replace_the_rest_and_a_call_is_named_first() -> None:
    texts = {"0/tool_calls/0/arguments": "{}", "0/content": "Yes.", "0/tool_calls/0/name": "refund"}
    out = whole().hears(ev.Decision("reject", "ana", texts))
    assert out == [
        StopModel(),
        Send("0/tool_calls/0/name", "refund", "policy"),
        Send("0/tool_calls/0/arguments", "{}", "policy"),
        Send("0/content", "Yes.", "policy"),
        Finish("stop"),
    ]


def test_what_was_sent_is_withdrawn_and_the_answer_said_anew() -> None:
    texts = {CONTENT: "\n\nBerichtigung: 30 Tage."}
    decision = ev.Decision("edit", "ana", texts, "Ana", corrects="Berichtigung:")
    assert held().hears(decision) == [
        StopModel(),
        Correct("30 Tage.", "Berichtigung:", "human"),
        Finish("stop"),
    ]


def test_a_correction_whose_text_was_erased_is_the_fallback() -> None:
    out = held().hears(ev.Decision("edit", "ana", {}, "Ana", corrects="Correction:"))
    assert Send(CONTENT, "Please ask us about the rest.", "human") in out


def test_no_decision_counts_where_nothing_is_held() -> None:
    turn = Turn(SYNCHRONOUS)
    before = turn.gate
    assert turn.hears(ev.Decision("reject", "ana")) == []
    assert turn.gate == before


def test_a_closed_turn_hears_nothing() -> None:
    turn = held()
    turn.hears(ev.Decision("reject", "ana"))
    before = turn.gate
    assert turn.hears(ev.Decision("edit", "ana", {CONTENT: "x"})) == []
    assert turn.hears(ev.Gone()) == []
    assert turn.gate == before


# --- a held turn, rebuilt


def rebuilt(draft: str, *, text_out: bool) -> Gate:
    reasons = (Reason("r", "c", "matched"),)
    sizes = {CONTENT: 9, "1/content": 3}
    return resumed(TERMS, reasons, draft, sizes, text_out=text_out)  # type: ignore[arg-type]


def decides(gate: Gate, action: str) -> list[Effect]:
    gate, out = step(gate, ev.Decision(action, "ana"), 5.0)  # type: ignore[arg-type]
    assert gate.phase == "closed"
    return list(out)


def test_a_rebuilt_turn_is_settled_like_the_one_it_was() -> None:
    gate = rebuilt("whole", text_out=True)
    assert (gate.phase, gate.draft, gate.reasons) == (
        "held",
        "whole",
        (Reason("r", "c", "matched"),),
    )
    assert decides(gate, "approve") == [
        Release(CONTENT, 9),
        Release("1/content", 3),
        Finish("model"),
    ]
    rejected = decides(gate, "reject")
    assert rejected == [
        StopModel(),
        Send(CONTENT, "Ask us about the rest.", "policy"),
        Finish("stop"),
    ]
    assert Send(CONTENT, "Ask us.", "policy") in decides(rebuilt("whole", text_out=False), "reject")


def test_a_draft_that_was_being_written_when_the_turn_was_lost_is_broken_off() -> None:
    assert rebuilt("interrupted", text_out=False).draft == "interrupted"
    gate = rebuilt("streaming", text_out=False)
    assert gate.draft == "interrupted"
    assert decides(gate, "approve")[0] == StopModel()
    assert step(gate, ev.Delta(CONTENT, "more", 13), 0.0) == (gate, ())


def test_a_rebuilt_turn_has_asked_for_all_the_verdicts_it_ever_will() -> None:
    gate, out = step(rebuilt("whole", text_out=False), ev.Scanned(CONTENT, 99), 0.0)
    assert out == ()
    assert gate == rebuilt("whole", text_out=False)
    assert {lane.asked for lane in gate.lanes.values()} == {9, 3}


# --- the customer leaves


def test_a_customer_who_leaves_a_turn_nobody_holds_ends_it() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.hears(ev.Gone()) == [StopModel(), Finish("gone")]
    assert turn.gate.phase == "closed"
    assert with_ana().hears(ev.Gone()) == [StopModel(), Finish("gone")]


def test_a_customer_who_leaves_a_hold_that_is_not_kept_ends_it() -> None:
    rule = Rule("p", Test("patterns:guarantee"), terms=Terms(on_disconnect="cancel"))
    turn = Turn(policy_of([rule]))
    turn.writes("We guarantee", 3)
    (hold,) = turn.matched(3, 12)
    assert isinstance(hold, OpenHold)
    assert turn.hears(ev.Gone()) == [StopModel(), CustomerLeft("cancel"), Finish("gone")]
    assert turn.gate.phase == "closed"
    kept = held()
    kept.hears(ev.Gone())
    assert kept.gate.phase == "held"


# --- a person speaks


def test_a_colleague_who_takes_over_from_a_person_is_shown_and_inherits_the_time() -> None:
    turn = with_ana()
    assert turn.hears(ev.TakenOver("ben", "Ben"), 100.0) == [HumanSpeaks("Ben", typing=False)]
    assert turn.hears(ev.Tick(), 299.0) == [WakeAt(300.0)]
    assert turn.hears(ev.Tick(), 300.0)[0] == Send(CONTENT, "Ben will reply here.", "policy")


def test_only_a_person_who_took_over_says_anything() -> None:
    for turn in (Turn(SYNCHRONOUS), held()):
        before = turn.gate
        for event in (
            ev.Said("Hi.", "m1", "Ana"),
            ev.Typing(True),
            ev.HandedBack("note"),
            ev.Tick(),
        ):
            assert turn.hears(event) == []
        assert turn.gate == before


def test_the_first_words_of_a_person_stand_alone_and_later_ones_apart() -> None:
    turn = with_ana()
    out = turn.hears(ev.Said("Hi.", "m1", "Ana"), 10.0)
    assert out == [Send(CONTENT, "Hi.", "human", "m1"), WakeAt(13.0)]
    assert turn.hears(ev.Said("I am Ben.", "m2", "Ben"), 12.0) == [
        Send(CONTENT, "\n\nI am Ben.", "human", "m2"),
        WakeAt(15.0),
    ]
    assert turn.hears(ev.Typing(False), 13.0) == [HumanSpeaks("Ben", typing=False)]
    assert turn.hears(ev.Tick(), 14.9) == [WakeAt(15.0)]
    assert turn.hears(ev.Tick(), 15.0) == [Finish("stop")]
    assert turn.gate.phase == "closed"


def test_typing_keeps_the_turn_open_once_the_person_has_spoken() -> None:
    turn = with_ana()
    assert turn.hears(ev.Typing(True), 299.0) == [HumanSpeaks("Ana", typing=True)]
    assert turn.gate.until == 300.0
    turn.hears(ev.Said("Hi.", "m1", "Ana"), 10.0)
    assert turn.hears(ev.Typing(True), 12.0) == [HumanSpeaks("Ana", typing=True), WakeAt(15.0)]
    assert turn.hears(ev.Typing(False), 14.0) == [HumanSpeaks("Ana", typing=False)]
    assert turn.gate.until == 15.0
    assert turn.hears(ev.Typing(True), 9.0) == [HumanSpeaks("Ana", typing=True), WakeAt(15.0)]


def test_words_to_a_held_customer_count_as_said() -> None:
    turn = held()
    turn.hears(ev.Decision("take_over", "ana", {CONTENT: "Hi."}, "Ana"), 1.0)
    assert turn.hears(ev.Tick(), 4.0) == [Finish("stop")]
    silent = held()
    out = silent.hears(ev.Decision("take_over", "ana", {}, "Ana"), 1.0)
    assert out == [StopModel(), HumanSpeaks("Ana", typing=False), WakeAt(301.0)]
    assert silent.hears(ev.Tick(), 301.0) == [
        Send(CONTENT, "\n\nAna will reply here.", "policy"),
        Finish("stop"),
    ]


def test_a_person_who_says_nothing_in_time_ends_the_turn() -> None:
    turn = with_ana()
    turn.hears(ev.Tick(), 300.0)
    assert turn.gate.phase == "closed"


def test_waits_are_told_in_seconds_and_the_announcement_in_words() -> None:
    gate, out = begin(
        SYNCHRONOUS, 7.0, Waits(reply=5, linger=1, later="Wait for {display}!"), "Ben"
    )
    assert out == (HumanSpeaks("Ben", typing=False), WakeAt(12.0))
    _, out = step(gate, ev.Tick(), 12.0)
    assert out == (Send(CONTENT, "Wait for Ben!", "policy"), Finish("stop"))


def test_who_waits_for_nobody_is_told_who_will_reply() -> None:
    nobody = ev.Unattended("A colleague")
    turn = with_ana()
    turn.hears(ev.Typing(on=True))
    assert turn.hears(nobody) == [
        Send(CONTENT, "A colleague will reply here.", "policy"),
        Finish("stop"),
    ]
    assert turn.gate.phase == "closed"
    assert turn.hears(nobody) == []


def test_an_answer_that_somebody_gave_or_gives_is_not_excused() -> None:
    nobody = ev.Unattended("A colleague")
    for turn in (with_ana(now=1.0), Turn(SYNCHRONOUS)):
        before = turn.gate
        assert turn.hears(nobody) == []
        assert turn.gate == before


def test_a_person_who_takes_over_again_after_a_hand_back_has_spoken_no_word_yet() -> None:
    turn = with_ana()
    turn.hears(ev.HandedBack("note"))
    turn.writes("Hello")
    turn.hears(ev.TakenOver("ana", "Ana"), 10.0)
    assert turn.hears(ev.Tick(), 310.0)[0] == Send(CONTENT, "\n\nAna will reply here.", "policy")


# --- and hands back


def test_handed_back_after_half_an_answer_the_model_begins_a_new_paragraph() -> None:
    turn = Turn(policy_of([], whole=["judge"]))
    turn.writes("One. Two")
    turn.hears(ev.TakenOver("ana", "Ana"))
    assert turn.hears(ev.HandedBack("be kind")) == [
        ModelSpeaks(),
        Send(CONTENT, "\n\n", "ai"),
        AskModel("be kind"),
    ]
    # Everything is judged anew.
    assert turn.writes("New. Two") == [Release(CONTENT, 5)]
    assert turn.hears(ev.Done()) == [RunChecks(frozenset(["judge"]), final=True)]
    assert turn.gate.lanes[CONTENT].size == 8


def test_what_was_read_before_a_hand_back_stays_read() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("Hello")
    turn.hears(ev.TakenOver("ana", "Ana"))
    turn.hears(ev.HandedBack())
    turn.writes("We guarantee", 0)
    turn.matched(0, 12)
    out = turn.hears(ev.Decision("reject", "ana"))
    assert Send(CONTENT, "Please ask us about the rest.", "policy") in out


def test_handed_back_before_any_text_a_rejection_reads_as_a_first_word() -> None:
    turn = with_ana()
    turn.hears(ev.HandedBack())
    turn.writes("We guarantee", 0)
    turn.matched(0, 12)
    assert Send(CONTENT, "Ask us.", "policy") in turn.hears(ev.Decision("reject", "ana"))


def test_handed_back_after_the_person_answered_the_turn_is_over() -> None:
    turn = with_ana(now=1.0)
    assert turn.hears(ev.HandedBack("note")) == [ModelSpeaks(), Finish("stop")]
    assert turn.gate.phase == "closed"
