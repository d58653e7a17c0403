"""How well the check `known_bad` tells wrong answers from right ones, and what it holds in vain.

    .venv/bin/python -m bench.quality_known_bad [--data DIR] [--json FILE]

Reads `known_bad_*.jsonl` and `support_benign.jsonl` from DIR, by default ../shared/data; copies
nothing. No draft is an entry of its library. Trained rows come from ten-fold cross-validation that
never has one question on both sides. Needs an embedding model: `hitl-chat models`.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bench.fitting import cross_validated, roc, spread
from hitl_chat.checks import contrast, contrast_weights, known_bad
from hitl_chat.checks.contrast import Contrast
from hitl_chat.checks.known import Known
from hitl_chat.checks.library import Entry, line, load
from hitl_chat.checks.means import NOTHING
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.ports import Asked, Asker, Embedder, Prompts

DATA = Path(__file__).parents[2] / "shared" / "data"
DRAFTS, BENIGN = "known_bad_drafts.jsonl", "support_benign.jsonl"
LIBRARY = ("known_bad_library.jsonl", "known_good_library.jsonl")
HOLD = 0.7
SIGNS = tuple(1 if name.startswith("bad") else -1 for name in Contrast._fields)
NUMBER = re.compile(r"\d+")

Floats = npt.NDArray[np.float64]
Pair = tuple[str, str]  # what the customer wrote, and an answer to it


class Row(NamedTuple):
    """One figure; `low`, `high`: 95 %, drawn by question, where that makes sense."""

    data: str
    figure: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None


class Means(NamedTuple):
    """`ports.Means`: an embedder, nothing else."""

    embedder: Embedder
    asker: Asker = NOTHING
    prompts: Prompts = NOTHING
    folder: Path = Path()


class Drafts(NamedTuple):
    pairs: Sequence[Pair]
    labels: Floats
    groups: Sequence[str]


def read(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(one) for one in lines]


def drafts(folder: Path) -> Drafts:
    found = read(folder / DRAFTS)
    return Drafts(
        [(row["question"], row["draft"]) for row in found],
        np.array([float(row["label"]) for row in found]),
        [row["qid"] for row in found],
    )


def embeddings() -> Embeddings:
    """The model of the settings' defaults, with room for all that is looked at here."""
    return Embeddings(Options(store=Path(tempfile.gettempdir()), cache=50_000, timeout=60))


# --- the check at work ------------------------------------------------------------------------


async def contrasts(folder: Path, pairs: Iterable[Pair], embedder: Embedder) -> Floats:
    """What the check weighs of each draft as a whole."""
    known = Known(embedder)
    await embedder.embed(["ready"])
    await known.hold(load([folder / name for name in LIBRARY]))
    seen = []
    options = known_bad.Options()
    for question, draft in pairs:
        ask, answer = await known.embed([question, draft])
        about = known.asked([ask], options.gate, options.top_k)
        said = contrast.read(question)
        found = known.look(contrast.read(draft), answer, said, about, contrast.UNTRAINED)
        seen.append(found.seen)
    return np.array(seen)


async def scores(
    files: Sequence[Path], pairs: Iterable[Pair], embedder: Embedder, **options: object
) -> Floats:
    """As a rule gets to see them."""
    means = Means(embedder)
    written = {"library": [str(file.absolute()) for file in files], **options}
    check = known_bad.build("known_bad", known_bad.Options.model_validate(written), means)
    await check.prepare()
    found = []
    for question, draft in pairs:
        asked = Asked([{"role": "user", "content": question}], {CONTENT: draft}, final=True)
        said = await check.judge(asked)
        assert isinstance(said, Verdict), said
        found.append(said.score)
    return np.array(found)


