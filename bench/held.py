"""What does holding cost? From a decision to the customer's first byte, memory, a kill -9.

python bench/held.py                      1000 holds, 200 decisions
python bench/held.py --holds 50 --json held.json
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import aiohttp
import msgspec
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import ours
from bench.customers import NotWaitingError
from bench.desk import DeskError
from bench.holding import Holding, Product
from bench.report import HeldFigures
from bench.starting import (
    Cores,
    DidNotStartError,
    free_port,
    mock_model,
    running_on,
    started,
    work_folder,
)
from bench.tables import rendered_held

RULES = Path(__file__).with_name("held_rules.yaml")


def measured(folder: Path, holds: int, decisions: int) -> HeldFigures:
    cores = Cores.of_this_machine()
    model = mock_model(free_port())
    with started(model, folder / "model.log", cores.model), running_on(cores.client):
        launch = ours.launch(folder, model.target.url, free_port(), RULES.read_text())
        product = Product(launch, partial(ours.sign_in_link, folder))
        holding = Holding(product, folder / "server.log", cores)
        try:
            return uvloop.run(holding.run(holds, decisions))
        finally:
            holding.stop()


def count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("--holds", type=count, default=1000, help="open at once (default 1000)")
    found.add_argument("--decisions", type=count, default=200, help="one by one (default 200)")
    found.add_argument("--json", type=Path, metavar="FILE", help="keep every figure here")
    return found


def main() -> int:
    options = parser().parse_args()
    try:
        with work_folder() as folder:
            figures = measured(folder, options.holds, options.decisions)
    except (DidNotStartError, DeskError, NotWaitingError, aiohttp.ClientError) as error:
        print(f"hitl-chat could not be measured: {error}", file=sys.stderr)
        return 1
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    print(rendered_held(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
