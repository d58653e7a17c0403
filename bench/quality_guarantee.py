"""Does the certificate keep what it promises? A simulation, and the case where it must fail.

Draws labelled answers again and again, calibrates on each draw, and measures the true miss rate of
every threshold on answers never seen. While tomorrow is like today, more than alpha is missed in a
share of delta of all draws at most. When bad answers change, it fails: that is what drift is for.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from bench.quality_section import Figure, Section, Tick
from hitl_chat.tuning.guarantee import bound, differs

ALPHA = DELTA = 0.1
DRAWS = 400
BAD = 80  # bad answers in each draw
UNSEEN = 20_000  # answers the true miss rate is measured on
DRIFT = 0.12  # how much less suspicious bad answers look after it
RECENT = 300


def bad_scores(draw: random.Random, number: int, less: float = 0.0) -> list[float]:
    return [min(1.0, max(0.0, draw.gauss(0.7 - less, 0.18))) for _ in range(number)]


def thresholds(draw: random.Random) -> Iterator[tuple[float, list[float]]]:
    for _ in range(DRAWS):
        scores = bad_scores(draw, BAD)
        found = bound(scores, ALPHA, DELTA)
        if found is not None:
            yield found.threshold, scores


def measure(_folder: Path, tick: Tick) -> list[Section]:
    draw = random.Random(11)
    unseen = {less: sorted(bad_scores(draw, UNSEEN, less)) for less in (0.0, DRIFT)}
    broken, noticed, false_alarms, done = {0.0: 0, DRIFT: 0}, 0, 0, 0
    for threshold, scores in thresholds(draw):
        for less, fresh in unseen.items():
            missed = sum(score < threshold for score in fresh) / UNSEEN
            broken[less] += missed > ALPHA
        noticed += differs(scores, bad_scores(draw, RECENT, DRIFT)) < 0.001
        false_alarms += differs(scores, bad_scores(draw, RECENT)) < 0.001
        done += 1
        tick(done, DRAWS)
    figures = [
        Figure(
            f"more than {ALPHA:.0%} missed (at most {DELTA:.0%} allowed)", broken[0.0] / done, done
        ),
        Figure("the same after drift: the promise is broken", broken[DRIFT] / done, done),
        Figure("drift noticed from 300 recent answers", noticed / done, done),
        Figure("drift called though there was none", false_alarms / done, done),
    ]
    return [
        Section(
            f"guarantee: {DRAWS} simulated calibrations, {BAD} bad answers each", figures=figures
        )
    ]
