"""How fast is hitl-chat? Prints the goals and every figure behind them.

    python bench/speed.py --quick                    under two minutes
    python bench/speed.py --rounds 5 --json out.json
    python bench/speed.py --show out.json            the tables again

bench/README.md says how to read the tables and how to compare with other gateways.
"""

import argparse
import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.baselines import APPS
from bench.peers import PEERS
from bench.report import Report
from bench.scenarios import GOALS_NEED, SCENARIOS
from bench.session import Plan, run
from bench.tables import rendered
from bench.targets import BARE, BadTargetError, Target, parse_target

QUICK_PACE = 0.5


def names(text: str, known: dict[str, object]) -> list[str]:
    """A comma list of known names; ``all`` is all of them."""
    wanted = list(known) if text == "all" else text.split(",")
    unknown = [name for name in wanted if name not in known]
    if unknown:
        known_names = ", ".join(known)
        raise argparse.ArgumentTypeError(f"unknown {unknown[0]!r}: known are {known_names}")
    return wanted


def target(text: str) -> Target:
    try:
        return parse_target(text)
    except BadTargetError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def peer(text: str) -> str:
    names(text.partition("=")[0], dict(PEERS))
    return text


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = found.add_argument
    add("--quick", action="store_true", help="the scenarios of the goals, at half length")
    add("--rounds", type=int, help="times everything is measured (default 3, quick 1)")
    add("--pace", type=float, help="times the length of each scenario (default 1, quick 0.5)")
    add(
        "--scenarios",
        type=lambda text: names(text, dict(SCENARIOS)),
        help=f"comma list of {', '.join(SCENARIOS)}",
    )
    add(
        "--baselines",
        type=lambda text: names(text, dict(APPS)),
        default=[BARE],
        help=f"comma list of {', '.join(APPS)}, or all",
    )
    add("--target", action="append", type=target, default=[], help=parse_target.__doc__)
    add(
        "--peer",
        action="append",
        type=peer,
        default=[],
        metavar="NAME[=FOLDER]",
        help=f"start one of {', '.join(PEERS)} from its own folder and measure it too",
    )
    add("--model-port", type=int, default=0, help="port of the pretend model (default: a free one)")
    add("--json", type=Path, metavar="FILE", help="keep every figure here")
    add("--show", type=Path, metavar="FILE", help="print the tables of a kept run, measure nothing")
    return found


def plan(options: argparse.Namespace) -> Plan:
    default_scenarios = GOALS_NEED if options.quick else list(SCENARIOS)
    rounds = options.rounds or (1 if options.quick else 3)
    return Plan(
        scenarios=options.scenarios or default_scenarios,
        rounds=rounds,
        pace=options.pace or (QUICK_PACE if options.quick else 1.0),
        baselines=options.baselines,
        peers=options.peer,
        targets=options.target,
        model_port=options.model_port,
        starts=min(rounds, 3),
    )


def main() -> None:
    options = parser().parse_args()
    if options.show:
        report = msgspec.json.decode(options.show.read_bytes(), type=Report)
    else:
        report = run(plan(options))
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    print(rendered(report))


if __name__ == "__main__":
    main()
