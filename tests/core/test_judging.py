"""A check speaks, and the gate does what its rules say: the dialogues."""

import pytest
from msgspec.structs import replace

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
from hitl_chat.core.policy import Every, Not, Policy, Rule, Terms, Test, policy_of
from hitl_chat.core.state import outstanding
from hitl_chat.core.types import Reason, Span
from tests.core.test_gate import CONTENT, Turn

SEG = Rule("seg", Test("seg", 0.5), terms=Terms(fallback="No.", fallback_after_text="No more."))
WATCH = Rule("watch", Test("seg", 0.2), then="watch")
SENT = Span(CONTENT, 0, 4)  # "One." of the turns below
SENTENCES = "One. Two. Three"


def turn(*rules: Rule, whole: tuple[str, ...] = (), text: str = SENTENCES) -> Turn:
    """Two sentences were asked about; the first of them is clear, and read where that is enough."""
    turn = Turn(policy_of(rules, segment=["seg"], whole=whole))
    assert turn.writes(text) == [
        RunChecks(frozenset(["seg"]), CONTENT, 0, 5),
        RunChecks(frozenset(["seg"]), CONTENT, 5, 10),
    ]
    assert says(turn, 0.0, 0, 5) == [Release(CONTENT, 5)]
    return turn


def says(turn: Turn, score: float, start: int = 5, upto: int = 10, **more: object) -> list[Effect]:
    return turn.hears(ev.Verdict("seg", score, CONTENT, start, upto, **more))  # type: ignore[arg-type]


def died(turn: Turn, check: str = "seg", *, timed_out: bool = False) -> list[Effect]:
    return turn.hears(ev.CheckFailed(check, "boom", CONTENT, 5, 10, timed_out=timed_out))


def kinds(effects: list[Effect]) -> list[type]:
    return [type(effect) for effect in effects]


# --- verdicts


def test_a_hold_says_why_in_codes_and_places() -> None:
    spans = (Span(CONTENT, 6, 9, "price"),)
    (hold,) = says(turn(SEG), 0.7, spans=spans, detail="near")
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("seg", "seg", "threshold", 0.7, spans, "near"),)
    assert (hold.terms.rules, hold.draft_state, hold.outstanding) == (
        ("seg",),
        "streaming",
        ("seg",),
    )
    (hold,) = says(turn(SEG), 1.0)
    assert isinstance(hold, OpenHold)
    assert hold.reasons[0].code == "matched"


def test_a_rule_that_fired_speaks_again_only_of_what_its_checks_find_again() -> None:
    talk = turn(SEG)
    says(talk, 0.7)
    assert says(talk, 0.1) == []
    (news,) = says(talk, 0.6)
    assert isinstance(news, UpdateHold)
    assert [r.score for r in news.reasons] == [0.7, 0.6]


def test_what_is_found_again_in_the_same_place_is_one_reason() -> None:
    talk = turn(SEG)
    spans = (Span(CONTENT, 6, 9, "price"),)
    (hold,) = says(talk, 0.7, spans=spans, detail="near")
    (news,) = says(talk, 0.7, spans=spans, detail="near")
    assert isinstance(hold, OpenHold)
    assert isinstance(news, UpdateHold)
    assert news.reasons == hold.reasons
    (news,) = says(talk, 0.7, spans=(Span(CONTENT, 7, 9, "price"),), detail="near")
    assert isinstance(news, UpdateHold)
    assert len(news.reasons) == 2


def test_the_highest_score_of_a_check_counts() -> None:
    both = Rule("both", Every((Test("seg", 0.5), Test("judge", 0.5))))
    talk = turn(both, whole=("judge",))
    assert says(talk, 0.6) == [Release(CONTENT, 10)]  # not the last one: the judge may object
    assert says(talk, 0.1) == []
    (hold,) = talk.hears(ev.Verdict("judge", 0.5))
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("both", "judge", "threshold", 0.5),)


def test_a_watch_rule_is_recorded_apart_from_what_holds() -> None:
    watched, hold = says(turn(WATCH, SEG), 0.7)
    assert watched == Watched((Reason("watch", "seg", "threshold", 0.7),))
    assert isinstance(hold, OpenHold)
    assert [r.rule for r in hold.reasons] == ["seg"]
    assert hold.terms.rules == ("seg",)


def test_what_is_watched_leaves_as_soon_as_it_is_judged() -> None:
    watched, released = says(turn(WATCH), 0.3)
    assert isinstance(watched, Watched)
    assert released == Release(CONTENT, 10)


