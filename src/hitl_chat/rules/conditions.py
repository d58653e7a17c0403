"""A rule's `on` and `when`: trees of any, all and not over tests, read into the core's conditions.

Several keys in one mapping must all be true. Collects every mistake with its place, and which
checks the tests need. What a check's options may be, the check itself says.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ValidationError

from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Condition, Either, Every, Not, Test
from hitl_chat.ports import Checks, Use
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.hours import Hours
from hitl_chat.rules.load import Document, Finding, Path
from hitl_chat.rules.wording import told, unknown

ENDINGS = [
    "any",
    "stop",
    "length",
    "content_filter",
    "tool_calls",
    "function_call",
    "empty",
    "model_mismatch",
    "max_output",
]
DEFAULT_ABOVE = 0.5
BUDGET = "budget"  # instead of a threshold
WHEN_OPEN = ["open", "closed"]
NEVER: Condition = Either(())

Predicate = Callable[[RequestFacts], bool | None]  # None: nobody knows
Leaf = Callable[[Any, Path, Mapping[str, Any]], Condition]


class Tree:
    """Reads one tree. `leaves` reads the value of each key that is a test.

    `contacts` are the company's own: what they mean to a check, its options say.
    """

    def __init__(
        self,
        read: Document,
        findings: list[Finding],
        leaves: Mapping[str, Leaf],
        contacts: Sequence[str] = (),
    ) -> None:
        self.read = read
        self.contacts = contacts
        self.findings = findings
        self.leaves = leaves

    def wrong(self, path: Path, message: str, *, key: bool = False) -> Condition:
        self.findings.append(self.read.finding(path, message, key=key))
        return NEVER

    def condition(self, value: object, path: Path) -> Condition:
        if not isinstance(value, dict) or not value:
            return self.wrong(path, f"{value!r} tests nothing: write one of {self._known()}")
        parts = [self._part(value, key, (*path, key)) for key in value if key not in _SIDE_KEYS]
        for key in _SIDE_KEYS & set(value):
            if _SIDE_OF[key] not in value:
                self.wrong((*path, key), f'"{key}" belongs beside "{_SIDE_OF[key]}:"', key=True)
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _part(self, value: Mapping[str, Any], key: str, path: Path) -> Condition:
        inner = value[key]
        if key in ("any", "all"):
            parts = self._list(inner, path)
            return Either(parts) if key == "any" else Every(parts)
        if key == "not":
            return Not(self.condition(inner, path))
        leaf = self.leaves.get(key)
        if leaf is None:
            known = [*self.leaves, "any", "all", "not"]
            return self.wrong(path, unknown("test", key, known), key=True)
        return leaf(inner, path, value)

    def _list(self, value: object, path: Path) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value:
            return (self.wrong(path, "here goes a list of tests: write `- ` before each"),)
        return tuple(self.condition(one, (*path, place)) for place, one in enumerate(value))

    def _known(self) -> str:
        return ", ".join([*sorted(self.leaves), "any", "all", "not"])

    def options(
        self, model: type[BaseModel], value: object, path: Path, *, streaming: bool
    ) -> BaseModel | None:
        """A check's options, or what is wrong with them."""
        try:
            context = {"streaming": streaming, "contacts": self.contacts}
            return model.model_validate(value, context=context)
        except ValidationError as error:
            self.findings += told(error, self.read, path, model)
            return None

    def words(self, value: object, path: Path) -> list[str]:
        """One word or a list of them."""
        words: list[object] = value if isinstance(value, list) else [value]
        if not words:
            self.wrong(path, "an empty list: give at least one")
        for place, word in enumerate(words):
            if not isinstance(word, str) or not word:
                at = (*path, place) if isinstance(value, list) else path
                self.wrong(at, f"{word!r} is not a text: put it in quotes")
        return [word for word in words if isinstance(word, str)]


_SIDE_OF = {"above": "check"}
_SIDE_KEYS = frozenset(_SIDE_OF)


