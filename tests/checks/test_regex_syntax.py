"""The security page's rows about expressions, and what is known of one without running it."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.regex_forms import longest, render, shortest, unfinished
from hitl_chat.checks.regex_syntax import RegexError, parse
from hitl_chat.checks.regexes import check_source

REFUSED = {
    "look ahead": (r"refund(?= now)", "look-around is not supported"),
    "negative look ahead": (r"refund(?! policy)", "use `except:`"),
    "look behind": (r"(?<=full )refund", "look-around is not supported"),
    "negative look behind": (r"(?<!no )refund", "`near:` for context"),
    "back-reference": (r"(a)\1", "a back-reference is not supported"),
    "named back-reference": (r"(?P<x>a)(?P=x)", "a back-reference is not supported"),
    "atomic group": (r"(?>ab)", "an atomic group is not supported"),
    "possessive repeat": (r"a++", "a possessive repeat is not supported"),
    "condition": (r"(a)?(?(1)b|c)", "a condition is not supported"),
    "comment": (r"a(?#why)", "a comment is not supported"),
    "nested repeats": (r"((a{100}){100}){100}", "too large when written out"),
    "more repeats than RE2 takes": (r"a{1001}", "to 1000 at most"),
    "repeats from many to few": (r"a{5,2}", "from fewer to more"),
    "empty": ("", "an empty expression matches everywhere"),
    "blank": ("  ", "an empty expression matches everywhere"),
    "may match nothing": (r"(?:refund)?", "also matches nothing"),
    "alternative of nothing": (r"refund|", "also matches nothing"),
    "a place and no text": (r"\b", "also matches nothing"),
    "open group": (r"(refund", "without its `)`"),
    "open class": (r"[refund", "without its `]`"),
    "open brace": (r"\p{Greek", "without its `}`"),
    "closed only": (r"refund)", "without its `(`"),
    "nothing to repeat": (r"*refund", "nothing before `*` to repeat"),
    "repeated place": (r"a\b+", "cannot be repeated"),
    "trailing backslash": ("refund\\", "means nothing here"),
    "Python's end": (r"refund\Z", r"write `\z`"),
    "quotation": (r"\Qrefund\E", "put fixed texts under `literals:`"),
    "unknown escape": (r"\y", "means nothing here"),
    "unknown flag": (r"(?x)refund", "an unknown kind of group"),
    "flags in the middle": (r"re(?i)fund", "or `(?i:...)` around a part"),
    "bad range": (r"[z-a]", "invalid character class range"),
    "bad class name": (r"[[:words:]]", "invalid character class range"),
    "unknown script": (r"\p{Klingon}", "invalid character class range"),
    "too long": ("a" * 2001, "put long lists of words under `literals:`"),
    "100,000 alternatives": ("|".join(["ab"] * 100_000), "under `literals:`"),
    "too deep": ("(" * 900 + "a" + ")" * 900, "groups in groups"),
}

HARMLESS = {  # what makes other engines hang
    "nested plus": r"(a+)+$",
    "overlapping": r"(a|aa)+$",
    "nested star": r"(a*)*b",
    "many stars": r".*.*.*.*=.*",
    "alternation": r"(x+x+)+y",
}

LENGTHS = {
    r"refund": (6, 6),
    r"\brefunds?\b": (6, 7),
    r"a{2,4}|bcdefg": (2, 6),
    r"guarantee.{0,40}refund": (15, 55),
    r"(?i:a(?:bc){2})": (5, 5),
    r"[^a-z\]]\d\pL\p{Greek}\x41\x{20ac}": (6, 6),
    r"a+": (1, None),
    r"a.*b": (2, None),
    r"(?:ab*){2}c": (3, None),
    r"a{3,}": (3, None),
    r"a{b": (3, 3),
    r"[]x]y": (2, 2),
}

SAMPLES = [
    r"\bguarante\w{1,3}\b.{0,4}refund",
    r"(?-i:\b[A-Z]{3,6}\d{2}\b)",
    r"refunds?(?: now| today)?",
    r"(?:ab|abc)d?",
    r"a{2,4}b?c{0,2}",
    r"(?:a|bb){1,3}(?:c|dd)",
    r"^\w\w$",
    r"(?i)xY|z",
    r"\Bing\b",
    r"a(?:b(?:c(?:d)?)?)?e",
]


@pytest.mark.parametrize(("source", "told"), REFUSED.values(), ids=REFUSED)
def test_an_expression_is_refused_with_a_hint(source: str, told: str) -> None:
    with pytest.raises(RegexError) as refused:
        check_source(source)
    assert told in str(refused.value)


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_no_expression_takes_long(source: str) -> None:
    check_source(source)
    options = re2.Options()
    options.log_errors = False
    re2.compile(render(parse(source)), options).search(("a" * 50_000 + "x" * 50_000 + "!").encode())


@pytest.mark.parametrize(("source", "lengths"), LENGTHS.items())
def test_an_expression_knows_how_long_a_match_can_be(
    source: str, lengths: tuple[int, int | None]
) -> None:
    node = parse(source)
    assert (shortest(node), longest(node)) == lengths
    check_source(source)


@given(st.data(), st.sampled_from(SAMPLES))
def test_every_beginning_of_a_match_is_unfinished(data: st.DataObject, source: str) -> None:
    """What could still become a match must never be taken for something that cannot."""
    node = check_source(source)
    match = data.draw(st.from_regex(f"(?:{source})\\Z" if "(?i)" not in source else source))
    run = re2.compile(f"(?i:{render(node)})")
    begun = re2.compile(f"(?i:{unfinished(node)})")
    for found in run.finditer(match):
        for end in range(found.start(), found.end()):
            assert begun.fullmatch(match[:end], found.start()), (match, found.start(), end)


def test_a_longer_match_is_still_possible() -> None:
    begun = re2.compile(unfinished(parse(r"refunds?")))
    assert begun.fullmatch("refund")
    assert not begun.fullmatch("refunds")


def test_a_words_edge_at_the_end_is_not_decided() -> None:
    assert re2.compile(unfinished(parse(r"human\b"))).fullmatch("human")
