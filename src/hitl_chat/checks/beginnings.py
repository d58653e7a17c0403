"""Where something looked for may begin, as an expression over its first two characters.

It keeps finders asleep: only where it matches is one of them asked, so it may match too often and
must never match too seldom. Made for Python's `re`, from single characters: ours, and linear.
"""

import re
from collections.abc import Iterable, Mapping

BEYOND = "\\u0080-\\U0010ffff"  # beyond ASCII a second character is never ruled out

# For each first character the second ones, as far as they are ASCII; None: any.
Pairs = Mapping[str, frozenset[str] | None]


def beginnings(pairs: Pairs, behind: str = "") -> str:
    """Any of the pairs, or its first character at the end; `behind` says what may stand before."""
    firsts: dict[frozenset[str] | None, list[str]] = {}
    for first, seconds in sorted(pairs.items()):
        firsts.setdefault(seconds, []).append(first)
    parts = [
        f"[{signs(chars)}]"
        if seconds is None
        else f"[{signs(chars)}](?:{one_of(signs(seconds) + BEYOND)}|\\Z)"
        for seconds, chars in firsts.items()
    ]
    return f"{behind}(?:{'|'.join(parts)})" if parts else ""


def one_of(inside: str) -> str:
    """The class of these signs, told by what is not in it where it reaches beyond ASCII.

    Python lays out every single character of such a range: 8 ms for each class.
    """
    if BEYOND not in inside:
        return f"[{inside}]"
    near = inside.replace(BEYOND, "")
    if not near:
        return r"[^\x00-\x7f]"
    known = re.compile(f"[{near}]")
    others = signs(char for char in map(chr, range(128)) if not known.match(char))
    return f"[^{others}]" if others else r"[\s\S]"


def signs(chars: Iterable[str]) -> str:
    """The inside of a character class."""
    return "".join(sorted(map(re.escape, chars)))


def joined(pairs: Iterable[tuple[str, frozenset[str] | None]]) -> Pairs:
    """One mapping of many; what may be followed by anything stays so."""
    made: dict[str, frozenset[str] | None] = {}
    for first, seconds in pairs:
        known = made.get(first, frozenset())
        made[first] = None if seconds is None or known is None else known | seconds
    return made
