"""Numbers that belong to a person: payment cards, bank accounts, US social security numbers.

Found by form and checksum, so that order numbers and dates are left alone.
"""

import re
from collections.abc import Iterator

from hitl_chat.checks.pii_kind import DIGIT, Found, Kind, each, numeric_tail

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
_DIGIT = re.compile(DIGIT)
_CARD_BEGINS = re.compile(rf"{DIGIT}(?=[0-9]{{3}})")
_CARD = re.compile(r"[0-9](?:[ -]?[0-9]){11,18}")
_CARD_TAIL = re.compile(rf"{DIGIT}(?:[ -]?[0-9]){{0,18}}[ -]?\Z")


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
    return each(_CARD_BEGINS, text, start, _card_end)


_number_tail = numeric_tail(_CARD_TAIL)


def _card_tail(text: str) -> int | None:
    start = _number_tail(text)
    while start is not None and not _may_be_card(re.sub("[ -]", "", text[start:])):
        match = _CARD_TAIL.search(text, start + 1)
        start = match.start() if match else None
    return start


CARD = Kind("card", "0-9", (DIGIT,), _cards, _card_tail)

# --- bank accounts: a country's length, and mod 97 -------------------------------------------

_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 "
    "EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 "
    "IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 "
    "NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 "
    "TN24 TR26 UA29 VA22 VG24 XK20"
)
_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _COUNTRIES.split()}
_COUNTRY = re.compile(r"[A-Za-z](?<!\w.)(?=[A-Za-z][0-9][0-9])")
_IBAN_TAIL = re.compile(
    r"[A-Z]{2}[0-9](?:[ -]?[A-Z0-9]){0,32}[ -]?\Z|[a-z]{2}[0-9][a-z0-9]{0,32}\Z"
)
_ACCOUNT_BEGINS = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])(?<!\w[A-Za-z]{2}[0-9])")
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
    return each(_COUNTRY, text, start, _iban_end)


def _iban_tail(text: str) -> int | None:
    for match in _ACCOUNT_BEGINS.finditer(text, max(len(text) - 68, 2)):
        start = match.start() - 2
        if text[start : start + 2].upper() in _LENGTHS and _IBAN_TAIL.match(text, start):
            return start
    return None


IBAN = Kind("iban", "0-9", (r"[0-9](?<=[A-Za-z]{2}[0-9])",), _ibans, _iban_tail, look_back=4)

# --- US social security numbers --------------------------------------------------------------

_NAMED = re.compile(r"(?:\bssn\b|social security)[^0-9]{0,30}\Z", re.IGNORECASE)
_SSN = re.compile(
    r"(?!9|000|666)[0-9]{3}(?:(?P<sign>[- ])[0-9]{2}(?P=sign)[0-9]{4}|[0-9]{6})"
    r"(?!\w|-[0-9])"
)
_SSN_TAIL = re.compile(
    rf"{DIGIT}(?:[0-9]{{0,2}}|[0-9]{{2}}[- ][0-9]{{0,2}}|"
    r"[0-9]{2}[- ][0-9]{2}[- ][0-9]{0,4}-?|[0-9]{3,8}-?)\Z"
)
_number_end = numeric_tail(_SSN_TAIL)


def _is_named(text: str, start: int) -> bool:
    return bool(_NAMED.search(text[max(start - 60, 0) : start]))


def _ssn_end(text: str, start: int) -> int | None:
    match = _SSN.match(text, start)
    if not match or any(set(group) == {"0"} for group in re.split("[- ]", match[0])):
        return None
    return match.end() if match["sign"] == "-" or _is_named(text, start) else None


def _ssns(text: str, start: int) -> Iterator[Found]:
    return each(_DIGIT, text, start, _ssn_end)


def _ssn_tail(text: str) -> int | None:
    start = _number_end(text)
    while start is not None and text[start + 3 : start + 4].isdigit():
        if _is_named(text, start):
            return start
        match = _SSN_TAIL.search(text, start + 1)
        start = match.start() if match else None
    return start


SSN = Kind("ssn", "0-9", (DIGIT,), _ssns, _ssn_tail)
