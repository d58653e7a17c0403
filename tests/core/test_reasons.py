"""Reasons: which of them say that a check found something."""

import pytest

from hitl_chat.core.types import STOPPED, Reason, is_shadow, objects


@pytest.mark.parametrize("code", ["matched", "threshold", "ended"])
def test_a_check_that_spoke_objects(code: str) -> None:
    assert objects(Reason("refund", "promise", code))


@pytest.mark.parametrize("code", ["check_failed", "check_timed_out", "shadow:hold"])
def test_who_died_or_only_says_what_would_be_done_does_not(code: str) -> None:
    assert not objects(Reason("refund", "promise", code))


def test_the_stop_switch_is_nobodys_check() -> None:
    assert not objects(Reason(STOPPED, "ended:any", "ended"))


def test_a_shadow_is_known_by_its_code() -> None:
    assert is_shadow(Reason("tone", "tone", "shadow:block"))
    assert not is_shadow(Reason("tone", "tone", "threshold"))
