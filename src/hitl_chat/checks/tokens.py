"""The content tokens of a text in any script: numbers, names and words, each with a key to compare.

Pure. Owns what counts as the same number or word however it is written. Languages written without
blanks become overlapping pairs of characters. Knows no sample and no score.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["number", "name", "word"]

WEIGHT: dict[Kind, int] = {"number": 3, "name": 2, "word": 1}
STEM = 6  # so many letters tell words apart: "graduated" supports "graduating"
SHORTEST = 4  # shorter words in small letters are articles, prepositions, particles: everywhere

# Marks that `\w` leaves out but words of their scripts contain; scripts written without blanks.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_WORD = rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*"
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,'’:]\d+)*)"  # noqa: RUF001 (a typographic apostrophe groups digits)
    rf"|(?P<pairs>[{_UNSPACED}]+)"
    rf"|(?P<word>{_WORD}(?:['’]{_WORD})*)"  # noqa: RUF001
)
_POSSESSIVE = re.compile(r"['’]s?$")  # noqa: RUF001
_GROUPING = re.compile(r"[.,'’](?=\d{3}(?:\D|$))")  # noqa: RUF001
_FUNCTION_WORDS = """
a about above after all also am an and any are as at be because been before being below
between both but by can could did do does down during each for from had has have having he
her here hers him his how i if in into is it its itself just may me might more most must my
no nor not of off on only or other our ours out over own s same shall she should so some such
t than that the their them then there these they this those through to too under until up us
very was we were what when where which while who whom whose why will with would you your yours
"""
EVERYWHERE = frozenset(_FUNCTION_WORDS.split())


class Token(NamedTuple):
    key: str
    kind: Kind
    start: int
    end: int

    @property
    def weight(self) -> int:
        return WEIGHT[self.kind]


def tokens(text: str, first: int = 0, upto: int | None = None) -> list[Token]:
    """What a text, or a part of it, says beside its function words, in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text, first, len(text) if upto is None else upto):
        start, end, word = match.start(), match.end(), match.group()
        if match.lastgroup == "number":
            found.append(Token(number(word), "number", start, end))
        elif match.lastgroup == "pairs":
            found += _pairs(word, start)
        elif key := _key(word):
            opens = word[0].isupper() and _opens(text, start)
            if not (opens and len(word) < SHORTEST):
                kind: Kind = "name" if word[0].isupper() and not opens else "word"
                found.append(Token(key, kind, start, end))
    return found


def number(written: str) -> str:
    """24, 24.00 and 24,00 are one number, and so are 1,200, 1.200 and 1'200."""
    if not written.isascii():
        written = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in written)
    digits = _GROUPING.sub("", written).replace(",", ".")
    return digits.rstrip("0").rstrip(".") if digits.count(".") == 1 else digits


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    """What tells the word from others, or nothing for one that is everywhere."""
    whole = _POSSESSIVE.sub("", word.casefold())
    if len(whole) < 2 or whole in EVERYWHERE or (len(whole) < SHORTEST and word[0].islower()):
        return ""
    return whole[:STEM]


def _opens(text: str, start: int) -> bool:
    """Whether a word there is written large only because a sentence begins."""
    before = text[max(start - 3, 0) : start].rstrip(" \"'“„»(")
    return not before or before[-1] in ".!?…:\n"


def _pairs(run: str, start: int) -> list[Token]:
    """Each two neighbours; a character alone is one."""
    pairs = [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
    return [
        Token(pair, "word", start + at, start + at + len(pair)) for at, pair in enumerate(pairs)
    ]
