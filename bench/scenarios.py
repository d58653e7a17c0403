"""The loads a target is put under, by name. Data only: how they are run is in ``measuring.py``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """A load; ``fixed`` scenarios are not shortened by ``--pace``."""

    name: str
    model: str
    stream: bool
    concurrency: int
    seconds: float
    meaning: str
    fixed: bool = False


_STREAMS = "of 100 tokens, 20 ms apart"
_FAST = "of 100 tokens, 1 ms apart"
_LONG = "of 10,000 tokens, 1 ms apart"  # longer than its seconds: each connection has one
_ALL = (
    Scenario("ns1", "mock-t16-g0-f0", False, 1, 2, "whole answers, 1 at a time"),
    Scenario("ns16", "mock-t16-g0-f0", False, 16, 3, "whole answers, 16 at a time"),
    Scenario("ns64", "mock-t16-g0-f0", False, 64, 3, "whole answers, 64 at a time"),
    Scenario("ttft", "mock-t5-g2-f10", True, 1, 3, "short streams, 1 at a time"),
    Scenario("s1", "mock-t100-g20-f0", True, 1, 3.9, f"1 stream {_STREAMS}"),
    Scenario("s50", "mock-t100-g20-f0", True, 50, 3.9, f"50 streams {_STREAMS}"),
    Scenario("s200", "mock-t100-g20-f0", True, 200, 3.9, f"200 streams {_STREAMS}"),
    Scenario("s500", "mock-t100-g20-f0", True, 500, 3.9, f"500 streams {_STREAMS}"),
    Scenario("burst", "mock-t100-g0-f0", True, 16, 3, "streams of 100 tokens, no gap"),
    Scenario("flat100", "mock-t100-g1-f0", True, 8, 3, f"8 streams {_FAST}", fixed=True),
    Scenario("flat10k", "mock-t10000-g1-f0", True, 8, 9, f"8 streams {_LONG}", fixed=True),
)
SCENARIOS = {scenario.name: scenario for scenario in _ALL}
GOALS_NEED = ("ns16", "ns1", "ttft", "s50", "s200", "s500", "flat100", "flat10k")
