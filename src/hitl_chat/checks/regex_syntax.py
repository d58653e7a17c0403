"""The regular expressions a rule may hold: parsed, so that more is known than whether they match.

RE2's syntax, less what this product has no use for. What RE2 cannot run (look-around,
back-references, possessive repeats) is refused with a hint. Never matches anything.
"""

from hitl_chat.checks.regex_forms import (
    Assertion,
    Branch,
    Flagged,
    Node,
    One,
    Repeat,
    Sequence,
    quoted,
    shortest,
)

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
