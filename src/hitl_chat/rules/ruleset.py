"""Compiled rules at work: which of them apply to a request, and what the gate is told then.

A ruleset never changes. What it makes is kept for each set of rules that apply, so that a request
costs microseconds. Knows no file and no YAML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import replace
from pydantic import BaseModel

from hitl_chat.core.budget import Budget
from hitl_chat.core.fusion import Fusion
from hitl_chat.core.policy import Condition, Rule, Terms, blocks, holds_true, policy_of
from hitl_chat.ports import Check, Checks, Use
from hitl_chat.rules.conditions import Predicate
from hitl_chat.rules.facts import Compiled, Criteria, RequestFacts
from hitl_chat.rules.hours import Hours

REMEMBERED = 256  # sets of rules; the scanner of each holds compiled expressions
CUSTOMER = "customer"
MOST_READ = 20_000  # characters of the customer's, both ends: no request may hold up the others
LEADING = 500  # characters of a message that tell its language
EARLIER = 3  # messages that are asked when the last one is too short to tell


@dataclass(frozen=True, eq=False)
class Planned:
    """One rule, with what decides about its being there (`on`) and what it looks for."""

    rule: Rule
    criteria: Criteria
    terms_in: Mapping[str, Terms]  # where they differ by the customer's language
    on: Condition | None
    predicates: Mapping[str, Predicate]
    asks: Sequence[Use]  # of the customer's text
    uses: Sequence[Use]  # of the answer
    wanted: frozenset[str]  # asynchronous checks
    file: str
    place: tuple[int, int]  # line and column of the rule in its file

    @property
    def blocking(self) -> bool:
        return blocks(self.rule)


class Ruleset:
    """All rules of a file and those it includes. `version` is the sha256 of all their `text`,
    `label` the author's own name for it.

    `criteria` is all that agents are told about its rules, as JSON, `criteria_version` its sha256.
    `options` are those of each asynchronous check; `certificate` is the file that says how much is
    missed, `substance` the sha256 of all that it depends on in these files.
    """

    def __init__(
        self,
        *,
        text: str,
        label: str,
        description: str,
        planned: Sequence[Planned],
        checks: Checks,
        configured: Mapping[str, Check],
        default: Rule,
        default_in: Mapping[str, Terms],
        fusion: Fusion | None = None,
        budget: Budget | None = None,
        audit: float = 0.0,
        options: Mapping[str, BaseModel] = MappingProxyType({}),
        certificate: str = "",
        substance: str = "",
        hours: Hours | None = None,
    ) -> None:
        self.text, self.version = text, sha256(text.encode()).hexdigest()
        self.label, self.description = label, description
        self.planned = tuple(planned)
        self.rules = tuple(plan.rule.name for plan in self.planned)
        self.criteria = msgspec.json.encode([plan.criteria for plan in self.planned])
        self.criteria_version = sha256(self.criteria).hexdigest()
        self._checks = checks
        self._configured = configured
        self._default = default
        self._default_in = default_in
        self._languages = frozenset(default_in).union(*(plan.terms_in for plan in self.planned))
        self.fusion = fusion
        self.budget = budget
        self.options, self.certificate, self.substance = options, certificate, substance
        self._audit = audit
        self._hours = hours
        asks = [ask for plan in self.planned for ask in plan.asks]
        self._asks = tuple(ask.name for ask in asks)
        self._customer = checks.scanner(asks) if asks else None
        self._predicates = {n: p for plan in self.planned for n, p in plan.predicates.items()}
        self._applying: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._made: dict[tuple[tuple[int, ...], str], Compiled] = {}

    @property
    def configured(self) -> Mapping[str, Check]:
        """The asynchronous checks that rules name or the file configures, whatever the request."""
        return self._configured

    def is_open(self, at: float) -> bool:
        """Whether somebody should be there; always, where the file says nothing about it."""
        return self._hours is None or self._hours.is_open(at)

    def for_request(self, facts: RequestFacts) -> Compiled:
        """What applies to this request."""
        applying = self.applying(facts)
        language = self._language(facts)
        made = self._made.get((applying, language))
        if made is None:
            _make_room(self._made)
            plans = [self.planned[place] for place in applying]
            made = self._made[applying, language] = self._make(plans, language)
        return made

    def applying(self, facts: RequestFacts) -> tuple[int, ...]:
        """The places of the rules whose `on` is true."""
        said, whole = self._said(facts.customer_text)
        told = [holds(facts) for holds in self._predicates.values()]
        key = (said, whole, *told)
        known = self._applying.get(key)
        if known is None:
            _make_room(self._applying)
            about = {**dict.fromkeys(said, True), **dict(zip(self._predicates, told, strict=True))}
            if whole:
                about = {**dict.fromkeys(self._asks, False), **about}
            places = (at for at, plan in enumerate(self.planned) if _applies(plan, about))
            known = self._applying[key] = tuple(places)
        return known

    def _language(self, facts: RequestFacts) -> str:
        """The customer's, if texts differ by it: told by the last words that say which it is."""
        before = (text for role, text in reversed(facts.history) if role == "user")
        for text in (facts.customer_text, *islice(before, EARLIER)) if self._languages else ():
            told = self._checks.language(text[:LEADING])
            if told:
                return told if told in self._languages else ""
        return ""

    def _said(self, text: str) -> tuple[frozenset[str], bool]:
        """Which `on: customer` tests the customer's text makes true; whether all of it was read."""
        if self._customer is None:
            return frozenset(), True
        whole = len(text) <= MOST_READ
        scan = self._customer.start()
        half = MOST_READ // 2
        scan.feed(CUSTOMER, text if whole else f"{text[:half]}\n{text[-half:]}")
        scan.end()
        return frozenset(verdict.check for verdict in scan.found()), whole

    def _make(self, plans: Sequence[Planned], language: str) -> Compiled:
        segment = {name for plan in plans if _by_segment(plan) for name in plan.wanted}
        wanted = {name for plan in plans for name in plan.wanted}
        blocking = {name for plan in plans if plan.blocking for name in plan.wanted}
        whole = {name for plan in plans if _whole(plan) for name in plan.wanted}
        uses = [use for plan in plans for use in plan.uses]
        return Compiled(
            policy=policy_of(
                [_in(language, plan.rule, plan.terms_in) for plan in plans],
                request={name for name in blocking if _of_request(self._configured[name])},
                segment=segment,
                whole=whole,
                beside=wanted,
                costly={name for name in wanted if self._configured[name].cost != "free"},
                fusion=self.fusion,
                version=self.version,
                default=_in(language, self._default, self._default_in),
            ),
            scanner=self._checks.scanner(uses) if uses else None,
            checks=tuple(self._configured[name] for name in sorted(wanted)),
            criteria=self.criteria_version,
            audit=self._audit,
        )


def _in(language: str, rule: Rule, terms: Mapping[str, Terms]) -> Rule:
    return replace(rule, terms=terms[language]) if language in terms else rule


def _of_request(check: Check) -> bool:
    return bool(getattr(check, "of_request", False))


def _by_segment(plan: Planned) -> bool:
    return plan.blocking and plan.rule.strictness == "segment"


def _whole(plan: Planned) -> bool:
    return plan.blocking and plan.rule.strictness != "segment"


def _applies(plan: Planned, about: Mapping[str, bool | None]) -> bool:
    """`about`: what is so, and what is known not to be."""
    if plan.on is None:
        return True
    names = (*plan.predicates, *(ask.name for ask in plan.asks))
    told = {name: about.get(name) for name in names}
    scores = {name: float(so) for name, so in told.items() if so is not None}
    return holds_true(plan.on, scores) is not False  # what nobody knows sets no rule aside


def _make_room(memory: dict[Any, Any]) -> None:
    if len(memory) >= REMEMBERED:
        memory.pop(next(iter(memory)))
