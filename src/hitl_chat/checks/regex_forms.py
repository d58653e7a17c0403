"""The form of a regular expression, and what follows from it alone.

The RE2 source that is run, the longest possible match, and `unfinished`: an RE2 source for all that
may still become, or change, a match when more text comes. Never matches anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from hitl_chat.checks.normalise import folded


@dataclass(frozen=True, slots=True)
class One:
    """Exactly one character: a letter, a class, a dot."""

    source: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """A place, not a character: a word's edge, the beginning or the end."""

    source: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Branch:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    part: "Node"
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """Part of an expression under other flags, e.g. `(?-i:...)`."""

    flags: str
    part: "Node"


Node = One | Assertion | Sequence | Branch | Repeat | Flagged


def quoted(text: str) -> str:
    """RE2 source for this very text."""
    return "".join(
        sign if sign.isalnum() or sign == "_" or not sign.isascii() else f"\\x{ord(sign):02x}"
        for sign in text
    )


def render(node: Node) -> str:
    """The RE2 source of a form."""
    match node:
        case One(source) | Assertion(source):
            return source
        case Sequence(parts):
            return "".join(map(render, parts))
        case Branch(parts):
            return f"(?:{'|'.join(map(render, parts))})"
        case Flagged(flags, part):
            return f"(?{flags}:{render(part)})"
        case Repeat(part, low, high):
            return f"(?:{render(part)}){_times(low, high)}"


def unfinished(node: Node) -> str:
    """RE2 source of all beginnings: texts after which a match may still come, or still grow.

    An assertion at the very end is a beginning too: whether it holds depends on what follows.
    """
    match node:
        case One() | Assertion():
            return ""
        case Sequence(parts):
            return _unfinished_sequence(parts)
        case Branch(parts):
            return f"(?:{'|'.join(map(unfinished, parts))})"
        case Flagged(flags, part):
            return f"(?{flags}:{unfinished(part)})"
        case Repeat(part, _, high):
            before = f"(?:{render(part)}){_times(0, None if high is None else max(high - 1, 0))}"
            return f"(?:{before}{unfinished(part)})" if high != 0 else ""


def _unfinished_sequence(parts: tuple[Node, ...]) -> str:
    """unfinished(AB) = unfinished(A) | A unfinished(B), from the last part to the first."""
    rest = unfinished(parts[-1]) if parts else ""
    for part in reversed(parts[:-1]):
        further = f"{render(part)}{rest}"
        own = unfinished(part)
        rest = f"(?:{own}|{further})" if own else f"(?:{further})?"
    return rest


def _times(low: int, high: int | None) -> str:
    return f"{{{low},{'' if high is None else high}}}"


def shortest(node: Node) -> int:
    """How many characters a match has at least."""
    match node:
        case One():
            return 1
        case Assertion():
            return 0
        case Sequence(parts):
            return sum(map(shortest, parts))
        case Branch(parts):
            return min(map(shortest, parts))
        case Flagged(_, part):
            return shortest(part)
        case Repeat(part, low, _):
            return low * shortest(part)


def longest(node: Node) -> int | None:
    """How many characters a match has at most; None when there is no bound."""
    match node:
        case One():
            return 1
        case Assertion():
            return 0
        case Sequence(parts):
            return _sum(map(longest, parts))
        case Branch(parts):
            lengths = [longest(part) for part in parts]
            return None if None in lengths else max(n for n in lengths if n is not None)
        case Flagged(_, part):
            return longest(part)
        case Repeat(part, _, high):
            most = longest(part)
            return None if high is None or most is None else high * most


class Opening(NamedTuple):
    """How a match begins: RE2 sources of its first, and of its first two, characters.

    `alone` are those that can be a whole match. Places count as nothing, so this is never too few.
    """

    empty: bool
    alone: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()

    def then(self, other: "Opening") -> "Opening":
        return Opening(
            self.empty and other.empty,
            (self.alone if other.empty else frozenset()) | (other.alone if self.empty else set()),
            self.first | (other.first if self.empty else frozenset()),
            self.pairs
            | {(one, two) for one in self.alone for two in other.first}
            | (other.pairs if self.empty else frozenset()),
        )

    def under(self, flags: str) -> "Opening":
        return Opening(
            self.empty,
            frozenset(f"(?{flags}:{one})" for one in self.alone),
            frozenset(f"(?{flags}:{one})" for one in self.first),
            frozenset((f"(?{flags}:{one})", f"(?{flags}:{two})") for one, two in self.pairs),
        )


def opening(node: Node) -> Opening:
    match node:
        case One(source):
            return Opening(False, frozenset({source}), frozenset({source}))
        case Assertion():
            return Opening(True)
        case Sequence(parts):
            return reduce(Opening.then, map(opening, parts), Opening(True))
        case Branch(parts):
            every = list(map(opening, parts))
            return Opening(
                any(one.empty for one in every),
                frozenset().union(*(one.alone for one in every)),
                frozenset().union(*(one.first for one in every)),
                frozenset().union(*(one.pairs for one in every)),
            )
        case Flagged(flags, part):
            return opening(part).under(flags)
        case Repeat(part, low, high):
            once = opening(part)
            again = once if high is None or high > 1 else Opening(True)
            return (
                once._replace(empty=True)
                .then(again._replace(empty=True))
                ._replace(empty=once.empty or low == 0)
            )


def as_read(node: Node) -> Node:
    """The same form for a text as it is read: `maß` is `mass` there, `für` is `fur`."""
    match node:
        case One(source):
            ours = source.isascii() or len(source) > 1
            return node if ours else Sequence(tuple(One(quoted(c)) for c in folded(source)))
        case Sequence(parts):
            return Sequence(tuple(map(as_read, parts)))
        case Branch(parts):
            return Branch(tuple(map(as_read, parts)))
        case Flagged(flags, part):
            return Flagged(flags, as_read(part))
        case Repeat(part, low, high):
            return Repeat(as_read(part), low, high)
        case Assertion():
            return node


def at_edge(node: Node) -> bool:
    """Whether a match can begin only at a word's edge."""
    match node:
        case Assertion(source):
            return source == "\\b"
        case Sequence(parts):
            return bool(parts) and at_edge(parts[0])
        case Branch(parts):
            return all(map(at_edge, parts))
        case Flagged(_, part):
            return at_edge(part)
        case _:
            return False


def _sum(lengths: Iterable[int | None]) -> int | None:
    total = 0
    for length in lengths:
        if length is None:
            return None
        total += length
    return total
