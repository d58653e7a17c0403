"""Where a draft is cut, so that a check gets a whole thought."""

import pytest

from hitl_chat.core.segments import ends


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("", []),
        ("No end yet", []),
        ("One. Two! Three? Four… Five", [5, 10, 17, 23]),
        ('He said "no." And left.', [14]),
        ("(Really!)  Yes", [11]),
        ("Version 3.5 of www.example.org", []),
        ("One.", []),  # more may follow: "One.5"
        ("One. ", []),  # and so may more blanks
        ("One.\n\n", []),
        ("One. Two. ", [5]),
        ("One.  Two", [6]),
        ("A line\nand another\n  and", [7, 21]),
        ("行。好！吗？还", [2, 4, 6]),  # noqa: RUF001 (their full stops need no blank)
        ("行。", [2]),
        ("行。 ", []),
    ],
)
def test_a_segment_ends_behind_a_sentence_and_its_blanks(text: str, cuts: list[int]) -> None:
    assert ends(text) == cuts


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("a" * 600, []),
        ("a" * 601, [600]),
        ("a" * 300 + " " + "b" * 300, [301]),
        ("a " + "b" * 600, [2]),
        ("a" * 599 + " b", [600]),
        ("a b " + "c" * 600, [4]),
        (" " + "a" * 600, [600]),  # a blank alone is no thought
        ("a" * 650 + " b", [600]),
        ("One. " + "a" * 700, [5]),
    ],
)
def test_a_text_without_sentences_is_cut_at_a_blank(text: str, cuts: list[int]) -> None:
    assert ends(text) == cuts
