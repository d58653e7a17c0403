"""The check `patterns`: what is found, what is not, and that no piece of a match ever leaves."""

import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.ports import Scanner
from tests.checks.scanning import (
    BEFORE,
    CHECKS,
    FIELD,
    all_cuts_in_two,
    before,
    cut,
    in_lines,
    made_of,
    patterns,
    places,
    run,
    texts_found,
    use,
)

RULES: dict[str, Scanner] = {
    "literals": patterns(literals=["guarantee", "full refund", "refund policy", "refund", "$$$"]),
    "inside words": patterns(literals=["*garantie", "保証"]),
    "expressions": patterns(
        regex=[r"\bguarante\w{1,3}\b.{0,20}refund", r"\bHUMAN\b", "refunds?", r"\d{2} days"]
    ),
    "codes": patterns(regex=[r"(?-i:\b[A-Z]{3,6}\d{2}\b)"], **{"except": ["SPRING10"]}),
    "near": patterns(literals=["refund"], near={"literals": ["gift card"], "within": 20}),
    "near, expression": patterns(regex=[r"\brefund"], near={"regex": [r"\bcards\b"], "within": 9}),
    "overlapping": patterns(regex=["a{2,4}b?", "(ab|abc)d?", "^a", "c$"], literals=["aab", "ab"]),
    "case": patterns(literals=["Refund"], regex=["CEO"], match_case=True),
}
FRAGMENTS = made_of(
    *(
        "guarantee",
        "guaranteed ",
        "full",
        " ",
        "  ",
        "\n",
        "refund",
        "refunds",
        " policy",
        "$",
        "$$",
    ),
    *("Zahlungsgarantie", "保証", "保", "HUMAN", "human", "ITY", "CEO90", "SPRING10", "SPRING10x"),
    *("gift card", "gift cards", "gift", "90 days", "\u200b", "é", "ü", "ﬁ", "rе", "a", "b", "c"),  # noqa: RUF001
    *("aab", "d", "g", "r", ".", "\u0301", "\ud800", "\u2028", "Ref"),
    *(r"\u0067uarantee", r"ref\u0075nd", r"full\nrefund", "\\", "u00", "\\u"),
)


@given(st.sampled_from(sorted(RULES)), before, FRAGMENTS, places)
@example("near", "", "a gift card refund", [4])
@example("codes", BEFORE[1], "use CEO90", [7])
def test_pieces_do_not_matter(rule: str, before: str, text: str, where: list[int]) -> None:
    """Found at every cut, in the same place; and nothing of the first match has left before."""
    whole = run(RULES[rule], [before + text])
    pieces = run(RULES[rule], [*in_lines(before), *cut(text, where)])
    assert pieces.found == whole.found
    first = min((start for start, _, _ in whole.found), default=len(before + text))
    assert pieces.released <= first


CANARIES = [
    "we guarantee you a full refund, really",
    "a g\u200buаrantee!",  # noqa: RUF001
    r'{"a":"\u0067uar\u0061ntee"}',
]


@pytest.mark.parametrize("text", CANARIES)
def test_a_canary_is_found_at_every_cut(text: str) -> None:
    scanner = patterns(literals=["guarantee"], regex=[r"\bfull {1,3}refund\b"])
    whole = run(scanner, [text])
    first = min(start for start, _, _ in whole.found)
    for pieces in (*all_cuts_in_two(text), list(text)):
        scanned = run(scanner, pieces)
        assert scanned.found == whole.found
        assert scanned.released <= first


@pytest.mark.parametrize(
    ("literal", "text", "found"),
    [
        ("guarantee", "We GUARANTEED it", ["GUARANTEE"]),
        ("ape", "an escape, apes", ["ape"]),
        ("*garantie", "die Zahlungsgarantie", ["garantie"]),
        ("full refund", "a full\n  refund", ["full\n  refund"]),
        ("full refund", "a full\u00a0refund", ["full\u00a0refund"]),
        ("password", "pass\u200bword", ["pass\u200bword"]),
        ("guarantee", "guаrаntee", ["guаrаntee"]),  # noqa: RUF001
        ("guarantee", "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞", ["𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞"]),  # noqa: RUF001
        ("für", "gebühr für alle", ["für"]),
        ("fur", "nur für dich", ["für"]),
        ("don't", "we don’t pay", ["don’t"]),  # noqa: RUF001
        ("гарантия", "наша ГАРАНТИЯ", ["ГАРАНТИЯ"]),
        ("ημέρα", "ΗΜΈΡΑ", ["ΗΜΈΡΑ"]),
        ("保証", "全額保証します", ["保証"]),
        ("$$$", "easy$$$now", ["$$$"]),
    ],
)
def test_literals(literal: str, text: str, found: list[str]) -> None:
    assert texts_found(patterns(literals=[literal]), text) == found


