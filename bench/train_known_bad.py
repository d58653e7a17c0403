"""Learns the weights that `known_bad` ships with, and writes down where they come from.

    .venv/bin/python -m bench.train_known_bad [--data DIR] [--out FILE]

Any folder with these three files will do: with your own, name the result under `weights:` of the
check. The figures in it are those on questions held out. No draft is an entry of its library.
"""

import argparse
import asyncio
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bench.learning import Logistic, folds, learn
from bench.quality_data import DATA, rows
from bench.quality_figures import Judged, interval, roc
from hitl_chat.checks import contrast, known_bad
from hitl_chat.checks.contrast import Contrast, Weights
from hitl_chat.checks.contrast_weights import FILE, File, Origin
from hitl_chat.checks.known import Known
from hitl_chat.checks.library import load
from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.ports import Embedder

DRAFTS = "known_bad_drafts.jsonl"
LIBRARY = ("known_bad_library.jsonl", "known_good_library.jsonl")
SIGNS = np.array([1 if name.startswith("bad") else -1 for name in Contrast._fields])
STRENGTH = 0.3
PARTS = 10
PLACES = 4
SEED = 0
# What share of the answers that the gate lets through is taken to be bad. In the public set it is
# half; with that, an answer for and against which nothing is known would itself be at a half.
PRIOR = 0.3
HOW = (
    f"logistic, L2, C = {STRENGTH}, parts whose weight would have the wrong sign left out, bias "
    f"for {PRIOR:.0%} bad; held_out: {PARTS} parts by question; bench.train_known_bad"
)

Floats = npt.NDArray[np.float64]
Pair = tuple[str, str]  # what the customer wrote, and an answer to it


class Drafts(NamedTuple):
    pairs: Sequence[Pair]
    bad: npt.NDArray[np.bool_]
    groups: Sequence[str]


def drafts(folder: Path) -> Drafts:
    found = list(rows(folder / DRAFTS))
    return Drafts(
        [(row["question"], row["draft"]) for row in found],
        np.array([bool(row["label"]) for row in found]),
        [row["qid"] for row in found],
    )


def embeddings() -> Embeddings:
    """The model of the settings' defaults, with room for all that is looked at here."""
    return Embeddings(Options(store=Path(tempfile.gettempdir()), cache=50_000, timeout=60))


async def contrasts(
    folder: Path, pairs: Sequence[Pair], embedder: Embedder, tick: Callable[[], None] = lambda: None
) -> Floats:
    """What the check weighs of each draft as a whole."""
    known, options = Known(embedder), known_bad.Options()
    await embedder.embed(["ready"])
    await known.hold(load([folder / name for name in LIBRARY]))
    seen = []
    for question, draft in pairs:
        ask, answer = await known.embed([question, draft])
        about = known.asked([ask], options.gate, options.top_k)
        said = contrast.read(question)
        found = known.look(contrast.read(draft), answer, said, about, contrast.UNTRAINED)
        seen.append(found.seen)
        tick()
    return np.array(seen)


def learned(parts: Floats, bad: npt.NDArray[np.bool_]) -> Logistic:
    """Weights none of which has the wrong sign; a part that would have one counts for nothing."""
    kept = np.ones(len(SIGNS), dtype=bool)
    while True:
        found = learn(parts * kept, bad.astype(float), STRENGTH)
        wrong = kept & (found.weights * SIGNS < 0)
        if not wrong.any():
            share = float(bad.mean())
            shift = math.log(PRIOR / (1 - PRIOR)) - math.log(share / (1 - share))
            return Logistic(found.bias + shift, found.weights * kept)
        kept &= ~wrong


def held_out(parts: Floats, told: Drafts) -> Floats:
    """Logits by weights that never saw the question."""
    logits = np.zeros(len(told.bad))
    for out in folds(told.groups, PARTS, SEED):
        logits[out] = learned(parts[~out], told.bad[~out]).logits(parts[out])
    return logits


async def written(folder: Path, source: str, licence: str, today: date, embedder: Embedder) -> File:
    told = drafts(folder)
    parts = await contrasts(folder, told.pairs, embedder)
    found = learned(parts, told.bad)
    area = interval(roc, Judged(told.bad, held_out(parts, told), told.groups))
    worth = dict(zip(Contrast._fields, found.weights.tolist(), strict=True))
    return File(
        Origin(
            rows=source,
            sha256={name: _digest(folder / name) for name in (DRAFTS, *LIBRARY)},
            licence=licence,
            embeddings=embedder.key,
            questions=len(set(told.groups)),
            drafts=len(told.bad),
            bad=int(told.bad.sum()),
            how=HOW,
            date=today,
            held_out={
                "roc": round(area.value, PLACES),
                "low": round(area.low, PLACES),
                "high": round(area.high, PLACES),
            },
        ),
        Weights(
            intercept=round(found.bias, PLACES),
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
    parser.add_argument("--date", type=date.fromisoformat, required=True, help="today's")
    asked = parser.parse_args(arguments)
    for name in (DRAFTS, *LIBRARY):
        if not (asked.data / name).is_file():
            print(f"no {name} in {str(asked.data)!r}: name its folder with --data", file=sys.stderr)
            return 2
    embedder = embeddings()
    try:
        made = asyncio.run(written(asked.data, asked.source, asked.licence, asked.date, embedder))
    except Unavailable as error:
        print(error.message, file=sys.stderr)
        return 2
    finally:
        embedder.close()
    asked.out.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(f"{asked.out}: ROC {made.origin.held_out['roc']:.4f} on questions held out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
