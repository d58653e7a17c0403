"""Rules, compiled: from what the checks said to what is to be done about it.

`rules/compile.py` builds a `Policy` for one request: rules whose request conditions failed are
already gone, so only conditions on the draft are left. Owns thresholds and how several firing
rules are merged into one set of terms. Knows no check's algorithm and no YAML.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, assert_never

from msgspec.structs import replace

from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.types import (
    ACTIONS,
    Action,
    FirstJudgement,
    Impact,
    NeedsSecond,
    OnDeadline,
    OnDisconnect,
    OnError,
    OnNoAgent,
    Others,
    Response,
    Strictness,
    Value,
)

FALLBACK = "I'm sorry, I can't answer that right now."
JUDGED_FIRST = ("never", "sampled", "always")
SEVERITY = ("release", "wait", "requeue", "fallback_text", "block")  # the strictest comes last


class Test(Value, frozen=True):
    """True when a check's score is not below `above`. A score nobody gave yet is undecided.

    `moves`: a budget says what `above` is when a turn begins.
    """

    __test__ = False  # not a pytest class
    check: str
    above: float = 0.5
    moves: bool = False


class Every(Value, frozen=True):
    """All of these."""

    parts: "tuple[Condition, ...]"


class Either(Value, frozen=True):
    """At least one of these."""

    parts: "tuple[Condition, ...]"


class Not(Value, frozen=True):
    """The opposite; undecided stays undecided."""

    part: "Condition"


Condition = Test | Every | Either | Not


class Terms(Value, frozen=True):
    """What a person gets with the hold, and what happens without one."""

    rules: tuple[str, ...] = ()
    deadline: float = 120.0
    on_deadline: OnDeadline = "fallback_text"
    on_no_agent: OnNoAgent = "fallback_text"
    on_disconnect: OnDisconnect = "keep"
    fallback: str = FALLBACK
    fallback_after_text: str = ""
    impact: Impact = "low"
    priority: int = 0
    route: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # what a person must speak for it
    others: Others = "warn"  # whether people without these may take it nevertheless
    allowed_actions: tuple[Action, ...] = ACTIONS
    undo: float | None = None  # seconds a decision can be taken back; None: as usual where decided
    because: tuple[str, ...] = ()  # the reasons a person chooses from
    needs_second: tuple[NeedsSecond, ...] = ()  # what another person has to confirm
    first_judgement: FirstJudgement = "never"  # whether people judge before they see scores


class Rule(Value, frozen=True):
    """One compiled rule. `criteria` is the sha of the guidance and examples that agents see.

    `shadow`: it is recorded what the rule would have done, and it does nothing.
    """

    name: str
    when: Condition
    then: Response = "hold"
    strictness: Strictness = "segment"
    on_error: OnError = "hold"
    terms: Terms = Terms()
    criteria: str = ""
    shadow: bool = False


class Policy(Value, frozen=True):
    """Everything the gate needs to know about one turn's rules. Built by `policy_of`.

    `request` checks do not read the draft: nothing leaves before each has spoken, once;
    `segment` checks must clear every character; `whole` checks owe a verdict on the whole answer;
    nobody waits for those `beside`, which only rules name that keep nothing back.
    `withhold`: nothing leaves before the answer is judged whole. `keep_last`: the last segment
    stays back until the draft is judged, so that a late objection finds something to hold.
    `undecided`: the rules that a score nobody gave can make true. `costly` checks are asked only
    while that can change something.
    """

    rules: tuple[Rule, ...] = ()
    request: frozenset[str] = frozenset()
    segment: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    withhold: bool = False
    keep_last: bool = False
    segmented: bool = False  # somebody needs to know where segments end
    mentioned: frozenset[str] = frozenset()
    undecided: tuple[Rule, ...] = ()
    costly: frozenset[str] = frozenset()
    fusion: Fusion | None = None
    default: Rule = Rule(name="default", when=Either(()))
    version: str = ""

    def about(self, checks: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that mention any of these checks, or the risk that one of them counts in."""
        names = frozenset(checks)
        if self.fusion is not None and not names.isdisjoint(self.fusion.weights):
            names |= {RISK}
        wanted = self.mentioned & names
        rules = self.rules if wanted else ()
        return tuple(rule for rule in rules if wanted & mentioned(rule.when))


class Strict(Protocol):
    """A rule, compiled or as it was written."""

    @property
    def then(self) -> str: ...

    @property
    def strictness(self) -> str: ...

    @property
    def shadow(self) -> bool: ...


def blocks(rule: Strict) -> bool:
    """Whether the rule keeps text back; else it only watches."""
    return rule.then != "watch" and rule.strictness != "watch" and not rule.shadow


