"""Whether two held answers are so nearly the same that one look decides both. Pure.

Same rules, same kind of text, hardly a word apart; and no number or sign apart, since that may be
the very thing that is wrong. What does differ is for a person to see: consoles show it.
"""

import re
from collections import Counter

from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft

NEAR = 0.9  # of the words are the same
_WORD = re.compile(r"\w+")
# With their signs and marks: 1.000 may be one, "-5" is no "5". Marks that end a clause are none.
_EXACT = re.compile(r"\d+(?:[.,:/]\d+)*|[^\w\s.,;:!?]")


def decidable(hold: Hold) -> bool:
    """Whether it waits for anybody, with all of its draft there and judged."""
    return hold.state == "open" and hold.draft_state == "whole" and not hold.outstanding


def alike(one: Hold, draft: Draft, other: Hold, its: Draft) -> bool:
    if one.id == other.id or not decidable(other):
        return False
    if set(one.terms.rules) != set(other.terms.rules):
        return False
    only = {CONTENT}
    if set(draft.pending) != only or set(its.pending) != only or draft.sent != its.sent:
        return False
    return near(draft.pending[CONTENT], its.pending[CONTENT])


def near(one: str, other: str) -> bool:
    """Whether two texts say the same in nearly the same words, and in the very same numbers."""
    if _EXACT.findall(one) != _EXACT.findall(other):
        return False
    words, others = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    most = max(words.total(), others.total())
    return most > 0 and (words & others).total() >= NEAR * most
