"""What a text says that a person reading it does not see: hidden characters, and encoded words.

Owns which hidden characters are ordinary (in emoji, in scripts that need them) and which are not,
and how much is decoded. Pure; every result is bounded by the text's own length. Knows no phrase.
"""

import base64
import binascii
import codecs
import re
import zlib
from collections.abc import Iterator
from unicodedata import category, name
from urllib.parse import unquote

import re2

from hitl_chat.checks.normalise import folded

PADDING_FROM = 5_000
FILLER = 0.05  # ordinary prose is pressed to a third, a list of records to a tenth

_TAG = re.compile("[\U000e0000-\U000e007f]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")  # Scotland, Wales, ...
_OVERRIDES = re.compile("[\u202a-\u202e]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = r"[^\W\d_]"
_HIDDEN = re.compile(
    r"(?<=[^\W_])[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2069"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0100-\U000e01ef]+(?=[^\W_])"
)
_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]{2,}")
_WORD = re.compile(rf"{_LETTER}{{3,}}")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=-])")
# What must not follow is left open: asked for, it makes a long run quadratic.
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[ :]?){12,}")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[\w.-]){4,}")
# What all of these have somewhere: most texts have none of it, and RE2 knows that in no time.
_CODES = re2.compile(r"[A-Za-z0-9+/_-]{16}|(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[ :]?){12}|%[0-9A-Fa-f]{2}")
_READABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]{8,}")
_ENTITY = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
# Joiners, word breaks and direction marks are spelling in these scripts, and nothing in others.
_SPELLING = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f")
_SPELLED = (
    *("ARABIC", "HEBREW", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA"),
    *("TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "MONGOLIAN", "KHMER", "THAI", "LAO"),
    *("MYANMAR", "TIBETAN", "CJK", "HIRAGANA", "KATAKANA"),
)


def tags(text: str) -> str:
    """What is written in tag characters, which no screen shows; flags are made of them too."""
    plain = _FLAG.sub("", text)
    return " ".join(
        "".join(chr(ord(char) - 0xE0000) for char in run if ord(char) > 0xE001)
        for run in _TAG.findall(plain)
    )


def signs(text: str) -> Iterator[str]:
    """Which ways of hiding a text uses."""
    if text.isascii():
        return
    if _TAG.search(_FLAG.sub("", text)):
        yield "tag-characters"
    if _OVERRIDES.search(text) and not _RIGHT_TO_LEFT.search(text):
        yield "direction-override"
    if _SELECTORS.search(text):
        yield "hidden-selectors"
    if any(_is_odd(text, match) for match in _HIDDEN.finditer(text)):
        yield "hidden-characters"
    if any(map(_is_mixed, _WORD.findall(text))):
        yield "look-alikes"


def _is_odd(text: str, match: re.Match[str]) -> bool:
    """Hidden between letters that need nothing between them."""
    around = text[match.start() - 1], text[match.end()]
    is_spelling = any(name(char, "").startswith(_SPELLED) for char in around)
    return not (is_spelling and _SPELLING.issuperset(match[0]))


def _is_mixed(word: str) -> bool:
    """Latin next to Cyrillic or Greek letters in one word."""
    if word.isascii():
        return False
    scripts = {_script(char) for char in word if category(char) in ("Ll", "Lu", "Lt")} - {""}
    return len(scripts) > 1


def _script(char: str) -> str:
    if char.isascii():
        return "LATIN"
    found = name(char, "").partition(" ")[0]
    return found if found in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN") else ""


def decoded(text: str) -> Iterator[tuple[str, str]]:
    """What is written in it in codes that are marked as such, and how."""
    if hidden := tags(text):
        yield "tag-characters", hidden
    if "&#" in text:
        yield "entities", _ENTITY.sub(_character, text)
    for how, form, said in _ENCODED if _CODES.search(text.encode("utf-8", "replace")) else ():
        if found := "\n".join(filter(None, map(said, form.findall(text)))):
            yield how, found


def unscrambled(text: str) -> Iterator[tuple[str, str]]:
    """What the text says when all of it is read in another way, and which: that takes longer."""
    if (closed := _closed_up(text)) != text:
        yield "spaced", closed
    plain = folded(text)
    yield "rot13", codecs.encode(plain, "rot13")
    yield "reversed", plain[::-1]


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _from_base64(run: str) -> str:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return _words(data)


def _from_hex(run: str) -> str:
    return _words(bytes.fromhex(re.sub(r"0x|\\x|[ :]", "", run)))


def _words(data: bytes) -> str:
    """The stretches of these bytes that can be read: a random identifier has none."""
    return "\n".join(_READABLE.findall(data.decode("utf-8", "replace")))


_ENCODED = (
    ("percent", _PERCENT, lambda run: unquote(run) if "%" in run else ""),
    ("base64", _BASE64, _from_base64),
    ("hex", _HEX, _from_hex),
)
_SINGLES = re.compile(r"(?:(?<!\w)\w(?:[ .\-_*|]+\w(?!\w)){4,})")


def _closed_up(text: str) -> str:
    """ "i g n o r e" is "ignore"; two blanks, or a line's end, part words."""
    return _SINGLES.sub(lambda run: _joined(run[0]), text)


def _joined(run: str) -> str:
    parts = re.split(r" {2,}", run)
    return " ".join(re.sub(r"[ .\-_*|]", "", part) for part in parts)


def is_padded(text: str) -> bool:
    """Whether most of a long text says nothing new: filler that pushes the rest out of sight."""
    if len(text) < PADDING_FROM:
        return False
    return len(zlib.compress(text.encode("utf-8", "replace"), 1)) < len(text) * FILLER
