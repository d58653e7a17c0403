"""One token of the pretend model: a word that carries its number and the moment it was sent.

Words of consonants only, a full stop between every twelve. Digits would be unfair: a token that
ends in a digit is a possible start of a card number, and a guard would rightly wait for the next.
Without vowels no phrase list matches by accident. Knows nothing of HTTP.
"""

import re
import time

DIGITS = "0123456789abcdef"
LETTERS = "bcdfghjlmnpqrtvx"
WORDS_PER_SENTENCE = 12
# The stamp is of fixed length, so that a token is known to be whole without seeing the next one.
TOKEN = re.compile(rb"(\.?) ([%s]+)z([%s]{12})" % (LETTERS.encode(), LETTERS.encode()))

_WRITE = str.maketrans(DIGITS, LETTERS)
_READ = bytes.maketrans(LETTERS.encode(), DIGITS.encode())


def now_us() -> int:
    """The machine's monotonic clock in microseconds: the same in every process on it."""
    return time.monotonic_ns() // 1000


def token(number: int, stamp: int) -> str:
    stop = "" if number % WORDS_PER_SENTENCE or not number else "."
    return f"{stop} {number:x}z{stamp:012x}".translate(_WRITE)


def tokens(count: int, stamp: int) -> str:
    """The first ``count`` tokens, all sent at one moment."""
    words = [f" {number:x}z{stamp:012x}" for number in range(count)]
    for first in range(WORDS_PER_SENTENCE, count, WORDS_PER_SENTENCE):
        words[first] = "." + words[first]
    return "".join(words).translate(_WRITE)


def value(letters: bytes) -> int:
    """The number that the letters of a token stand for."""
    return int(letters.translate(_READ), 16)
