"""Numbers for Prometheus: arithmetic, escaping, bounds; and that they follow the gate."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core import effects as out
from hitl_chat.core import events as into
from hitl_chat.core.policy import Terms
from hitl_chat.core.types import Reason
from hitl_chat.telemetry import Telemetry
from hitl_chat.telemetry.metrics import MOST, Counter, Histogram, render

SAMPLE = re.compile(
    r'[a-z_]+(\{[a-z_]+="([^"\\\n]|\\[\\n"])*"(,[a-z_]+="([^"\\\n]|\\[\\n"])*")*\})? [0-9.e+-]+'
)


def samples(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_a_counter_reads_as_written() -> None:
    counter = Counter("c_total", "Things.", "kind")
    counter.add("a")
    counter.add("a", by=2.5)
    assert render([counter]) == (
        '# HELP c_total Things.\n# TYPE c_total counter\nc_total{kind="a"} 3.5\n'
    )


def test_a_counter_without_labels_shows_its_zero() -> None:
    assert samples(render([Counter("c_total", "Things.")])) == {"c_total": 0}


@given(st.lists(st.floats(0, 100), min_size=1))
def test_a_histogram_counts_every_value_once_and_in_order(values: list[float]) -> None:
    histogram = Histogram("h", "Waits.", bounds=(1.0, 10.0))
    for value in values:
        histogram.observe(value)
    found = samples(render([histogram]))
    for bound, le in ((1.0, "1"), (10.0, "10"), (math.inf, "+Inf")):
        assert found[f'h_bucket{{le="{le}"}}'] == sum(value <= bound for value in values)
    assert found["h_count"] == len(values)
    assert math.isclose(found["h_sum"], sum(values), rel_tol=1e-9, abs_tol=1e-9)


@given(st.text())
def test_no_label_can_forge_a_line(label: str) -> None:
    counter = Counter("c_total", "Things.", "kind")
    counter.add(label)
    (line,) = [line for line in render([counter]).split("\n") if line and line[0] != "#"]
    assert SAMPLE.fullmatch(line)


def test_labels_cannot_grow_without_bound() -> None:
    counter = Counter("c_total", "Things.", "kind")
    for number in range(MOST + 1000):
        counter.add(str(number))
    assert len(counter.values) == MOST + 1
    assert counter.values[("other",)] == 1000


def test_the_gate_s_events_and_effects_are_counted() -> None:
    telemetry = Telemetry()
    reason = Reason("r1", "patterns:r1", "matched")
    telemetry.effects(
        [
            out.Release("0/content", 5),
            out.OpenHold((reason,), Terms(rules=("r1", "r2")), "streaming", ()),
            out.Watched((reason, reason)),
            out.RunChecks(frozenset({"judge"})),
            out.CustomerLeft("keep"),
            out.Correct("sorry"),
            out.Finish("model"),
        ]
    )
    for event in (
        into.Delta("0/content", "text", 4),
        into.CheckFailed("judge", "died"),
        into.Failed("upstream_timeout"),
        into.TakenOver("ana", "Ana"),
        into.Decision("edit", "ana"),
        into.Decision("fallback_text", "system:deadline"),
    ):
        telemetry.event(event)
    found = samples(telemetry.text())
    for sample in (
        'hitl_holds_total{rule="r1"}',
        'hitl_holds_total{rule="r2"}',
        'hitl_watched_total{rule="r1"}',
        'hitl_checks_total{check="judge"}',
        'hitl_failed_checks_total{check="judge"}',
        'hitl_failed_models_total{code="upstream_timeout"}',
        'hitl_decisions_total{action="edit",by="person"}',
        'hitl_decisions_total{action="fallback_text",by="deadline"}',
        'hitl_turns_total{ending="model"}',
        "hitl_takeovers_total",
        "hitl_customers_left_total",
        "hitl_corrections_total",
    ):
        assert found[sample] == 1, sample


def test_a_person_s_name_is_no_label() -> None:
    telemetry = Telemetry()
    telemetry.event(into.Decision("approve", "ana"))
    assert "ana" not in telemetry.text()


def test_every_metric_has_its_own_name() -> None:
    telemetry = Telemetry()
    names = [metric.name for metric in telemetry.metrics()]
    assert len(set(names)) == len(names) > 15
    assert all(name.startswith("hitl_") for name in names)
