"""A recorded turn, told: every verdict, what it cost, why it was asked, and what came of it."""

from typing import Any

from msgspec.structs import replace

from hitl_chat.checks.registry import default
from hitl_chat.core.types import Reason
from hitl_chat.oversight.recorded import Recorded, lines
from hitl_chat.store.turns import Judged, Turn

CHECKS = default()
RULES = """
checks:
  promises: {kind: scripted, costs: true}
risk: {weights: {hedging: 4}, bias: -2}
rules:
  - name: promise
    when: {all: [{check: hedging}, {check: promises}]}
  - name: risky
    when: {risk: 0.9}
"""
TURN = Turn(
    id="turn_1",
    tenant="acme",
    conv="c1",
    request_key="",
    body_sha="",
    api_key="",
    channel="",
    model="m",
    rules_version="0123456789abcdef",
    criteria_version="",
    envelope={},
    began_at=1.0,
    ended_at=2.0,
    outcome="passed",
    ruling="pass",
    finish="stop",
    usage={},
    check_usage={},
    timings={"total": 1.25},
)
SAID = Judged("hedging", "0/content", 0, 9, 0.7, "", [], "unsure", False, False, 0.25)


def told(turn: Turn, verdicts: list[Judged], *reasons: Reason, rules: str | None = None) -> Any:
    return list(lines(Recorded(turn, verdicts, reasons, rules), CHECKS))


def test_each_verdict_says_what_where_and_how_long() -> None:
    failed = replace(SAID, score=None, reason="it died", ms=3.0)
    late = replace(failed, reason="no verdict within 5 s", timed_out=True, final=True, ms=None)
    spared = replace(SAID, score=None, detail="spared: no rule needed it", ms=None)
    said = told(TURN, [SAID, failed, late, spared])
    assert said[:5] == [
        "turn_1: passed, ruling pass after 1.25 s",
        "  hedging, 0/content 0..9: 0.70 in 0.2 ms (unsure)",
        "  hedging, 0/content 0..9: failed in 3.0 ms (it died)",
        "  hedging, whole answer: timed out (no verdict within 5 s)",
        "  hedging, 0/content 0..9: spared: no rule needed it",
    ]
    assert said[-1] == "  rules 0123456789ab, model m"


def test_who_found_nothing_is_folded_into_a_line() -> None:
    nothing = replace(SAID, score=0.0, detail="")
    other = replace(nothing, check="refusal", final=True)
    assert told(TURN, [nothing, SAID, nothing, other])[1:3] == [
        "  hedging, 0/content 0..9: 0.70 in 0.2 ms (unsure)",
        "  said 0: hedging (2 times), refusal; --all shows where",
    ]
    every = list(lines(Recorded(TURN, [nothing, other], (), None), CHECKS, everything=True))
    assert every[1:3] == [
        "  hedging, 0/content 0..9: 0.00 in 0.2 ms",
        "  refusal, whole answer: 0.00 in 0.2 ms",
    ]


def test_of_many_verdicts_the_first_are_told() -> None:
    assert "  and 3 more verdicts" in told(TURN, [SAID] * 203)


def test_it_says_what_each_check_cost() -> None:
    usage = {
        "judge": {"asked": 2, "ms": 12.5, "calls": 2, "tokens": 90},
        "hedging": {"asked": 1, "ms": 0.25, "calls": 0, "tokens": 0},
    }
    said = told(replace(TURN, check_usage=usage), [])
    assert said[1:3] == [
        "  hedging: asked 1 times, 0.2 ms",
        "  judge: asked 2 times, 12.5 ms, 2 model calls, 90 tokens",
    ]


def test_it_says_what_would_have_skipped_a_check_and_what_did() -> None:
    asked = "  promises: asked, since hedging said 0.7 >= 0.5"
    assert asked in told(TURN, [SAID], rules=RULES)
    calm = replace(SAID, score=0.1)
    assert "  promises: spared, hedging said 0.1 < 0.5" in told(TURN, [calm], rules=RULES)


def test_it_says_when_that_cannot_be_known() -> None:
    unknown = "  why checks were asked is not known: the record does not hold these rules whole"
    assert unknown in told(TURN, [SAID])
    gone = "rules: [{name: x, when: {check: a-plugin}}]"
    assert unknown in told(TURN, [SAID], rules=gone)


def test_it_says_why_and_how_it_ended() -> None:
    reasons = [
        Reason("promise", "promises", "threshold", 0.8, detail="a promise"),
        Reason("cut", "", "ended"),
        Reason("dark", "hedging", "shadow:block", 0.7),
    ]
    held = replace(TURN, outcome="held", ruling="hold")
    assert told(held, [], *reasons)[:4] == [
        "turn_1: held, ruling hold after 1.25 s",
        "  ! promise: threshold, promises 0.80 (a promise)",
        "  ! cut: ended",
        "  ! dark: would block (a shadow), hedging 0.70",
    ]
    audited = replace(TURN, envelope={"audit": True}, timings={})
    assert told(audited, [])[0] == "turn_1: passed, ruling pass, marked for a look"
    assert told(replace(TURN, outcome=""), [])[0] == "turn_1: it has not ended"


def test_where_the_budget_stood_is_told() -> None:
    assert "  budget: `risk: budget` stood at 0.6312" in told(
        replace(TURN, envelope={"budget": 0.63124}), [SAID]
    )
