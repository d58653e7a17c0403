"""What `hitl-chat explain` tells of one typed answer: what becomes of it, which rules do that, and
the tests that decided.

What came to nothing is folded into a line. Values and text only: knows no ruleset and no check.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from hitl_chat.core.policy import blocks

Span = tuple[int, int, str, str]  # start, end, text, what found it
WIDTH = 100
LONGEST = 60  # characters of an expression


@dataclass(frozen=True)
class TestExplained:
    """`true` is None where nobody knows here; `why` is what the check says, or why it was not
    asked."""

    __test__ = False  # not a pytest class
    check: str
    true: bool | None
    score: float | None = None
    above: float = 0.5
    why: str = ""
    spans: tuple[Span, ...] = ()

    def lines(self) -> Iterator[str]:
        kind, _, rest = self.check.partition(":")
        if kind == "ended":
            yield "always" if rest == "any" else f"it ended with {rest}: {_yes(self.true)}"
        elif not rest:
            yield self._scored()
            yield from (f"  {_place(span)}" for span in self.spans)
        elif self.true:
            yield from (f"{kind} {_place(span)}{_found_by(span)}" for span in self.spans)
        else:
            yield f"{kind} found nothing"

    def _scored(self) -> str:
        why = f": {self.why}" if self.why else ""
        if self.score is None:
            return f"{self.check}{why or ': not run'}"
        return f"{self.check} {self.score:.2f} {'<' if not self.true else '≥'} {self.above:g}{why}"


@dataclass(frozen=True)
class RuleExplained:
    """What one rule did: `fired` is None while a test of it was not run.

    `tests` are those that decided. `mistrusts`: a check of it failed, and `then` is what its
    `on_error` makes of that.
    """

    name: str
    applies: bool
    fired: bool | None = None
    then: str = ""
    strictness: str = ""
    tests: tuple[TestExplained, ...] = ()
    shadow: bool = False
    mistrusts: bool = False

    @property
    def spans(self) -> Sequence[Span]:
        return [span for test in self.tests if test.true for span in test.spans]

    @property
    def acts(self) -> bool:
        return bool(self.fired) and not self.shadow

    def lines(self) -> Iterator[str]:
        yield f"  {self._sign()} {self.name}: {self._said()}"
        for test in self.tests:
            yield from (f"      {line}" for line in test.lines())

    def _sign(self) -> str:
        if self.shadow and self.fired:
            return "~"
        return {True: "!", False: "-", None: "?"}[self.fired if self.applies else False]

    def _said(self) -> str:
        if not self.applies:
            return "not for this request"
        said = {True: self.then, False: "no", None: "not decided here"}[self.fired]
        if self.shadow and self.fired:
            said = f"would {self.then} (a shadow)"
        return said + (", since a check failed" if self.mistrusts else "")


@dataclass(frozen=True)
class CheckExplained:
    """An asynchronous check. `quiet`: it was asked and has nothing against the answer."""

    name: str
    said: str
    quiet: bool = False


@dataclass(frozen=True)
class Explanation:
    """`streams_upto` is None where that depends on how the answer would have been cut."""

    version: str
    rules: tuple[RuleExplained, ...]
    streams_upto: int | None
    length: int
    checks: tuple[CheckExplained, ...] = ()
    totals: tuple[str, ...] = ()  # the risk, and where a budget moves it

    def text(self, *, everything: bool = False) -> str:
        """`everything`: also the tests of rules that came to nothing."""
        loud = [rule for rule in self.rules if rule.applies and rule.fired is not False]
        lines = [self.outcome()]
        for rule in self.rules if everything else loud:
            lines += rule.lines()
        told = frozenset[str]() if everything else {t.check for rule in loud for t in rule.tests}
        for check in self.checks:
            if everything or not (check.quiet or check.name in told):
                lines.append(f"  {check.name}: {check.said}")
        lines += (f"  {total}" for total in self.totals)
        folded = [] if everything else list(self._folded())
        hint = "; --all shows their tests" if folded else ""
        return "\n".join([*lines, *folded, f"  rules {self.version[:12]}{hint}"])

    def _folded(self) -> Iterator[str]:
        no = [rule.name for rule in self.rules if rule.applies and rule.fired is False]
        yield from _names("found nothing", no)
        yield from _names("said 0", [check.name for check in self.checks if check.quiet])
        yield from _names("not for this request", [r.name for r in self.rules if not r.applies])

    def outcome(self) -> str:
        acting = [rule for rule in self.rules if rule.acts]
        held = [rule for rule in acting if blocks(rule)]
        if held:
            then = "blocked" if any(rule.then == "block" for rule in held) else "held"
            return f"{then} by {_listed(held)}: {self._before()}"
        watched = f", watched by {_listed(acting)}" if acting else ""
        open_ = [
            rule for rule in self.rules if rule.applies and rule.fired is None and blocks(rule)
        ]
        unless = f", unless {_listed(open_)} objects" if open_ else ""
        return f"passed{watched}{unless}"

    def _before(self) -> str:
        if self.streams_upto is None:
            return "how much leaves before that depends on how the model writes it"
        return f"{self.streams_upto} of {self.length} characters leave before that"


def _listed(rules: Iterable[RuleExplained]) -> str:
    return ", ".join(rule.name for rule in rules)


def _names(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from wrap(
            f"{what}: {', '.join(names)}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="      ",
            break_on_hyphens=False,
        )


def _place(span: Span) -> str:
    start, end, text, _ = span
    return f"{start}..{end} {text!r}"


def _found_by(span: Span) -> str:
    """The literal or expression, where that is not what stands there."""
    _, _, text, by = span
    short = by if len(by) <= LONGEST else f"{by[: LONGEST - 1]}…"
    return "" if by.casefold() == text.casefold() else f" ({short})"


def _yes(true: bool | None) -> str:
    return "yes" if true else "no"
