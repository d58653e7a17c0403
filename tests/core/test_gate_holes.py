"""Four ways a gate can leak that are easy to build in; each has a property that finds it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core import events as ev
from hitl_chat.core.effects import Effect, Finish, OpenHold, Release, RunChecks
from hitl_chat.core.gate import begin, step
from hitl_chat.core.policy import Policy, Rule, Test, policy_of
from hitl_chat.core.state import Gate, Waits
from hitl_chat.core.types import Span

BOTH = policy_of(
    [Rule("a", Test("a", 0.5)), Rule("j", Test("judge", 0.5))], segment=["a"], whole=["judge"]
)
SEGMENTS = ["One. ", "Two! ", "Three? ", "Four.\n", "Five. ", "Six. "]


def play(policy: Policy, *events: ev.Event) -> tuple[Gate, list[Effect]]:
    gate, effects = begin(policy, 0.0, Waits())
    out = list(effects)
    for event in events:
        gate, effects = step(gate, event, 0.0)
        out += effects
    return gate, out


def more(gate: Gate, event: ev.Event) -> tuple[Gate, list[Effect]]:
    gate, effects = step(gate, event, 0.0)
    return gate, list(effects)


def released(effects: list[Effect]) -> int:
    return max((e.upto for e in effects if isinstance(e, Release)), default=0)


def by_segment(*checks: str) -> Policy:
    return policy_of([Rule(c, Test(c, 0.5)) for c in checks], segment=checks)


@given(st.permutations([(c, i) for c in ("a", "b") for i in range(5)]), st.integers(0, 10))
def test_text_leaves_only_behind_ranges_that_every_check_judged_without_a_gap(
    order: list[tuple[str, int]], answered: int
) -> None:
    text = "".join(SEGMENTS)
    starts = [0]
    for segment in SEGMENTS:
        starts.append(starts[-1] + len(segment))
    gate, out = play(by_segment("a", "b"), ev.Delta("0/content", text, len(text)))
    ranges = [(e.start, e.upto) for e in out if isinstance(e, RunChecks)]
    assert ranges == list(pairwise(starts[:6]))
    for check, i in order[:answered]:
        start, upto = ranges[i]
        gate, effects = more(gate, ev.Verdict(check, 0.0, "0/content", start, upto))
        out += effects
    judged = {c: {i for k, i in order[:answered] if k == c} for c in ("a", "b")}
    clear = 0
    while all(clear in judged[c] for c in judged):
        clear += 1
    assert released(out) == starts[clear]


@given(st.integers(0, 60), st.integers(1, 500))
def test_a_verdict_clears_nothing_that_nobody_asked_about(start: int, length: int) -> None:
    gate, _ = play(by_segment("a"), ev.Delta("0/content", "One. Two", 8))
    verdict = ev.Verdict("a", 0.0, "0/content", start, start + length)
    gate, out = more(gate, verdict)
    gate, later = more(gate, ev.Delta("0/content", " and a bit. Three. Fo", 29))
    assert released([*out, *later]) <= 5


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.1, 1.1, None, "0.1", True])
def test_what_is_no_score_is_no_verdict(score: object) -> None:
    with pytest.raises(ValueError, match="finite number"):
        ev.Verdict("a", score)  # type: ignore[arg-type]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_score_holds_unless_it_is_below_the_threshold(score: float, above: float) -> None:
    policy = policy_of([Rule("r", Test("a", above))], segment=["a"])
    _, out = play(
        policy,
        ev.Delta("0/content", "One. Two", 8),
        ev.Verdict("a", score, "0/content", 0, 5),
    )
    assert any(isinstance(e, OpenHold) for e in out) == (not score < above)


@given(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=6), st.booleans())
def test_a_late_objection_always_finds_something_to_hold(said: list[str], died: bool) -> None:
    text = "".join(said)
    policy = policy_of([Rule("r", Test("judge", 0.5))], whole=["judge"])
    gate, out = play(policy, *(ev.Delta("0/content", piece, 10_000) for piece in said), ev.Done())
    assert released(out) == len(text) - len(said[-1])
    late: ev.Event = ev.Verdict("judge", 0.9, final=True)
    gate, out = more(gate, ev.CheckFailed("judge", "died", final=True) if died else late)
    assert [type(e) for e in out] == [OpenHold]


def test_an_objection_to_what_was_read_is_a_correction_and_never_a_hold() -> None:
    gate, out = play(
        BOTH,
        ev.Delta("0/content", "One. Two. Three", 15),
        ev.Verdict("a", 0.0, "0/content", 0, 5),
        ev.Verdict("judge", 0.9, "0/content", spans=(Span("0/content", 0, 3),)),
    )
    assert [type(e).__name__ for e in out[-3:]] == ["StopModel", "Correct", "Finish"]
    assert gate.phase == "closed"


@given(st.lists(st.sampled_from([*SEGMENTS, "w", " x"]), min_size=1, max_size=200))
def test_the_gate_keeps_offsets_and_never_the_draft(said: list[str]) -> None:
    gate, out = play(by_segment("a"), *(ev.Delta("0/content", piece, 10**6) for piece in said))
    assert len(gate.lanes["0/content"].tail) <= max(map(len, said)) + 600
    for ask in (e for e in out if isinstance(e, RunChecks)):
        gate, _ = step(gate, ev.Verdict("a", 0.0, "0/content", ask.start, ask.upto), 0.0)
    assert (
        gate.lanes["0/content"].marks.get("a", None) is None
        or not gate.lanes["0/content"].marks["a"].ahead
    )


@given(st.text("ab c.!\n", min_size=1, max_size=60), st.lists(st.integers(1, 9), max_size=60))
def test_how_the_model_chunks_does_not_matter(text: str, cuts: list[int]) -> None:
    pieces, rest = [], text
    for n in cuts:
        pieces.append(rest[:n])
        rest = rest[n:]

    def run(chunks: list[str]) -> tuple[int, str]:
        gate, _ = begin(BOTH, 0.0, Waits())
        deltas = [ev.Delta("0/content", chunk, 10**6) for chunk in chunks]
        todo: list[ev.Event] = [*deltas, ev.Done()]
        out: list[Effect] = []
        while todo:
            gate, effects = step(gate, todo.pop(0), 0.0)
            out += effects
            for ask in (e for e in effects if isinstance(e, RunChecks)):
                todo += [
                    ev.Verdict(check, 0.0, ask.field, ask.start, ask.upto, ask.final)
                    for check in ask.checks
                ]
        (ending,) = (e.ending for e in out if isinstance(e, Finish))
        return released(out), ending

    assert run([*pieces, rest]) == run([text]) == (len(text), "model")