def test_a_rule_whose_strictness_is_to_watch_only_watches() -> None:
    lenient = Rule("lenient", Test("seg", 0.5), strictness="watch")
    assert kinds(says(turn(lenient), 0.9)) == [Watched, Release]


def test_a_held_turn_still_records_what_is_watched() -> None:
    talk = turn(SEG, Rule("style", Test("style", 0.5), then="watch"))
    says(talk, 0.7)
    watched = Watched((Reason("style", "style", "matched", 1.0),))
    assert talk.hears(ev.Verdict("style", 1.0, CONTENT)) == [watched]


# --- what was read already


def test_an_objection_to_what_was_read_is_a_correction() -> None:
    out = says(turn(SEG), 0.9, 0, 5, spans=(SENT,))
    assert out == [StopModel(), Correct("No more."), Finish("stop")]
    out = says(turn(Rule("short", Test("seg"), terms=Terms(fallback="No."))), 0.9, spans=(SENT,))
    assert out == [StopModel(), Correct("No."), Finish("stop")]


@pytest.mark.parametrize(
    "spans",
    [(), (SENT, Span(CONTENT, 5, 9)), (Span(CONTENT, 3, 6),), (SENT, Span("1/content", 0, 1))],
    ids=["nowhere", "also further on", "across", "in another field"],
)
def test_an_objection_that_is_not_only_to_what_was_read_is_a_hold(spans: tuple[Span, ...]) -> None:
    assert kinds(says(turn(SEG), 0.9, spans=spans)) == [OpenHold]


def test_a_span_that_ends_where_the_sent_text_ends_was_read() -> None:
    out = says(turn(SEG), 0.9, spans=(Span(CONTENT, 0, 5),))
    assert kinds(out) == [StopModel, Correct, Finish]


def test_a_watch_rule_corrects_only_if_it_says_what_then() -> None:
    assert kinds(says(turn(WATCH), 0.9, 0, 5, spans=(SENT,))) == [Watched]
    sorry = Rule("w", Test("seg"), then="watch", terms=Terms(fallback_after_text="Sorry."))
    out = says(turn(sorry), 0.9, 0, 5, spans=(SENT,))
    assert kinds(out) == [StopModel, Watched, Correct, Finish]
    assert Correct("Sorry.") in out
    assert kinds(says(turn(sorry), 0.9)) == [Watched, Release]


def test_a_correction_is_worded_by_the_rules_that_ask_for_one() -> None:
    urgent = Rule(
        "urgent", Test("seg"), then="watch", terms=Terms(priority=9, fallback="Not this.")
    )
    assert Correct("No more.") in says(turn(urgent, SEG), 0.9, spans=(SENT,))


def test_nothing_is_withdrawn_while_a_person_decides() -> None:
    talk = turn(SEG)
    says(talk, 0.9)
    assert kinds(says(talk, 0.9, spans=(SENT,))) == [UpdateHold]


# --- blocking


def test_a_rule_that_blocks_sends_its_fallback_as_it_reads_there() -> None:
    block = Rule("block", SEG.when, then="block", terms=SEG.terms)
    assert says(turn(block), 0.9) == [
        StopModel(),
        Send(CONTENT, "No more.", "policy"),
        Finish("stop"),
    ]
    untold = Turn(policy_of([block], segment=["seg"]))
    untold.writes("One. Two")
    assert Send(CONTENT, "No.", "policy") in says(untold, 0.9, 0, 5)


def test_a_blocking_rule_beside_a_holding_one_blocks() -> None:
    never = Rule("never", Test("seg", 0.8), then="block")
    assert kinds(says(turn(SEG, never), 0.9)) == [StopModel, Send, Finish]
    assert kinds(says(turn(WATCH, never), 0.9)) == [StopModel, Watched, Send, Finish]


def test_an_open_hold_is_told_that_approving_is_forbidden() -> None:
    talk = turn(SEG, Rule("never", Test("seg", 0.8), then="block"))
    says(talk, 0.6)
    (news,) = says(talk, 0.9)
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("block:never", "seg")


# --- a check that died


@pytest.mark.parametrize(
    ("timed_out", "code"), [(False, "check_failed"), (True, "check_timed_out")]
)
def test_a_check_that_died_holds(timed_out: bool, code: str) -> None:
    (hold,) = died(turn(SEG), timed_out=timed_out)
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("seg", "seg", code, detail="boom"),)
    assert hold.terms.rules == ("seg",)


