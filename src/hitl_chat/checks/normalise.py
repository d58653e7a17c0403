"""A text as written and as a person reads it: the two readings that every check looks at.

As written: only runs of white space become one blank, and half characters U+FFFD. As read: NFKD
without the marks set on Latin, Greek and Cyrillic letters (coarser than NFKC), invisible characters
gone, look-alikes replaced, JSON's escapes undone. Every character folds by itself, so that text may
come in any pieces. Case stays; `lowered` is a separate step. Must not know what is looked for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from hitl_chat.checks import confusables
from hitl_chat.checks.ends import PIECE

LONGEST_FOLD = 8  # one character never becomes more; U+FDFA would become 18 and stays itself
REMEMBERED = 20_000  # folded characters kept in memory; a text of all Unicode must not fill it

_WHITE = re.compile(r"\s+")
_BLANKS = re.compile(" {2,}")
_HALF = re.compile(r"[\ud800-\udfff]")
# In JSON, which tool calls and structured answers are, a letter may be written as an escape.
_CHARACTER = re.compile(r"\\u([0-9A-Fa-f]{4})|\\([nrtbf\"\\/])|.", re.DOTALL)
_UNFINISHED = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:u[0-9A-Fa-f]{0,3})?)\Z")
_ESCAPED = dict.fromkeys("nrtbf", " ")
_LOOKS_LIKE = confusables.table()
_INVISIBLE = frozenset({"Cf", "Cc", "Me"})  # format, control, marks around a letter
# Blank to the eye, though neither white space nor format characters.
_BLANK_LETTERS = frozenset("\u2800\u3164\u115f\u1160\uffa0")
# Marks that are set on letters: zalgo, accents. Vowel signs of other scripts are letters, and stay.
_ACCENTS = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
# Variation selectors and their like: category Mn, but never visible by themselves.
_SELECTORS = ((0x17B4, 0x17B5), (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


class _Table(dict[int, str]):
    """For `str.translate`: folds or lowers a character when it is first met."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, code: int) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        made = self[code] = self._make(chr(code))
        return made


def fold_character(char: str) -> str:
    """What one character is to the eye; "" when it is nothing."""
    if char in _LOOKS_LIKE:
        return _LOOKS_LIKE[char]
    if char.isspace() or char in _BLANK_LETTERS:
        return " "
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    parts = unicodedata.normalize("NFKD", char)
    if len(parts) > LONGEST_FOLD:
        return char
    return "".join(map(_visible, parts))


def _visible(char: str) -> str:
    if char in _LOOKS_LIKE:
        return _LOOKS_LIKE[char]
    if char.isspace() or char in _BLANK_LETTERS:
        return " "
    if unicodedata.category(char) in _INVISIBLE or _within(char, *_ACCENTS, *_SELECTORS):
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _within(char: str, *ranges: tuple[int, int]) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in ranges)


def _lower_character(char: str) -> str:
    for lower in (char.casefold(), char.lower()):
        if len(lower) == 1:
            return lower
    return char


_FOLD = _Table(fold_character)
_LOWER = _Table(_lower_character)


def lowered(text: str) -> str:
    """Lower case, one character for one, and the same wherever a character stands."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def folded(text: str) -> str:
    """A whole text as read."""
    return Normaliser().feed(text).read


def key(text: str) -> str:
    """Two texts with one key look the same, upper and lower case aside."""
    return lowered(folded(text)).strip()


Places = list[int] | None  # where in the piece each character came from; None: one for one


class Piece(NamedTuple):
    """A piece of text as written, blanks apart, and as read; mostly the two are one object.

    `waiting`: so many characters at its end are the beginning of an escape, and not read yet.
    """

    written: str
    written_at: Places
    read: str
    read_at: Places
    waiting: int = 0


class Normaliser:
    """Normalises one text that comes in pieces."""

    __slots__ = ("_blank", "_read_blank", "_waiting")

    def __init__(self) -> None:
        self._blank = self._read_blank = False  # whether the text so far ends with a blank
        self._waiting = ""  # an escape that is not complete

    def feed(self, text: str) -> Piece:
        plain = text.isascii() and text.isprintable() and "  " not in text and "\\" not in text
        fresh = not (self._waiting or (text[:1] == " " and (self._blank or self._read_blank)))
        if plain and fresh and text:
            self._blank = self._read_blank = text[-1] == " "
            return Piece(text, None, text, None)
        return self._slowly(text)

    def _slowly(self, text: str) -> Piece:
        same = self._blank is self._read_blank and not self._waiting and "\\" not in text
        if not text.isascii():
            text = _HALF.sub("\ufffd", text)  # no search engine takes half a character
        written, written_at = self._spaced(text)
        if same and written.isascii() and written.isprintable():
            self._read_blank = self._blank
            return Piece(written, written_at, written, written_at)
        read, read_at = self._read(text)
        if same and read == written and read_at == written_at:
            return Piece(written, written_at, written, written_at)
        return Piece(written, written_at, read, read_at, len(self._waiting))

    def _spaced(self, text: str) -> tuple[str, Places]:
        """Every run of white space one blank."""
        parts: list[str] = []
        places: list[int] = []
        done = 0
        for run in _WHITE.finditer(text):
            parts.append(text[done : run.start()])
            places += range(done, run.start())
            if run.start() > 0 or not self._blank:
                parts.append(" ")
                places.append(run.start())
            done = run.end()
        if done < len(text):
            parts.append(text[done:])
            places += range(done, len(text))
        self._blank = done == len(text) if text else self._blank
        return "".join(parts), places if len(places) < len(text) else None

    def _read(self, text: str) -> tuple[str, Places]:
        """Every character as it looks, then every run of blanks one blank."""
        parts: list[str] = []
        places: list[int] = []
        blank = self._read_blank
        for place, char in self._characters(text):
            for part in _FOLD[ord(char)]:
                if part == " " and blank:
                    continue
                blank = part == " "
                parts.append(part)
                places.append(place)
        self._read_blank = blank
        return "".join(parts), None if places == list(range(len(text))) else places

    def _characters(self, text: str) -> Iterable[tuple[int, str]]:
        """Each character and its place, the escapes of JSON undone; those not complete wait."""
        if not self._waiting and "\\" not in text:
            return enumerate(text)
        begun = len(self._waiting)
        text = self._waiting + text
        cut = _UNFINISHED.search(text)
        self._waiting = cut[0] if cut else ""
        text = text[: cut.start()] if cut else text
        return [(match.start() - begun, _unescaped(match)) for match in _CHARACTER.finditer(text)]


def readings(text: str) -> Iterator[tuple[str, str]]:
    """All of a text bit by bit, as written and as read, for who need not know the places.

    Blanks may end one piece and begin the next.
    """
    at = 0
    while at < len(text):
        some = text[at : at + PIECE]
        if at + PIECE < len(text) and (cut := _UNFINISHED.search(some)) and cut.start(1):
            some = some[: cut.start(1)]
        at += len(some)
        yield _both(some)


def _both(text: str) -> tuple[str, str]:
    whole = text if text.isascii() else _HALF.sub("\ufffd", text)
    written = _WHITE.sub(" ", whole)
    if whole.isascii() and written.isprintable() and "\\" not in whole:
        return written, written
    plain = _CHARACTER.sub(_unescaped, whole) if "\\" in whole else whole
    return written, _BLANKS.sub(" ", plain.translate(_FOLD))


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _ESCAPED.get(match[2], match[2]) if match[2] else match[0]
