"""What gives synthetic drafts a score: checks as a rule gets to see them, controls, and a fusion.

A scorer takes pairs of right and wrong drafts and returns two scores for each. Whatever is fitted,
or remembered as in a library, never saw the operator nor the conversation that it is tested on.
"""

import asyncio
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.corrupting import OPERATORS, Corrupted, Row, pick
from bench.quality_known_bad import Means
from bench.restating import material, reworded
from hitl_chat import assets
from hitl_chat.checks import comparing, consistency, grounding, hedging, judge, known_bad
from hitl_chat.checks.lexical_weights import load
from hitl_chat.checks.library import Entry, line
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.samples import Samples
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import Unavailable
from hitl_chat.models.asker import ModelAsker
from hitl_chat.models.http import Connections
from hitl_chat.models.key import Key
from hitl_chat.models.openai_compatible import OpenAICompatible, Options
from hitl_chat.models.rendering import Rendering
from hitl_chat.ports import Asked, Asker, Check, Embedder
from hitl_chat.prompt_ports import Prompts
from hitl_chat.tuning.logistic import fitted

AT_ONCE = 4  # questions to the judge's model
Pair = tuple[float, float]  # of the right draft, of the wrong one
Look = Callable[[Row, str], float]


class JudgeAt(NamedTuple):
    """An OpenAI-compatible server that judges; `pairs`: how many, since each is two calls."""

    url: str
    model: str = "judge"
    key: str = ""
    pairs: int = 120


class JudgeMeans(NamedTuple):
    """`ports.Means`: a model to ask and the shipped prompts."""

    asker: Asker
    prompts: Prompts
    embedder: Embedder = NOTHING
    folder: Path = Path()


def with_each(look: Look, wrong: Sequence[Corrupted]) -> list[Pair]:
    """A right draft is looked at once, however many wrong ones were made of it."""
    right = {one.row.id: look(one.row, one.row.draft) for one in wrong}
    return [(right[one.row.id], look(one.row, one.draft)) for one in wrong]


# --- without a model ---------------------------------------------------------------------------


def grounded(row: Row, draft: str) -> Verdict:
    options = grounding.Options()
    asked = Asked(material(row), {CONTENT: draft}, final=True)
    risk = grounding.look(options, asked, grounding.prepare(options, asked))
    return Verdict("grounding", risk.score, spans=risk.spans, detail=risk.detail)


def consistent() -> Look:
    """k = 2, and both samples know the truth."""
    weights = load()

    def look(row: Row, draft: str) -> float:
        compared = comparing.compare(Samples(reworded(row.draft)), row.context)
        asked = Asked((), {CONTENT: draft}, final=True)
        return consistency.look(asked, compared, weights).score

    return look


def hedges(_row: Row, draft: str) -> float:
    return hedging.look(Asked([], {CONTENT: draft}, final=True)).score


def long(_row: Row, draft: str) -> float:
    return math.log1p(len(draft))


def half(row: Row) -> int:
    return pick((0, 1), row.conversation or row.id, "half")


def fused(wrong: Sequence[Corrupted], parts: Sequence[Sequence[Pair]]) -> list[Pair]:
    """A logistic of the other scores, fitted on the other operators in the other conversations."""
    features = [[list(side) for side in zip(*its, strict=True)] for its in zip(*parts, strict=True)]
    made: dict[int, Pair] = {}
    for operator in OPERATORS:
        for side in (0, 1):
            known = [
                pair
                for one, pair in zip(wrong, features, strict=True)
                if one.operator != operator and half(one.row) != side
            ]
            weights = _weights(known)
            for at, one in enumerate(wrong):
                if one.operator == operator and half(one.row) == side:
                    right, bad = (_weighed(weights, of) for of in features[at])
                    made[at] = right, bad
    return [made[at] for at in range(len(wrong))]


def _weights(known: Sequence[Sequence[Sequence[float]]]) -> list[float]:
    if not known:
        return []
    rows = [draft for pair in known for draft in pair]
    return fitted(rows, [False, True] * len(known))


def _weighed(weights: Sequence[float], of: Sequence[float]) -> float:
    return sum(w * x for w, x in zip(weights, of, strict=False))


# --- with a model ------------------------------------------------------------------------------


async def known(
    wrong: Sequence[Corrupted], embedder: Embedder, count: Callable[[], None]
) -> list[Pair]:
    """Against a library of what other operators did to the other conversations. Raises
    `Unavailable` where there is no model."""
    await embedder.embed(["ready"])
    found: dict[int, Pair] = {}
    with tempfile.TemporaryDirectory() as folder:
        for operator in OPERATORS:
            for side in (0, 1):
                tested = {
                    at: one
                    for at, one in enumerate(wrong)
                    if one.operator == operator and half(one.row) == side
                }
                if tested:
                    file = Path(folder, f"{operator}-{side}.jsonl")
                    _remember(file, wrong, operator, side)
                    found |= await _of_library(file, tested, embedder, count)
    return [found[at] for at in range(len(wrong))]


def _remember(file: Path, wrong: Sequence[Corrupted], operator: str, side: int) -> None:
    entries = [
        line(Entry(f"{at}", one.row.context, bad=one.draft, good=one.row.draft))
        for at, one in enumerate(wrong)
        if one.operator != operator and half(one.row) != side and one.row.context
    ]
    if not entries:
        raise Unavailable("Too few conversations to make a library of.", code="no_library")
    file.write_bytes(b"".join(entries))


async def _of_library(
    file: Path, tested: Mapping[int, Corrupted], embedder: Embedder, count: Callable[[], None]
) -> dict[int, Pair]:
    options = known_bad.Options(library=(str(file),))
    check = known_bad.build(known_bad.NAME, options, Means(embedder))
    await check.prepare()
    found = {}
    for at, one in tested.items():
        customer = [{"role": "user", "content": one.row.context}]
        right, bad = [
            await _score(check, Asked(customer, {CONTENT: draft}, final=True))
            for draft in (one.row.draft, one.draft)
        ]
        found[at] = right, bad
        count()
    return found


async def judged_by(server: JudgeAt, wrong: Sequence[Corrupted]) -> list[Pair | CheckFailed]:
    """By the shipped prompt and criteria, with the same material that `grounding` gets."""
    connections = Connections()
    model = OpenAICompatible(
        Options(base_url=server.url, model=server.model), connections, key=Key(server.key)
    )
    prompts = Rendering(assets.prompts())
    check = judge.build("judge", judge.Options(), JudgeMeans(ModelAsker(lambda _: model), prompts))
    free = asyncio.Semaphore(AT_ONCE)

    async def both(one: Corrupted) -> Pair | CheckFailed:
        async with free:
            right, bad = [
                await check.judge(Asked(material(one.row), {CONTENT: draft}, final=True))
                for draft in (one.row.draft, one.draft)
            ]
        if isinstance(right, CheckFailed):
            return right
        return bad if isinstance(bad, CheckFailed) else (right.score, bad.score)

    try:
        return list(await asyncio.gather(*map(both, wrong)))
    finally:
        await prompts.close()
        await model.close()
        await connections.close()


async def _score(check: Check, asked: Asked) -> float:
    said = await check.judge(asked)
    if isinstance(said, CheckFailed):
        raise Unavailable(f"{check.name} failed: {said.why}", code="check_failed")
    return said.score
