"""Which checks look at which drafts: those that the rules name, or those that were asked for.

Knows no draft. A check that was asked for and that no rule names comes with its default options.
"""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ValidationError

from hitl_chat.checks.preparing import prepare
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import mentioned
from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Check, Checks, Scanner, Use
from hitl_chat.rules.facts import Compiled
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.wording import unknown


class Looks(Value, frozen=True):
    """Who looks at one draft: `kinds` are the synchronous checks that `scanner` carries out."""

    scanner: Scanner | None
    kinds: frozenset[str]
    checks: Sequence[Check]


class Selected:
    """`only`: the names asked for; without any, each request's rules say who looks, and `also`."""

    def __init__(
        self, ruleset: Ruleset, checks: Checks, only: Sequence[str] = (), also: Sequence[str] = ()
    ) -> None:
        self._known = checks
        self._ruleset = ruleset
        self._only = self._wanted(dict.fromkeys(only)) if only else None
        self._also = tuple(self._check(name) for name in dict.fromkeys(also))

    def looks(self, compiled: Compiled) -> Looks:
        if self._only is not None:
            return self._only
        kinds = {_kind(name) for name in compiled.policy.mentioned} & set(self._known.synchronous)
        there = {check.name for check in compiled.checks}
        also = (check for check in self._also if check.name not in there)
        return Looks(compiled.scanner, frozenset(kinds), (*compiled.checks, *also))

    async def prepare(self) -> Mapping[str, str]:
        """Waits for what takes longer than a check may; which checks it failed for, and why."""
        named = self._ruleset.configured.values() if self._only is None else self._only.checks
        return await prepare((*named, *self._also))

    def left_out(self, names: Iterable[str]) -> frozenset[str]:
        """Which of the names in rules nobody was asked for."""
        if self._only is None:
            return frozenset()
        asked = {check.name for check in self._only.checks} | self._only.kinds | {"ended"}
        fusion = self._ruleset.fusion
        if fusion is None or fusion.weights.keys() <= asked:  # else nobody knows the risk
            asked.add(RISK)
        return frozenset(name for name in names if _kind(name) not in asked)

    def undecided(self) -> Sequence[str]:
        """The rules that cannot be decided by those who were asked for alone."""
        rules = (plan.rule for plan in self._ruleset.planned)
        return [rule.name for rule in rules if self.left_out(mentioned(rule.when))]

    def _wanted(self, only: Mapping[str, None]) -> Looks:
        synchronous = self._known.synchronous
        uses = [use for plan in self._ruleset.planned for use in plan.uses if use.kind in only]
        named = {use.kind for use in uses}
        uses += [
            Use(name, name, _default(synchronous[name], name))
            for name in only
            if name in synchronous and name not in named
        ]
        return Looks(
            scanner=self._known.scanner(uses) if uses else None,
            kinds=frozenset(use.kind for use in uses),
            checks=tuple(self._check(name) for name in only if name not in synchronous),
        )

    def _check(self, name: str) -> Check:
        configured, kinds = self._ruleset.configured, self._known.asynchronous
        if name in configured:
            return configured[name]
        if name not in kinds:
            raise ConfigError(
                unknown("check", name, {*configured, *kinds, *self._known.synchronous})
            )
        return self._known.check(name, name, _default(kinds[name], name))


def _kind(name: str) -> str:
    """`pii` of "pii:refund-promise"; other names are their own."""
    return name.partition(":")[0]


def _default(model: type[BaseModel], name: str) -> BaseModel:
    try:
        return model()
    except ValidationError:
        msg = f"check {name!r} does nothing without options: give it some in the rules file"
        raise ConfigError(msg) from None
