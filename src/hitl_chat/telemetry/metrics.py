"""Counters, gauges and histograms, and their text for Prometheus.

Owns the arithmetic and the escaping. Must not know what is counted. No label may grow without
bound: beyond `MOST` combinations of a metric, everything new is counted as "other".
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

MOST = 500
OTHER = "other"
SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LONG = (1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)

Labels = tuple[str, ...]


class Counter:
    """Only ever grows. Label values are given in the order of `names`."""

    kind = "counter"

    def __init__(self, name: str, about: str, *names: str) -> None:
        self.name, self.about, self.names = name, about, names
        self.values: dict[Labels, float] = {} if names else {(): 0.0}

    def add(self, *labels: str, by: float = 1.0) -> None:
        key = bounded(self.values, labels)
        self.values[key] = self.values.get(key, 0.0) + by

    def lines(self) -> Iterator[str]:
        for labels, value in sorted(self.values.items()):
            yield line(self.name, self.names, labels, value)


class Gauge:
    """Where something stands; nothing before anybody said so."""

    kind = "gauge"

    def __init__(self, name: str, about: str) -> None:
        self.name, self.about = name, about
        self.value: float | None = None

    def set(self, value: float) -> None:
        self.value = value

    def lines(self) -> Iterator[str]:
        if self.value is not None:
            yield line(self.name, (), (), self.value)


class Histogram:
    """How often a value was at most so large."""

    kind = "histogram"

    def __init__(self, name: str, about: str, *names: str, bounds: Sequence[float] = SHORT) -> None:
        self.name, self.about, self.names, self.bounds = name, about, names, bounds
        self.counts: dict[Labels, list[int]] = {}
        self.sums: dict[Labels, float] = {}

    def observe(self, value: float, *labels: str) -> None:
        key = bounded(self.counts, labels)
        counts = self.counts.setdefault(key, [0] * (len(self.bounds) + 1))
        counts[bisect_left(self.bounds, value)] += 1
        self.sums[key] = self.sums.get(key, 0.0) + value

    def lines(self) -> Iterator[str]:
        names = (*self.names, "le")
        for labels, counts in sorted(self.counts.items()):
            total = 0
            for bound, count in zip((*self.bounds, float("inf")), counts, strict=True):
                total += count
                le = "+Inf" if bound == float("inf") else f"{bound:g}"
                yield line(f"{self.name}_bucket", names, (*labels, le), total)
            yield line(f"{self.name}_sum", self.names, labels, self.sums[labels])
            yield line(f"{self.name}_count", self.names, labels, total)


Metric = Counter | Gauge | Histogram


def render(metrics: Sequence[Metric]) -> str:
    return "".join(
        f"# HELP {metric.name} {metric.about}\n# TYPE {metric.name} {metric.kind}\n"
        + "".join(f"{text}\n" for text in metric.lines())
        for metric in metrics
    )


def line(name: str, names: Labels, labels: Labels, value: float) -> str:
    pairs = ",".join(f'{n}="{escaped(v)}"' for n, v in zip(names, labels, strict=True))
    number = float(value)
    shown = f"{number:.0f}" if number.is_integer() else repr(number)
    return f"{name}{{{pairs}}} {shown}" if pairs else f"{name} {shown}"


def escaped(label: str) -> str:
    """A label cannot end its own quotes, nor its line."""
    plain = label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return "".join(mark if mark.isprintable() else "?" for mark in plain)


def bounded(known: "dict[Labels, float] | dict[Labels, list[int]]", labels: Labels) -> Labels:
    return labels if labels in known or len(known) < MOST else (OTHER,) * len(labels)