def test_a_check_died_unless_it_is_said_to_have_timed_out() -> None:
    (hold,) = turn(SEG).hears(ev.CheckFailed("seg", "boom", CONTENT, 5, 10))
    assert isinstance(hold, OpenHold)
    assert hold.reasons[0].code == "check_failed"


def test_a_check_that_died_blocks_where_a_rule_says_so() -> None:
    block = Rule("r", Test("seg"), on_error="block")
    assert kinds(died(turn(block))) == [StopModel, Send, Finish]
    hold = Rule("r", Test("seg"), then="block")  # on_error: hold
    assert kinds(died(turn(hold))) == [OpenHold]


def test_a_dead_check_releases_only_if_every_rule_about_it_says_so() -> None:
    lax = Rule("lax", Test("seg"), on_error="release")
    assert died(turn(lax)) == [Release(CONTENT, 10)]
    (hold,) = died(turn(lax, SEG))
    assert isinstance(hold, OpenHold)
    assert [r.rule for r in hold.reasons] == ["lax", "seg"]


def test_a_watch_rule_records_that_its_check_died() -> None:
    watched, released = died(turn(WATCH))
    assert watched == Watched((Reason("watch", "seg", "check_failed", detail="boom"),))
    assert released == Release(CONTENT, 10)


def test_a_watch_rule_is_told_of_a_dead_check_beside_a_rule_that_acts() -> None:
    told = Watched((Reason("watch", "seg", "check_failed", detail="boom"),))
    talk = turn(WATCH, SEG)
    watched, hold = died(talk)
    assert watched == told
    assert isinstance(hold, OpenHold)
    assert [r.rule for r in hold.reasons] == ["seg"]
    assert not [again for again in died(talk) if isinstance(again, Watched)]
    block = replace(SEG, on_error="block")
    assert died(turn(WATCH, block))[:2] == [StopModel(), told]
    shadow = replace(SEG, name="dark", on_error="block", shadow=True)
    would = Watched((Reason("dark", "seg", "shadow:block", detail="boom"),))
    assert died(turn(shadow, SEG))[0] == would
    lax = replace(SEG, on_error="release")
    assert died(turn(WATCH, lax)) == [told, Release(CONTENT, 10)]


def test_a_dead_check_that_no_rule_speaks_of_holds_by_the_default_rule() -> None:
    (hold,) = died(turn(), check="ghost")
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("default", "ghost", "check_failed", detail="boom"),)


def test_a_dead_check_owes_no_verdict_any_more() -> None:
    talk = turn(SEG, Rule("lax", Test("judge"), on_error="release"), whole=("judge",))
    talk.hears(ev.Done())
    says(talk, 0.9)
    (news,) = talk.hears(ev.CheckFailed("judge", "boom", final=True))
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("seg",)


# --- the end


def judged_whole(*rules: Rule) -> Turn:
    talk = Turn(policy_of(rules, whole=["judge"]))
    assert talk.writes("One. Two") == [Release(CONTENT, 5)]
    assert talk.hears(ev.Done()) == [RunChecks(frozenset(["judge"]), final=True)]
    return talk


def final(turn: Turn, score: float = 0.0) -> list[Effect]:
    return turn.hears(ev.Verdict("judge", score, final=True))


def test_the_rest_leaves_when_the_whole_answer_was_judged() -> None:
    assert final(judged_whole()) == [Release(CONTENT, 8), Finish("model")]


def test_a_rule_that_no_score_decided_speaks_at_the_end() -> None:
    unsourced = Rule("unsourced", Not(Test("sources", 0.5)), terms=Terms(fallback="No source."))
    (hold,) = final(judged_whole(unsourced))
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (Reason("unsourced", "", "ended"),)
    assert (hold.draft_state, hold.outstanding) == ("whole", ())
    sourced = judged_whole(unsourced)
    sourced.hears(ev.Verdict("sources", 0.5))
    assert kinds(final(sourced)) == [Release, Finish]


def test_a_watch_rule_that_no_score_decided_is_recorded_once_and_the_rest_leaves() -> None:
    watching = Rule("unsourced", Not(Test("sources", 0.5)), then="watch")
    talk = Turn(policy_of([watching], whole=["judge"]))
    talk.writes("One. Two")
    talk.hears(ev.Done())
    assert kinds(final(talk)) == [Watched, Release, Finish]


