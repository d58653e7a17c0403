"""How a person is reached: e-mail addresses, telephone numbers, network addresses.

A number is a telephone number only where the words before it speak of a person's; shops print
their own everywhere.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from hitl_chat.checks.pii_kind import DIGIT, Found, Kind, last_word, numeric_tail

# --- e-mail ----------------------------------------------------------------------------------

_LOCAL = re.compile(r"[\w.%+-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}")
_DOMAIN_TAIL = re.compile(r"@[\w.-]{0,253}\Z")
_SIGN = re.compile(r"[._%+]")
# Not a plain word any more: "marta.k" may become an address; "3.5" and "night-time" will not.
_LOCAL_TAIL = re.compile(r"(?=[\w.%+-]*[^\W\d_])\w[\w%+-]*[._%+][^\W_][\w.%+-]*\Z")


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


EMAIL = Kind("email", "@._%+", ("@", r"[._%+](?=\w)(?<=\w.)"), _emails, _email_tail, look_back=64)

# --- telephone -------------------------------------------------------------------------------

_CUE = re.compile(
    r"@|\b(?:private|personal|registered|under|on file|answering|privat|kund(?:e|in)|erreichbar|"
    r"(?:call|reach|text|phone|ring) (?:me|him|her|us|them) (?:at|on|under)|"
    r"(?:my|his|hers?|your|customer'?s?|meine?|ihre?|seine?)\b[^.!?]{0,20}"
    r"\b(?:number|phone|mobile|cell|line|nummer|telefon|handy))\b|"
    r"\b(?:mobile|cell|phone|tel|telephone|fax|desk|home|handy|telefon|mobil)\.? ?[:#]",
    re.IGNORECASE,
)
_FIRST = r"[+(\d](?<![\w+].)(?<!\d[.,:/-].)"
_PHONE = re.compile(rf"{_FIRST}[\d ().\-/]{{6,26}}")
_PHONE_TAIL = re.compile(rf"{_FIRST}[\d ().\-/]{{0,27}}\Z")
_OTHER = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{3}-\d\d-\d{4}")


def _is_personal(text: str, start: int) -> bool:
    return bool(_CUE.search(text[max(start - 60, 0) : start]))


def _phones(text: str, start: int) -> Iterator[Found]:
    for match in _PHONE.finditer(text, start):
        written = match[0].rstrip(" ().-/")
        if _is_phone(written) and _is_personal(text, match.start()):
            yield match.start(), match.start() + len(written)


def _is_phone(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    most = 15 if written.startswith("+") else 12  # longer without a country: a card, an account
    return 7 <= len(digits) <= most and not _OTHER.fullmatch(written)


_number_tail = numeric_tail(_PHONE_TAIL, longest=32)


def _phone_tail(text: str) -> int | None:
    start = _number_tail(text)
    return start if start is not None and _is_personal(text, start) else None


PHONE = Kind("phone", r"+(\d", (r"[+(](?<![\w+].)", DIGIT), _phones, _phone_tail)

# --- network addresses -----------------------------------------------------------------------

_IPV4 = re.compile(rf"{DIGIT}\d{{0,2}}(?:\.\d{{1,3}}){{3}}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_IPV4_TAIL = re.compile(rf"{DIGIT}\d{{0,2}}(?:\.\d{{1,3}}){{0,3}}\.?\Z")
_IPV6_TAIL = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:|::)(?:[0-9A-Fa-f]{0,4}:){0,7}[0-9A-Fa-f]{0,4}\Z"
)
_VERSION = re.compile(r"\b(?:version|release|build|v)\.? ?\Z", re.IGNORECASE)


def _ipv4s(text: str, start: int) -> Iterator[Found]:
    for match in _IPV4.finditer(text, start):
        if _is(IPv4Address, match[0]) and not _VERSION.search(text[: match.start()][-12:]):
            yield match.span()


def _ipv6s(text: str, start: int) -> Iterator[Found]:
    for match in _IPV6.finditer(text, start):
        if _is(IPv6Address, match[0]) and any(map(str.isdigit, match[0])):
            yield match.span()


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

IPV4 = Kind("ip", r"\d", (DIGIT,), _ipv4s, _ipv4_tail)
IPV6 = Kind("ip", ":", (rf":(?:{_GROUP}|(?=:))",), _ipv6s, _ipv6_tail, look_back=6)
