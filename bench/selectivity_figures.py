"""What selectivity costs: from what customers heard to one row for each pack, and a table.

Pure. Delays are told as what is added to *direct*, processor time as what is added to no rules.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean, median

import msgspec

from bench.listening import Heard
from bench.load.figures import Spread
from bench.metering import CheckTime, Cost
from bench.packs import NO_RULES
from bench.tables import NONE, number, table
from bench.targets import DIRECT

HEADER = (
    "pack · strictness | first word p50 / p95 ms | release lag p50 / p95 ms | "
    "out before the last verdict | of a held answer out | model calls | CPU ms/answer | "
    "CPU µs/segment over no rules | a check ms | held of risky | of everyday | wrong"
)
TOGETHER = 1000  # microseconds within which pieces came with one release


class Row(msgspec.Struct, frozen=True):
    """One pack. ``everyday`` answers should pass, ``risky`` ones should be held."""

    pack: str
    strictness: str
    everyday: int
    segments: float  # of an everyday answer
    wrong: int
    problem: str
    stopped: int  # everyday answers that were held
    held: int
    risky: int
    first_ms: Spread | None
    lag_ms: Spread | None
    early: float | None
    left: float | None
    calls: float
    cpu_ms: float | None
    checks: dict[str, CheckTime] = {}


class Selectivity(msgspec.Struct):
    machine: dict[str, str]
    gap_ms: float
    judge_ms: float
    at_once: int
    rows: list[Row]
    not_started: dict[str, str] = {}


def row(
    pack: str,
    strictness: str,
    everyday: Sequence[Heard],
    risky: Sequence[Heard],
    cost: Cost,
) -> Row:
    passed = [heard for heard in everyday if not heard.held and heard.came]
    held = [heard for heard in risky if heard.held]
    bad = [heard for heard in (*everyday, *risky) if not heard.right]
    return Row(
        pack=pack,
        strictness=strictness,
        everyday=len(everyday),
        segments=fmean(heard.talk.segments for heard in everyday),
        wrong=len(bad),
        problem=next((heard.problem or heard.text[-120:] for heard in bad), ""),
        stopped=sum(heard.held for heard in everyday),
        held=len(held),
        risky=len(risky),
        first_ms=Spread.of([(heard.came[0][1] - heard.asked_at) / 1e6 for heard in passed]),
        lag_ms=Spread.of([lag for heard in passed for lag in lags(heard)]),
        early=fmean(map(early, passed)) if passed else None,
        left=fmean(len(heard.text) / len(heard.talk.draft) for heard in held) if held else None,
        calls=cost.calls / len(everyday),
        cpu_ms=None if cost.cpu_s is None else cost.cpu_s * 1000 / len(everyday),
        checks=cost.checks,
    )


def middle(rounds: Sequence[Row]) -> Row:
    """One pack in several rounds: the one whose lag is in the middle, and what is wrong in any."""
    ordered = sorted(rounds, key=lambda one: one.lag_ms.p50 if one.lag_ms else 0.0)
    cpu = [one.cpu_ms for one in rounds if one.cpu_ms is not None]
    return msgspec.structs.replace(
        ordered[len(ordered) // 2],
        wrong=sum(one.wrong for one in rounds),
        problem=next((one.problem for one in rounds if one.problem), ""),
        stopped=max(one.stopped for one in rounds),
        held=min(one.held for one in rounds),
        cpu_ms=median(cpu) if cpu else None,
    )


def lags(heard: Heard) -> Iterator[float]:
    """For every word, the seconds from the model saying it to the customer having all of it."""
    came = iter(heard.came)
    chars, at = next(came, (0, 0))
    for upto, sent_at in heard.sent:
        while chars < upto:
            chars, at = next(came, (upto, 0))
        if at:
            yield (at - sent_at) / 1e6


def early(heard: Heard) -> float:
    """The share of the text that had left before the last release, which the last verdict made."""
    last = heard.came[-1][1]
    before = [chars for chars, at in heard.came if at < last - TOGETHER]
    return before[-1] / len(heard.text) if before else 0.0


def rendered(found: Selectivity) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in found.machine.items())
    by_name = {one.pack: one for one in found.rows}
    direct, bare = by_name.get(DIRECT), by_name.get(NO_RULES)
    setting = (
        f"a word each {found.gap_ms:g} ms, {found.at_once} answers at once, "
        f"a judge's reply after {found.judge_ms:g} ms; {machine}"
    )
    rows = (cells(one, direct, bare) for one in found.rows)
    lines = ["## Selectivity", setting, *table(HEADER, rows)]
    lines += [f"\n{one.pack}: `{one.problem}`" for one in found.rows if one.problem]
    lines += [f"\n{name} did not start: {why}" for name, why in found.not_started.items()]
    return "\n".join(lines)


def cells(one: Row, direct: Row | None, bare: Row | None) -> list[str]:
    times = [check.ms for check in one.checks.values()]
    return [
        one.pack if one.pack in (DIRECT, NO_RULES) else f"{one.pack} · {one.strictness}",
        added(one.first_ms, None if direct is None or one is direct else direct.first_ms),
        added(one.lag_ms, None if direct is None or one is direct else direct.lag_ms),
        share(None if one is direct else one.early),
        share(one.left),
        number(one.calls),
        number(one.cpu_ms),
        number(per_segment(one, bare), 0),
        number(median(times)) if times else NONE,
        f"{one.held}/{one.risky}",
        f"{one.stopped}/{one.everyday}",
        str(one.wrong),
    ]


def added(spread: Spread | None, base: Spread | None) -> str:
    """What is added to *direct*; of itself the plain figures."""
    if spread is None:
        return NONE
    p50, p95 = (base.p50, base.p95) if base else (0.0, 0.0)
    return f"{number(spread.p50 - p50, 1)} / {number(spread.p95 - p95, 1)}"


def per_segment(one: Row, bare: Row | None) -> float | None:
    if bare is None or one.cpu_ms is None or bare.cpu_ms is None or one.pack == DIRECT:
        return None
    return (one.cpu_ms - bare.cpu_ms) * 1000 / one.segments


def share(value: float | None) -> str:
    return NONE if value is None else f"{value:.0%}"
