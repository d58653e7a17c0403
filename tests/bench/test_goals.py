"""The goals table says what one run found, and never claims what was not measured."""

import msgspec
import pytest

from bench.goals import goal_rows
from bench.load.figures import Figures, Spread
from bench.report import GoalRow, Report, Start
from bench.scenarios import GOALS_NEED
from bench.tables import rendered
from bench.targets import BARE, DIRECT, OURS


def spread(p50: float) -> Spread:
    return Spread(p50=p50, p95=p50, p99=p50 * 4, max=p50, mean=p50, n=1)


def figures(cpu_s: float, ms: float, wrong: int = 0, rss_mib: float = 50) -> Figures:
    return Figures(
        requests=1000,
        errors=0,
        wrong=wrong,
        unfinished=0,
        first_error="",
        seconds=0.25,
        tokens=16000,
        latency_ms=spread(ms),
        ttft_ms=spread(ms),
        hold_ms=spread(ms),
        cpu_s=cpu_s,
        rss_mib=rss_mib,
    )


def report(**runs: list[Figures]) -> Report:
    """Every scenario has the same runs; names are those of targets, with _ for -."""
    by_label = {label.replace("hitl_chat", OURS): found for label, found in runs.items()}
    found = Report(
        machine={"python": "3"},
        targets=list(by_label),
        rounds=1,
        pace=1.0,
        runs=dict.fromkeys(GOALS_NEED, by_label),
        starts={label: [Start(0.5, 40)] for label in by_label if label != DIRECT},
    )
    found.goals = goal_rows(found)
    return found


def by_figure(found: Report) -> dict[str, GoalRow]:
    return {row.figure: row for row in found.goals}


def test_a_run_that_meets_every_goal() -> None:
    found = report(
        direct=[figures(0.02, 0.1)],
        asgi_aiohttp=[figures(0.1, 0.2)],
        hitl_chat=[figures(0.2, 0.3)],
    )
    assert [row.figure for row in found.goals if not row.met] == []
    cpu = by_figure(found)["CPU ms / request, whole answers, 16 at a time"]
    assert (cpu.direct, cpu.bare, cpu.ours) == pytest.approx((0.02, 0.1, 0.2))
    assert cpu.ratio == pytest.approx(2)
    assert (cpu.goal, cpu.met) == ("≤ 0.3", True)
    latency = by_figure(found)["added latency p50, ms, whole answers, 1 at a time"]
    assert latency.direct is None
    assert latency.ours == pytest.approx(0.2)


def test_a_run_that_misses_says_no() -> None:
    found = report(
        direct=[figures(0.02, 0.1)],
        asgi_aiohttp=[figures(0.1, 0.2)],
        hitl_chat=[figures(2.0, 9.0, wrong=1, rss_mib=200)],
    )
    missed = [row.figure for row in found.goals if row.met is False]
    assert "CPU µs / token, 200 streams" in missed
    assert "500 streams: answers wrong, failed or unfinished" in missed
    assert "resident memory at 200 streams, MiB" in missed
    assert "| **no** |" in rendered(found)


def test_the_median_of_the_rounds_counts() -> None:
    runs = [figures(cpu, 0.1) for cpu in (0.1, 0.2, 9.0)]
    found = report(direct=[figures(0.02, 0.1)], asgi_aiohttp=runs, hitl_chat=runs)
    row = by_figure(found)["CPU ms / request, whole answers, 16 at a time"]
    assert row.ours == pytest.approx(0.2)


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    found = report(direct=[figures(0.02, 0.1)], asgi_aiohttp=[figures(0.1, 0.2)])
    found.not_started[OURS] = "port taken"
    assert {row.met for row in found.goals} == {None}
    text = rendered(found)
    assert "hitl-chat did not start: port taken" in text
    assert "| **no** |" not in text
    assert "| yes |" not in text


def test_without_processor_figures_the_rest_is_still_told() -> None:
    bare = msgspec.structs.replace(figures(0, 0.2), cpu_s=None, rss_mib=None)
    found = report(direct=[bare], asgi_aiohttp=[bare], hitl_chat=[bare])
    rows = by_figure(found)
    assert rows["CPU µs / token, 200 streams"].met is None
    assert rows["500 streams: tokens / s as a share of direct"].met is True


def test_a_report_survives_json() -> None:
    found = report(direct=[figures(0.02, 0.1)], asgi_aiohttp=[figures(0.1, 0.2)])
    again = msgspec.json.decode(msgspec.json.encode(found), type=Report)
    assert rendered(again) == rendered(found)
    assert BARE in rendered(again)
