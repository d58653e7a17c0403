"""Which passwords anybody would guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.server.trivial import LEAST, weakness


@pytest.mark.parametrize(
    "password",
    [
        "plum kettle 9 road",
        "brown otters sing late",
        "h7#kQ2!vLp0x",
        "Zahnbürste lacht leise",
        "my support shift ends never",
    ],
)
def test_long_ones_that_nobody_would_guess_will_do(password: str) -> None:
    assert weakness(password, "Ana Lindqvist", "moss") == ""


@pytest.mark.parametrize("password", ["", "short", "x" * (LEAST - 1)])
def test_short_ones_will_not(password: str) -> None:
    assert f"at least {LEAST}" in weakness(password)


def test_one_that_is_too_long_to_hash_will_not() -> None:
    assert "at most 200" in weakness("ab cd ef gh " * 20)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rd12345",
        "p4$$w0rd2026!",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "qwertyuiop12",
        "poiuytrewq99",
        "123456789012",
        "098765432109876",
        "changemechangeme",
        "Sommer2026Sommer",
        "AnaLindqvist1",
        "lindqvist_moss_1",
        "".join(chr(ord(letter) + 0xFEE0) for letter in "password1234"),  # full width
    ],
)
def test_what_only_repeats_a_word_a_name_or_a_row_of_keys_will_not(password: str) -> None:
    assert "easy to guess" in weakness(password, "Ana Lindqvist", "moss")


@given(st.text(max_size=300))
def test_every_text_gets_an_answer(password: str) -> None:
    assert isinstance(weakness(password, password[:5]), str)
