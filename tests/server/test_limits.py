"""Requests per second, per key and per tenant (fault 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.errors import TooMany
from hitl_chat.server.limits import Limiter
from tests.server.clock import Clock


def accepted(limiter: Limiter, key: str, tenant: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limiter.take(key, tenant)
        except TooMany:
            continue
        count += 1
    return count


def test_a_second_s_worth_may_come_at_once_and_no_more() -> None:
    clock = Clock()
    limiter = Limiter(clock, key_rate=10, tenant_rate=100)
    assert accepted(limiter, "k", "t", 1000) == 10
    clock.time += 0.5
    assert accepted(limiter, "k", "t", 1000) == 5


def test_a_flood_of_one_leaves_the_others_alone() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    assert accepted(limiter, "flood", "moss", 20_000) == 5_000
    assert accepted(limiter, "calm", "fern", 100) == 100


def test_a_tenant_s_keys_share_its_limit() -> None:
    limiter = Limiter(Clock(), key_rate=100, tenant_rate=10)
    assert sum(accepted(limiter, f"k{number}", "t", 5) for number in range(5)) == 10


def test_the_refusal_says_when_to_come_back_and_means_it() -> None:
    clock = Clock()
    limiter = Limiter(clock, key_rate=0.5, tenant_rate=100)
    limiter.take("k", "t")
    with pytest.raises(TooMany) as refused:
        limiter.take("k", "t")
    assert refused.value.retry_after == pytest.approx(2.0)
    clock.time += refused.value.retry_after or 0
    limiter.take("k", "t")


def test_names_that_are_long_quiet_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    for number in range(30_000):
        clock.time += 0.01
        limiter.take(f"k{number}", "t")
    assert len(limiter.keys.full_at) <= 10_001


@given(
    rate=st.floats(0.1, 10_000),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=200),
)
def test_over_any_stretch_no_more_than_the_rate_and_one_burst(
    rate: float, gaps: list[float]
) -> None:
    clock = Clock(0.0)
    limiter = Limiter(clock, key_rate=rate, tenant_rate=1e9)
    taken = 0
    for gap in gaps:
        clock.time += gap
        taken += accepted(limiter, "k", "t", 3)
        assert taken <= rate * clock.time + max(1.0, rate) + 1e-6
