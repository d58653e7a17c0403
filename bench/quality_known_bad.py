"""The check `known_bad`: wrong answers told from right ones, and what it holds in vain.

    .venv/bin/python -m bench.quality --checks known_bad

Trained figures come from weights that never saw the question. The harmless answers are scored with
the shipped weights, against the public library and against one of made-up mistakes of their own
shops: there a library is near everything, and nothing is bad.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.quality_data import rows
from bench.quality_figures import Judged
from bench.quality_section import Figure, Section, Tick, published, scored
from bench.train_known_bad import (
    DRAFTS,
    LIBRARY,
    Drafts,
    Floats,
    Pair,
    contrasts,
    drafts,
    embeddings,
    held_out,
)
from hitl_chat.checks import contrast_weights, known_bad
from hitl_chat.checks.library import Entry, line
from hitl_chat.checks.means import NOTHING
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Asked, Asker, Embedder
from hitl_chat.prompt_ports import Prompts

BENIGN = "support_benign.jsonl"
HOLD = 0.5
NUMBER = re.compile(r"\d+")
PUBLISHED = (
    published("other rows: nearness to known-bad answers alone", roc=0.617),
    published("other rows: gate and contrast, untrained", roc=0.743),
    published("other rows: gate and contrast, logistic", roc=0.798),
    published("other rows: gate and contrast, boosted trees", roc=0.822),
)


class Means(NamedTuple):
    """`ports.Means`: an embedder, nothing else."""

    embedder: Embedder
    asker: Asker = NOTHING
    prompts: Prompts = NOTHING
    folder: Path = Path()


def measure(folder: Path, tick: Tick) -> list[Section]:
    title = f"known_bad: {DRAFTS}"
    for name in (DRAFTS, BENIGN, *LIBRARY):
        if not (folder / name).is_file():
            return [Section(title, missing=name)]
    embedder = embeddings()
    try:
        return asyncio.run(measured(folder, tick, embedder))
    except Unavailable as error:
        return [Section(title, missing=f"embedding model: {error.message}")]
    finally:
        embedder.close()


async def measured(folder: Path, tick: Tick, embedder: Embedder) -> list[Section]:
    told, benign = drafts(folder), [row for row in rows(folder / BENIGN) if row["draft"].strip()]
    count = _counter(tick, 2 * len(told.pairs) + 2 * len(benign))
    library = [folder / name for name in LIBRARY]
    parts = await contrasts(folder, told.pairs, embedder, count)
    began = time.process_time()
    plain = await scores(library, told.pairs, embedder, count, weights=contrast_weights.NONE)
    spent = (time.process_time() - began) * 1000 / len(told.pairs)
    logits = held_out(parts, told)
    public = await scores(library, _pairs(benign), embedder, count)
    own = await _own_shops(benign, embedder, count)
    return [_drafts(told, plain, logits, parts[:, 0], spent), _benign(public, own)]


def _drafts(told: Drafts, plain: Floats, logits: Floats, near: Floats, spent: float) -> Section:
    def judged(by: Floats) -> Judged:
        return Judged(told.bad, by, told.groups)

    risk = 0.5 + 0.5 * np.tanh(logits / 2)
    return Section(
        f"known_bad: {DRAFTS}",
        scored=[
            scored("known_bad, weights held out", judged(logits)),
            scored("known_bad, untrained", judged(plain), spent, 0),
            scored("control: likeness to a bad answer alone", judged(near)),
            *PUBLISHED,
        ],
        figures=[
            Figure(f"{name}: {kind} answers held at {HOLD}", float(held.mean()), len(held))
            for name, by in (("held out", risk), ("untrained", plain))
            for kind, held in (
                ("wrong", by[told.bad] >= HOLD),
                ("right", by[~told.bad] >= HOLD),
            )
        ],
        notes=["CPU: vectors of the drafts' sentences included, those of whole drafts known."],
    )


def _benign(public: Floats, own: Floats) -> Section:
    held = {"the public library": public, "made-up mistakes of the same shops (synthetic)": own}
    return Section(
        f"known_bad: {BENIGN}",
        figures=[
            Figure(f"harmless answers held at {HOLD}, {name}", float((by >= HOLD).mean()), len(by))
            for name, by in held.items()
        ],
    )


async def scores(
    files: Sequence[Path],
    pairs: Iterable[Pair],
    embedder: Embedder,
    count: Callable[[], None],
    **options: object,
) -> Floats:
    """As a rule gets to see them."""
    written = {"library": [str(file.absolute()) for file in files], **options}
    options_ = known_bad.Options.model_validate(written)
    check = known_bad.build("known_bad", options_, Means(embedder))
    await check.prepare()
    found = []
    for question, draft in pairs:
        asked = Asked([{"role": "user", "content": question}], {CONTENT: draft}, final=True)
        said = await check.judge(asked)
        assert isinstance(said, Verdict), said
        found.append(said.score)
        count()
    return np.array(found)


def misremembered(answers: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A library of made-up mistakes: the same answers with other numbers. Synthetic."""
    for row in answers:
        wrong = NUMBER.sub(lambda found: str(int(found[0]) + 7), row["draft"])
        if wrong != row["draft"] and row["context"].strip():
            yield line(Entry(row["id"], row["context"], bad=wrong, good=row["draft"]))


async def _own_shops(
    benign: Sequence[Mapping[str, Any]], embedder: Embedder, count: Callable[[], None]
) -> Floats:
    """Each half against a library made of the other one."""
    halves = benign[::2], benign[1::2]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{at}.jsonl") for at in range(len(halves))]
        for file, half in zip(files, halves, strict=True):
            file.write_bytes(b"".join(misremembered(half)))
        found = [
            await scores([file], _pairs(half), embedder, count)
            for file, half in zip(files, halves[::-1], strict=True)
        ]
    return np.concatenate(found)


def _pairs(answers: Iterable[Mapping[str, Any]]) -> list[Pair]:
    return [(row["context"], row["draft"]) for row in answers]


def _counter(tick: Tick, of: int) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        tick(done, of)

    return count
