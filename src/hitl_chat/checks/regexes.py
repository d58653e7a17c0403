"""Finds many regular expressions in a growing text with RE2, which never backtracks.

One search over the tail answers for all of them at once whether anything matches, or may still
begin to: in ordinary prose nothing does. Only then is it asked which, and where.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from hitl_chat.checks.beginnings import BEYOND, beginnings, joined, signs
from hitl_chat.checks.finding import Accept, Cursor, Hit, settle
from hitl_chat.checks.regex_forms import (
    Branch,
    Flagged,
    Node,
    as_read,
    at_edge,
    longest,
    opening,
    render,
    shortest,
    unfinished,
)
from hitl_chat.checks.regex_syntax import RegexError, parse

# One expression's program; RE2 refuses `((a{100}){100}){100}` by this bound within a millisecond.
LARGEST = 4 << 20
LARGEST_TOGETHER = 64 << 20
MOST_INSTRUCTIONS = 150_000  # of all programs of a rules file: compiling them takes a second
FEW = 2  # so few are asked one by one
_SMALLER = ": use fewer or smaller repeats"


@dataclass(frozen=True, eq=False)
class Expression:
    """One expression of one use. `source` is the author's; `match_case` counts for all of it.

    `said`: the author's words for it. Without them its hits say that they bring none for agents.
    """

    use: str
    source: str
    node: Node
    run: Any
    accept: Accept
    match_case: bool = False
    said: str = ""

    def wrap(self, inner: str) -> str:
        return f"(?{'-i' if self.match_case else 'i'}:{inner})"

    def find(self, view: "View", start: int) -> Iterator[Hit]:
        kind, words = ("pattern", self.said) if self.said else ("expression", self.source)
        for match in self.run.finditer(view.data, view.byte(start)):
            yield Hit(self.use, view.char(match.start()), view.char(match.end()), kind, words)


@lru_cache(maxsize=1024)
def check_source(source: str) -> Node:
    """The form of the expression, for both readings of a text, or `RegexError`.

    Remembered: rules are read again whenever they change, and mostly say what they said before.
    """
    written = parse(source)
    read = as_read(written)
    both = written if read == written or not shortest(read) else Branch((written, read))
    try:
        compiled(f"(?i:{render(both)})", LARGEST)
        compiled(f"(?i:{unfinished(both)})\\z", LARGEST)
    except re2.error as error:
        raise RegexError(f"{_reason(error)}: in {source!r}") from None
    return both


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else error
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "too large" in reason or "repetition" in reason:
        return f"too large when written out{_SMALLER}"
    return reason


def is_bounded(node: Node) -> bool:
    return longest(node) is not None


def expression(
    use: str, source: str, accept: Accept, *, match_case: bool = False, said: str = ""
) -> Expression:
    node = check_source(source)
    run = compiled(f"(?{'-i' if match_case else 'i'}:{render(node)})", LARGEST)
    return Expression(use, source, node, run, accept, match_case, said)


def compiled(source: str, memory: int) -> Any:  # noqa: ANN401 (google-re2 has no types)
    return re2.compile(source, _options(memory))


def _options(memory: int) -> Any:  # noqa: ANN401 (google-re2 has no types)
    options = re2.Options()
    options.longest_match = True
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory
    return options


class View:
    """The tail of a text as RE2 sees it: UTF-8, and which byte is which character."""

    __slots__ = ("_at", "_count", "_from", "_narrow", "data")

    def __init__(self, text: str, start: int) -> None:
        self._from = max(start - 1, 0)  # one character of context, for a word's edge
        tail = text[self._from :]
        self.data = tail.encode("utf-8", "replace")
        self._narrow = len(self.data) == len(tail)
        self._at = self._count = 0  # a byte, and how many characters end before it

    def char(self, byte: int) -> int:
        """Asked in order, as matches come: what was counted is not counted again."""
        if self._narrow:
            return self._from + byte
        if byte < self._at:
            self._at = self._count = 0
        self._count += len(self.data[self._at : byte].decode())
        self._at = byte
        return self._from + self._count

    def byte(self, char: int) -> int:
        index = char - self._from
        return index if self._narrow else len(self.data.decode()[:index].encode())


class Regexes:
    """A finder of expressions; all of them bounded, or all `late`."""

    def __init__(self, expressions: Sequence[Expression], *, late: bool = False) -> None:
        self.late = late
        self._all = tuple(expressions)
        self.heads, self.begins = _begins(self._all)
        if sum(one.run.programsize for one in self._all) > MOST_INSTRUCTIONS:
            raise RegexError(f"{len(self._all)} expressions are too large together{_SMALLER}")
        try:
            self._compile()
        except re2.error:
            raise RegexError(
                f"{len(self._all)} expressions are too large together{_SMALLER}"
            ) from None

    def _compile(self) -> None:
        every = [one.wrap(render(one.node)) for one in self._all]
        matching = _either(every)
        self._which = _together(every) if len(every) > FEW else None
        self._any = compiled(matching, LARGEST_TOGETHER)
        if not self.late:
            beginning = _either(e.wrap(unfinished(e.node)) for e in self._all)
            self._live = compiled(f"{beginning}\\z", LARGEST_TOGETHER)
            self._probe = compiled(f"{matching}|{beginning}\\z", LARGEST_TOGETHER)

    def find(self, text: str, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        view = View(text, cursor.clear)
        start = view.byte(cursor.clear)
        if not self.late:
            found = self._probe.search(view.data, start)
            if found is None or found.start() == len(view.data):
                cursor.clear = len(text)
                return ()
        return self._slowly(text, view, cursor, final=final)

    def _slowly(self, text: str, view: View, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        start = view.byte(cursor.clear)
        live = len(text) if final else view.char(self._live.search(view.data, start).start())
        hits: list[Hit] = []
        earliest = live
        if self._any.search(view.data, start):
            for expression in self._matching(view):
                found = expression.find(view, cursor.begin(expression))
                settled, unsettled = settle(
                    text, cursor, expression, found, expression.accept, live=live, final=final
                )
                hits += settled
                earliest = min(earliest, unsettled)
        cursor.clear = earliest
        return hits

    def _matching(self, view: View) -> Iterable[Expression]:
        """Those that match somewhere in the tail, in order. A set that would need too much memory
        says that nothing does, though something did: then all of them are asked."""
        found = self._which.Match(view.data) if self._which else None
        return [self._all[at] for at in sorted(found)] if found else self._all


def _together(sources: Iterable[str]) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """Tells in one search which of many expressions match."""
    made = re2.Set.SearchSet(_options(LARGEST_TOGETHER))
    for source in sources:
        made.Add(source)
    made.Compile()
    return made


def _either(sources: Iterable[str]) -> str:
    return f"(?:{'|'.join(sources)})"


_ASCII = frozenset(map(chr, range(128)))
_WORD = frozenset(char for char in _ASCII if char.isalnum() or char == "_")


def _begins(expressions: Iterable[Expression]) -> tuple[str, list[str]]:
    """Where one of them may begin. Beyond ASCII: anywhere, which is true enough and cheap."""
    edge: list[tuple[str, frozenset[str] | None]] = []
    inside: list[tuple[str, frozenset[str] | None]] = []
    for one in expressions:
        pairs = _pairs(one.node, one.match_case)
        words = at_edge(one.node) and _WORD.issuperset(first for first, _ in pairs)
        (edge if words else inside).extend(pairs)
    heads = signs({first for first, _ in (*edge, *inside)}) + BEYOND
    sources = [
        beginnings(joined(edge), behind="(?<![0-9A-Za-z_])"),
        beginnings(joined(inside)),
        f"[{BEYOND}]",
    ]
    return heads, [source for source in sources if source]


@lru_cache(maxsize=1024)
def _pairs(node: Node, match_case: bool) -> tuple[tuple[str, frozenset[str] | None], ...]:
    """The ASCII characters a match can begin with, and which may follow each."""
    begun = opening(Flagged("-i" if match_case else "i", node))
    alone = frozenset[str]().union(*map(_ascii, begun.alone))
    following: dict[str, frozenset[str]] = {}
    for first, second in begun.pairs:
        for char in _ascii(first):
            following[char] = following.get(char, frozenset()) | _ascii(second)
    every = frozenset[str]().union(*map(_ascii, begun.first))
    return tuple((c, None if c in alone else following.get(c, frozenset())) for c in sorted(every))


@lru_cache(maxsize=2000)
def _ascii(source: str) -> frozenset[str]:
    """Which ASCII characters an expression for one character takes."""
    found = compiled(source, LARGEST).finditer("".join(sorted(_ASCII)))
    return frozenset(match.group() for match in found)
