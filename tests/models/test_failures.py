"""Errors without secrets, waits, and a model that is left alone (faults 29, 31, 40)."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.errors import UpstreamError
from hitl_chat.models import failures
from hitl_chat.models.attempts import Attempts
from hitl_chat.models.breaker import Breaker
from hitl_chat.models.watch import Watch

# --- secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no key here", "no key here"),
        ("bad sk-abcdefghijklmnop given", "bad [redacted] given"),
        ("bad sk-proj-abc_def-ghi0123456 given", "bad [redacted] given"),
        ("sk-ab***************wxyz", "[redacted]"),
        ("key AIzaSyA1234567890abcdef!", "key [redacted]!"),
        ("gsk_0123456789abcdef", "[redacted]"),
        ("Authorization: Bearer abc.def", "Authorization: [redacted] [redacted]"),
        ("bearer abc", "bearer [redacted]"),
        ("Basic dXNlcjpwYXNz", "Basic [redacted]"),
        ("api_key=abc123 is wrong", "api_key=[redacted] is wrong"),
        ('{"x-api-key": "abc123"}', '{"x-api-key": "[redacted]"}'),
        ("password: hunter2", "password: [redacted]"),
        ("at https://user:pw@host/v1?key=abc now", "at https://[redacted] now"),
        ("see http://10.0.0.1:8000/v1", "see http://[redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.x", "[redacted]"),
        ("two\r\nlines\x1b[31m", "two  lines [31m"),
        ("tasks and risk-free skies", "tasks and risk-free skies"),
        ("This model's maximum context length is 8192 tokens.",) * 2,
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_cut_out(text: str, left: str) -> None:
    assert failures.scrub(text) == left


@given(st.text(), st.text(min_size=1), st.text())
def test_a_known_secret_never_stays(before: str, secret: str, after: str) -> None:
    left = failures.scrub(f"{before}{secret}{after}", [secret])
    assert secret not in left or secret in "[redacted] \u2026"
    assert len(left) <= failures.LONGEST


@given(st.text(max_size=2000))
def test_whatever_a_provider_said_is_one_short_printable_line(text: str) -> None:
    left = failures.scrub(text)
    assert left.isprintable() or not left
    assert len(left) <= failures.LONGEST


words = st.none() | st.integers() | st.text() | st.lists(st.text())
errors = st.dictionaries(st.sampled_from(["message", "code", "type", "param", "detail"]), words)


@given(words | errors, st.integers(100, 599))
def test_whatever_a_provider_reports_becomes_an_error(said: object, status: int) -> None:
    error = failures.reported(status, said)
    assert 400 <= error.status <= 599
    assert error.message
    assert error.code


@pytest.mark.parametrize(
    "code", ["max_output", "upstream_busy", "upstream_timeout", "it says so", "x" * 65, "a\n", 4]
)
def test_a_provider_says_none_of_our_codes_and_no_prose_for_one(code: object) -> None:
    for name in ("code", "type"):
        assert failures.reported(404, {"message": "no", name: code}).code == "upstream_error"


# --- left alone ---------------------------------------------------------------------------------


def test_a_model_that_fails_is_left_alone_then_probed_by_one() -> None:
    breaker = Breaker(limit=2, rest=5)
    for now in (0.0, 1.0):
        breaker.ask(now)
        breaker.failed(now)
    with pytest.raises(UpstreamError) as refused:
        breaker.ask(2.0)
    assert (refused.value.status, refused.value.code) == (503, "upstream_busy")
    assert refused.value.retry_after == 4.0
    breaker.ask(6.0)  # the probe
    with pytest.raises(UpstreamError):
        breaker.ask(6.1)
    breaker.failed(7.0)
    with pytest.raises(UpstreamError):
        breaker.ask(11.9)
    breaker.ask(12.0)
    breaker.worked()
    breaker.ask(12.0)


def test_failures_with_successes_between_are_none_in_a_row() -> None:
    breaker = Breaker(limit=2, rest=5)
    for now in range(10):
        breaker.ask(now)
        breaker.failed(now)
        breaker.worked()


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (failures.unreachable("x"), 3),
        (failures.incomplete("x"), 3),
        (failures.reported(500, {}), 3),
        (failures.reported(503, {}, retry_after=1), 3),
        (failures.reported(503, {}, retry_after=30), 1),
        (failures.reported(429, {}), 1),
        (failures.reported(400, {}), 1),
        (failures.reported(401, {}), 1),
        (failures.timed_out("word", 1), 1),
        (failures.malformed("x"), 1),
        (failures.too_long(1), 1),
    ],
)
async def test_what_is_tried_again(error: UpstreamError, tries: int) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    tried = 0

    async def attempt() -> None:
        nonlocal tried
        tried += 1
        raise error

    attempts = Attempts(2, 0.2, sleep=sleep, jitter=lambda: 0.5)
    with pytest.raises(UpstreamError) as failed:
        await attempts.run(attempt)
    assert failed.value is error
    assert tried == tries
    assert slept == [0.2] * (tries - 1)


async def test_a_call_that_never_left_says_nothing_about_the_model() -> None:
    async def attempt() -> None:
        raise failures.crowded(1)

    attempts = Attempts(2, 0.2)
    for _ in range(20):
        with pytest.raises(UpstreamError, match="connections"):
            await attempts.run(attempt)


async def test_answers_that_are_too_long_are_no_failures_of_the_model() -> None:
    """Who asks for them must not close the model to everybody."""

    async def attempt() -> None:
        raise failures.too_long(1)

    attempts = Attempts(2, 0.2)
    for _ in range(20):
        with pytest.raises(UpstreamError, match="max_output"):
            await attempts.run(attempt)


# --- waits --------------------------------------------------------------------------------------


async def test_a_wait_that_ends_in_time_expires_nothing() -> None:
    expired = asyncio.Event()
    watch = Watch(0.02, expired.set)
    for _ in range(20):
        watch.begin()
        await asyncio.sleep(0.002)
        watch.end()
    await asyncio.sleep(0.05)  # nobody waits now
    assert not expired.is_set()
    watch.close()


async def test_a_wait_that_does_not_end_expires() -> None:
    expired = asyncio.Event()
    watch = Watch(0.02, expired.set)
    await asyncio.sleep(0.03)  # the timer fired once while nobody waited
    watch.begin()
    await asyncio.wait_for(expired.wait(), 5)


async def test_a_closed_watch_expires_nothing() -> None:
    expired = asyncio.Event()
    watch = Watch(0.01, expired.set)
    watch.begin()
    watch.close()
    await asyncio.sleep(0.03)
    assert not expired.is_set()
