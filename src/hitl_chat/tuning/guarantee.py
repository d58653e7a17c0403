"""How far a threshold may be trusted: the exact arithmetic behind a bound on misses.

Learn then test. Of n confirmed-bad answers, drawn as traffic draws them, m lie below a threshold.
If a miss rate of alpha would show so few with probability delta at most, the miss rate is below
alpha with confidence 1 - delta. Pure; knows no file, no check and no rule.
"""

from collections.abc import Sequence
from math import ceil, exp, inf, isfinite, lgamma, log, log1p

from hitl_chat.core.types import Value


class Bound(Value, frozen=True):
    """Hold from `threshold` on: of `bad` bad answers `missed` lie below it."""

    threshold: float
    bad: int
    missed: int


def binomial(successes: int, trials: int, chance: float) -> float:
    """The probability of at most so many successes; exact, by sums of logarithms."""
    if successes >= trials or chance <= 0.0:
        return 1.0
    if chance >= 1.0:
        return 0.0
    terms = [_log_term(k, trials, chance) for k in range(successes + 1)]
    most = max(terms)
    return min(1.0, exp(most) * sum(exp(term - most) for term in terms))


def _log_term(k: int, trials: int, chance: float) -> float:
    ways = lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1)
    return ways + k * log(chance) + (trials - k) * log1p(-chance)


def labels_needed(alpha: float, delta: float) -> int:
    """Bad answers without which no threshold can be bounded: below, even no miss proves nothing."""
    return ceil(log(delta) / log1p(-alpha) - 1e-9)


def bound(scores: Sequence[float], alpha: float, delta: float) -> Bound | None:
    """The highest threshold whose misses are bounded; None: there are too few bad answers."""
    if not all(map(isfinite, scores)):
        msg = "a score that is no finite number"
        raise ValueError(msg)
    ordered = sorted(scores)
    missed = _most_missed(len(ordered), alpha, delta)
    if missed < 0:
        return None
    threshold = ordered[missed] if missed < len(ordered) else inf
    # Equal scores fall on one side: what lies below is counted again.
    return Bound(threshold, len(ordered), sum(score < threshold for score in ordered))


def _most_missed(bad: int, alpha: float, delta: float) -> int:
    missed = -1
    while missed + 1 < bad and binomial(missed + 1, bad, alpha) <= delta:
        missed += 1
    return missed


def differs(one: Sequence[float], other: Sequence[float]) -> float:
    """How surprising it is that both were drawn alike (Kolmogorov-Smirnov): a p-value."""
    if not one or not other:
        return 1.0
    gap = _widest_gap(sorted(one), sorted(other))
    size = len(one) * len(other) / (len(one) + len(other))
    x = gap * (size**0.5 + 0.12 + 0.11 / size**0.5)
    total = 2.0 * sum((-1) ** (k - 1) * exp(-2.0 * k * k * x * x) for k in range(1, 101))
    return 1.0 if x < 0.2 else max(0.0, min(1.0, total))


def _widest_gap(one: Sequence[float], other: Sequence[float]) -> float:
    i = j = 0
    widest = 0.0
    while i < len(one) and j < len(other):
        value = min(one[i], other[j])
        while i < len(one) and one[i] <= value:
            i += 1
        while j < len(other) and other[j] <= value:
            j += 1
        widest = max(widest, abs(i / len(one) - j / len(other)))
    return widest
