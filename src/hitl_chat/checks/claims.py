"""What a text claims that can be looked up: amounts, dates, times, codes, links, names, each with
its place and in a form in which two ways of writing it are the same.

Pure. Knows no source; what supports a claim is `evidence.py`'s business.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from hitl_chat.checks import calendar_words, numerals, units
from hitl_chat.checks.numerals import ARTICLES, Number, plain
from hitl_chat.checks.plain import is_structured
from hitl_chat.checks.units import Unit

Value = tuple[object, ...]


class Claim(NamedTuple):
    """`values`: any of them is what it means. `unit` is given where `values` measure something."""

    kind: str
    start: int
    end: int
    values: Value
    unit: Unit = Unit("")
    weak: bool = False  # counts as support, but nobody would call it a claim


_TOP = (
    "com|net|org|info|biz|shop|store|io|co|app|dev|eu|de|at|ch|fr|es|it|nl|be|uk|us|pl|se|dk|no|pt|"
    "example|test"
)
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"'`)\]}}|\\]+|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TOP})"
    rf"(?:/[^\s<>\"'`)\]}}|\\]*)?(?![\w@.-]{{0,80}}@)(?!\w)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,#/-])(?:\+|\(?0)[0-9](?:(?:[ .\-/]|\)[ -]?| ?\()?[0-9]){6,14}(?![\w-])"
)
_CODE = re.compile(r"(?<![\w.,])#?[A-Za-z0-9]{1,64}(?:[-_][A-Za-z0-9]{1,64}){0,8}(?![\w])")
_AMOUNT_LIKE = re.compile(r"[0-9]+(?:[a-z]{1,2}|st|nd|rd|th|er|ème|x[0-9]+)|[0-9]+([a-z]+)", re.I)
_CURRENCY_BEFORE = re.compile(r"(US\$|[€$£¥₹]|\b(?:EUR|USD|GBP|CHF|JPY|INR|PLN|SEK|NOK|DKK))\s?\Z")
_UNIT = re.compile(
    r"[\s-]{0,2}(?:(?:working|business|full|calendar|consecutive|volle[nr]?|ganze[nr]?)\s)?"
    r"(°\s?[CF]\b|[%°]|[€$£¥₹](?![0-9])|[^\W\d_]+)"
)
_LISTED = re.compile(r"(?:^|\n)[ \t]*(?:[-*#>]+ ?)?\Z")
_LIST_END = re.compile(r"[.)](?:\s|\Z)")
_TO = re.compile(r"\s?(?:-|–|—|to|or|and|bis|oder|à|ou|a|o|hasta|und|et|y)\s?")  # noqa: RUF001
_BETWEEN = re.compile(r"\s?(?:-|–|—|to|bis|à|a|hasta|and|und|et|y)\s?")  # noqa: RUF001
_KEY = re.compile(r"\"([\w .-]{1,60})\"\s*:\s*\"?\Z")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_DAY_NUMBER = re.compile(r"\b(?:day|tag|jour|día|dia) \Z", re.IGNORECASE)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Mme|Monsieur|Madame|Señora?|Sra?)\.? "
    r"([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?)"  # noqa: RUF001
)
_CAPITALISED = r"(?:[A-ZÀ-Þ][a-zß-ÿ]+)+"  # "McAllister" is one word
_NAME = re.compile(rf"(?<!\w){_CAPITALISED}(?: {_CAPITALISED})+")
LONGEST_CLAIM = 200


def claims(text: str) -> list[Claim]:
    """All of them, no two on the same place, in the order of the text."""
    taken = bytearray(len(text))
    found: list[Claim] = []
    for reader in (_links, _days, _times, _phones, _codes, _quantities, _weekdays, _names):
        for claim in reader(text, taken):
            if any(taken[claim.start : claim.end]):
                continue
            taken[claim.start : claim.end] = b"\1" * (claim.end - claim.start)
            found.append(claim)
    return sorted(found, key=lambda claim: claim.start)


def _links(text: str, _taken: bytearray) -> Iterator[Claim]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        yield Claim("email", *match.span(), (match[0].lower(),))
    for match in _LINK.finditer(text) if "." in text else ():
        written = match[0].rstrip(".,;:!?*_")
        end = match.start() + len(written)
        yield Claim("link", match.start(), end, (address(written),))


def address(link: str) -> str:
    """A link without what changes nothing."""
    return re.sub(r"^https?://|^www\.", "", re.sub(r"^https?://", "", link.lower())).rstrip("/")


def _days(text: str, _taken: bytearray) -> Iterator[Claim]:
    for found in calendar_words.dates(text):
        yield Claim("date", found.start, found.end, found.days)


def _times(text: str, _taken: bytearray) -> Iterator[Claim]:
    for found in calendar_words.times(text):
        yield Claim("time", found.start, found.end, found.minutes)


def _weekdays(text: str, _taken: bytearray) -> Iterator[Claim]:
    for found in calendar_words.weekdays(text):
        yield Claim("weekday", found.start, found.end, (found.day,))


def _phones(text: str, _taken: bytearray) -> Iterator[Claim]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= 8:
            yield Claim("phone", *match.span(), (digits.lstrip("0"),))


def _codes(text: str, _taken: bytearray) -> Iterator[Claim]:
    for match in _CODE.finditer(text):
        written = match[0]
        if written.startswith("#") and len(written) > 2:
            yield Claim("code", *match.span(), (written[1:].lower(),))
        elif _is_code(written):
            yield Claim("code", *match.span(), (_bare(written),))


def _is_code(written: str) -> bool:
    amount = _AMOUNT_LIKE.fullmatch(written)
    if amount and (not amount[1] or units.unit(amount[1])):
        return False
    return (
        len(written) >= 4
        and any(map(str.isdigit, written))
        and any(char.isupper() or char == "_" for char in written)
    )


def _bare(written: str) -> str:
    return re.sub(r"[^0-9a-z]", "", written.lower())


# --- numbers -----------------------------------------------------------------------------------


def _quantities(text: str, taken: bytearray) -> Iterator[Claim]:
    found = [n for n in numerals.numbers(text) if not any(taken[n.start : n.end])]
    last: tuple[Number, Claim] | None = None
    for number in reversed(found):  # from the right: "3 to 5 days" has its unit at the end
        claim = _quantity(text, number)
        if not claim.unit.dimension and last and _TO.fullmatch(text, number.end, last[0].start):
            claim = claim._replace(unit=last[1].unit, kind=last[1].kind, weak=False)
        last = number, claim
        if not _is_listing(text, number):
            yield claim


def _quantity(text: str, number: Number) -> Claim:
    start, end, unit = number.start, number.end, None
    before = _CURRENCY_BEFORE.search(text, max(start - 5, 0), start)
    if before:
        start, unit = before.start(), units.unit(before[1])
    elif (after := _UNIT.match(text, end)) and (unit := units.unit(after[1].replace(" ", ""))):
        end = after.end()
    elif key := _KEY.search(text, max(start - 64, 0), start):
        unit = units.of_key(_PARTS.findall(key[1]))
    elif _DAY_NUMBER.search(text, max(start - 5, 0), start):
        unit = units.unit("days")
    weak = number.word in ARTICLES or (bool(number.word) and unit is None)
    return Claim(_kind(unit), start, end, number.values, unit or Unit(""), weak)


def _kind(unit: Unit | None) -> str:
    if unit is None:
        return "number"
    if units.is_money(unit.dimension):
        return "amount"
    if unit.dimension in (units.PERCENT, units.TEMPERATURE):
        return unit.dimension
    return "duration" if unit.dimension in ("duration", "months") else "measure"


def _is_listing(text: str, number: Number) -> bool:
    """ "1." at the beginning of a line."""
    return bool(
        _LISTED.search(text, max(number.start - 12, 0), number.start)
        and _LIST_END.match(text, number.end)
    )


def spans_between(text: str, one: Claim, other: Claim) -> bool:
    """Whether two quantities are the ends of a range: "3 to 5 days"."""
    return one.unit.dimension == other.unit.dimension and bool(
        _BETWEEN.fullmatch(text, one.end, other.start)
    )


# --- names -------------------------------------------------------------------------------------


def _names(text: str, _taken: bytearray) -> Iterator[Claim]:
    """People with a title, and two or more capitalised words that do not begin a sentence."""
    if is_structured(text):
        return
    for match in _TITLED.finditer(text):
        yield Claim("name", *match.span(1), tuple(plain(word) for word in match[1].split()))
    for match in _NAME.finditer(text):
        if not _begins_sentence(text, match.start()) and text[match.end() : match.end() + 1] != ":":
            yield Claim("name", *match.span(), tuple(plain(word) for word in match[0].split()))


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(at - 4, 0) : at].rstrip(" *_\"'(«„“")
    return not before or before[-1] in ".!?:\n-•|>"
