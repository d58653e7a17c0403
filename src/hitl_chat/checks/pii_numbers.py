"""Numbers that belong to a person: payment cards, bank accounts, US social security numbers.

Found by form and checksum, so that order numbers and dates are left alone.
"""

import re
from collections.abc import Iterator

from hitl_chat.checks.pii_kind import DIGIT, Found, Kind, numeric_tail

# --- cards: Luhn, and a brand that issues such numbers ---------------------------------------

_SOME = frozenset(range(12, 20))
_BRANDS: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("4", "4", frozenset({13, 16, 19})),
    ("51", "55", frozenset({16})),
    ("2221", "2720", frozenset({16})),
    ("34", "34", frozenset({15})),
    ("37", "37", frozenset({15})),
    ("300", "305", frozenset({14, 16})),
    ("36", "36", frozenset({14, 16})),
    ("38", "39", frozenset({14, 16})),
    ("6011", "6011", frozenset({16, 19})),
    ("644", "659", frozenset({16, 19})),
    ("62", "62", frozenset({16, 17, 18, 19})),
    ("35", "35", frozenset({16, 17, 18, 19})),
    ("1800", "1800", frozenset({15})),
    ("2131", "2131", frozenset({15})),
    ("50", "50", _SOME),
    ("56", "58", _SOME),
    ("63", "63", _SOME),
    ("67", "67", _SOME),
)
_GROUP = re.compile(rf"{DIGIT}\d*")
_CARD = re.compile(r"\d(?:[ -]?\d){11,18}")
_CARD_TAIL = re.compile(rf"{DIGIT}(?:[ -]?\d){{0,18}}[ -]?\Z")


def luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_card(digits: str) -> bool:
    return luhn(digits) and any(
        low <= digits[: len(low)] <= high and len(digits) in lengths
        for low, high, lengths in _BRANDS
    )


def _may_be_card(digits: str) -> bool:
    return any(
        low[: len(digits)] <= digits[: len(low)] <= high[: len(digits)] for low, high, _ in _BRANDS
    )


def _card_end(text: str, start: int) -> int | None:
    """Where a card number that begins here ends; "4111 1111 1111 1111 12/27" has a date behind."""
    match = _CARD.match(text, start)
    written = match[0] if match else ""
    while written:
        end = start + len(written)
        groups = re.split("[ -]", written)
        whole = not text[end : end + 1].isdigit() and all(4 <= len(g) <= 6 for g in groups[:-1])
        if whole and is_card("".join(groups)):
            return end
        written = written[: max(written.rfind(" "), written.rfind("-"), 0)]
    return None


def _cards(text: str, start: int) -> Iterator[Found]:
    group = _GROUP.search(text, start)
    while group:
        end = _card_end(text, group.start())
        if end:
            yield group.start(), end
        group = _GROUP.search(text, end or group.end())


_number_tail = numeric_tail(_CARD_TAIL)


def _card_tail(text: str) -> int | None:
    start = _number_tail(text)
    while start is not None and not _may_be_card(re.sub("[ -]", "", text[start:])):
        match = _CARD_TAIL.search(text, start + 1)
        start = match.start() if match else None
    return start


CARD = Kind("card", r"\d", (DIGIT,), _cards, _card_tail)

# --- bank accounts: a country's length, and mod 97 -------------------------------------------

_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 "
    "EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 "
    "IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 "
    "NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 "
    "TN24 TR26 UA29 VA22 VG24 XK20"
)
_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _COUNTRIES.split()}
_COUNTRY = re.compile(r"\d\d(?<=[A-Za-z]{2}\d\d)(?<!\w[A-Za-z]{2}\d\d)")
_IBAN_TAIL = re.compile(r"[A-Z]{2}\d(?:[ -]?[A-Z0-9]){0,32}[ -]?\Z|[a-z]{2}\d[a-z0-9]{0,32}\Z")
_ACCOUNT = r"[{signs}0-9](?:[ -]?[{signs}0-9]){{{more}}}(?!\w)"


def _mod97(account: str) -> int:
    moved = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97


def _iban_end(text: str, start: int) -> int | None:
    length = _LENGTHS.get(text[start : start + 2].upper())
    if not length:
        return None
    signs = "A-Z" if text[start].isupper() else "a-z"
    match = re.compile(_ACCOUNT.format(signs=signs, more=length - 1)).match(text, start)
    certain = match and _mod97(re.sub("[ -]", "", match[0]).upper()) == 1
    return match.end() if match and certain else None


def _ibans(text: str, start: int) -> Iterator[Found]:
    for match in _COUNTRY.finditer(text, start):
        end = _iban_end(text, match.start() - 2)
        if end:
            yield match.start() - 2, end


def _iban_tail(text: str) -> int | None:
    first = re.compile(r"\d(?<=[A-Za-z]{2}\d)(?<!\w[A-Za-z]{2}\d)")
    for match in first.finditer(text, max(len(text) - 68, 2)):
        start = match.start() - 2
        if text[start : start + 2].upper() in _LENGTHS and _IBAN_TAIL.match(text, start):
            return start
    return None


IBAN = Kind("iban", r"\d", (r"\d(?<=[A-Za-z]{2}\d)",), _ibans, _iban_tail, look_back=4)

# --- US social security numbers --------------------------------------------------------------

_NAMED = re.compile(r"(?:\bssn\b|social security)[^\d]{0,30}\Z", re.IGNORECASE)
_SSN = re.compile(
    rf"{DIGIT}(?<!9)\d\d(?<!000)(?<!666)"
    r"(?:(?P<sign>[- ])\d{2}(?P=sign)\d{4}|\d{6})(?!\w|-\d)"
)
_SSN_TAIL = re.compile(
    rf"{DIGIT}(?:\d?\d?|\d\d[- ]\d{{0,2}}|\d\d[- ]\d\d[- ]\d{{0,4}}-?|\d{{0,8}}-?)\Z"
)
_any_tail = numeric_tail(_SSN_TAIL)


def _is_named(text: str, start: int) -> bool:
    return bool(_NAMED.search(text[max(start - 60, 0) : start]))


def _ssns(text: str, start: int) -> Iterator[Found]:
    for match in _SSN.finditer(text, start):
        groups = re.split("[- ]", match[0])
        certain = match["sign"] == "-" or _is_named(text, match.start())
        if certain and not any(set(group) == {"0"} for group in groups):
            yield match.span()


def _ssn_tail(text: str) -> int | None:
    start = _any_tail(text)
    while start is not None and text[start:].rstrip("-").isdigit() and len(text) - start > 3:
        if _is_named(text, start):
            return start
        match = _SSN_TAIL.search(text, start + 1)
        start = match.start() if match else None
    return start


SSN = Kind("ssn", r"\d", (DIGIT,), _ssns, _ssn_tail)
