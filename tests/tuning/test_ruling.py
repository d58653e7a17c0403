"""The ruling on a whole draft is the one the gate comes to, verdict by verdict."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core.effects import Effect, OpenHold, RunChecks, Watched
from hitl_chat.core.events import CheckFailed, Delta, Done, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.fusion import Fusion
from hitl_chat.core.gate import begin, step
from hitl_chat.core.policy import (
    Condition,
    Either,
    Every,
    Not,
    Policy,
    Rule,
    Terms,
    Test,
    blocks,
    mentioned,
    policy_of,
)
from hitl_chat.core.state import Gate, Waits
from hitl_chat.core.types import is_shadow
from hitl_chat.tuning.ruling import Ruled, outcome, risk_of

CHECKS = ("a", "b", "c")
ENDED = ("ended:any", "ended:stop")
DRAFT = "One sentence"
FAILED = -1.0
GRAVITY: Mapping[Ruled, int] = {"pass": 0, "watch": 1, "hold": 2, "block": 2}

tests = st.builds(
    Test, st.sampled_from([*CHECKS, "ended:stop", "ended:length"]), st.sampled_from([0.3, 0.7])
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=1, max_size=2).map(tuple)),
    ),
    max_leaves=4,
)
made = st.builds(
    Rule,
    name=st.just("rule"),
    when=conditions,
    then=st.sampled_from(["watch", "hold", "block"]),
    strictness=st.sampled_from(["segment", "answer", "watch"]),
    on_error=st.sampled_from(["hold", "release", "block"]),
)
policies = st.lists(made, min_size=1, max_size=4).map(
    lambda rules: policy([named(rule, f"rule-{n}") for n, rule in enumerate(rules)])
)
said = st.fixed_dictionaries(
    dict.fromkeys(CHECKS, st.sampled_from([FAILED, 0.0, 0.3, 0.5, 0.7, 1.0]))
)


def named(rule: Rule, name: str) -> Rule:
    return Rule(name, rule.when, rule.then, rule.strictness, rule.on_error, Terms(rules=(name,)))


def policy(rules: Sequence[Rule], fusion: Fusion | None = None) -> Policy:
    """As a ruleset makes it: who judges segments, who the whole answer, and who beside it."""
    segment, whole, beside = set[str](), set[str](), set[str]()
    for rule in rules:
        asked = (segment if rule.strictness == "segment" else whole) if blocks(rule) else beside
        asked.update(mentioned(rule.when).intersection(CHECKS))
    return policy_of(rules, segment=segment, whole=whole, beside=beside, fusion=fusion)


def at_the_gate(policy: Policy, said: Mapping[str, float]) -> Ruled:
    gate, _ = begin(policy, 0.0, Waits())
    told: list[Effect] = []
    asked: list[RunChecks] = []
    for event in (Delta(CONTENT, DRAFT, len(DRAFT)), Done(ENDED)):
        gate, out = step(gate, event, 0.0)
        told += out
        asked += [effect for effect in out if isinstance(effect, RunChecks)]
    for ask in asked:
        for check in sorted(ask.checks):
            gate, out = step(gate, answer(check, said[check], ask), 0.0)
            told += out
    return ruled(gate, told)


def answer(check: str, score: float, ask: RunChecks) -> Verdict | CheckFailed:
    about = ask.field, ask.start, ask.upto, ask.final
    return (
        CheckFailed(check, "broken", *about) if score == FAILED else Verdict(check, score, *about)
    )


def ruled(gate: Gate, told: Sequence[Effect]) -> Ruled:
    if any(isinstance(effect, OpenHold) for effect in told):
        return "hold"
    if any(map(blocks, gate.fired)):
        return "block"
    watched = [
        reason for effect in told if isinstance(effect, Watched) for reason in effect.reasons
    ]
    return "pass" if all(map(is_shadow, watched)) else "watch"


@given(policies, said)
def test_it_is_as_grave_as_at_the_gate(policy: Policy, said: Mapping[str, float]) -> None:
    asked = policy.segment | policy.whole | policy.beside
    scores = {name: score for name, score in said.items() if name in asked and score != FAILED}
    failed = [name for name, score in said.items() if name in asked and score == FAILED]
    here = outcome(policy, scores, ENDED, failed)
    assert GRAVITY[here.ruling] == GRAVITY[at_the_gate(policy, said)]
    assert bool(here.rules) == (here.ruling != "pass")


def test_the_first_rule_named_is_the_one_that_speaks() -> None:
    low = Rule("low", Test("a"), terms=Terms(priority=1))
    high = Rule("high", Test("a"), then="watch", terms=Terms(priority=2))
    silent = Rule("silent", Test("b"))
    here = outcome(policy([low, high, silent]), {"a": 0.9, "b": 0.1}, ENDED)
    assert (here.ruling, here.rules) == ("hold", ("high", "low"))


def test_a_shadow_that_fires_is_named_apart() -> None:
    shadow = Rule("dark", Test("a"), then="block", shadow=True)
    here = outcome(policy([shadow]), {"a": 0.9}, ENDED)
    assert (here.ruling, here.rules, here.shadow) == ("pass", (), ("dark",))
    hold = Rule("hold", Test("b"))
    here = outcome(policy([shadow, hold]), {"a": 0.9, "b": 0.9}, ENDED, failed=["a"])
    assert (here.ruling, here.rules, here.shadow) == ("hold", ("hold",), ("dark",))
    assert outcome(policy([shadow, hold]), {"a": 0.1}, ENDED).shadow == ()


def test_what_was_left_out_stays_undecided() -> None:
    rules = policy(
        [Rule("without", Not(Test("a"))), Rule("either", Either((Test("a"), Test("b"))))]
    )
    assert outcome(rules, {"b": 0.1}, ENDED, left_out=["a"]).ruling == "pass"
    assert outcome(rules, {"b": 0.1}, ENDED).rules == ("without",)
    assert outcome(rules, {"b": 0.9}, ENDED, left_out=["a"]).rules == ("either",)


def test_the_risk_is_the_highest_score_unless_one_was_learned() -> None:
    assert risk_of(Policy(), {"a": 0.2, "b": 0.4}) == 0.4
    assert risk_of(Policy(), {}) is None
    learned = Fusion({"a": 2.0}, bias=-1.0)
    assert risk_of(Policy(fusion=learned), {"a": 0.5, "b": 0.4}) == 0.5


def test_rules_test_the_learned_risk() -> None:
    condition: Condition = Test("risk", 0.6)
    rules = policy([Rule("risky", condition)], Fusion({"a": 2.0}, bias=-1.0))
    assert outcome(rules, {"a": 0.5}, ENDED).ruling == "pass"
    assert outcome(rules, {"a": 1.0}, ENDED).rules == ("risky",)
