"""Whether two held answers are so nearly the same that one look decides both. Pure.

The same words of their customers, the same rules and kind of text, hardly a word apart; and no
number or sign apart, since that may be the very thing that is wrong. What does differ in the
answers is for a person to see: consoles show it. What was asked is not shown, so nothing differs.
"""

import re
from collections import Counter
from typing import NamedTuple
from unicodedata import normalize

from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft

NEAR = 0.9  # of the words are the same
_WORD = re.compile(r"\w+")
# With their signs and marks: 1.000 may be one, "-5" is no "5". Marks that end a clause are none.
_EXACT = re.compile(r"\d+(?:[.,:/]\d+)*|[^\w\s.,;:!?]")


class Held(NamedTuple):
    """A hold, what waits in it, and all that its customer wrote."""

    hold: Hold
    draft: Draft
    asked: str


def decidable(hold: Hold) -> bool:
    """Whether it waits for anybody, with all of its draft there and judged."""
    return hold.state == "open" and hold.draft_state == "whole" and not hold.outstanding


def alike(one: Held, other: Held) -> bool:
    if one.hold.id == other.hold.id or not decidable(other.hold):
        return False
    if set(one.hold.terms.rules) != set(other.hold.terms.rules):
        return False
    mine, its = one.draft, other.draft
    only = {CONTENT}
    if set(mine.pending) != only or set(its.pending) != only or mine.sent != its.sent:
        return False
    return same(one.asked, other.asked) and near(mine.pending[CONTENT], its.pending[CONTENT])


def same(one: str, other: str) -> bool:
    """Whether two customers wrote the same words; nothing (it may be erased) is like nothing."""
    words = _words(one)
    return bool(words) and words == _words(other) and _EXACT.findall(one) == _EXACT.findall(other)


def near(one: str, other: str) -> bool:
    """Whether two texts say the same in nearly the same words, and in the very same numbers."""
    if _EXACT.findall(one) != _EXACT.findall(other):
        return False
    words, others = Counter(_words(one)), Counter(_words(other))
    most = max(words.total(), others.total())
    return most > 0 and (words & others).total() >= NEAR * most


def _words(text: str) -> list[str]:
    return _WORD.findall(normalize("NFKC", text).casefold())
