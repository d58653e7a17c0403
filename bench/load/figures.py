"""The figures of one run of load: counted while it runs, then summed up once, ready for JSON.

Times are kept in seconds while counting and told in milliseconds. Knows nothing of HTTP.
"""

from dataclasses import dataclass, field
from typing import Self

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """How values are spread, in milliseconds."""

    p50: float
    p95: float
    p99: float
    max: float
    mean: float
    n: int

    @classmethod
    def of(cls, seconds: list[float]) -> Self | None:
        if not seconds:
            return None
        ordered = sorted(value * 1e3 for value in seconds)
        last = len(ordered) - 1
        p50, p95, p99 = (
            round(ordered[min(last, int(part * len(ordered)))], 4) for part in (0.5, 0.95, 0.99)
        )
        mean = sum(ordered) / len(ordered)
        return cls(p50, p95, p99, round(ordered[-1], 4), round(mean, 4), len(ordered))


class Figures(msgspec.Struct, frozen=True):
    """One target in one scenario, once; processor and memory are None where /proc is missing."""

    requests: int
    errors: int
    wrong: int
    unfinished: int
    first_error: str
    seconds: float
    tokens: int
    latency_ms: Spread | None
    ttft_ms: Spread | None
    hold_ms: Spread | None
    cpu_s: float | None = None
    rss_mib: float | None = None

    @property
    def rps(self) -> float:
        return self.requests / self.seconds

    @property
    def tokens_per_s(self) -> float:
        return self.tokens / self.seconds

    @property
    def cpu_ms_per_request(self) -> float | None:
        return None if self.cpu_s is None or not self.requests else self.cpu_s * 1e3 / self.requests

    @property
    def cpu_us_per_token(self) -> float | None:
        return None if self.cpu_s is None or not self.tokens else self.cpu_s * 1e6 / self.tokens

    @property
    def not_right(self) -> int:
        """Answers that were changed, failed, or never ended."""
        return self.wrong + self.errors + self.unfinished


@dataclass(slots=True)
class Totals:
    """What has been seen so far; ``expected`` is the number of tokens of every answer."""

    expected: int
    requests: int = 0
    tokens: int = 0
    wrong: int = 0
    errors: int = 0
    unfinished: int = 0
    first_error: str = ""
    latency: list[float] = field(default_factory=list)
    ttft: list[float] = field(default_factory=list)
    hold: list[float] = field(default_factory=list)

    def error(self, text: str) -> None:
        self.errors += 1
        self.note(text)

    def note(self, text: str) -> None:
        self.first_error = self.first_error or text[:300]

    def figures(self, seconds: float) -> Figures:
        return Figures(
            requests=self.requests,
            errors=self.errors,
            wrong=self.wrong,
            unfinished=self.unfinished,
            first_error=self.first_error,
            seconds=round(seconds, 3),
            tokens=self.tokens,
            latency_ms=Spread.of(self.latency),
            ttft_ms=Spread.of(self.ttft),
            hold_ms=Spread.of(self.hold),
        )
