"""One written rule becomes a planned one: what it inherits, tests and tells agents.

Owns what is odd about a rule though each of its keys is right. Knows no other rule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hitl_chat.core import policy
from hitl_chat.core.conditions import leaves
from hitl_chat.core.policy import Condition, Test
from hitl_chat.core.types import ACTIONS
from hitl_chat.ports import Checks, Use
from hitl_chat.rules import schema
from hitl_chat.rules.conditions import On, Predicate, When
from hitl_chat.rules.facts import Criteria, Excerpt
from hitl_chat.rules.hours import Hours
from hitl_chat.rules.load import Document, Finding, Level, Path
from hitl_chat.rules.ruleset import Planned
from hitl_chat.rules.sources import POLICY
from hitl_chat.rules.wording import unknown

SPOKEN = ("fallback", "fallback_after_text")


class Planner:
    """Plans the rules of one file; what is wrong with them joins `findings`."""

    def __init__(
        self,
        read: Document,
        findings: list[Finding],
        checks: Checks,
        configured: Sequence[str],
        fused: Collection[str] = (),
        budget: tuple[float, float] | None = None,
        contacts: Sequence[str] = (),
        hours: Hours | None = None,
    ) -> None:
        self.read = read
        self.findings = findings
        self.checks = checks
        self.configured = configured
        self.fused = fused
        self.budget = budget
        self.contacts = contacts
        self.hours = hours

    def plan(self, rule: schema.Rule, place: int, defaults: schema.Terms) -> Planned:
        at = ("rules", place)
        terms = inherited(rule, defaults)
        blocking = policy.blocks(terms)
        # A shadow is read as strictly as the rule that it may become.
        would_block = policy.blocks(terms.model_copy(update={"shadow": False}))
        streaming = would_block and terms.strictness == "segment"
        conditions = self.conditions(rule, at, streaming=streaming, holds_back=blocking)
        self._advise(terms, conditions.when, at, blocking=blocking)
        self.spoken(rule, at)
        return Planned(
            rule=policy.Rule(
                name=rule.name,
                when=conditions.when,
                then=terms.then,
                strictness=terms.strictness,
                on_error=terms.on_error,
                shadow=terms.shadow,
                terms=compiled_terms((rule.name,), terms, because=rule.reasons),
            ),
            terms_in=terms_in((rule.name,), terms, rule.reasons),
            criteria=criteria_of(rule, self.read.quoted.get((*at, POLICY), ("", ""))),
            on=conditions.on,
            predicates=conditions.predicates,
            asks=conditions.asks,
            uses=conditions.uses,
            wanted=conditions.wanted,
            file=self.read.file_of(at),
            place=self.read.place((*at, "when"), key=True),
        )

    def conditions(
        self, rule: schema.Rule, at: Path, *, streaming: bool = True, holds_back: bool = True
    ) -> "Conditions":
        when = When(
            self.read,
            self.findings,
            self.checks,
            self.configured,
            rule.name,
            fused=self.fused,
            budget=self.budget,
            contacts=self.contacts,
            holds_back=holds_back,
            streaming=streaming,
        )
        on = On(self.read, self.findings, self.checks, rule.name, self.hours)
        return Conditions(
            when=when.condition(rule.when, (*at, "when")),
            uses=tuple(when.uses),
            wanted=frozenset(when.wanted),
            on=None if rule.on is None else on.condition(rule.on, (*at, "on")),
            predicates=on.predicates,
            asks=tuple(on.uses),
        )

    def spoken(self, written: schema.Terms, at: Path) -> None:
        """Fallbacks in languages that can be told."""
        known = {*self.checks.languages, schema.DEFAULT}
        for key in SPOKEN:
            said = getattr(written, key) if key in written.model_fields_set else None
            for language in said.keys() - known if isinstance(said, dict) else ():
                self.findings.append(
                    self.read.finding(
                        (*at, key, language), unknown("language", language, known), key=True
                    )
                )

    def _say(self, path: Path, message: str, level: Level = "warning") -> None:
        self.findings.append(self.read.finding(path, message, level=level))

    def _advise(self, terms: schema.Terms, when: Condition, at: Path, *, blocking: bool) -> None:
        if blocking and terms.strictness == "segment" and when == Test("ended:any"):
            self._say(
                (*at, "when"),
                "`always` holds every answer, but the stream would have sent most of it: "
                "write `strictness: answer`",
                "error",
            )
        if terms.then != "watch" and terms.strictness == "watch":
            self._say((*at, "strictness"), "this makes it a watch rule: say `then: watch`")
        if terms.shadow and terms.then == "watch":
            self._say((*at, "shadow"), "a shadow does nothing at all: say what it would do")
        if terms.impact == "high" and any(test.moves for test in leaves(when)):
            self._say(
                (*at, "when"),
                "impact is high, and a budget may never decide about that: write a number, such "
                "as `risk: 0.7`",
                "error",
            )
        if terms.impact == "high" and not blocking and not terms.shadow:
            self._say(
                (*at, "impact"),
                "impact is high, but the rule only watches: answers leave before anybody looks",
            )
        if terms.impact == "high" and "release" in (terms.on_deadline, terms.on_error):
            self._say(
                (*at, "impact"), "impact is high, but an answer nobody judged may be released"
            )


@dataclass(frozen=True)
class Conditions:
    """What was read of a rule's `on` and `when`."""

    when: Condition
    uses: tuple[Use, ...]
    wanted: frozenset[str]
    on: Condition | None
    predicates: Mapping[str, Predicate]
    asks: tuple[Use, ...]


