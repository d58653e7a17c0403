"""How a person is reached: e-mail addresses, telephone numbers, network addresses.

A number is a telephone number only where the words before it speak of a person's; shops print
their own everywhere.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from hitl_chat.checks.pii_kind import DIGIT, Found, Kind, each, last_word, numeric_tail

# --- e-mail ----------------------------------------------------------------------------------

_LOCAL = re.compile(r"[\w.%+-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}")
_DOMAIN_TAIL = re.compile(r"@[\w.-]{0,253}\Z")
_SIGN = re.compile(r"[._%+]")
# Not a plain word any more: "marta.k" may become an address; "3.5" and "night-time" will not.
_LOCAL_TAIL = re.compile(r"(?=[\w.%+-]*[^\W\d_])\w[\w%+-]*(?:[_%+]|\.[^\W_])[\w.%+-]*\Z")


def _local_start(text: str, at: int) -> int:
    """Where the part before an @ begins."""
    match = _LOCAL.search(text, max(at - 64, 0), at)
    return at - len(match[0].lstrip(".%+-")) if match else at


def _emails(text: str, start: int) -> Iterator[Found]:
    at = text.find("@", start)
    while at >= 0:
        begin = max(_local_start(text, at), start)
        domain = _DOMAIN.match(text, at + 1)
        if begin < at and domain:
            yield begin, domain.end()
        at = text.find("@", at + 1)


def _email_tail(text: str) -> int | None:
    word = last_word(text, 320)
    at = text.rfind("@", word)
    if at >= 0:
        return _local_start(text, at) if _DOMAIN_TAIL.match(text, at) else None
    match = _LOCAL_TAIL.search(text, word) if _SIGN.search(text, word) else None
    return match.start() if match else None


EMAIL = Kind(
    "email",
    "@._%+",
    ("@", r"[_%+](?<=\w.)", r"\.(?=\w)(?<=\w.)"),
    _emails,
    _email_tail,
    look_back=64,
)

# --- telephone -------------------------------------------------------------------------------

# A word before the number that makes it a person's; for one with a country code less will do.
_CUE = re.compile(
    r"\b(?:(?:call|reach|text|phone|ring) (?:me|him|her|them) (?:at|on|under)|answering at|"
    r"(?:my|his|hers?|your|customer'?s?|meine?|ihre?|seine?)\b[^.!?]{0,20}"
    r"\b(?:number|phone|mobile|cell|line|nummer|telefon|handy))\b|"
    r"\b(?:mobile|cell|phone|tel|telephone|fax|desk|home|handy|telefon|mobil)\.? ?[:#]",
    re.IGNORECASE,
)
_WEAK_CUE = re.compile(
    r"@|\b(?:private|personal|registered|under|on file|privat|kund(?:e|in)|erreichbar)\b",
    re.IGNORECASE,
)
_FIRST = r"[+(0-9](?<![\w+].)(?<![0-9][ ().,:/-].)"
_BEGINS = re.compile(_FIRST)
_PHONE = re.compile(r".[0-9 ().\-/]{6,26}")
_PHONE_TAIL = re.compile(rf"{_FIRST}[0-9 ().\-/]{{0,27}}\Z")
_OTHER = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}|"  # dates
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]+(?:\.[0-9]+){3}"  # other kinds of data
)


def _is_personal(text: str, start: int) -> bool:
    before = text[max(start - 60, 0) : start]
    return bool(_CUE.search(before) or (text[start] == "+" and _WEAK_CUE.search(before)))


def _phone_end(text: str, start: int) -> int | None:
    match = _PHONE.match(text, start)
    written = match[0].rstrip(" ().-/") if match else ""
    digits = re.sub(r"\D", "", written)
    most = 15 if written.startswith("+") else 12  # longer without a country: a card, an account
    if not 7 <= len(digits) <= most or _OTHER.fullmatch(written):
        return None
    return start + len(written) if _is_personal(text, start) else None


def _phones(text: str, start: int) -> Iterator[Found]:
    return each(_BEGINS, text, start, _phone_end)


_number_tail = numeric_tail(_PHONE_TAIL, longest=32)


def _phone_tail(text: str) -> int | None:
    start = _number_tail(text)
    return start if start is not None and _is_personal(text, start) else None


PHONE = Kind("phone", "+(0-9", (r"[+(](?<![\w+].)", DIGIT), _phones, _phone_tail)

# --- network addresses -----------------------------------------------------------------------

_DIGIT = re.compile(DIGIT)
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\w|\.[0-9])")
_GROUPS = re.compile(r"[0-9A-Fa-f:](?<![\w:.].)(?=[0-9A-Fa-f]{0,3}:)")
_IPV6 = re.compile(r"(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_IPV4_TAIL = re.compile(rf"{DIGIT}[0-9]{{0,2}}(?:\.[0-9]{{1,3}}){{0,3}}\.?\Z")
_IPV6_TAIL = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:|::)(?:[0-9A-Fa-f]{0,4}:){0,7}[0-9A-Fa-f]{0,4}\Z"
)
_VERSION = re.compile(r"\b(?:version|release|build|v)\.? ?\Z", re.IGNORECASE)


def _ipv4_end(text: str, start: int) -> int | None:
    match = _IPV4.match(text, start)
    if not match or _VERSION.search(text[max(start - 12, 0) : start]):
        return None
    return match.end() if _is(IPv4Address, match[0]) else None


def _ipv4s(text: str, start: int) -> Iterator[Found]:
    return each(_DIGIT, text, start, _ipv4_end)


def _ipv6_end(text: str, start: int) -> int | None:
    match = _IPV6.match(text, start)
    if not match or not any(map(str.isdigit, match[0])):
        return None
    return match.end() if _is(IPv6Address, match[0]) else None


def _ipv6s(text: str, start: int) -> Iterator[Found]:
    return each(_GROUPS, text, start, _ipv6_end)


def _is(address: type[IPv4Address] | type[IPv6Address], written: str) -> bool:
    try:
        address(written)
    except AddressValueError:
        return False
    return True


def _ipv4_tail(text: str) -> int | None:
    match = _IPV4_TAIL.search(text, last_word(text)) if text[-1:] in _IPV4_SIGNS else None
    return match.start() if match else None


def _ipv6_tail(text: str) -> int | None:
    word = last_word(text)
    match = _IPV6_TAIL.search(text, word) if ":" in text[word:] else None
    return match.start() if match else None


_IPV4_SIGNS = frozenset("0123456789.")
_GROUP = "|".join(rf"(?<=[0-9A-Fa-f]{{{n}}}:)(?<!\w[0-9A-Fa-f]{{{n}}}:)" for n in range(1, 5))

IPV4 = Kind("ip", "0-9", (DIGIT,), _ipv4s, _ipv4_tail)
IPV6 = Kind("ip", ":", (rf":(?:{_GROUP}|(?=:))",), _ipv6s, _ipv6_tail, look_back=6)
