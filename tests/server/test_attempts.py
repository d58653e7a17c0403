"""How often somebody may try."""

import pytest

from hitl_chat.errors import TooMany
from hitl_chat.server import attempts
from hitl_chat.server.attempts import ADDRESS, BOTH, NAME, REMEMBERED, WINDOW, Attempts
from tests.server.clock import Clock


def tries(tried: Attempts, name: str, address: str, times: int) -> int:
    """How many of them were let through."""
    let = 0
    for _ in range(times):
        try:
            tried.begin(name, address)
        except TooMany:
            continue
        let += 1
    return let


def test_a_name_from_one_place_has_a_few_tries() -> None:
    clock = Clock()
    tried = Attempts(clock)
    assert tries(tried, "ana", "10.0.0.1", 20) == BOTH
    with pytest.raises(TooMany, match="5 minutes") as refused:
        tried.begin("ana", "10.0.0.1")
    assert refused.value.retry_after == WINDOW
    tried.begin("ana", "10.0.0.2")
    tried.begin("ben", "10.0.0.1")
    clock.time += WINDOW
    assert tries(tried, "ana", "10.0.0.1", 20) == BOTH


def test_an_address_cannot_try_many_names() -> None:
    tried = Attempts(Clock())
    assert sum(tries(tried, f"n{number}", "10.0.0.1", 1) for number in range(200)) == ADDRESS


def test_many_addresses_cannot_try_one_name_for_ever() -> None:
    tried = Attempts(Clock())
    assert sum(tries(tried, "ana", f"10.0.0.{number}", 1) for number in range(250)) == NAME


def test_who_was_right_starts_afresh() -> None:
    tried = Attempts(Clock())
    assert tries(tried, "ana", "10.0.0.1", BOTH) == BOTH
    tried.right("ana", "10.0.0.1")
    tried.begin("ana", "10.0.0.1")


def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REMEMBERED >= 10_000
    monkeypatch.setattr(attempts, "REMEMBERED", 50)
    tried = Attempts(Clock())
    for number in range(1000):
        tried.begin(f"n{number}", f"10.0.{number // 200}.{number % 200}")
    assert len(tried._tried) <= 53