class When(Tree):
    """What in the answer makes a rule fire."""

    def __init__(
        self,
        read: Document,
        findings: list[Finding],
        checks: Checks,
        configured: Sequence[str],
        rule: str,
        *,
        fused: Collection[str] = (),
        budget: tuple[float, float] | None = None,
        contacts: Sequence[str] = (),
        holds_back: bool,
        streaming: bool,
    ) -> None:
        looks = dict.fromkeys(checks.synchronous, self._look)
        tests = {
            "check": self._check,
            RISK: self._risk,
            "ended": self._ended,
            "always": self._always,
        }
        super().__init__(read, findings, {**looks, **tests}, contacts)
        self.uses: list[Use] = []
        self.wanted: set[str] = set()
        self._checks = checks
        self._configured = configured
        self._fused = fused
        self._budget = budget
        self._rule = rule
        self._holds_back = holds_back
        self._streaming = streaming

    def condition(self, value: object, path: Path) -> Condition:
        return super().condition({"always": True} if value == "always" else value, path)

    def _look(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        kind = str(path[-1])
        options = self.options(
            self._checks.synchronous[kind], value, path, streaming=self._streaming
        )
        if options is None:
            return NEVER
        before = sum(use.kind == kind for use in self.uses)
        name = f"{kind}:{self._rule}" + (f":{before + 1}" if before else "")
        self.uses.append(Use(name, kind, options, self._holds_back))
        return Test(name)

    def _check(self, value: Any, path: Path, beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        known = [*self._configured, *self._checks.asynchronous]
        if not isinstance(value, str) or value not in known:
            if value in self._checks.synchronous:
                return self.wrong(path, f'"{value}" has no score: write `{value}:` as a test')
            return self.wrong(path, unknown("check", str(value), known))
        self.wanted.add(value)
        return self._above(value, beside.get("above", DEFAULT_ABOVE), (*path[:-1], "above"))

    def _risk(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        if not self._fused:
            return self.wrong(
                path, "nothing says what the risk is: write `risk:` beside `rules:`", key=True
            )
        self.wanted.update(self._fused)
        if value != BUDGET:
            return self._above(RISK, value, path)
        if self._budget is None:
            return self.wrong(
                path, "nothing says what the budget is: write `budget:` beside `rules:`"
            )
        return Test(RISK, self._budget[1], moves=True)

    def _above(self, check: str, above: Any, path: Path) -> Condition:  # noqa: ANN401
        is_number = isinstance(above, int | float) and not isinstance(above, bool)
        if not is_number or not 0 < above <= 1:
            return self.wrong(path, f"{above!r} is no threshold: a number over 0, up to 1")
        return Test(check, float(above))

    def _ended(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        endings = self.words(value, path)
        for place, ending in enumerate(endings):
            if ending not in ENDINGS:
                at = (*path, place) if isinstance(value, list) else path
                self.wrong(at, unknown("ending", ending, ENDINGS))
        return Either(tuple(Test(f"ended:{ending}") for ending in endings))

    def _always(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        if value is not True:
            return self.wrong(path, f"{value!r}: `always` can only be true; leave it out otherwise")
        return Test("ended:any")


class On(Tree):
    """For which requests a rule is there at all."""

    def __init__(
        self,
        read: Document,
        findings: list[Finding],
        checks: Checks,
        rule: str,
        hours: Hours | None = None,
    ) -> None:
        leaves: dict[str, Leaf] = {
            "tenant": self._one_of(lambda facts, words: facts.tenant in words),
            "channel": self._one_of(lambda facts, words: facts.channel in words),
            "tags": self._one_of(lambda facts, words: not facts.tags.isdisjoint(words)),
            "model": self._one_of(_is_model),
            "customer": self._customer,
            "hours": self._hours,
        }
        super().__init__(read, findings, leaves)
        self.predicates: dict[str, Predicate] = {}
        self.uses: list[Use] = []
        self._checks = checks
        self._rule = rule
        self._opening = hours

    def _name(self) -> str:
        return f"on:{self._rule}:{len(self.predicates) + len(self.uses) + 1}"

    def _one_of(self, holds: Callable[[RequestFacts, Sequence[str]], bool]) -> Leaf:
        def leaf(value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
            words = self.words(value, path)
            name = self._name()
            self.predicates[name] = lambda facts: holds(facts, words)
            return Test(name)

        return leaf

    def _customer(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        model = self._checks.synchronous["patterns"]
        options = self.options(model, value, path, streaming=False)
        if options is None:
            return NEVER
        name = self._name()
        self.uses.append(Use(name, "patterns", options, holds_back=False))
        return Test(name)

    def _hours(self, value: Any, path: Path, _beside: Mapping[str, Any]) -> Condition:  # noqa: ANN401
        opening = self._opening
        if opening is None:
            return self.wrong(
                path, "nothing says when you are open: write `hours:` beside `rules:`", key=True
            )
        if value not in WHEN_OPEN:
            return self.wrong(path, f"{value!r}: `hours` can only be open or closed")
        name = self._name()
        self.predicates[name] = lambda facts: (
            None if facts.at is None else opening.is_open(facts.at) is (value == "open")
        )
        return Test(name)


def _is_model(facts: RequestFacts, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(facts.model, glob) for glob in globs)
