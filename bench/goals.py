"""The goals of ``hitl-chat`` with everything on, and whether one run met them.

Owns which figures are promised and their bounds; how they are measured is not known here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load.figures import Figures, Spread
from bench.report import GoalRow, HeldFigures, Report, quotient
from bench.targets import BARE, DIRECT, OURS

Ask = Callable[[Report, str], float | None]


@dataclass(frozen=True)
class Goal:
    """One promised figure: at most ``bound``, or at least where ``at_least``.

    ``on_direct`` says whether the figure has a meaning without any proxy.
    """

    figure: str
    ask: Ask
    bound: float
    at_least: bool = False
    on_direct: bool = True
    digits: int = 2

    def row(self, report: Report) -> GoalRow:
        direct = self.ask(report, DIRECT) if self.on_direct else None
        bare, ours = self.ask(report, BARE), self.ask(report, OURS)
        return GoalRow(
            figure=self.figure,
            direct=direct,
            bare=bare,
            ours=ours,
            ratio=quotient(ours, bare),
            goal=self.promise,
            met=None if ours is None else self.met(ours),
            digits=self.digits,
        )

    @property
    def promise(self) -> str:
        return promise(self.bound, at_least=self.at_least)

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def promise(bound: float, *, at_least: bool = False) -> str:
    """How a bound is written in a table."""
    if not bound:
        return "0"
    return f"{'≥' if at_least else '≤'} {bound:,g}"


def spread(figures: Figures, name: str) -> Spread | None:
    found: Spread | None = getattr(figures, name)
    return found


def p50(name: str) -> Callable[[Figures], float | None]:
    return lambda figures: found.p50 if (found := spread(figures, name)) else None


def p99(name: str) -> Callable[[Figures], float | None]:
    return lambda figures: found.p99 if (found := spread(figures, name)) else None


def cpu_per_token_by_length(report: Report, label: str) -> float | None:
    """What a token of a long answer costs, as a part of what one of a short answer costs."""
    long, short = (
        report.middle(scenario, label, lambda figures: figures.cpu_us_per_token)
        for scenario in ("flat10k", "flat100")
    )
    return quotient(long, short)


def s500_not_right(report: Report, label: str) -> float | None:
    return report.total("s500", label, lambda figures: figures.not_right)


GOALS = (
    Goal(
        "CPU ms / request, whole answers, 16 at a time",
        lambda report, label: report.middle("ns16", label, lambda run: run.cpu_ms_per_request),
        bound=0.30,
        digits=3,
    ),
    Goal(
        "requests / s, whole answers, 16 at a time",
        lambda report, label: report.middle("ns16", label, lambda run: run.rps),
        bound=2500,
        at_least=True,
        digits=0,
    ),
    Goal(
        "added latency p50, ms, whole answers, 1 at a time",
        lambda report, label: report.added("ns1", label, p50("latency_ms")),
        bound=0.5,
        on_direct=False,
    ),
    Goal(
        "added time to first token p50, ms, 1 at a time",
        lambda report, label: report.added("ttft", label, p50("ttft_ms")),
        bound=0.7,
        on_direct=False,
    ),
    Goal(
        "CPU µs / token, 200 streams",
        lambda report, label: report.middle("s200", label, lambda run: run.cpu_us_per_token),
        bound=50,
        digits=1,
    ),
    Goal(
        "added token hold p50, ms, 50 streams",
        lambda report, label: report.added("s50", label, p50("hold_ms")),
        bound=0.3,
        on_direct=False,
    ),
    Goal(
        "added token hold p99, ms, 50 streams",
        lambda report, label: report.added("s50", label, p99("hold_ms")),
        bound=5,
        on_direct=False,
    ),
    Goal(
        "500 streams: tokens / s as a share of direct",
        lambda report, label: report.share("s500", label, lambda run: run.tokens_per_s),
        bound=0.95,
        at_least=True,
        digits=3,
    ),
    Goal(
        "500 streams: answers wrong, failed or unfinished",
        s500_not_right,
        bound=0,
        digits=0,
    ),
    Goal(
        "first good answer after start, s",
        lambda report, label: report.start_seconds(label),
        bound=1.0,
        on_direct=False,
    ),
    Goal(
        "resident memory at 200 streams, MiB",
        lambda report, label: report.middle("s200", label, lambda run: run.rss_mib),
        bound=120,
        digits=0,
    ),
    Goal(
        "CPU per token, answers of 10,000 tokens : of 100 tokens",
        cpu_per_token_by_length,
        bound=1.0,
    ),
)


def goal_rows(report: Report) -> list[GoalRow]:
    return [goal.row(report) for goal in GOALS]


def held_row(figure: str, value: float | None, bound: float | None, digits: int) -> GoalRow:
    """A figure without a bound is shown to compare with."""
    met = None if value is None or bound is None else value <= bound
    goal = "" if bound is None else promise(bound)
    return GoalRow(figure, None, None, value, None, goal, met, digits)


def held_rows(figures: HeldFigures) -> list[GoalRow]:
    decided = figures.decided_ms
    middle, late = (decided.p50, decided.p99) if decided else (None, None)
    holds = f"{figures.holds:,} open holds"
    return [
        held_row("decision sent to first customer byte p50, ms", middle, 15, 1),
        held_row("decision sent to first customer byte p99, ms", late, 50, 1),
        held_row(f"kill -9 with {holds}: seconds until all are queued", figures.restart_s, 2, 2),
        held_row(f"kill -9 with {holds}: lost", figures.lost, 0, 0),
        held_row(f"kill -9 with {holds}: released early", figures.early, 0, 0),
        held_row("memory of an open hold with its stream, KiB", figures.kib_per_hold, 30, 1),
        held_row("memory of a stream that is merely open, KiB", figures.kib_per_stream, None, 1),
    ]
