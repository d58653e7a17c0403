"""What do rules cost the customer who reads along? One row for each rule pack and strictness.

    python bench/selectivity.py                          all packs, under 90 seconds
    python bench/selectivity.py --packs retail,judge --strictness written,answer --json out.json
    python bench/selectivity.py --show out.json          the table again

The real server, a pretend model that says made-up support answers word by word, and customers over
HTTP. bench/README.md says how to read the table.
"""

import argparse
import re
import sys
from pathlib import Path

import aiohttp
import msgspec
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.packs import FORCED, WRITTEN, known
from bench.selectivity_figures import Selectivity, rendered
from bench.selectivity_run import Plan, run
from bench.speed import names
from bench.starting import DidNotStartError, work_folder


def count(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 9999")
    return int(text)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    packs, strict = dict.fromkeys(known()), dict.fromkeys((WRITTEN, *FORCED))
    add = found.add_argument
    add(
        "--packs",
        type=lambda text: names(text, dict(packs)),
        default=list(packs),
        help=f"comma list of {', '.join(packs)} (default all)",
    )
    add(
        "--strictness",
        type=lambda text: names(text, dict(strict)),
        default=[WRITTEN],
        help=f"of the rule packs: comma list of {', '.join(strict)} (default {WRITTEN})",
    )
    add("--rounds", type=count, default=1, help="times everything is measured (default 1)")
    add("--answers", type=count, default=12, help="everyday answers a pack (default 12)")
    add("--risky", type=count, default=8, help="answers that rules want, a pack (default 8)")
    add("--at-once", type=count, default=12, help="answers at the same time (default 12)")
    add("--gap", type=count, default=5, help="milliseconds between words (default 5)")
    add("--judge", type=count, default=100, help="milliseconds a judge takes (default 100)")
    add("--json", type=Path, metavar="FILE", help="keep every figure here")
    add("--show", type=Path, metavar="FILE", help="print the table of a kept run, measure nothing")
    return found


def measured(options: argparse.Namespace) -> Selectivity:
    plan = Plan(
        packs=options.packs,
        strictness=options.strictness,
        everyday=options.answers,
        risky=options.risky,
        at_once=options.at_once,
        gap=options.gap / 1000,
        judging=options.judge / 1000,
        rounds=options.rounds,
    )
    with work_folder() as folder:
        return uvloop.run(run(plan, folder))


def main() -> int:
    options = parser().parse_args()
    try:
        if options.show:
            found = msgspec.json.decode(options.show.read_bytes(), type=Selectivity)
        else:
            found = measured(options)
    except (DidNotStartError, aiohttp.ClientError) as error:
        print(f"hitl-chat could not be measured: {error}", file=sys.stderr)
        return 1
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    print(rendered(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
