"""Which passwords anybody would guess. Pure; knows no list but the short one here.

Length is what counts; refused is what is long only because it repeats a word, a name or a row of
keys.
"""

import re
import unicodedata

LEAST, MOST = 12, 200
LEFT = 6  # characters that must be left when everything easy is taken away
ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
SERIES = ("abcdefghijklmnopqrstuvwxyz", "01234567890")
WORDS = (
    *("password", "passwort", "passwd", "passphrase", "kennwort", "secret", "geheim", "login"),
    *("admin", "administrator", "root", "user", "guest", "test", "demo", "default", "changeme"),
    *("welcome", "willkommen", "hello", "hallo", "letmein", "iloveyou", "sunshine", "princess"),
    *("football", "baseball", "dragon", "monkey", "master", "superman", "batman", "starwars"),
    *("summer", "sommer", "winter", "spring", "autumn", "herbst", "support", "service", "hitlchat"),
    *("company", "firma", "customer", "kunde", "agent", "supervisor", "trustno", "whatever"),
)
LOOKS = str.maketrans("@4301!$5|", "aaeoiissl")


def weakness(password: str, *about: str) -> str:
    """Why this password will not do, or "". `about`: names that are easy to think of."""
    if len(password) < LEAST:
        return f"It has {len(password)} characters: take at least {LEAST}."
    if len(password) > MOST:
        return f"It has {len(password)} characters: take at most {MOST}."
    plain = unicodedata.normalize("NFKC", password).casefold()
    names = [word for name in about for word in re.split(r"[\W_]+", name.casefold())]
    for folded in (plain, plain.translate(LOOKS)):
        if len(_once(_without(folded, [*WORDS, *names]))) < LEFT:
            return "It is easy to guess: take a few words that do not belong together."
    return ""


def _without(text: str, words: list[str]) -> str:
    """Without the words, and without rows of keys and series, forwards or backwards."""
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 2:
            text = text.replace(word, "")
    for row in (*ROWS, *SERIES):
        for line in (row, row[::-1]):
            text = _without_pieces(text, line)
    return text


def _without_pieces(text: str, line: str) -> str:
    for size in range(len(line), 3, -1):
        for begin in range(len(line) - size + 1):
            text = text.replace(line[begin : begin + size], "")
    return text


def _once(text: str) -> str:
    """What repeats says no more than what is repeated."""
    found = re.fullmatch(r"(.+?)\1+.?", text, re.DOTALL)
    letters = found[1] if found else text
    return letters if len(set(letters)) > 2 else "".join(dict.fromkeys(letters))
