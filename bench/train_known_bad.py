"""Learns the weights that `known_bad` ships with, and writes down where they come from.

    .venv/bin/python -m bench.train_known_bad [--data DIR] [--out FILE]

Any folder with the files of `bench.quality_known_bad` will do: with your own, name the result
under `weights:` of the check. The figures in it are those on questions held out.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from bench.fitting import FOLDS, STRENGTH, cross_validated, fit, roc, spread
from bench.quality_known_bad import DATA, DRAFTS, LIBRARY, SIGNS, contrasts, drafts, embeddings
from hitl_chat.checks.contrast import Contrast, Weights
from hitl_chat.checks.contrast_weights import FILE, File, Origin
from hitl_chat.ports import Embedder

HOW = (
    f"L2 logistic (strength {STRENGTH} on standardised parts), no weight with the wrong sign, "
    f"{FOLDS}-fold cross-validation by question; bench.train_known_bad"
)
PLACES = 4


async def learned(folder: Path, source: str, licence: str, today: date, embedder: Embedder) -> File:
    told = drafts(folder)
    parts = await contrasts(folder, told.pairs, embedder)
    fitted = fit(parts, told.labels, SIGNS)
    apart = cross_validated(parts, told.labels, told.groups, SIGNS)
    low, high = spread(told.labels, apart, told.groups)
    held_out = {"roc": roc(told.labels, apart), "low": low, "high": high}
    worth = dict(zip(Contrast._fields, fitted.weights.tolist(), strict=True))
    return File(
        Origin(
            rows=source,
            sha256={name: _digest(folder / name) for name in (DRAFTS, *LIBRARY)},
            licence=licence,
            embeddings=embedder.key,
            questions=len(set(told.groups)),
            drafts=len(told.labels),
            bad=int(told.labels.sum()),
            how=HOW,
            date=today,
            held_out={name: round(value, PLACES) for name, value in held_out.items()},
        ),
        Weights(
            intercept=round(fitted.bias, PLACES),
            **{name: round(value, PLACES) for name, value in worth.items()},
        ),
    )


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.train_known_bad", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--source", default="TruthfulQA, development rows")
    parser.add_argument("--licence", default="Apache-2.0")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today())  # noqa: DTZ011 (for people)
    asked = parser.parse_args(arguments)
    if not (asked.data / DRAFTS).is_file():
        print(f"no {DRAFTS} in {str(asked.data)!r}: name its folder with --data", file=sys.stderr)
        return 2
    embedder = embeddings()
    try:
        made = asyncio.run(learned(asked.data, asked.source, asked.licence, asked.date, embedder))
    finally:
        embedder.close()
    asked.out.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(f"{asked.out}: ROC {made.origin.held_out['roc']:.4f} on questions held out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