@pytest.mark.parametrize(
    ("regex", "text", "found"),
    [
        (r"\bguarante\w+\b", "we Guaranteed it", ["Guaranteed"]),
        (r"refunds?", "refunds", ["refunds"]),
        (r"\brefund.{0,9}now", "refund it\n now", ["refund it\n now"]),
        (r"(?-i:CEO\d\d)", "ceo90 CEO90", ["CEO90"]),
        (r"(?-i:CEO\d\d)", "CEO９０", ["CEO９０"]),  # noqa: RUF001
        (r"\bmaß\b", "volles MASS, maß", ["MASS", "maß"]),
        (r"\bübel\b", "ein ÜBEL", ["ÜBEL"]),
        (r"^Hello", "Hello Hello", ["Hello"]),
        (r"bye$", "bye bye", ["bye"]),
        (r"\p{Greek}{3}", "see αβγδ", ["αβγ"]),
        (r"naïve", "nai\u0308ve naïve", ["nai\u0308ve", "naïve"]),
    ],
)
def test_expressions(regex: str, text: str, found: list[str]) -> None:
    scanner = CHECKS.scanner([use("patterns", streaming=False, regex=[regex])])
    assert texts_found(scanner, text) == found


def test_ordinary_text_leaves_at_once() -> None:
    scanner = patterns(literals=["guarantee"], regex=[r"\bfull refund\b", r"(?-i:\b[A-Z]{4}\d\d)"])
    words = [
        f" {word}"
        for word in [
            "Thanks,",
            "your",
            "tent",
            "ships",
            "today",
            "and",
            "arrives",
            "on",
            "the",
            "weekend",
        ]
    ]
    lengths = [len("".join(words[: count + 1])) for count in range(len(words))]
    assert run(scanner, words).marks == lengths


def test_what_may_become_a_match_waits_and_then_leaves() -> None:
    assert run(RULES["literals"], ["It is full", " ref", "reshing"]).marks == [6, 6, 21]


def test_a_rule_that_only_watches_keeps_nothing_back() -> None:
    scanner = CHECKS.scanner([use("patterns", holds_back=False, literals=["refund"])])
    scanned = run(scanner, ["a refund", " now"])
    assert scanned.found == {(2, 8, "pattern")}
    assert scanned.marks == [8, 12]


def test_a_match_of_a_holding_rule_stops_its_own_field_only() -> None:
    scan = RULES["literals"].start()
    assert scan.feed("0/content", "a guarantee. ") == 2
    assert scan.feed("0/refusal", "fine. ") == 6
    assert scan.feed("0/content", "More. ") == 2
    assert [verdict.field for verdict in scan.found()] == ["0/content"]
    assert scan.found() == ()
    assert scan.end() == {"0/content": 19, "0/refusal": 6}


@pytest.mark.parametrize(
    "field",
    ["0/content", "1/refusal", "0/reasoning", "0/tool_calls/0/arguments", "0/tool_calls/0/name",
     "0/annotations", "0/logprobs", "0/audio/transcript"],
)  # fmt: skip
def test_every_field_is_scanned(field: str) -> None:
    scan = RULES["literals"].start()
    assert scan.feed(field, '{"text": "we guarantee') <= 13
    scan.feed(field, '"}')
    (verdict,) = scan.found()
    assert (verdict.check, verdict.field, verdict.score) == ("patterns:rule", field, 1.0)
    assert verdict.detail == "guarantee"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"regex": [r"guarante\w{1,3}"]}, ("expression", r"guarante\w{1,3}")),
        ({"regex": [r"guarante\w{1,3}"], "say": "a promise"}, ("pattern", "a promise")),
        ({"literals": ["guarantee"], "say": "a promise"}, ("pattern", "a promise")),
        ({"literals": ["guarantee"]}, ("pattern", "guarantee")),
    ],
)
def test_an_author_says_what_agents_read(options: dict[str, Any], told: tuple[str, str]) -> None:
    """An expression's source is no word for them: its kind says so."""
    scan = CHECKS.scanner([use("patterns", **options)]).start()
    scan.feed("0/content", "we guarantee it")
    scan.end()
    (verdict,) = scan.found()
    assert (verdict.spans[0].kind, verdict.detail) == told


