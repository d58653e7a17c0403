"""Learns the weights of the check `consistency` from labelled passages, and writes them down.

    .venv/bin/python -m bench.train_consistency [--data DIR] [--out FILE] [--on DATE]

Reads `consistency_wikibio.jsonl`: drafts in sentences with labels, and ten samples each. Rows count
once, seen with five disjoint pairs of samples. The figures written beside the weights come from
passages held out whole; `held_out` of the file is what to believe, not the fit.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bench.learning import Logistic, folds, learn
from bench.quality_data import DATA, places, rows
from bench.quality_figures import average_precision, average_precision_of_good, roc
from hitl_chat.checks.lexical import FEATURES, features, read
from hitl_chat.checks.lexical_weights import SHIPPED
from hitl_chat.checks.tokens import tokens

PASSAGES = "consistency_wikibio.jsonl"
LICENCE = "MIT; texts CC BY-SA 3.0 (SelfCheckGPT, replication by KAIST-CS584-HCI)"
PAIRS = ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9))
STRENGTH = 0.3
PARTS = 10
SEEDS = range(5)
Floats = npt.NDArray[np.float64]


class Examples(NamedTuple):
    """Labelled segments: their features with each pair of samples, and the passage they are of."""

    seen: tuple[Floats, ...]  # one array for each of `PAIRS`
    bad: npt.NDArray[np.bool_]
    passages: Sequence[str]


def examples(passages: Sequence[Any], pairs: Sequence[tuple[int, ...]] = PAIRS) -> Examples:
    seen: list[list[list[float]]] = [[] for _ in pairs]
    for row in passages:
        samples = [read(sample) for sample in row["samples"]]
        draft = tokens(row["draft"])
        for number, pair in enumerate(pairs):
            chosen = [samples[at] for at in pair]
            seen[number] += [
                features(draft, start, upto, chosen)
                for start, upto in places(row["draft"], row["sentences"])
            ]
    labels = [bool(label) for row in passages for label in row["labels"]]
    names = [row["id"] for row in passages for _ in row["labels"]]
    return Examples(tuple(np.array(one) for one in seen), np.array(labels), names)


def learned(known: Examples, chosen: npt.NDArray[np.bool_]) -> Logistic:
    """From the chosen rows; a risk of a half means as likely as not where half of all is bad."""
    stacked = np.concatenate([one[chosen] for one in known.seen])
    bad = np.tile(known.bad[chosen], len(known.seen)).astype(float)
    found = learn(stacked, bad, STRENGTH, np.full(len(bad), 1 / len(known.seen)))
    share = float(bad.mean())
    return Logistic(found.bias - math.log(share / (1 - share)), found.weights)


def held_out(known: Examples, seed: int, tick: Callable[[], None] = lambda: None) -> list[Floats]:
    """Logits of every row, for each pair, by weights that never saw its passage."""
    logits = [np.zeros(len(known.bad)) for _ in known.seen]
    for out in folds(known.passages, PARTS, seed):
        found = learned(known, ~out)
        for one, seen in zip(logits, known.seen, strict=True):
            one[out] = found.logits(seen[out])
        tick()
    return logits


def figures(known: Examples) -> dict[str, float]:
    """The mean over pairs of samples and over ways to part the passages."""
    measures = {
        "nonfact_auc_pr": average_precision,
        "factual_auc_pr": average_precision_of_good,
        "roc": roc,
    }
    every = [logits for seed in SEEDS for logits in held_out(known, seed)]
    return {
        name: round(float(np.mean([measure(known.bad, logits) for logits in every])), 4)
        for name, measure in measures.items()
    }


def written(known: Examples, source: Path, on: str) -> dict[str, Any]:
    found = learned(known, np.ones(len(known.bad), dtype=bool))
    return {
        "origin": {
            "rows": source.name,
            "sha256": sha256(source.read_bytes()).hexdigest(),
            "licence": LICENCE,
            "groups": len(set(known.passages)),
            "segments": len(known.bad),
            "bad": int(known.bad.sum()),
            "how": f"logistic, L2, C = {STRENGTH}, {len(PAIRS)} pairs of samples, bias for half "
            f"bad; held_out: {PARTS} parts by passage, mean of {len(SEEDS)} partings and all pairs",
            "date": on,
            "held_out": figures(known),
        },
        "bias": round(found.bias, 4),
        "weights": {
            name: round(float(weight), 4)
            for name, weight in zip(FEATURES, found.weights, strict=True)
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.train_consistency", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--on", required=True, help="the date to write down, as 2026-11-20")
    asked = parser.parse_args(arguments)
    source = asked.data / PASSAGES
    if not source.is_file():
        print(f"no {PASSAGES} in {str(asked.data)!r}: name its folder with --data", file=sys.stderr)
        return 2
    weights = written(examples(list(rows(source))), source, asked.on)
    asked.out.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
    print(json.dumps(weights["origin"]["held_out"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
