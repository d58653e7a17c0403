"""The model writes, ends or breaks: what is asked of the checks, and what leaves."""

import pytest

from hitl_chat.core import events as ev
from hitl_chat.core.effects import (
    Finish,
    OpenHold,
    Release,
    RunChecks,
    Send,
    StopModel,
    UpdateHold,
    Watched,
)
from hitl_chat.core.lane import Lane, fresh
from hitl_chat.core.policy import Either, Rule, Test, policy_of
from hitl_chat.core.types import Reason
from tests.core.test_gate import CONTENT, SYNCHRONOUS, Turn, held

SEG = policy_of([Rule("seg", Test("seg", 0.5))], segment=["seg"])
CUT = Rule("cut", Either((Test("ended:length", 1.0), Test("ended:empty", 1.0))))


def ask(start: int, upto: int, field: str = CONTENT) -> RunChecks:
    return RunChecks(frozenset(["seg"]), field, start, upto)


def test_a_segment_is_asked_about_when_it_is_complete_and_the_rest_at_the_end() -> None:
    turn = Turn(SEG)
    assert turn.writes("One.") == []
    assert turn.writes(" Two. Th") == [ask(0, 5), ask(5, 10)]
    assert turn.writes("ree") == []
    assert turn.writes("Uno", field="1/content") == []
    assert turn.hears(ev.Done()) == [ask(10, 15), ask(0, 3, "1/content")]
    assert turn.hears(ev.Verdict("seg", 0.0, CONTENT, 0, 15)) == [Release(CONTENT, 15)]
    out = turn.hears(ev.Verdict("seg", 0.0, "1/content", 0, 3))
    assert out == [Release("1/content", 3), Finish("model")]


def test_what_was_asked_about_already_is_not_asked_about_at_the_end() -> None:
    turn = Turn(SEG)
    turn.writes("行。")
    assert turn.hears(ev.Done()) == []


def test_at_the_end_the_whole_answer_is_asked_about_last() -> None:
    turn = Turn(policy_of([], segment=["seg"], whole=["judge"]))
    turn.writes("One")
    rest, whole = turn.hears(ev.Done())
    assert rest == ask(0, 3)
    assert whole == RunChecks(frozenset(["judge"]), "", 0, 0, final=True)


def test_a_field_begins_with_nothing() -> None:
    nothing = Lane(size=0, scanned=0, sent=0, asked=0, last=0, tail="", whole=False)
    assert Lane() == fresh(CONTENT) == nothing
    assert fresh("0/tool_calls/0/name").whole


def test_no_text_is_kept_where_nobody_asks_about_segments() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("One. Two")
    assert turn.gate.lanes[CONTENT].tail == ""


def test_a_held_draft_grows_and_is_still_judged() -> None:
    turn = Turn(SEG)
    turn.writes("One. Two")
    turn.hears(ev.Verdict("seg", 0.9, CONTENT, 0, 5))
    assert turn.writes(". Three") == [ask(5, 10)]
    assert turn.gate.lanes[CONTENT].size == 15


def test_text_leaves_no_further_than_every_check_has_looked() -> None:
    turn = Turn(SEG)
    turn.writes("One. Two. Three", 7)
    assert turn.hears(ev.Verdict("seg", 0.0, CONTENT, 0, 10)) == [Release(CONTENT, 7)]
    assert turn.writes(" four", 9) == [Release(CONTENT, 9)]
    assert turn.writes(" five", 25) == [Release(CONTENT, 10)]
    assert turn.writes(" six", 29) == []


def test_scanning_moves_a_mark_forward_and_never_beyond_the_text() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.hears(ev.Scanned(CONTENT, 5)) == []
    turn.writes("We guar", 3)
    assert turn.hears(ev.Scanned(CONTENT, 2)) == []
    assert turn.hears(ev.Scanned(CONTENT, 5)) == [Release(CONTENT, 5)]
    assert turn.hears(ev.Scanned(CONTENT, 99)) == [Release(CONTENT, 7)]
    assert turn.writes("a", 3) == []
    assert turn.hears(ev.Scanned(CONTENT, 8)) == [Release(CONTENT, 8)]


def test_what_the_scan_claims_beyond_the_text_is_not_believed_of_later_text() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.writes("We", 99) == [Release(CONTENT, 2)]
    assert turn.writes(" guarantee", 3) == [Release(CONTENT, 3)]


def test_the_last_segment_waits_for_a_verdict_on_the_whole_answer() -> None:
    turn = Turn(policy_of([], whole=["judge"]))
    assert turn.writes("One. ") == []  # blanks may follow: it is not over
    assert turn.writes("Two") == [Release(CONTENT, 5)]
    assert turn.writes(". ") == []
    assert turn.writes("") == []
    assert turn.writes("Three. Four") == [Release(CONTENT, 17)]


def test_a_segment_that_ends_the_text_is_the_last_one() -> None:
    turn = Turn(policy_of([], whole=["judge"]))
    assert turn.writes("行。好。") == [Release(CONTENT, 2)]
    assert turn.writes("") == []
    assert turn.writes("") == []
    assert turn.writes("吗") == [Release(CONTENT, 4)]


# --- how an answer ends


