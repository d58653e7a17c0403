"""What a text says, in any script: the same number or word gets the same key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.tokens import tokens

SAYS = {
    "Then tumble dry at 90 °C.": ["tumble", "90"],
    "He was born in Dublin in 1727.": ["born", "dublin", "1727"],
    "The Anglo-Dutch War": ["anglo", "dutch", "war"],
    "Ab 3 Monaten. Die Kraxe »Spatz«": ["3", "monate", "kraxe", "spatz"],
    "L'été d'Hélène": ["l'été", "d'hélè"],
    "退货期限为30天": ["退货", "货期", "期限", "限为", "30", "天"],
    "हिन्दी में 25 किताबें": ["हिन्दी", "में", "25", "किताबे"],
    "": [],
    " ?! … 🎉": [],
}
SAME = [
    ("24", "24.00"),
    ("24", "24,00"),
    ("1200", "1,200"),
    ("1200", "1.200"),
    ("1200", "1'200"),
    ("1200.5", "1,200.50"),
    ("1200.5", "1.200,50"),
    ("30", "٣٠"),
    ("graduated", "graduating"),
    ("Blair", "BLAIR"),
    ("Sri Lanka", "Sri Lanka's"),
]
DIFFERENT = [("24", "240"), ("1.5", "15"), ("12:30", "1230"), ("100", "10"), ("Dublin", "Berlin")]


@pytest.mark.parametrize("text", SAYS)
def test_function_words_say_nothing(text: str) -> None:
    assert [token.key for token in tokens(text)] == SAYS[text]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_the_same(one: str, other: str) -> None:
    assert said(one) == said(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_not(one: str, other: str) -> None:
    assert said(one) != said(other)


def test_numbers_weigh_more_than_names_and_these_more_than_words() -> None:
    assert [(token.kind, token.weight) for token in tokens("sold 12 Spades")] == [
        ("word", 1),
        ("number", 3),
        ("name", 2),
    ]


@given(st.text(max_size=200))
def test_every_token_lies_in_the_text_in_order(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) and token.key for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)


@given(st.text(max_size=100), st.text(max_size=100))
def test_what_comes_in_the_next_paragraph_changes_nothing(text: str, more: str) -> None:
    before = tokens(text + "\n")
    assert tokens(text + "\n" + more)[: len(before)] == before


def said(text: str) -> list[str]:
    return [token.key for token in tokens(text)]
