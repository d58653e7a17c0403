"""Rules, looked at without a server: what is wrong with a file, and what it does to an example.

For `hitl-chat check` and `hitl-chat explain`. Plain functions that return values and text; what is
printed, and where, is the command line's business.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hitl_chat.core.cascade import needed
from hitl_chat.core.conditions import leaves
from hitl_chat.core.events import Verdict
from hitl_chat.core.failing import mistrusted
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Rule, Test, blocks, holds_true
from hitl_chat.core.types import Response
from hitl_chat.ports import Checks
from hitl_chat.rules import sparing
from hitl_chat.rules.compile import examine_rules
from hitl_chat.rules.deciding import deciding
from hitl_chat.rules.explanation import (
    CheckExplained,
    Explanation,
    RuleExplained,
    Span,
    TestExplained,
)
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.load import Finding, Refused
from hitl_chat.rules.ruleset import Ruleset
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
class Said:
    """What an asynchronous check said of it. `failed`: of a part at least, and `why` says how."""

    name: str
    score: float | None
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    failed: bool = False


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
    scores = dict(_scores(ruleset, verdicts, ended))
    scores |= {one.name: one.score for one in said if one.score is not None}
    if fusion := compiled.policy.fusion:
        waiting = _waiting(compiled, scores, {one.name for one in said})
        scores[RISK] = fusion.risk(scores, waiting)
    broken = [one.name for one in said if one.failed]
    decided = {**dict.fromkeys(broken, 0.0), **scores}  # as at the gate, once its failure was heard
    acting = {r.name: r.then for name in broken for r in mistrusted(compiled.policy, name)}
    heard = {one.name: one for one in said}
    evidence = _Evidence(compiled, draft, verdicts, decided, heard)
    applying = set(ruleset.applying(facts))
    rules = tuple(
        _mistrusting(evidence.of(plan.rule, applies=place in applying), acting)
        for place, plan in enumerate(ruleset.planned)
    )
    return Explanation(
        version=ruleset.version,
        rules=rules,
        streams_upto=0 if compiled.policy.withhold else _upto(rules, upto, {*heard, RISK}),
        length=len(draft),
        checks=tuple(_checks(compiled, scores, heard)),
        totals=(*_risk(compiled, scores, heard), *_budget(ruleset)),
    )


class _Evidence(NamedTuple):
    """All that is known of one answer."""

    compiled: Compiled
    draft: str
    verdicts: Sequence[Verdict]
    scores: Mapping[str, float]
    heard: Mapping[str, Said]

    def of(self, rule: Rule, *, applies: bool) -> RuleExplained:
        if not applies:
            return RuleExplained(rule.name, applies=False)
        return RuleExplained(
            rule.name,
            applies=True,
            fired=holds_true(rule.when, self.scores),
            then=rule.then,
            strictness=rule.strictness,
            shadow=rule.shadow,
            tests=tuple(map(self._test, deciding(rule.when, self.scores))),
        )

    def _test(self, test: Test) -> TestExplained:
        true = holds_true(test, self.scores)
        said = self.heard.get(test.check)
        return TestExplained(
            test.check,
            true,
            said.score if said else self.scores.get(test.check),
            test.above,
            said.why if said else self._unasked(test.check),
            tuple(self._spans(test.check)) if true else (),
        )

    def _unasked(self, check: str) -> str:
        costly = check in self.compiled.policy.costly
        return _spared(self.compiled, self.scores, check) if costly else ""

    def _spans(self, check: str) -> Iterator[Span]:
        for verdict in self.verdicts:
            if verdict.check == check:
                for span in verdict.spans:
                    yield self._span(span.start, span.end, verdict.detail or span.kind)
        said = self.heard.get(check)
        for start, end in said.spans if said else ():
            yield self._span(start, end, check)

    def _span(self, start: int, end: int, by: str) -> Span:
        return start, end, self.draft[start:end], by


def _spared(compiled: Compiled, scores: Mapping[str, float], check: str) -> str:
    return sparing.told(compiled.policy, scores, check, asked="a model would be asked")


def _checks(
    compiled: Compiled, scores: Mapping[str, float], heard: Mapping[str, Said]
) -> Iterator[CheckExplained]:
    """Each asynchronous check: what it said, or why it would be asked, or not."""
    for check in compiled.checks:
        said = heard.get(check.name)
        if said is not None:
            score = "no score" if said.score is None else f"{said.score:.2f}"
            why = f" ({said.why})" if said.why else ""
            quiet = said.score == 0.0 and not said.failed
            yield CheckExplained(check.name, score + why, quiet)
        elif check.cost != "free":
            yield CheckExplained(check.name, _spared(compiled, scores, check.name))


def _risk(
    compiled: Compiled, scores: Mapping[str, float], heard: Mapping[str, Said]
) -> Iterator[str]:
    if fusion := compiled.policy.fusion:
        waiting = _waiting(compiled, scores, heard)
        told = fusion.parts(scores, waiting).items()
        parts = "".join(f", {name} {part:+.2f}" for name, part in told if name not in waiting)
        without = f"; without {', '.join(sorted(waiting))}" if waiting else ""
        yield f"risk: {scores[RISK]:.2f} (bias {fusion.bias:+.2f}{parts}{without})"


def _budget(ruleset: Ruleset) -> Iterator[str]:
    if budget := ruleset.budget:
        between = f"{budget.lowest:g} and {budget.highest:g}"
        yield f"budget: `risk: budget` moves between {between}; here it is {budget.highest:g}"


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
        by_check = rule.mistrusts or any(t.check in heard for t in rule.tests if t.true)
        if blocks(rule) and not rule.spans and by_check:
            return None
    return min([upto, *(span[0] for rule in fired for span in rule.spans)])


def _mistrusting(rule: RuleExplained, acting: Mapping[str, Response]) -> RuleExplained:
    """A check that died is never "safe": what its rules do then, unless they have fired anyway."""
    if rule.fired or rule.name not in acting:
        return rule
    return replace(rule, fired=True, then=acting[rule.name], mistrusts=True)
