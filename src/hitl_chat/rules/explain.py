"""Rules, looked at without a server: what is wrong with a file, and what it does to an example.

For `hitl-chat check` and `hitl-chat explain`. Plain functions that return values and text; what is
printed, and where, is the command line's business.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hitl_chat.core.cascade import needed
from hitl_chat.core.conditions import leaves
from hitl_chat.core.events import Verdict
from hitl_chat.core.failing import mistrusted
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import blocks, holds_true
from hitl_chat.core.types import Response
from hitl_chat.ports import Checks
from hitl_chat.rules import sparing
from hitl_chat.rules.compile import examine_rules
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.load import Finding, Refused
from hitl_chat.rules.ruleset import Planned, Ruleset
from hitl_chat.rules.sources import read

DRAFT = "0/content"
MOST_KEPT_BACK = 0.3  # of ordinary words; a rule that keeps back more is worth a warning
ORDINARY = (
    "Thanks for asking. Our shop opens on weekdays, and most orders leave the next morning. You "
    "will find all sizes in the list, from small to large, with a short note about how each of "
    "them fits. If something is not clear, tell us what you need it for, where you want to go and "
    "when, so that we can suggest one that lasts. Many people take it along for a long walk, a "
    "week at the lake or a quiet evening at home. Please also look at the care label before use."
)


def check(path: Path | str, checks: Checks) -> list[Finding]:
    """Everything there is to say about a rules file, in the order of its lines."""
    file = str(path)
    try:
        text = read(Path(path))
    except Refused as refused:
        return refused.findings
    made, findings = examine_rules(text, file=file, checks=checks)
    if made is not None:
        findings = [*findings, *_slow(made, checks)]
    return sorted(findings)


def _slow(made: Ruleset, checks: Checks) -> Iterator[Finding]:
    """Rules whose patterns keep back much of any text until they are sure."""
    words = [f" {word}" for word in ORDINARY.split()]
    for plan in made.planned:
        held = [use for use in plan.uses if use.holds_back]
        if not held or plan.rule.strictness != "segment":
            continue
        scan = checks.scanner(held).start()
        size = kept = 0
        for word in words:
            size += len(word)
            kept += scan.feed(DRAFT, word) < size
        if kept > MOST_KEPT_BACK * len(words):
            yield Finding(
                plan.file,
                *plan.place,
                f'rule "{plan.rule.name}" keeps back {kept * 100 // len(words)} % of ordinary '
                "words until it is sure: begin its expressions with a distinct word, and `\\b`",
                "warning",
            )


@dataclass(frozen=True)
class RuleExplained:
    """What one rule did: `fired` is None while a test of it was not run.

    `mistrusts`: a check of it failed, and `then` is what its `on_error` makes of that.
    """

    name: str
    applies: bool
    fired: bool | None = None
    then: str = ""
    strictness: str = ""
    tests: tuple[tuple[str, bool | None], ...] = ()
    shadow: bool = False
    mistrusts: bool = False
    spans: tuple[tuple[int, int, str, str], ...] = ()  # start, end, text, what found it


@dataclass(frozen=True)
class Said:
    """What an asynchronous check said of it. `failed`: of a part at least, and `why` says how."""

    name: str
    score: float | None
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    failed: bool = False


@dataclass(frozen=True)
class Explanation:
    """`streams_upto` is None where that depends on how the answer would have been cut."""

    version: str
    rules: tuple[RuleExplained, ...]
    streams_upto: int | None
    length: int
    checks: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [f"rules {self.version[:12]}, a draft of {self.length} characters"]
        for rule in self.rules:
            lines += _lines(rule)
        return "\n".join([*lines, *self.checks, self._outcome()])

    def _outcome(self) -> str:
        fired = [rule for rule in self.rules if rule.fired and not rule.shadow]
        held = [rule for rule in fired if blocks(rule)]
        if not held:
            open_ = any(rule.applies and rule.fired is None and blocks(rule) for rule in self.rules)
            unless = ", unless a rule that is not decided here objects" if open_ else ""
            return "passed" + (", watched" if fired else "") + unless
        then = "blocked" if any(rule.then == "block" for rule in held) else "held"
        if self.streams_upto is None:
            return then
        return f"{then}: {self.streams_upto} of {self.length} characters leave before that"


def _lines(rule: RuleExplained) -> Iterator[str]:
    if not rule.applies:
        yield f"  - {rule.name}: not for this request"
        return
    sign, said = {True: ("!", rule.then), False: (" ", "no"), None: ("?", "not decided here")}[
        rule.fired
    ]
    if rule.fired and rule.shadow:
        sign, said = "~", f"would {rule.then} (a shadow)"
    if rule.mistrusts:
        said += ", since a check failed"
    yield f"  {sign} {rule.name}: {said}"
    for test, true in rule.tests:
        yield f"      {test}: {'not run' if true is None else 'yes' if true else 'no'}"
    for start, end, found, why in rule.spans:
        yield f"      {start}..{end} {found!r} ({why})"


def explain(
    ruleset: Ruleset,
    facts: RequestFacts,
    draft: str,
    *,
    ended: tuple[str, ...] = ("stop",),
    said: Sequence[Said] = (),
) -> Explanation:
    """What these rules do to a draft, as far as that can be said without a model.

    `said`: by asynchronous checks that were asked.
    """
    compiled = ruleset.for_request(facts)
    verdicts: list[Verdict] = []
    upto = len(draft)
    if compiled.scanner:
        scan = compiled.scanner.start()
        upto = scan.feed(DRAFT, draft)
        scan.end()
        verdicts = list(scan.found())
    heard = {one.name: one for one in said}
    scores = dict(_scores(ruleset, verdicts, ended))
    scores |= {one.name: one.score for one in said if one.score is not None}
    if fusion := compiled.policy.fusion:
        scores[RISK] = fusion.risk(scores, _waiting(compiled, scores, heard))
    applying = set(ruleset.applying(facts))
    broken = [one.name for one in said if one.failed]
    decided = {**dict.fromkeys(broken, 0.0), **scores}  # as at the gate, once its failure was heard
    acting = {r.name: r.then for name in broken for r in mistrusted(compiled.policy, name)}
    rules = tuple(
        _mistrusting(_explained(plan, place in applying, draft, verdicts, decided, heard), acting)
        for place, plan in enumerate(ruleset.planned)
    )
    return Explanation(
        version=ruleset.version,
        rules=rules,
        streams_upto=0 if compiled.policy.withhold else _upto(rules, upto, {*heard, RISK}),
        length=len(draft),
        checks=(*_checks(compiled, scores, heard), *_budget(ruleset)),
    )


def _checks(
    compiled: Compiled, scores: Mapping[str, float], heard: Mapping[str, Said]
) -> Iterator[str]:
    """Each asynchronous check: what it said, or why it would be asked, or not; then the risk."""
    for check in compiled.checks:
        said = heard.get(check.name)
        if said is not None:
            score = "no score" if said.score is None else f"{said.score:.2f}"
            yield f"  {check.name}: {score}" + (f" ({said.why})" if said.why else "")
        elif check.cost != "free":
            asked = "a model would be asked"
            why = sparing.told(compiled.policy, scores, check.name, asked=asked)
            yield f"  {check.name}: {why}"
    if fusion := compiled.policy.fusion:
        waiting = _waiting(compiled, scores, heard)
        told = fusion.parts(scores, waiting).items()
        parts = "".join(f", {name} {part:+.2f}" for name, part in told if name not in waiting)
        without = f"; without {', '.join(sorted(waiting))}" if waiting else ""
        yield f"  risk: {scores[RISK]:.2f} (bias {fusion.bias:+.2f}{parts}{without})"


def _budget(ruleset: Ruleset) -> Iterator[str]:
    if budget := ruleset.budget:
        between = f"{budget.lowest:g} and {budget.highest:g}"
        yield f"  budget: `risk: budget` moves between {between}; here it is {budget.highest:g}"


def _waiting(
    compiled: Compiled, scores: Mapping[str, float], heard: Collection[str]
) -> frozenset[str]:
    """Who counts in the risk, would be asked, and was not: nobody knows what they would say."""
    policy = compiled.policy
    names = policy.fusion.weights.keys() - set(heard) if policy.fusion else ()
    return frozenset(name for name in names if needed(policy, scores, name))


def _scores(
    ruleset: Ruleset, verdicts: list[Verdict], ended: tuple[str, ...]
) -> Mapping[str, float]:
    looked = {use.name: 0.0 for plan in ruleset.planned for use in plan.uses}
    facts = {f"ended:{how}" for how in ("any", *ended)}
    asked = {test.check for plan in ruleset.planned for test in leaves(plan.rule.when)}
    endings = {name: float(name in facts) for name in asked if name.startswith("ended:")}
    return {**looked, **endings, **{verdict.check: verdict.score for verdict in verdicts}}


def _upto(rules: Sequence[RuleExplained], upto: int, heard: Collection[str]) -> int | None:
    """How much leaves before the first of them objects; an asynchronous check may not say where."""
    fired = [rule for rule in rules if rule.fired and not rule.shadow]
    for rule in fired:
        by_check = rule.mistrusts or any(test in heard for test, true in rule.tests if true)
        if blocks(rule) and not rule.spans and by_check:
            return None
    return min([upto, *(span[0] for rule in fired for span in rule.spans)])


def _mistrusting(rule: RuleExplained, acting: Mapping[str, Response]) -> RuleExplained:
    """A check that died is never "safe": what its rules do then, unless they have fired anyway."""
    if rule.fired or rule.name not in acting:
        return rule
    return replace(rule, fired=True, then=acting[rule.name], mistrusts=True)


def _explained(
    plan: Planned,
    applies: bool,
    draft: str,
    verdicts: list[Verdict],
    scores: Mapping[str, float],
    heard: Mapping[str, Said],
) -> RuleExplained:
    if not applies:
        return RuleExplained(plan.rule.name, applies=False)
    uses = {use.name for use in plan.uses}
    return RuleExplained(
        plan.rule.name,
        applies=True,
        fired=holds_true(plan.rule.when, scores),
        then=plan.rule.then,
        strictness=plan.rule.strictness,
        shadow=plan.rule.shadow,
        tests=tuple((test.check, holds_true(test, scores)) for test in leaves(plan.rule.when)),
        spans=(
            *(
                (span.start, span.end, draft[span.start : span.end], verdict.detail or span.kind)
                for verdict in verdicts
                if verdict.check in uses
                for span in verdict.spans
            ),
            *(
                (start, end, draft[start:end], test.check)
                for test in leaves(plan.rule.when)
                if test.check in heard and holds_true(test, scores)
                for start, end in heard[test.check].spans
            ),
        ),
    )
