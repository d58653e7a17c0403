"""The check `novelty`: how often it stops at the usual, and what of the unusual it sees.

    .venv/bin/python -m bench.quality --checks novelty

Each half of the support questions is scored against the other one, recorded; it should stop at 5 %.
Questions of other sets should mostly be novel to a shop, and so should one asked in passing, behind
a usual question. One and the same question is on one side only.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.quality_data import rows
from bench.quality_figures import Floats
from bench.quality_known_bad import BENIGN, HOLD, Means
from bench.quality_section import Figure, Section, Tick
from bench.train_known_bad import embeddings
from hitl_chat.checks import novelty
from hitl_chat.checks.traffic import line
from hitl_chat.core.events import Verdict
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Asked, Embedder

XSTEST = "XSTest prompts"
OTHERS = {
    XSTEST: ("policy_xstest_prompts.jsonl", "text"),
    "TruthfulQA questions": ("known_bad_drafts.jsonl", "question"),
}
SPLITS = 5
HELD_OUT = "held-out support questions (expected: about 5 %)"
BEHIND = f"{XSTEST} behind a support question"


class Scores(NamedTuple):
    """Of one recorded half: scores by what was asked, and how long one took."""

    found: Mapping[str, Floats]
    cpu_ms: float


def measure(folder: Path, tick: Tick) -> list[Section]:
    title = f"novelty: {BENIGN}"
    for name in (BENIGN, *(file for file, _ in OTHERS.values())):
        if not (folder / name).is_file():
            return [Section(title, missing=name)]
    embedder = embeddings()
    try:
        return [asyncio.run(measured(folder, tick, embedder))]
    except Unavailable as error:
        return [Section(title, missing=f"embedding model: {error.message}")]
    finally:
        embedder.close()


async def measured(
    folder: Path, tick: Tick, embedder: Embedder, minimum: int = novelty.Options().minimum
) -> Section:
    support = _questions(folder / BENIGN, "context")
    others = {name: _questions(folder / file, key) for name, (file, key) in OTHERS.items()}
    every = []
    for at in range(SPLITS):
        for recorded, held in _halves(support, at):
            behind = [f"{usual} {odd}" for usual, odd in zip(held, others[XSTEST], strict=False)]
            asked = {HELD_OUT: held, **others, BEHIND: behind}
            every.append(await _scores(recorded, asked, embedder, minimum))
            tick(len(every), 2 * SPLITS)
    found = {name: [one.found[name] for one in every] for name in every[0].found}
    spent = float(np.median([one.cpu_ms for one in every]))
    return Section(
        f"novelty: {BENIGN}",
        figures=[
            Figure(f"{name}, scored {HOLD} or more", float(np.mean(_shares(each))), len(each[0]))
            for name, each in found.items()
        ],
        notes=[
            f"Means of {len(every)} recorded halves of {len(support)} support questions.",
            *(
                f"{name}: from {min(_shares(each)):.3f} to {max(_shares(each)):.3f}"
                for name, each in found.items()
            ),
            f"CPU {spent:.2f} ms a question, its vectors known.",
        ],
    )


async def _scores(
    recorded: Sequence[str], asked: Mapping[str, Sequence[str]], embedder: Embedder, minimum: int
) -> Scores:
    """As a rule gets to see them."""
    with tempfile.TemporaryDirectory() as folder:
        options = novelty.Options(traffic=_recorded(Path(folder), recorded), minimum=minimum)
        check = novelty.build("novelty", options, Means(embedder))
        await check.prepare()
        found = {name: await _judged(check, texts) for name, texts in asked.items()}
        began = time.process_time()
        for texts in asked.values():
            await _judged(check, texts)
        spent = (time.process_time() - began) * 1000
        return Scores(found, spent / sum(map(len, asked.values())))


def _recorded(folder: Path, questions: Iterable[str]) -> str:
    file = folder / "traffic.jsonl"
    file.write_bytes(b"".join(map(line, questions)))
    return str(file)


async def _judged(check: novelty.Novelty, questions: Iterable[str]) -> Floats:
    found = []
    for question in questions:
        said = await check.judge(Asked([{"role": "user", "content": question}], {}, final=True))
        assert isinstance(said, Verdict), said
        found.append(said.score)
    return np.array(found)


def _shares(each: Iterable[Floats]) -> list[float]:
    """How many of each half were novel."""
    return [float((one >= HOLD).mean()) for one in each]


def _questions(file: Path, key: str) -> list[str]:
    """Each once."""
    return sorted({row[key].strip() for row in rows(file)} - {""})


def _halves(texts: Sequence[str], seed: int) -> Sequence[tuple[Sequence[str], Sequence[str]]]:
    def place(text: str) -> bytes:
        return sha256(f"{seed} {text}".encode()).digest()

    mixed = sorted(texts, key=place)
    one, other = mixed[::2], mixed[1::2]
    return (one, other), (other, one)
