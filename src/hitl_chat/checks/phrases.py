"""Lists of phrases as signs of something, each list with its weight.

Looked for in a whole text, as written and as a person reads it, so hidden characters, look-alikes
and line breaks do not help. Written as the check `patterns` takes them. Knows no list; each check
brings its own. (Checks that must find while text still grows are finders, not these.)
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from hitl_chat.checks.ends import OVERLAP, WINDOW
from hitl_chat.checks.finding import Hit
from hitl_chat.checks.literals import Phrase
from hitl_chat.checks.normalise import Normaliser, Places, lowered, readings
from hitl_chat.checks.plain import either
from hitl_chat.checks.regex_forms import render
from hitl_chat.checks.regexes import LARGEST, check_source, compiled

NEGATED_WITHIN = 40

Place = tuple[str, int, int]  # a list, and where in the text


class Signs(NamedTuple):
    """Phrases that mean the same; `literals` begin where a word begins, `regex` is RE2's."""

    weight: float
    literals: Sequence[str] = ()
    regex: Sequence[str] = ()


class Sign(NamedTuple):
    """One phrase that was found, and where in the text."""

    kind: str
    weight: float
    start: int
    end: int


class Phrases:
    """Some lists, compiled together. `negated` ends just before a phrase it takes back."""

    def __init__(self, lists: Mapping[str, Signs], negated: re.Pattern[str] | None = None) -> None:
        self._weights = {kind: signs.weight for kind, signs in lists.items()}
        self._negated = negated
        self._kinds = _literals(lists)
        self._literals = AhoCorasick(list(self._kinds))
        self._forms = list(self._kinds)
        self._programs = [
            (kind, program) for kind, signs in lists.items() for program in _programs(signs.regex)
        ]

    def find(self, text: str) -> list[Sign]:
        """Each place once for each list, in the order of the text."""
        read = Normaliser().feed(text)
        places = {*self._in(read.read, read.read_at)}
        if read.written != read.read:
            places |= {*self._in(read.written, read.written_at)}
        signs = [
            Sign(kind, self._weights[kind], start, end)
            for kind, start, end in _apart(places)
            if not self._is_negated(text, start)
        ]
        return sorted(signs, key=lambda sign: (sign.start, sign.end, sign.kind))

    def kinds(self, text: str) -> dict[str, float]:
        """The lists that it has phrases of, with their weights.

        Of a text of any length, bit by bit, whatever stands between the words. What takes a
        phrase back is not looked at.
        """
        read, written = Window(), Window()
        seen: set[str] = set()
        for as_written, as_read in readings(text):
            seen |= self._kinds_in({read.take(as_read), written.take(as_written)})
        seen |= self._kinds_in({read.rest, written.rest})
        return {kind: weight for kind, weight in self._weights.items() if kind in seen}

    def _kinds_in(self, texts: set[str]) -> set[str]:
        return {kind for text in filter(None, texts) for kind, *_ in self._in(text, None)}

    def _in(self, text: str, places: Places) -> Iterator[Place]:
        """Every match in one reading, by its place in the text that was read."""
        for kind, start, end in (*self._words(lowered(text)), *self._expressions(text)):
            if places is None:
                yield kind, start, end
            else:
                yield kind, places[start], places[end - 1] + 1

    def _words(self, text: str) -> Iterator[Place]:
        for index, start, end in self._literals.find_matches_as_indexes(text, overlapping=True):
            if start and text[start - 1].isalnum() and text[start].isalnum():
                continue  # in the middle of a word
            for kind in self._kinds[self._forms[index]]:
                yield kind, start, end

    def _expressions(self, text: str) -> Iterator[Place]:
        data = text.encode("utf-8", "replace")
        for kind, program in self._programs:
            if program.search(data) is None:
                continue
            for start, end in _characters(data, program.finditer(data)):
                if end > start:
                    yield kind, start, end

    def _is_negated(self, text: str, start: int) -> bool:
        before = text[max(start - NEGATED_WITHIN, 0) : start]
        return self._negated is not None and self._negated.search(before) is not None


class Window:
    """What is to be searched next of a text that comes in pieces; "" while that is too little.

    No word is cut, and each part repeats how the one before ended.
    """

    def __init__(self) -> None:
        self.rest = ""

    def take(self, piece: str) -> str:
        self.rest += piece.lstrip(" ") if self.rest.endswith(" ") else piece
        if len(self.rest) < WINDOW:
            return ""
        end = self.rest.rfind(" ", WINDOW // 2) + 1 or len(self.rest)
        some = self.rest[:end]
        self.rest = self.rest[self.rest.find(" ", end - OVERLAP, end - 1) + 1 or end - OVERLAP :]
        return some


def _apart(places: Iterable[Place]) -> Iterator[Place]:
    """Of those of one list that overlap, the one that begins first, and is longest."""
    done: dict[str, int] = {}
    for kind, start, end in sorted(places, key=lambda place: (place[1], -place[2])):
        if start >= done.get(kind, 0):
            done[kind] = end
            yield kind, start, end


def _characters(data: bytes, matches: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """Places in bytes as places in the text; of many matches no byte is counted twice."""
    at = count = 0
    for match in matches:
        start = count + len(data[at : match.start()].decode())
        count = start + len(match[0].decode())
        at = match.end()
        yield start, count


def _literals(lists: Mapping[str, Signs]) -> dict[str, list[str]]:
    """Each form of a literal, and the lists it stands in."""
    kinds: dict[str, list[str]] = {}
    for kind, signs in lists.items():
        for written in signs.literals:
            for form in Phrase(kind, written, _any).forms():
                kinds.setdefault(form, []).append(kind)
    return kinds


def _any(_text: str, _hit: Hit, _final: bool) -> bool:
    return True


def _programs(sources: Sequence[str]) -> Iterator[Any]:
    """One for each expression: together they would be too many states to remember."""
    return (compiled(f"(?i:{render(check_source(source))})", LARGEST) for source in sources)


def score(signs: Sequence[Sign]) -> float:
    return either(sign.weight for sign in signs)


def lines(written: str) -> list[str]:
    """The phrases of a list, which stand one after another between bars and line ends."""
    return [phrase for phrase in written.strip().replace("\n", "|").split("|") if phrase]