def policy_of(
    rules: Iterable[Rule],
    *,
    request: Iterable[str] = (),
    segment: Iterable[str] = (),
    whole: Iterable[str] = (),
    beside: Iterable[str] = (),
    costly: Iterable[str] = (),
    fusion: Fusion | None = None,
    version: str = "",
    default: Rule | None = None,
) -> Policy:
    """Derive from the rules what the gate must wait for; forgetting to is not possible."""
    rules = tuple(rules)
    blocking = [rule for rule in rules if blocks(rule)]
    request, costly = frozenset(request), frozenset(costly)
    segment, whole = frozenset(segment) - request, frozenset(whole) - request
    beside = frozenset(beside) - request - segment - whole
    rises = fusion is not None and any(fusion.missing.values())  # the risk, when all have spoken
    # Who was spared may be asked about the whole answer in the end.
    late = any(_is_late(rule.when, rises=rises) for rule in blocking)
    keep_last = late or bool(whole or costly - beside)
    return Policy(
        rules=rules,
        request=request,
        segment=segment,
        whole=whole,
        beside=beside,
        withhold=any(rule.strictness == "answer" for rule in blocking),
        keep_last=keep_last,
        segmented=bool(segment) or keep_last,
        mentioned=frozenset[str]().union(*(mentioned(rule.when) for rule in rules)),
        undecided=tuple(rule for rule in rules if _gains_at_last(rule.when, rises=rises)),
        costly=costly,
        fusion=fusion,
        default=default or Rule(name="default", when=Either(())),
        version=version,
    )


def _is_late(condition: Condition, *, rises: bool) -> bool:
    """Whether the condition may object to the text only when the answer has ended.

    How an answer ended is not about its text: such a hold may find nothing left to hold back,
    and a person then adds what is missing.
    """
    match condition:
        case Test(check):
            return rises and check == RISK
        case Not():
            return True
        case Every(parts) | Either(parts):
            return any(_is_late(part, rises=rises) for part in parts)
        case _:
            assert_never(condition)


def _gains_at_last(condition: Condition, *, rises: bool) -> bool:
    """Whether a missing score that turns out to be 0, or a risk that counts who said nothing, can
    make this true; else it was true before, when the last of its scores came."""
    match condition:
        case Test(check, above):
            return not (above > 0.0) or (rises and check == RISK)
        case Not():
            return True
        case Every(parts) | Either(parts):
            return any(_gains_at_last(part, rises=rises) for part in parts)
        case _:
            assert_never(condition)


def mentioned(condition: Condition) -> frozenset[str]:
    match condition:
        case Test(check):
            return frozenset((check,))
        case Not(part):
            return mentioned(part)
        case Every(parts) | Either(parts):
            return frozenset[str]().union(*map(mentioned, parts))
        case _:
            assert_never(condition)


def holds_true(
    condition: Condition, scores: Mapping[str, float], *, early: bool = False
) -> bool | None:
    """Three-valued: None while a score that could change the answer is missing.

    `early`: more of the draft is to be judged. Scores only rise, so no `not` is true yet.
    """
    match condition:
        case Test(check, above):
            score = scores.get(check)
            return None if score is None else not (score < above)
        case Not(part):
            inner = holds_true(part, scores)
            return None if inner is None or (early and not inner) else not inner
        case Every(parts):
            return _join([holds_true(p, scores, early=early) for p in parts], decisive=False)
        case Either(parts):
            return _join([holds_true(p, scores, early=early) for p in parts], decisive=True)
        case _:
            assert_never(condition)


def _join(answers: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def merge(rules: Iterable[Rule], default: Rule) -> Terms:
    """The terms of a hold that several rules ask for: the strictest of each, texts of the first."""
    once = {rule.name: rule for rule in rules}.values()
    chosen = sorted(once, key=lambda rule: (-rule.terms.priority, rule.then != "block")) or [
        default
    ]
    terms = [rule.terms for rule in chosen]
    return replace(
        terms[0],
        rules=tuple(rule.name for rule in chosen),
        deadline=min(t.deadline for t in terms),
        on_deadline=max((t.on_deadline for t in terms), key=SEVERITY.index),
        on_no_agent=max((t.on_no_agent for t in terms), key=SEVERITY.index),
        on_disconnect="keep" if any(t.on_disconnect == "keep" for t in terms) else "cancel",
        impact="high" if any(t.impact == "high" for t in terms) else "low",
        skills=tuple(dict.fromkeys(skill for t in terms for skill in t.skills)),
        languages=tuple(dict.fromkeys(each for t in terms for each in t.languages)),
        others="refuse" if any(t.others == "refuse" for t in terms) else "warn",
        allowed_actions=tuple(a for a in ACTIONS if all(a in t.allowed_actions for t in terms)),
        undo=max((t.undo for t in terms if t.undo is not None), default=None),
        because=tuple(dict.fromkeys(reason for t in terms for reason in t.because)),
        needs_second=tuple(dict.fromkeys(what for t in terms for what in t.needs_second)),
        first_judgement=max((t.first_judgement for t in terms), key=JUDGED_FIRST.index),
    )
