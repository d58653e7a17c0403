"""Everything one run of the bench has found, as data: written to JSON, read back, and asked for
medians. Figures are compared between targets of the same run only. Knows nothing of processes.
"""

import statistics
from collections.abc import Callable

import msgspec

from bench.load.figures import Figures, Spread
from bench.targets import DIRECT

Reader = Callable[[Figures], float | None]


class Start(msgspec.Struct, frozen=True):
    """One start of a target: seconds to the first good answer, and the memory then."""

    seconds: float
    rss_mib: float


class GoalRow(msgspec.Struct, frozen=True):
    """One line of the goals table; a value is None where it could not be measured."""

    figure: str
    direct: float | None
    bare: float | None
    ours: float | None
    ratio: float | None
    goal: str
    met: bool | None
    digits: int = 2


class Report(msgspec.Struct):
    """One run. ``runs`` is scenario → target → one entry per round."""

    machine: dict[str, str]
    targets: list[str]
    rounds: int
    pace: float
    runs: dict[str, dict[str, list[Figures]]]
    starts: dict[str, list[Start]] = {}
    not_started: dict[str, str] = {}
    goals: list[GoalRow] = []

    def middle(self, scenario: str, label: str, read: Reader) -> float | None:
        """The median over the rounds of one figure, or None if nobody measured it."""
        runs = self.runs.get(scenario, {}).get(label, [])
        values = [value for value in map(read, runs) if value is not None]
        return statistics.median(values) if values else None

    def added(self, scenario: str, label: str, read: Reader) -> float | None:
        """How much more than going direct."""
        value, direct = (self.middle(scenario, name, read) for name in (label, DIRECT))
        return None if value is None or direct is None else value - direct

    def share(self, scenario: str, label: str, read: Reader) -> float | None:
        """As a part of going direct."""
        return quotient(self.middle(scenario, label, read), self.middle(scenario, DIRECT, read))

    def total(self, scenario: str, label: str, read: Callable[[Figures], int]) -> int | None:
        runs = self.runs.get(scenario, {}).get(label, [])
        return sum(map(read, runs)) if runs else None

    def start_seconds(self, label: str) -> float | None:
        seconds = [start.seconds for start in self.starts.get(label, [])]
        return statistics.median(seconds) if seconds else None


class HeldFigures(msgspec.Struct, frozen=True):
    """What one run found. ``decided_ms`` counts from *sending* the decision: it includes the
    commit and the way there, so it is never less than from commit to first byte."""

    decided_ms: Spread | None
    holds: int
    kib_per_hold: float
    kib_per_stream: float
    restart_s: float
    lost: int
    early: int


def quotient(value: float | None, by: float | None) -> float | None:
    return None if value is None or not by else value / by
