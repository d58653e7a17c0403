"""A rules file becomes a `Ruleset`, and a ruleset the policy of one request.

Owns what a file means as a whole: that names are unique, which checks are configured, and that no
file lets everything through unless it says so. Knows no check's algorithm.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from hitl_chat.core import policy
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Either
from hitl_chat.core.types import ACTIONS
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Check, Checks
from hitl_chat.rules import risking, schema
from hitl_chat.rules.hours import ALWAYS_CLOSED, Hours
from hitl_chat.rules.load import Document, Finding, Path, refusal
from hitl_chat.rules.planning import Planner, compiled_terms, terms_in
from hitl_chat.rules.ruleset import Planned, Ruleset
from hitl_chat.rules.sources import Sources, gather, gather_recorded
from hitl_chat.rules.wording import told, unknown


def compile_ruleset(text: str, *, file: str, checks: Checks) -> Ruleset:
    """The rules of this file, or a `ConfigError` with everything that is wrong with it."""
    return compile_sources(gather(text, file=file), checks)


def compile_recorded(text: str, checks: Checks) -> Ruleset:
    """The rules of a text that a record kept, all its files in one."""
    return compile_sources(gather_recorded(text), checks)


def compile_sources(sources: Sources, checks: Checks) -> Ruleset:
    made, findings = _examined(sources, checks)
    if made is None:
        raise refusal(findings)
    return made


def examine_rules(text: str, *, file: str, checks: Checks) -> tuple[Ruleset | None, list[Finding]]:
    """The rules, unless something is wrong, and everything there is to say about the file."""
    return _examined(gather(text, file=file), checks)


def _examined(sources: Sources, checks: Checks) -> tuple[Ruleset | None, list[Finding]]:
    read = sources.document
    if read.findings:
        return None, read.findings
    if not isinstance(read.value, dict):
        return None, [read.finding((), "not a rules file: it begins with `rules:`")]
    found = _Compiler(read, checks)
    written = found.model()
    if written is None:
        return None, found.findings
    made = found.ruleset(written, sources.text)
    wrong = any(finding.level == "error" for finding in found.findings)
    return (None if wrong else made), found.findings


class Configured(NamedTuple):
    """A check of these rules: what it is, and what they say of it."""

    kind: str
    options: BaseModel


class _Compiler:
    """One file on its way to a ruleset."""

    def __init__(self, read: Document, checks: Checks) -> None:
        self.read = read
        self.checks = checks
        self.findings: list[Finding] = []

    def model(self) -> schema.Ruleset | None:
        try:
            return schema.Ruleset.model_validate(self.read.value)
        except ValidationError as error:
            self.findings += told(error, self.read, (), schema.Ruleset)
            self._look_anyway()
            return None

    def _look_anyway(self) -> None:
        """What is wrong with the conditions of rules whose other keys are wrong."""
        rules = self.read.value.get("rules")
        for place, written in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(written, dict) and "when" in written:
                rule = schema.Rule.model_construct(
                    name="rule", on=written.get("on"), when=written["when"]
                )
                planner = self._planner(
                    self._names("checks"),
                    self._names("risk", "weights"),
                    hours=ALWAYS_CLOSED if "hours" in self.read.value else None,
                    budget=(1.0, 1.0) if "budget" in self.read.value else None,
                )
                planner.conditions(rule, ("rules", place))

    def ruleset(self, written: schema.Ruleset, text: str) -> Ruleset:
        self._whole(written)
        configured = self._configured(written)
        contacts = written.contacts
        fused = written.risk.weights if written.risk else ()
        between = written.budget.between if written.budget else None
        planner = self._planner(tuple(written.checks), fused, contacts, written.hours, between)
        planned = [
            planner.plan(rule, place, written.defaults) for place, rule in enumerate(written.rules)
        ]
        planner.spoken(written.defaults, ("defaults",))
        self._fits_together(planned)
        known = {*written.checks, *self.checks.asynchronous}
        self.findings += risking.faults(self.read, written, planned, known)
        used = {**self._unconfigured(planned, contacts), **configured}
        default = policy.Rule(
            name="default", when=Either(()), terms=compiled_terms(("default",), written.defaults)
        )
        return Ruleset(
            text=text,
            label=str(written.version),
            description=written.description,
            planned=planned,
            checks=self.checks,
            configured=dict(self._built(used)),
            default=default,
            default_in=terms_in(("default",), written.defaults),
            fusion=risking.fusion_of(written.risk),
            budget=risking.budget_of(written.budget),
            audit=written.audit,
            hours=written.hours,
            options={name: its.options for name, its in used.items()},
            certificate=written.certificate,
            substance=risking.substance(self.read.value),
        )

    def _whole(self, written: schema.Ruleset) -> None:
        if written.pass_ not in (None, "all"):
            self._wrong(("pass",), f"{written.pass_!r}: `pass` can only be `all`")
        if not written.rules and written.pass_ is None:
            self._wrong(
                ("rules",), "no rules: every answer would pass; write `pass: all` if you mean it"
            )
        if written.rules and written.pass_ is not None:
            self._wrong(("pass",), "`pass: all` together with rules: remove one of them")
        first: dict[str, int] = {}
        for place, rule in enumerate(written.rules):
            if rule.name in first:
                there = self._there(("rules", first[rule.name], "name"), place)
                self._wrong(
                    ("rules", place, "name"),
                    f'a second rule "{rule.name}", the first is in {there}: rename one',
                )
            first.setdefault(rule.name, place)

    def _there(self, path: Path, from_rule: int) -> str:
        """Where something stands, for a reader who looks at another rule."""
        same = self.read.file_of(path) == self.read.file_of(("rules", from_rule))
        return f"line {self.read.place(path)[0]}" if same else self.read.where(path)

    def _fits_together(self, planned: Sequence[Planned]) -> None:
        try:
            self.checks.scanner([use for plan in planned for use in plan.uses])
        except ValueError as error:
            self._wrong(("rules",), str(error))
        self._somebody_may_act(planned)

    def _somebody_may_act(self, planned: Sequence[Planned]) -> None:
        """Rules that fire together allow what all of them allow: that must not be nothing."""
        left = frozenset(ACTIONS)
        for place, plan in enumerate(planned):
            if not plan.blocking:
                continue
            left &= frozenset(plan.rule.terms.allowed_actions)
            if not left:
                self._wrong(
                    ("rules", place, "allowed_actions"),
                    f'"{plan.rule.name}" allows nothing that all rules before it allow: if they '
                    "fire together, nobody may act; let all rules share one action",
                )
                return

    def _wrong(self, path: Path, message: str, *, key: bool = False) -> None:
        self.findings.append(self.read.finding(path, message, key=key))

    def _planner(
        self,
        configured: Sequence[str],
        fused: Collection[str],
        contacts: Sequence[str] = (),
        hours: Hours | None = None,
        budget: tuple[float, float] | None = None,
    ) -> Planner:
        about = (self.read, self.findings, self.checks, configured, fused, budget)
        return Planner(*about, contacts, hours)

    def _names(self, *path: str) -> list[str]:
        """The keys of a mapping of a file that may be wrong elsewhere."""
        found: object = self.read.value
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return list(found) if isinstance(found, dict) else []

    def _configured(self, written: schema.Ruleset) -> dict[str, Configured]:
        found: dict[str, Configured] = {}
        for name, its in written.checks.items():
            model = self.checks.asynchronous.get(its.kind)
            if name in self.checks.synchronous or name == RISK:
                self._wrong(("checks", name), f'"{name}" is taken: choose another name')
            elif model is None:
                known = self.checks.asynchronous
                self._wrong(("checks", name, "kind"), unknown("check", its.kind, known))
            else:
                options = self._options(model, name, written.contacts)
                if options is not None:
                    found[name] = Configured(its.kind, options)
        return found

    def _options(
        self, model: type[BaseModel], name: str, contacts: Sequence[str]
    ) -> BaseModel | None:
        try:
            its = self.read.value["checks"][name]
            return model.model_validate(its, context={"contacts": contacts})
        except ValidationError as error:
            self.findings += told(error, self.read, ("checks", name), model)
            return None

    def _built(self, used: Mapping[str, Configured]) -> Iterator[tuple[str, Check]]:
        """The checks at work. One may refuse what its options name, such as a prompt."""
        for name, its in used.items():
            try:
                yield name, self.checks.check(name, *its)
            except ConfigError as error:
                at = ("checks", name) if name in self._names("checks") else ("rules",)
                self._wrong(at, error.message)

    def _unconfigured(
        self, planned: Sequence[Planned], contacts: Sequence[str]
    ) -> dict[str, Configured]:
        """Checks that rules name without configuring them: as they come."""
        known = self.checks.asynchronous
        kinds = {name for plan in planned for name in plan.wanted if name in known}
        context = {"contacts": contacts}
        return {
            kind: Configured(kind, known[kind].model_validate({}, context=context))
            for kind in kinds
        }