def test_an_end_that_a_rule_names_is_held_even_if_all_text_was_read() -> None:
    turn = Turn(policy_of([CUT]))
    turn.writes("One")
    (hold,) = turn.hears(ev.Done(("ended:length",)))
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("cut", "ended:length", "ended"),)
    assert hold.draft_state == "whole"
    other = Turn(policy_of([CUT]))
    assert other.hears(ev.Done(("ended:stop", "ended:other"))) == [Finish("model")]


def test_the_reason_names_the_fact_that_the_rule_asked_about() -> None:
    (hold,) = Turn(policy_of([CUT])).hears(ev.Done(("ended:stop", "ended:empty")))
    assert isinstance(hold, OpenHold)
    assert hold.reasons[0].check == "ended:empty"


def test_an_overlong_answer_is_held_once_whatever_the_rules_say_of_it() -> None:
    over = Test("ended:max_output", 1.0)
    (hold,) = Turn(policy_of([Rule("mine", over)])).hears(ev.Done(("ended:max_output",)))
    assert isinstance(hold, OpenHold)
    assert (hold.terms.rules, hold.draft_state) == (("mine",), "interrupted")
    watched, hold = Turn(policy_of([Rule("w", over, then="watch")])).hears(
        ev.Done(("ended:max_output",))
    )
    assert isinstance(watched, Watched)
    assert isinstance(hold, OpenHold)
    assert hold.terms.rules == ("default",)


def test_an_end_that_is_only_watched_ends_the_answer() -> None:
    watch = Rule("w", CUT.when, then="watch")
    out = Turn(policy_of([watch])).hears(ev.Done(("ended:length",)))
    assert out == [Watched((Reason("w", "ended:length", "ended"),)), Finish("model")]


def test_a_hold_learns_that_its_draft_is_whole_exactly_once() -> None:
    turn = held()
    (news,) = turn.hears(ev.Done(("ended:stop",)))
    assert isinstance(news, UpdateHold)
    assert news.draft_state == "whole"
    named = Turn(policy_of([CUT, Rule("seg", Test("seg"))], segment=["seg"]))
    named.writes("One. Two")
    named.hears(ev.Verdict("seg", 0.9, CONTENT, 0, 5))
    asked, news = named.hears(ev.Done(("ended:length",)))
    assert asked == ask(5, 8)
    assert isinstance(news, UpdateHold)
    assert [r.rule for r in news.reasons] == ["seg", "cut"]


def test_a_hold_learns_that_its_draft_is_whole_though_the_ending_is_only_watched() -> None:
    rules = [Rule("p", Test("patterns:guarantee")), Rule("w", Test("ended:any", 1.0), then="watch")]
    turn = Turn(policy_of(rules))
    turn.writes("Sorry. We guarantee it", 7)
    turn.matched(7, 22)
    watched = Watched((Reason("w", "ended:any", "ended"),))
    told = UpdateHold(turn.gate.reasons, "whole", ())
    assert turn.hears(ev.Done(("ended:any",))) == [watched, told]


def test_a_score_for_how_the_answer_ended_counts_with_later_verdicts() -> None:
    both = Rule("both", Either((Test("never"), Test("seg"))))
    turn = Turn(policy_of([both], segment=["seg"]))
    turn.writes("One")
    turn.hears(ev.Verdict("other", 0.3, CONTENT, 0, 0))
    turn.hears(ev.Done(("ended:stop",)))
    assert turn.gate.scores == {"other": 0.3, "ended:stop": 1.0}


# --- after the end, and when it breaks


@pytest.mark.parametrize("end", [ev.Done(), ev.Failed("upstream_closed")])
def test_a_draft_that_ended_stays_as_it_is(end: ev.Event) -> None:
    turn = held()
    assert len(turn.hears(end)) == 1
    before = turn.gate
    assert turn.writes("more") == []
    assert turn.hears(ev.Done()) == []
    assert turn.hears(ev.Failed("again")) == []
    assert turn.gate == before


def test_while_a_person_speaks_the_model_s_end_means_nothing() -> None:
    turn = Turn(SYNCHRONOUS, person="Ana")
    before = turn.gate
    assert turn.writes("x") == []
    assert turn.hears(ev.Done()) == []
    assert turn.hears(ev.Failed("upstream_closed")) == []
    assert turn.gate == before


def test_nothing_leaves_because_a_scan_ends_while_a_person_speaks() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("We guar", 3)
    turn.hears(ev.TakenOver("ana", "Ana"))
    assert turn.hears(ev.Scanned(CONTENT, 7)) == []
    assert turn.gate.phase == "human"


def test_a_hold_that_cannot_be_recorded_ends_the_turn() -> None:
    for turn in (held(), Turn(SYNCHRONOUS, person="Ana")):
        out = turn.hears(ev.Failed("store_down", fatal=True))
        assert out == [StopModel(), Finish("error", "store_down")]
        assert turn.gate.phase == "closed"


def test_a_model_that_fails_before_any_hold_ends_the_turn() -> None:
    turn = Turn(SYNCHRONOUS)
    assert turn.hears(ev.Failed("timeout")) == [StopModel(), Finish("error", "timeout")]
    assert turn.gate.phase == "closed"


def test_a_fallback_after_released_text_follows_it() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("Sorry. We guarantee", 7)
    assert turn.gate.text_out
    turn.matched(7, 19)
    out = turn.hears(ev.Decision("reject", "ana"))
    assert Send(CONTENT, "Please ask us about the rest.", "policy") in out
