"""Which released answers are looked at again: as many as wished, the same ones, and any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.runner.audit import is_chosen

NAMES = [f"turn_{number}" for number in range(20_000)]


@pytest.mark.parametrize("share", [0.02, 0.5])
def test_about_as_many_as_wished_are_chosen(share: float) -> None:
    chosen = sum(is_chosen(name, share, b"salt") for name in NAMES)
    assert chosen == pytest.approx(share * len(NAMES), rel=0.1)


@given(st.text(), st.binary(min_size=1, max_size=64))
def test_none_and_all(name: str, salt: bytes) -> None:
    assert not is_chosen(name, 0.0, salt)
    assert is_chosen(name, 1.0, salt)


def test_another_salt_chooses_others_and_the_same_salt_the_same() -> None:
    first = [name for name in NAMES if is_chosen(name, 0.02, b"one")]
    assert first == [name for name in NAMES if is_chosen(name, 0.02, b"one")]
    both = [name for name in first if is_chosen(name, 0.02, b"two")]
    assert len(both) < len(first) / 4


def test_who_is_chosen_of_few_is_chosen_of_many() -> None:
    few = {name for name in NAMES if is_chosen(name, 0.01, b"salt")}
    assert few < {name for name in NAMES if is_chosen(name, 0.02, b"salt")}
