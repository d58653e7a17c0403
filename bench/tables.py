"""A report as Markdown: the goals first, then one table for each scenario. Pure text."""

from collections.abc import Iterable, Iterator

from bench.goals import held_rows, p50, p99
from bench.load.figures import Figures
from bench.report import GoalRow, HeldFigures, Reader, Report
from bench.scenarios import SCENARIOS, Scenario
from bench.targets import BARE, OURS

NONE = "–"  # noqa: RUF001 - a dash is what a reader of a table expects


def number(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:,.{digits}f}"


def table(header: str, rows: Iterable[list[str]]) -> list[str]:
    """A Markdown table; the first column is text, the others are numbers."""
    columns = header.count("|") + 1
    lines = [f"| {header} |", "|---|" + "---:|" * (columns - 1)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def rendered(report: Report) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    parts = [
        "## Goals",
        f"{report.rounds} round(s), pace {report.pace:g}; {machine}",
        *table(
            f"figure | direct | {BARE} | {OURS} | {OURS} : {BARE} | goal | met",
            (goal_cells(row) for row in report.goals),
        ),
    ]
    parts += [f"\n{label} did not start: {why}" for label, why in report.not_started.items()]
    if report.starts:
        parts += ["\n### Start", *table("target | first good answer s | RSS MiB", starts(report))]
    for name in report.runs:
        parts += scenario_table(report, SCENARIOS[name])
    return "\n".join(parts)


def goal_cells(row: GoalRow) -> list[str]:
    values = [number(value, row.digits) for value in (row.direct, row.bare, row.ours)]
    return [row.figure, *values, number(row.ratio), row.goal, met(row)]


def met(row: GoalRow) -> str:
    return NONE if row.met is None else "yes" if row.met else "**no**"


def starts(report: Report) -> Iterator[list[str]]:
    for label, runs in report.starts.items():
        seconds = number(report.start_seconds(label))
        yield [label, seconds, number(max(run.rss_mib for run in runs), 0)]


def scenario_table(report: Report, scenario: Scenario) -> list[str]:
    lines = [f"\n### {scenario.name}: {scenario.meaning}"]
    if scenario.stream:
        header = (
            "target | tokens/s | of direct | TTFT p50 / p99 ms | added p50 / p99 | "
            "token hold p50 / p99 ms | added p50 / p99 | CPU µs/token | CPU ms/answer"
        )
    else:
        header = (
            "target | requests/s | of direct | latency p50 / p99 ms | added p50 / p99 | "
            "CPU ms/request"
        )
    header += " | RSS MiB | ok | wrong | errors | unfinished"
    cells = stream_cells if scenario.stream else whole_cells
    by_label = report.runs[scenario.name]
    lines += table(
        header,
        (
            [label, *cells(report, scenario.name, label), *counts(report, scenario.name, label)]
            for label in by_label
        ),
    )
    for label, runs in by_label.items():
        problem = next((run.first_error for run in runs if run.first_error), "")
        if problem:
            lines.append(f"\n{label}: `{problem[:160]}`")
    return lines


def pair(report: Report, scenario: str, label: str, name: str) -> list[str]:
    """p50 / p99, and how much more than direct each is."""
    readers = (p50(name), p99(name))
    own = [number(report.middle(scenario, label, read)) for read in readers]
    added = [number(report.added(scenario, label, read)) for read in readers]
    return [" / ".join(own), " / ".join(added)]


def speed(report: Report, scenario: str, label: str, read: Reader) -> list[str]:
    share = report.share(scenario, label, read)
    return [number(report.middle(scenario, label, read), 0), number(share, 3)]


def stream_cells(report: Report, scenario: str, label: str) -> list[str]:
    return [
        *speed(report, scenario, label, lambda run: run.tokens_per_s),
        *pair(report, scenario, label, "ttft_ms"),
        *pair(report, scenario, label, "hold_ms"),
        number(report.middle(scenario, label, lambda run: run.cpu_us_per_token), 1),
        number(report.middle(scenario, label, lambda run: run.cpu_ms_per_request)),
    ]


def whole_cells(report: Report, scenario: str, label: str) -> list[str]:
    return [
        *speed(report, scenario, label, lambda run: run.rps),
        *pair(report, scenario, label, "latency_ms"),
        number(report.middle(scenario, label, lambda run: run.cpu_ms_per_request), 3),
    ]


def counts(report: Report, scenario: str, label: str) -> list[str]:
    def total(figures: Figures, name: str) -> int:
        value: int = getattr(figures, name)
        return value

    runs = report.runs[scenario][label]
    names = ("requests", "wrong", "errors", "unfinished")
    memory = number(report.middle(scenario, label, lambda run: run.rss_mib), 0)
    return [memory, *(f"{sum(total(run, name) for run in runs):,}" for name in names)]


def rendered_held(figures: HeldFigures) -> str:
    rows = (
        [row.figure, number(row.ours, row.digits), row.goal, met(row)] for row in held_rows(figures)
    )
    return "\n".join(["## Holding", *table("figure | hitl-chat | goal | met", rows)])
