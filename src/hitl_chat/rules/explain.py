"""Rules, looked at without a server: what is wrong with a file, and what it does to an example.

For `hitl-chat check` and `hitl-chat explain`. Plain functions that return values and text; what is
printed, and where, is the command line's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hitl_chat.core.events import Verdict
from hitl_chat.core.policy import Condition, Either, Every, Not, Test, blocks, holds_true
from hitl_chat.ports import Checks
from hitl_chat.rules.compile import examine_rules
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.live import read
from hitl_chat.rules.load import Finding, Refused
from hitl_chat.rules.ruleset import Planned, Ruleset

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
    """What one rule did: `fired` is None while a test of it was not run."""

    name: str
    applies: bool
    fired: bool | None = None
    then: str = ""
    strictness: str = ""
    tests: tuple[tuple[str, bool | None], ...] = ()
    shadow: bool = False
    spans: tuple[tuple[int, int, str, str], ...] = ()  # start, end, text, what found it


@dataclass(frozen=True)
class Explanation:
    version: str
    rules: tuple[RuleExplained, ...]
    streams_upto: int
    length: int

    def text(self) -> str:
        lines = [f"rules {self.version[:12]}, a draft of {self.length} characters"]
        for rule in self.rules:
            lines += _lines(rule)
        return "\n".join([*lines, self._outcome()])

    def _outcome(self) -> str:
        fired = [rule for rule in self.rules if rule.fired and not rule.shadow]
        held = [rule for rule in fired if blocks(rule)]
        if not held:
            return "passed" + (", watched" if fired else "")
        then = "blocked" if any(rule.then == "block" for rule in held) else "held"
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
    yield f"  {sign} {rule.name}: {said}"
    for test, true in rule.tests:
        yield f"      {test}: {'not run' if true is None else 'yes' if true else 'no'}"
    for start, end, found, why in rule.spans:
        yield f"      {start}..{end} {found!r} ({why})"


def explain(
    ruleset: Ruleset, facts: RequestFacts, draft: str, *, ended: tuple[str, ...] = ("stop",)
) -> Explanation:
    """What these rules do to a draft, as far as that can be said without a model."""
    compiled = ruleset.for_request(facts)
    verdicts: list[Verdict] = []
    upto = len(draft)
    if compiled.scanner:
        scan = compiled.scanner.start()
        upto = scan.feed(DRAFT, draft)
        scan.end()
        verdicts = list(scan.found())
    scores = _scores(ruleset, verdicts, ended)
    applying = set(ruleset.applying(facts))
    rules = tuple(
        _explained(plan, place in applying, draft, verdicts, scores)
        for place, plan in enumerate(ruleset.planned)
    )
    return Explanation(
        version=ruleset.version,
        rules=rules,
        streams_upto=0 if compiled.policy.withhold else min(upto, _first(rules, len(draft))),
        length=len(draft),
    )


def _scores(
    ruleset: Ruleset, verdicts: list[Verdict], ended: tuple[str, ...]
) -> Mapping[str, float]:
    looked = {use.name: 0.0 for plan in ruleset.planned for use in plan.uses}
    facts = {f"ended:{how}" for how in ("any", *ended)}
    asked = {test.check for plan in ruleset.planned for test in _tests(plan.rule.when)}
    endings = {name: float(name in facts) for name in asked if name.startswith("ended:")}
    return {**looked, **endings, **{verdict.check: verdict.score for verdict in verdicts}}


def _first(rules: tuple[RuleExplained, ...], length: int) -> int:
    return min(
        (span[0] for rule in rules if rule.fired and not rule.shadow for span in rule.spans),
        default=length,
    )


def _explained(
    plan: Planned,
    applies: bool,
    draft: str,
    verdicts: list[Verdict],
    scores: Mapping[str, float],
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
        tests=tuple((test.check, holds_true(test, scores)) for test in _tests(plan.rule.when)),
        spans=tuple(
            (span.start, span.end, draft[span.start : span.end], verdict.detail or span.kind)
            for verdict in verdicts
            if verdict.check in uses
            for span in verdict.spans
        ),
    )


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from _tests(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _tests(part)
