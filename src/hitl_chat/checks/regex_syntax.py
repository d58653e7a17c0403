"""The regular expressions a rule may hold: parsed, so that more is known than whether they match.

From the parsed form come the RE2 source that is run, the longest possible match, and `unfinished`:
an RE2 source for everything that may still become, or change, a match when more text comes.
What RE2 cannot run (look-around, back-references) is refused with a hint. Never matches anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

LONGEST_SOURCE = 2000
DEEPEST = 40
MOST_REPEATS = 1000  # RE2's own bound

_HINTS = {
    "=": "look-around",
    "!": "look-around",
    "<=": "look-around",
    "<!": "look-around",
    ">": "an atomic group",
    "P=": "a back-reference",
    "(": "a condition",
    "#": "a comment",
}
_INSTEAD = "; write out what must match, and use `except:` for what is allowed, `near:` for context"
_ONE_CHARACTER = frozenset("dDwWsS")
_CONTROL = frozenset("tnrfva")
_ASSERTIONS = frozenset("bBAz")


class RegexError(ValueError):
    """Says what is wrong with an expression, where, and what to write instead."""


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


def parse(source: str) -> Node:
    """The expression's form, or `RegexError`."""
    if not source.strip():
        raise RegexError("an empty expression matches everywhere: write what to look for")
    if len(source) > LONGEST_SOURCE:
        raise RegexError(
            f"an expression of {len(source)} characters, more than {LONGEST_SOURCE}: "
            "put long lists of words under `literals:`"
        )
    node = _Parser(source).whole()
    if shortest(node) == 0:
        raise RegexError("it also matches nothing at all: make at least one part obligatory")
    return node


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.branch()
        if self.at < len(self.source):
            raise self.wrong("a `)` without its `(`: write `\\)` for the sign itself")
        return node

    def wrong(self, what: str) -> RegexError:
        return RegexError(f"{what} (at character {self.at + 1} of {self.source!r})")

    def peek(self, length: int = 1) -> str:
        return self.source[self.at : self.at + length]

    def take(self, length: int = 1) -> str:
        taken = self.peek(length)
        self.at += length
        return taken

    def branch(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"groups in groups, deeper than {DEEPEST}: simplify it")
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Branch(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.source) and self.peek() not in "|)":
            flags = self.flags()
            if flags and parts:
                raise self.wrong(f"write `(?{flags})` first, or `(?{flags}:...)` around a part")
            if flags:
                return Flagged(flags, self.branch())
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def flags(self) -> str:
        """The flags of `(?i)`; "" when something else comes."""
        if self.peek(2) != "(?":
            return ""
        end = self.source.find(")", self.at)
        flags = self.source[self.at + 2 : end] if end > 0 else ""
        if not flags or set(flags) - set("is-"):
            return ""
        self.at = end + 1
        return flags

    def atom(self) -> Node:
        sign = self.peek()
        if sign == "(":
            return self.group()
        if sign == "[":
            return One(self.character_class())
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            raise self.wrong(f"nothing before `{sign}` to repeat: write `\\{sign}` for the sign")
        self.take()
        if sign in "^$":
            return Assertion("\\A" if sign == "^" else "\\z")
        return One(sign if sign == "." else quoted(sign))

    def group(self) -> Node:
        self.take()
        flags = ""
        if self.peek() == "?":
            self.take()
            flags = self.group_kind()
        part = self.branch()
        if self.take() != ")":
            self.at = len(self.source)
            raise self.wrong("a `(` without its `)`: write `\\(` for the sign itself")
        return Flagged(flags, part) if flags else part

    def group_kind(self) -> str:
        """What follows `(?`: the flags of a group, "" for one that is only a group."""
        for sign in sorted(_HINTS, key=len, reverse=True):
            if self.source.startswith(sign, self.at):
                raise self.wrong(f"{_HINTS[sign]} is not supported{_INSTEAD}")
        if self.peek() == "<" or self.peek(2) == "P<":
            end = self.source.find(">", self.at)
            self.at = end + 1 if end > 0 else len(self.source)
            return ""
        end = self.source.find(":", self.at)
        flags = self.source[self.at : end] if end > 0 else "?"
        if set(flags) - set("is-"):
            raise self.wrong(
                "an unknown kind of group: `(...)`, `(?:...)` and `(?i:...)` are known"
            )
        self.at = end + 1
        return flags

    def character_class(self) -> str:
        end = self.at + 1
        if self.source[end : end + 1] == "^":
            end += 1
        if self.source[end : end + 1] == "]":
            end += 1
        while end < len(self.source) and self.source[end] != "]":
            if self.source[end] == "\\":
                end += 2
            elif self.source.startswith("[:", end):
                end = max(self.source.find(":]", end) + 2, end + 2)
            else:
                end += 1
        if end >= len(self.source):
            raise self.wrong("a `[` without its `]`: write `\\[` for the sign itself")
        return self.take(end + 1 - self.at)

    def escape(self) -> Node:
        sign = self.source[self.at + 1 : self.at + 2]
        if sign.isdigit():
            raise self.wrong(f"a back-reference is not supported{_INSTEAD}")
        if sign in _ASSERTIONS and sign:
            return Assertion(self.take(2))
        if sign in ("p", "P", "x"):
            return One(self.take(self.long_escape()))
        if sign and (sign in _ONE_CHARACTER or sign in _CONTROL or not sign.isalnum()):
            return One(self.take(2))
        hint = {"Z": ": write `\\z`", "Q": ": put fixed texts under `literals:`"}.get(sign, "")
        raise self.wrong(f"`\\{sign}` means nothing here{hint}")

    def long_escape(self) -> int:
        """The length of `\\p{Greek}`, `\\pL`, `\\x{20ac}` or `\\x41`."""
        if self.source[self.at + 2 : self.at + 3] == "{":
            end = self.source.find("}", self.at)
            if end < 0:
                raise self.wrong("a `{` without its `}`")
            return end + 1 - self.at
        return 4 if self.source[self.at + 1] == "x" else 3

    def repeated(self, part: Node) -> Node:
        bounds = self.bounds()
        while bounds:
            if isinstance(part, Assertion):
                raise self.wrong("a word's edge or a text's end cannot be repeated")
            part = Repeat(part, *bounds)
            if self.peek() == "+":
                raise self.wrong(f"a possessive repeat is not supported{_INSTEAD}")
            if self.peek() == "?":  # the longest match is what counts, so lazy changes nothing
                self.take()
            bounds = self.bounds()
        return part

    def bounds(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign) if sign else None
        if simple:
            self.take()
            return simple
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : end].partition(",")
        if sign != "{" or end < 0 or not low.isdecimal() or not (high.isdecimal() or not high):
            return None
        self.at = end + 1
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise self.wrong(f"repeats go from fewer to more, and to {MOST_REPEATS} at most")
        return least, most


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


def heads(node: Node) -> Iterator[str]:
    """RE2 sources of the characters a match can begin with."""
    match node:
        case One(source):
            yield source
        case Assertion():
            return
        case Sequence(parts):
            needed = next((n for n, part in enumerate(parts, 1) if shortest(part)), len(parts))
            yield from chain.from_iterable(map(heads, parts[:needed]))
        case Branch(parts):
            yield from chain.from_iterable(map(heads, parts))
        case Repeat(part):
            yield from heads(part)
        case Flagged(flags, part):
            yield from (f"(?{flags}:{head})" for head in heads(part))


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