def test_a_rule_that_spoke_already_does_not_speak_again_at_the_end() -> None:
    watching = Rule("zero", Test("sources", 0.0), then="watch")
    talk = judged_whole(watching)
    assert kinds(talk.hears(ev.Verdict("sources", 0.0))) == [Watched]
    assert kinds(final(talk)) == [Release, Finish]


def test_a_verdict_on_an_answer_that_is_not_whole_is_none() -> None:
    talk = Turn(policy_of([], whole=["judge"]))
    talk.writes("One. Two")
    assert final(talk) == []
    assert talk.hears(ev.Done()) == [RunChecks(frozenset(["judge"]), final=True)]


def test_verdicts_that_change_nothing_for_an_open_hold_make_no_news() -> None:
    talk = turn(SEG)
    says(talk, 0.9, 5, 10)
    assert talk.hears(ev.Done()) != []
    assert says(talk, 0.0, 5, 10) == []
    (news,) = says(talk, 0.0, 10, 15)
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ()


def test_before_the_draft_is_whole_a_cleared_segment_is_no_news_for_a_hold() -> None:
    talk = turn(SEG)
    says(talk, 0.9, 5, 10)
    talk.writes(". Four")
    assert says(talk, 0.0, 10, 17) == []


def test_verdicts_on_fields_and_checks_nobody_knows_clear_nothing() -> None:
    talk = turn(SEG)
    before = talk.gate.lanes
    assert talk.hears(ev.Verdict("seg", 0.0, "7/content", 0, 5)) == []
    assert talk.hears(ev.Verdict("ghost", 0.0, CONTENT, 5, 10)) == []
    assert talk.gate.lanes == before


@pytest.mark.parametrize(
    ("nowhere", "up_to_five"),
    [
        (ev.Verdict("seg", 0.0, CONTENT), ev.Verdict("seg", 0.0, CONTENT, upto=5)),
        (ev.CheckFailed("seg", "x", CONTENT), ev.CheckFailed("seg", "x", CONTENT, upto=5)),
    ],
    ids=["verdict", "failure"],
)
def test_what_names_no_range_covers_nothing_and_what_names_its_end_covers_all_before(
    nowhere: ev.Event, up_to_five: ev.Event
) -> None:
    talk = Turn(policy_of([Rule("r", Test("seg"), on_error="release")], segment=["seg"]))
    talk.writes("One. Two")
    assert talk.hears(nowhere) == []
    assert talk.hears(up_to_five) == [Release(CONTENT, 5)]


@pytest.mark.parametrize(("start", "upto"), [(-1, 5), (7, 7), (9, 6), (0, 5), (3, 5), (12, 15)])
def test_a_range_that_is_none_or_was_judged_or_not_asked_about_changes_nothing(
    start: int, upto: int
) -> None:
    talk = turn()
    before = talk.gate.lanes
    assert says(talk, 0.0, start, upto) == []
    assert talk.gate.lanes == before


def test_verdicts_may_come_in_any_order_and_overlap() -> None:
    talk = Turn(policy_of([SEG], segment=["seg"]))
    talk.writes("One. Two. Three. Four. Five")
    assert says(talk, 0.0, 5, 10) == []
    assert says(talk, 0.0, 17, 23) == []
    assert says(talk, 0.0, 5, 9) == []
    assert says(talk, 0.0, 0, 6) == [Release(CONTENT, 10)]
    assert says(talk, 0.0, 10, 17) == [Release(CONTENT, 23)]


def test_the_last_segment_waits_for_a_rule_that_speaks_at_the_end() -> None:
    talk = Turn(policy_of([Rule("unsourced", Not(Test("sources", 0.5)))]))
    assert talk.writes("One. Two") == [Release(CONTENT, 5)]
    assert [type(effect) for effect in talk.hears(ev.Done())] == [OpenHold]


@pytest.mark.parametrize("event", [ev.Verdict("seg", 1.0, CONTENT), ev.CheckFailed("seg", "boom")])
def test_while_a_person_speaks_checks_have_no_say(event: ev.Event) -> None:
    talk = Turn(policy_of([SEG], segment=["seg"]), person="Ana")
    before = talk.gate
    assert talk.hears(event) == []
    assert talk.gate == before