def misremembered(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A library of made-up mistakes: the same answers with other numbers. Synthetic."""
    for row in rows:
        wrong = NUMBER.sub(lambda found: str(int(found[0]) + 7), row["draft"])
        if wrong != row["draft"] and row["context"].strip():
            yield line(Entry(row["id"], row["context"], bad=wrong, good=row["draft"]))


# --- figures ----------------------------------------------------------------------------------


async def rows(folder: Path, embedder: Embedder | None = None) -> list[Row]:
    """Every figure; without an embedder, by the model that is installed."""
    if embedder is not None:
        return [row async for row in _rows(folder, embedder)]
    own = embeddings()
    try:
        return await rows(folder, own)
    finally:
        await asyncio.to_thread(own.close)


async def _rows(folder: Path, embedder: Embedder) -> AsyncIterator[Row]:
    told, files = drafts(folder), [folder / name for name in LIBRARY]
    parts = await contrasts(folder, told.pairs, embedder)
    trained = cross_validated(parts, told.labels, told.groups, SIGNS)
    untrained = await scores(files, told.pairs, embedder, weights=contrast_weights.NONE)
    for name, scored in (
        ("control: likeness to a bad answer alone", parts[:, 0]),
        ("untrained", untrained),
        ("trained, questions held out", trained),
    ):
        low, high = spread(told.labels, scored, told.groups)
        yield Row(DRAFTS, f"{name}: ROC", roc(told.labels, scored), len(scored), low, high)
        for share in (0.05, 0.10):
            caught = _caught(told.labels, scored, share)
            yield Row(DRAFTS, f"{name}: recall at {share:.0%} false holds", caught, len(scored))
    bad, right = trained[told.labels == 1] >= HOLD, trained[told.labels == 0] >= HOLD
    yield Row(DRAFTS, f"trained: recall at {HOLD}", float(bad.mean()), len(bad))
    yield Row(DRAFTS, f"trained: false holds at {HOLD}", float(right.mean()), len(right))
    benign = [row for row in read(folder / BENIGN) if row["draft"].strip()]
    apart = await scores(files, _pairs(benign), embedder)
    yield Row(BENIGN, f"false holds at {HOLD}", float((apart >= HOLD).mean()), len(apart))
    inside = await _own_domain(benign, embedder)
    figure = f"false holds at {HOLD}, made-up mistakes of the same shops as library (synthetic)"
    yield Row(BENIGN, figure, float((inside >= HOLD).mean()), len(inside))


async def _own_domain(benign: Sequence[Mapping[str, Any]], embedder: Embedder) -> Floats:
    """Each half against a library made of the other one."""
    halves = benign[::2], benign[1::2]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{at}.jsonl") for at in range(len(halves))]
        for file, half in zip(files, halves, strict=True):
            file.write_bytes(b"".join(misremembered(half)))
        found = [
            await scores([file], _pairs(half), embedder)
            for file, half in zip(files, halves[::-1], strict=True)
        ]
    return np.concatenate(found)


def _pairs(rows: Iterable[Mapping[str, Any]]) -> list[Pair]:
    return [(row["context"], row["draft"]) for row in rows]


def _caught(labels: Floats, scored: Floats, share: float) -> float:
    """Recall where `share` of the good rows are held at most."""
    good = np.sort(scored[labels == 0])[::-1]
    return float((scored[labels == 1] > good[int(share * len(good))]).mean())


def rendered(found: Iterable[Row]) -> str:
    lines = ["| data | figure | value | 95 % | n |", "|---|---|---:|---:|---:|"]
    for row in found:
        band = "" if row.low is None else f"{row.low:.3f} to {row.high:.3f}"
        lines.append(f"| {row.data} | {row.figure} | {row.value:.4f} | {band} | {row.n} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.quality_known_bad", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not (asked.data / DRAFTS).is_file():
        print(f"no {DRAFTS} in {str(asked.data)!r}: name its folder with --data", file=sys.stderr)
        return 2
    try:
        found = asyncio.run(rows(asked.data))
    except Unavailable as error:
        print(error.message, file=sys.stderr)
        return 2
    print(rendered(found))
    if asked.json:
        asked.json.write_text(json.dumps([row._asdict() for row in found], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
