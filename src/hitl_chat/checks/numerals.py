"""Numbers as people write them: "1,000", "1.000,50", "1 000", "thirty", "dreißig", "soixante-dix".

Pure. English, German, French and Spanish words up to 999 999, made from their parts. A number may
be read in more than one way ("1.250" is both); it then has both values.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple


def _list(words: str) -> list[str]:
    return words.split()


_EN = _list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_EN_TENS = _list("twenty thirty forty fifty sixty seventy eighty ninety")
_DE = _list(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
)
_DE_TENS = _list("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_FR = _list(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
_FR_TENS = _list("vingt trente quarante cinquante soixante")
_ES = _list(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_ES_TENS = _list("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ALSO = {
    0.5: "half halbe halben halber demi medio",
    1: "ein eine einen einem einer une una",
    12: "dozen dutzend douzaine docena",
    100: "hundred hundert cent cien ciento",
    1000: "thousand tausend mille mil",
}
# Articles too: "ein Tag" says how long, and is no claim.
ARTICLES = frozenset(
    {"a", "an", "ein", "eine", "einen", "einem", "einer", "un", "une", "una", "uno"}
)
_SCALES = {
    name: scale
    for scale, names in ((100, "hundred hundert cent cents cientos"), (1000, _ALSO[1000]))
    for name in names.split()
}
GROUPED = (
    r"[0-9]{1,3}(?:[.,'\u2019\u00a0\u202f ][0-9]{3}){1,6}(?![0-9])(?:[.,][0-9]{1,3}(?![0-9]))?"
)
DIGITS = re.compile(rf"(?<![\w.,])(?:{GROUPED}|[0-9]{{1,15}}(?:[.,][0-9]{{1,6}})?)(?![0-9])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Number(NamedTuple):
    """A number in a text, and all it may mean."""

    start: int
    end: int
    values: tuple[float, ...]
    word: str = ""


def plain(word: str) -> str:
    """Lower case, without accents: the same word however it was typed."""
    lower = word.casefold()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


@cache
def words() -> Mapping[str, float]:
    """Every number word up to 99, and how much it is."""
    made: dict[str, float] = {}
    for small in (_EN, _DE, _FR, _ES):
        made |= {word: float(value) for value, word in enumerate(small)}
    made |= _tens(_EN, _EN_TENS, "{ten}-{one}", "{ten} {one}")
    made |= _tens(["", "ein", *_DE[2:10]], _DE_TENS, "{one}und{ten}")
    made |= _tens(_FR, _FR_TENS, "{ten}-{one}", "{ten}-et-{one}", "{ten} et {one}", upto=9)
    made |= {f"soixante-{_FR[n]}": 60.0 + n for n in range(10, 20)} | {"soixante-et-onze": 71.0}
    made |= {f"quatre-vingt-{_FR[n]}": 80.0 + n for n in range(1, 20)} | {"quatre-vingts": 80.0}
    made |= {word: 30.0 + 10 * n for n, word in enumerate(_ES_TENS)}
    made |= {
        f"{t} y {_ES[o]}": 30.0 + 10 * n + o for n, t in enumerate(_ES_TENS) for o in range(1, 10)
    }
    made |= {word: float(value) for value, also in _ALSO.items() for word in also.split()}
    return {plain(word): value for word, value in made.items()}


def _tens(ones: list[str], tens: list[str], *forms: str, upto: int = 9) -> dict[str, float]:
    made: dict[str, float] = {}
    for at, ten in enumerate(tens):
        made[ten] = 20.0 + 10 * at
        for one in range(1, upto + 1):
            for form in forms:
                made[form.format(ten=ten, one=ones[one])] = 20.0 + 10 * at + one
    return made


def numbers(text: str) -> Iterator[Number]:
    """All of them, in order."""
    yield from sorted([*_written_in_digits(text), *_written_in_words(text)])


def _written_in_digits(text: str) -> Iterator[Number]:
    for match in DIGITS.finditer(text):
        yield Number(match.start(), match.end(), values(match[0]))


def values(written: str) -> tuple[float, ...]:
    """What digits with separators may mean, the likelier reading first."""
    bare = re.sub(r"['\u2019\u00a0\u202f ]", "", written)
    marks = [char for char in bare if char in ".,"]
    if not marks:
        return (float(bare),)
    last = bare.rpartition(marks[-1])
    decimal = float(re.sub("[.,]", "", last[0]) + "." + last[2])
    whole = float(re.sub("[.,]", "", bare))
    if len(set(marks)) == 2:
        return (decimal,)
    if len(marks) > 1:
        return (whole,)
    if len(last[2]) != 3 or last[0] in ("", "0"):
        return (decimal,)
    return (whole,) if marks[0] == "," else (whole, decimal)


def _written_in_words(text: str) -> Iterator[Number]:
    for run in _runs(text):
        forms = [plain(match[0]) for match in run]
        at = 0
        while at < len(run):
            taken, value = _longest(forms, at, words())
            if taken:
                start, end = run[at].start(), run[at + taken - 1].end()
                yield Number(start, end, (value,), " ".join(forms[at : at + taken]))
            at += taken or 1


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words with nothing but blanks between them: a comma parts two numbers."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if run and not text[run[-1].end() : match.start()].isspace():
            yield run
            run = []
        run.append(match)
    yield run


def _longest(forms: list[str], at: int, known: Mapping[str, float]) -> tuple[int, float]:
    """How many of the words from here on are one number, and which; (0, 0.0): none is."""
    total = current = 0.0
    taken = 0
    while at + taken < len(forms):
        step, value = _one(forms, at + taken, known)
        if not step:
            break
        scale = _SCALES.get(forms[at + taken])
        if scale and taken:
            current = max(current, 1.0) * scale
            if scale == 1000:
                total, current = total + current, 0.0
        elif taken and (current % 100 or value >= 100 or not (current or total)):
            break
        else:
            current += value
        taken += step
        if at + taken + 1 < len(forms) and forms[at + taken] == "and" and current >= 100:
            after, _ = _one(forms, at + taken + 1, known)
            taken += 1 if after else 0
    return taken, total + current


def _one(forms: list[str], at: int, known: Mapping[str, float]) -> tuple[int, float]:
    for length in (3, 2, 1):
        value = known.get(" ".join(forms[at : at + length]))
        if value is not None and at + length <= len(forms):
            return length, value
    return _compound(forms[at])


def _compound(word: str) -> tuple[int, float]:
    """German writes large numbers as one word."""
    known = words()
    for scale, worth in (("tausend", 1000), ("hundert", 100)):
        head, found, tail = word.partition(scale)
        if (
            found
            and (not head or head in known)
            and (not tail or tail.removeprefix("und") in known)
        ):
            return 1, (known[head] if head else 1) * worth + (
                known[tail.removeprefix("und")] if tail else 0
            )
    return 0, 0.0