def test_unbounded_expressions_are_for_rules_that_wait_for_the_whole_answer() -> None:
    late = CHECKS.scanner([use("patterns", streaming=False, regex=[r"guarantee.*refund", "a+b"])])
    text = "we guarantee " + "x" * 5000 + " refund aaab"
    scanned = run(late, cut(text, [3, 20, 400, 5010]))
    assert scanned.found == {(3, 5020, "expression"), (5021, 5025, "expression")}


@pytest.mark.parametrize("source", ["a.*b", "refund+", r"guarantee.{5,}refund"])
def test_a_streaming_rule_refuses_an_expression_without_a_bound(source: str) -> None:
    with pytest.raises(ValidationError, match=r"bound it.* or use strictness: answer"):
        use("patterns", regex=[source])


def test_a_streaming_rule_refuses_a_very_long_bound() -> None:
    with pytest.raises(ValidationError, match="more than 1000"):
        use("patterns", regex=["a.{0,999}bcd"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "nothing to look for"),
        ({"literals": ["\u200b"]}, "nothing visible"),
        ({"literals": ["*"]}, "nothing visible"),
        ({"literals": ["x" * 201]}, "200 at most"),
        ({"regex": ["(?=a)"]}, "look-around"),
        ({"literals": ["a"], "near": {"within": 5}}, "nothing to look for"),
        ({"literals": ["a"], "near": {"literals": ["b"], "within": 0}}, "greater than or equal"),
        ({"literals": ["a"], "exept": ["b"]}, "Extra inputs"),
        ({"literals": [5]}, "valid string"),
    ],
)
def test_wrong_options_say_what_is_wrong(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        use("patterns", **options)


def test_exceptions_are_whole_matches() -> None:
    scanner = RULES["codes"]
    assert texts_found(scanner, "SPRING10, CEO90, spring10") == ["CEO90"]
    assert texts_found(scanner, "SPRİNG10 СEO90") == ["СEO90"]  # noqa: RUF001


def test_near_counts_on_both_sides() -> None:
    scanner = RULES["near"]
    assert texts_found(scanner, "a gift card can be refunded") == ["refund"]
    assert texts_found(scanner, "we refund your gift card") == ["refund"]
    assert texts_found(scanner, "we refund what came back, and no gift card") == []


def test_a_match_whose_context_may_come_waits_for_it() -> None:
    scanned = run(RULES["near"], ["we refund", " it all", " and more besides", ", truly"])
    assert scanned.marks == [3, 3, 33, 40]


def test_ten_thousand_literals() -> None:
    words = [
        f"{first}{second}word{n}"
        for n in range(100)
        for first in "abcdefghij"
        for second in "klmnopqrst"
    ]
    scanner = patterns(literals=words)
    assert texts_found(scanner, "say btword99, hword, jtword0!") == ["btword99", "jtword0"]


def test_a_flood_of_matches_is_reported_in_part_and_stops_at_the_first() -> None:
    scan = RULES["literals"].start()
    assert scan.feed(FIELD, "well refund " * 5000) == 5
    scan.end()
    assert len(scan.found()) == 100


@given(st.lists(st.text(max_size=8), max_size=12))
def test_no_text_breaks_it(pieces: list[str]) -> None:
    size = 0
    scan = RULES["expressions"].start()
    before = 0
    for piece in pieces:
        size += len(piece)
        mark = scan.feed(FIELD, piece)
        assert before <= mark <= size
        before = mark


def test_a_long_text_is_not_kept() -> None:
    """What is kept of a text does not grow with it."""
    scan = RULES["expressions"].start()
    line = "Wide pegs suit sand, é \u200b too.\n\n"
    for _ in range(500):
        scan.feed(FIELD, line)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(10_000):
            scan.feed(FIELD, line)
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after - before < 100_000


MANY = [
    r"\bany time\b",
    r"\brefund\w{0,3}",
    r"[0-9]{2} ?%",
    r"\bno\b[^.]{0,9}\bfee",
    r"fee\b",
    r"x{2,4}",
    r"(?-i:[A-Z]{3}[0-9])",
]
SAID = st.lists(
    st.sampled_from(
        ["any ", "time", " no ", "fees", "refund", "ed ", "20", "%", ". ", "xx", "ABC1", "ß "]
    ),
    max_size=14,
)


@given(SAID, st.lists(st.sampled_from(MANY), min_size=3, unique=True))
def test_many_expressions_together_find_what_each_finds_alone(
    pieces: list[str], some: list[str]
) -> None:
    alone = [run(patterns(regex=[one]), pieces) for one in some]
    together = run(patterns(regex=some), pieces)
    assert together.found == set().union(*(one.found for one in alone))
    assert together.marks == [
        min(marks) for marks in zip(*(one.marks for one in alone), strict=True)
    ]