def test_every_field_leaves_when_all_of_it_is_judged() -> None:
    talk = Turn(policy_of([], whole=["judge"]))
    talk.writes("One. Two")
    talk.writes("Uno. Dos", field="1/content")
    talk.writes("", field="2/content")
    talk.hears(ev.Done())
    assert final(talk) == [Release(CONTENT, 8), Release("1/content", 8), Finish("model")]


def test_a_withheld_answer_leaves_in_one_piece() -> None:
    strict: Policy = policy_of([Rule("r", Test("patterns:p"), strictness="answer")])
    talk = Turn(strict)
    assert talk.writes("One. Two") == []
    assert talk.hears(ev.Scanned(CONTENT, 8)) == []
    assert talk.hears(ev.Done()) == [Release(CONTENT, 8), Finish("model")]


@pytest.mark.parametrize(("last", "then"), [(0.9, "released"), (0.1, "held")])
def test_a_not_is_known_when_all_is_judged(last: float, then: str) -> None:
    """Scores only rise, so what is not there yet may still come."""
    turn = Turn(policy_of([Rule("never", Not(Test("seg", 0.5)))], segment=["seg"]))
    turn.writes("One. Two")
    assert turn.hears(ev.Verdict("seg", 0.1, CONTENT, 0, 5)) == [Release(CONTENT, 5)]
    turn.hears(ev.Done())
    out = turn.hears(ev.Verdict("seg", last, CONTENT, 5, 8))
    assert (turn.gate.phase, out[-1] == Finish("model")) == (
        ("closed", True) if then == "released" else ("held", False)
    )


def test_a_not_joins_a_hold_once_all_is_judged() -> None:
    rules = [Rule("seg", Test("seg", 0.5)), Rule("never", Not(Test("other", 0.5)))]
    turn = Turn(policy_of(rules, segment=["seg", "other"]))
    turn.writes("One.")
    turn.hears(ev.Verdict("seg", 0.9, CONTENT, 0, 4))
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("seg", 0.9, CONTENT, 0, 4))
    turn.hears(ev.Verdict("other", 0.1, CONTENT, 0, 4))
    assert {reason.rule for reason in turn.gate.reasons} == {"seg", "never"}


# --- checks of the request alone


REQUEST = Rule("steered", Test("injection"), terms=Terms(fallback="No."))


def of_request(*rules: Rule) -> Turn:
    turn = Turn(policy_of([REQUEST, *rules], request=["injection"]))
    assert turn.first == (AskModel(""), RunChecks(frozenset(["injection"])))
    return turn


def test_nothing_leaves_before_who_judges_the_request_has_spoken() -> None:
    turn = of_request()
    assert turn.writes("One. Tw") == []
    assert outstanding(turn.gate) == ("injection",)
    assert turn.hears(ev.Verdict("injection", 0.1)) == [Release(CONTENT, 7)]
    assert turn.writes("o") == [Release(CONTENT, 8)]  # and from then on at once
    assert turn.hears(ev.Done()) == [Finish("model")]


def test_an_answer_that_ends_first_waits_for_it() -> None:
    turn = of_request()
    turn.writes("One.")
    assert turn.hears(ev.Done()) == []
    assert turn.hears(ev.Verdict("injection", 0.1)) == [Release(CONTENT, 4), Finish("model")]


@pytest.mark.parametrize("said", [ev.Verdict("injection", 0.9), ev.CheckFailed("injection", "x")])
def test_what_it_objects_to_is_held_before_a_word_was_written(said: ev.Event) -> None:
    turn = of_request()
    assert kinds(turn.hears(said)) == [OpenHold]
    assert turn.writes("One.") == []


def test_it_is_asked_again_when_a_person_hands_the_turn_back() -> None:
    turn = of_request()
    turn.hears(ev.TakenOver("ana", "Ana"))
    assert turn.hears(ev.Verdict("injection", 0.1)) == []
    back = turn.hears(ev.HandedBack("a note"))
    assert back[-2:] == [AskModel("a note"), RunChecks(frozenset(["injection"]))]
    assert turn.writes("One.") == []


def test_a_check_of_the_request_is_asked_of_nothing_else() -> None:
    names = ["injection"]
    policy = policy_of([REQUEST], request=names, segment=names, whole=names, beside=names)
    assert policy.request == {"injection"}
    assert not policy.segment | policy.whole | policy.beside


def test_a_verdict_that_names_no_place_is_about_none() -> None:
    said = ev.Verdict("a", 0.1, final=True)
    assert (said.field, said.start, said.upto) == ("", 0, 0)