def criteria_of(rule: schema.Rule, quoted: tuple[str, str]) -> Criteria:
    """`quoted`: title and text of the policy that the rule names, where a file holds it."""
    return Criteria(
        rule=rule.name,
        description=rule.description,
        guidance=rule.guidance,
        good=tuple(rule.good),
        bad=tuple(rule.bad),
        limits=tuple((name, str(limit)) for name, limit in rule.limits.items()),
        reasons=tuple(rule.reasons),
        policy=_policy(rule.policy, *quoted) if rule.policy else None,
    )


def _policy(written: schema.Policy, title: str, text: str) -> Excerpt:
    return Excerpt(written.title or title, written.text or text)


def inherited(rule: schema.Rule, defaults: schema.Terms) -> schema.Terms:
    """What the rule says; where it is silent, what `defaults:` say."""
    said = {
        name: getattr(rule if name in rule.model_fields_set else defaults, name)
        for name in schema.Terms.model_fields
    }
    return schema.Terms.model_construct(**said)


def terms_in(
    rules: tuple[str, ...], written: schema.Terms, because: Sequence[str] = ()
) -> Mapping[str, policy.Terms]:
    """The terms in each language that a text of theirs is there in."""
    texts = [said for key in SPOKEN if isinstance(said := getattr(written, key), dict)]
    spoken = set().union(*texts)
    return {each: compiled_terms(rules, written, each, because) for each in spoken}


def _in(language: str, said: str | Mapping[str, str] | None) -> str | None:
    """In this language, else the `default`, else the first."""
    if isinstance(said, Mapping):
        first = next(iter(said.values()))
        return said.get(language, said.get(schema.DEFAULT, first))
    return said


def compiled_terms(
    rules: tuple[str, ...],
    written: schema.Terms,
    language: str = schema.DEFAULT,
    because: Sequence[str] = (),
) -> policy.Terms:
    allowed = ACTIONS if written.allowed_actions is None else written.allowed_actions
    fallback = _in(language, written.fallback)
    return policy.Terms(
        rules=rules,
        deadline=written.deadline,
        on_deadline=written.on_deadline,
        on_no_agent=written.on_no_agent,
        on_disconnect=written.on_disconnect,
        fallback=policy.FALLBACK if fallback is None else fallback,
        fallback_after_text=_in(language, written.fallback_after_text) or "",
        impact=written.impact,
        priority=written.priority,
        route=written.route,
        skills=tuple(dict.fromkeys(written.skills)),
        languages=tuple(dict.fromkeys(written.languages)),
        others=written.others,
        allowed_actions=tuple(action for action in ACTIONS if action in allowed),
        undo=written.undo,
        first_judgement=written.first_judgement,
        because=tuple(because),
        needs_second=tuple(dict.fromkeys(written.needs_second)),
    )
