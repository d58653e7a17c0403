"""Finds fixed texts in a growing text: thousands of them cost no more than a few (Aho-Corasick).

A literal begins where a word begins, so that "ape" is not found in "escape", and may end anywhere,
so that "guarantee" is found in "guaranteed". "*garantie" also begins inside a word.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from hitl_chat.checks.beginnings import Pairs, beginnings, joined, signs
from hitl_chat.checks.finding import Accept, Cursor, Hit, settle
from hitl_chat.checks.normalise import folded, lowered

INSIDE = "*"
# Scripts from Thai on (but for the later Latin and Greek blocks) put no spaces between words.
_SPACELESS_FROM, _SPACED_AGAIN = "\u0e00", ("\u1e00", "\u1fff")


@dataclass(frozen=True, eq=False)
class Phrase:
    """One literal of one use, as the author wrote it; `said` stands for it where agents read."""

    use: str
    written: str
    accept: Accept
    match_case: bool = False
    said: str = ""

    @property
    def inside(self) -> bool:
        """Whether it may begin inside a word."""
        first = self.written.lstrip(INSIDE)[:1]
        spaced = first < _SPACELESS_FROM or _SPACED_AGAIN[0] <= first <= _SPACED_AGAIN[1]
        return self.written.startswith(INSIDE) or not first.isalnum() or not spaced

    def forms(self) -> set[str]:
        """What to look for: the folded text, and the raw one, which the raw reading may hold."""
        raw = self.written.removeprefix(INSIDE).strip()
        forms = {raw, folded(raw).strip()}
        return forms if self.match_case else set(map(lowered, forms))


class Literals:
    """A finder of literals; all with, or all without, regard to upper and lower case."""

    late = False

    def __init__(self, phrases: Sequence[Phrase], *, match_case: bool = False) -> None:
        self._same = (lambda text: text) if match_case else lowered
        owners: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for form in phrase.forms() - {""}:
                owners.setdefault(form, []).append(phrase)
        self._forms = sorted(owners)
        self._owners = [owners[form] for form in self._forms]
        self._automaton = AhoCorasick(self._forms)
        self._longest = max(map(len, self._forms))
        inside = {form for form, own in owners.items() if any(p.inside for p in own)}
        at_edge = [form for form in owners if form not in inside]
        sources = [
            beginnings(_pairs(at_edge, match_case=match_case), behind=r"(?<![^\W_])"),
            beginnings(_pairs(inside, match_case=match_case)),
        ]
        self.begins = [source for source in sources if source]
        self.heads = signs({form[0] for form in owners} | _variants({f[0] for f in owners}))
        self._begins = re.compile("|".join(self.begins))
        self._uses = _by_use(phrases)

    def find(self, text: str, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        first = self._begins.search(text, cursor.clear)
        if first is None:
            cursor.clear = len(text)
            return ()
        return self._slowly(text, first.start(), cursor, final=final)

    def _slowly(self, text: str, start: int, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        tail = self._same(text[start:])
        live = len(text) if final else self._live(text, tail, start)
        hits: list[Hit] = []
        earliest = live
        found = self._matches(text, tail, start)
        for use, accept in self._uses.items():
            longest = _longest_first(found.get(use, ()), cursor.begin(use))
            settled, unsettled = settle(text, cursor, use, longest, accept, live=live, final=final)
            hits += settled
            earliest = min(earliest, unsettled)
        cursor.clear = earliest
        return hits

    def _matches(self, text: str, tail: str, start: int) -> Mapping[str, list[Hit]]:
        """Every literal in the tail, of each use."""
        found: dict[str, list[Hit]] = {}
        for index, begin, end in self._automaton.find_matches_as_indexes(tail, overlapping=True):
            at_edge = not _joined(text, start + begin)
            for phrase in self._owners[index]:
                if at_edge or phrase.inside:
                    words = phrase.said or phrase.written
                    hit = Hit(phrase.use, start + begin, start + end, "pattern", words)
                    found.setdefault(phrase.use, []).append(hit)
        return found

    def _live(self, text: str, tail: str, start: int) -> int:
        """The earliest place from which the text so far is the beginning of a literal."""
        for match in self._begins.finditer(text, max(start, len(text) - self._longest)):
            rest = tail[match.start() - start :]
            after = bisect_right(self._forms, rest)
            if after < len(self._forms) and self._forms[after].startswith(rest):
                return match.start()
        return len(text)


def _pairs(forms: Iterable[str], *, match_case: bool) -> Pairs:
    """The first two characters of each form, in every case that is lowered to it."""
    every = set if match_case else _variants
    return joined(
        (first, frozenset(every({form[1]})) if len(form) > 1 else None)
        for form in forms
        for first in every({form[0]})
    )


def _variants(chars: set[str]) -> set[str]:
    cases = {case for char in chars for case in (char, char.upper(), char.lower(), char.title())}
    return {case for case in cases if len(case) == 1}


def _joined(text: str, place: int) -> bool:
    """Whether a word goes on here rather than begins."""
    return place > 0 and text[place - 1].isalnum() and text[place].isalnum()


def _longest_first(found: Iterable[Hit], start: int) -> Iterator[Hit]:
    """Non-overlapping matches from `start` on: the leftmost, and of those the longest."""
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= start:
            start = hit.end
            yield hit


def _by_use(phrases: Iterable[Phrase]) -> dict[str, Accept]:
    return {phrase.use: phrase.accept for phrase in phrases}
