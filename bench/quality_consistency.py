"""The check `consistency` on passages with labelled sentences and on short labelled answers.

Where the rows are those the shipped weights were learned from, the figure to believe is of weights
learned anew without the passage; it stands first, and the shipped ones' is named for what it is.
"""

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.quality_controls import NAME as CONTROL
from bench.quality_controls import hedge_and_length
from bench.quality_data import places, rows
from bench.quality_figures import Interval, Judged, judged
from bench.quality_section import MEASURES, Figure, Scored, Section, Tick, published, scored
from bench.train_consistency import PASSAGES, SEEDS, examples, held_out
from hitl_chat.checks import ambiguity, consistency
from hitl_chat.checks.comparing import Compared, compare
from hitl_chat.checks.lexical import Weights
from hitl_chat.checks.lexical_weights import SHIPPED, File, load
from hitl_chat.checks.samples import Samples
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked

PUBLISHED = (
    published("published, other rows: NLI DeBERTa, 10 samples", 0.955, 0.678, 0.873),
    published("published, other rows: LLM prompt, 10 samples", 0.877, 0.610, 0.775),
    published("published, other rows: BERTScore, 10 samples", 0.848, 0.451, 0.685),
    published("published, other rows: MiniLM, 5 samples", 0.881, 0.420, 0.710),
)
ANSWERS = ("consistency_nqopen.jsonl", "consistency_hotpotqa.jsonl")
SETTINGS = (("2 + 2", 2, 2, True), ("2 + 2, untrained", 2, 2, False), ("1 + 1", 1, 1, True))
REFERENCES = {"bert": "BERTScore", "nli": "NLI", "prompt": "LLM prompt"}


def measure(folder: Path, tick: Tick) -> list[Section]:
    return [passages(folder, tick), *(answers(folder, name, tick) for name in ANSWERS)]


# --- passages ---------------------------------------------------------------------------------


def passages(folder: Path, tick: Tick) -> Section:
    path, title = folder / PASSAGES, f"consistency: {PASSAGES}, sentences, 2 samples"
    if not path.is_file():
        return Section(title, missing=PASSAGES)
    found = list(rows(path))
    labels = [(bool(label), row["id"]) for row in found for label in row["labels"]]
    lines: list[Scored] = []
    notes: list[str] = []
    name = "consistency, shipped weights"
    if is_learned_from(path):
        lines += _by_held_out(found, tick)
        name += " (learned from these rows)"
        notes.append(
            "Held out: weights learned anew without the passage, ten parts, first pair of samples."
            " Features were chosen while looking at these rows, so even that is a little kind."
        )
    began = time.process_time()
    scores = list(_of_sentences(found, load(), tick))
    spent = (time.process_time() - began) * 1000 / len(found)
    lines.append(scored(name, _joined(labels, scores), spent, 2))
    texts = [sentence for row in found for sentence in row["sentences"]]
    lines.append(scored(CONTROL, _joined(labels, list(map(hedge_and_length, texts)))))
    lines += [_reference(found, labels, key) for key in REFERENCES if key in found[0]["ref_scores"]]
    return Section(title, [*lines, *PUBLISHED], notes=notes)


def is_learned_from(path: Path) -> bool:
    origin = msgspec.json.decode(SHIPPED.read_bytes(), type=File).origin
    return origin.sha256 == sha256(path.read_bytes()).hexdigest()


def _by_held_out(found: Sequence[Any], tick: Tick) -> Iterator[Scored]:
    """One parting and pair of samples, and the mean over all, which no luck of a draw flatters."""
    known = examples(found)
    logits = []
    for done, seed in enumerate(SEEDS, 1):
        logits += held_out(known, seed)
        tick(done, len(SEEDS))
    first = Judged(known.bad, logits[0], known.passages)
    line = scored("consistency, passages held out", first, None, 2)
    yield line
    means = {
        key: Interval(float(np.mean([measure(known.bad, one) for one in logits])), np.nan, np.nan)
        for key, measure in MEASURES.items()
    }
    yield line._replace(name=f"the same, mean of {len(logits)} partings and pairs", measures=means)


def _of_sentences(found: Sequence[Any], weights: Weights, tick: Tick) -> Iterator[float]:
    """As the check scores segments of a stream."""
    for done, row in enumerate(found, 1):
        compared = compare(Samples(tuple(row["samples"][:2])), "")
        for start, upto in places(row["draft"], row["sentences"]):
            asked = Asked((), {CONTENT: row["draft"]}, CONTENT, start, upto)
            yield consistency.look(asked, compared, weights).score
        tick(done, len(found))


def _reference(found: Sequence[Any], labels: Sequence[tuple[bool, str]], key: str) -> Scored:
    scores = [score for row in found for score in row["ref_scores"][key]]
    return scored(f"same rows: {REFERENCES[key]}, 10 samples", _joined(labels, scores))


def _joined(labels: Sequence[tuple[bool, str]], scores: Sequence[float]) -> Judged:
    return judged([(bad, score, name) for (bad, name), score in zip(labels, scores, strict=True)])


# --- short answers ----------------------------------------------------------------------------


def answers(folder: Path, name: str, tick: Tick) -> Section:
    path, title = folder / name, f"consistency: {name}, whole answers"
    if not path.is_file():
        return Section(title, missing=name)
    found = list(rows(path))
    labels = [(bool(row["label"]), row["id"]) for row in found]
    lines = []
    for done, (setting, plain, reworded, trained) in enumerate(SETTINGS, 1):
        began = time.process_time()
        weights = load() if trained else None
        scores = [_of_answer(row, _compared(row, plain, reworded), weights) for row in found]
        spent = (time.process_time() - began) * 1000 / len(found)
        calls = plain + 2.0 * reworded  # the paraphrase is one call, the answer to it another
        lines.append(scored(f"consistency, {setting}", _joined(labels, scores), spent, calls))
        tick(done, len(SETTINGS))
    lengths = [hedge_and_length(row["draft"]) for row in found]
    lines.append(scored(CONTROL, _joined(labels, lengths)))
    return Section(title, lines)


def _of_answer(row: Any, compared: Compared, weights: Weights | None) -> float:  # noqa: ANN401 (JSON)
    asked = Asked((), {CONTENT: row["draft"]}, final=True)
    return consistency.look(asked, compared, weights).score


def _compared(row: Any, plain: int, reworded: int) -> Compared:  # noqa: ANN401 (JSON)
    return compare(_samples(row, plain, reworded), row["question"])


def _samples(row: Any, plain: int, reworded: int) -> Samples:  # noqa: ANN401 (JSON)
    return Samples(tuple(row["samples"][:plain]), tuple(row["paraphrase_samples"][:reworded]))


# --- ambiguity --------------------------------------------------------------------------------


def measure_ambiguity(folder: Path, tick: Tick) -> list[Section]:
    """How often ordinary questions are said to mean several things."""
    figures = []
    for done, name in enumerate(ANSWERS, 1):
        if (folder / name).is_file():
            found = list(rows(folder / name))
            scores = [_ambiguous(row) for row in found]
            for bound in (0.5, 0.7):
                share = float(np.mean([score >= bound for score in scores]))
                figures.append(Figure(f"{name}: flagged at {bound}, 1 + 1", share, len(found)))
        tick(done, len(ANSWERS))
    note = "False alarms only: no labelled set of ambiguous requests is at hand."
    missing = "" if figures else " or ".join(ANSWERS)
    return [Section("ambiguity", figures=figures, notes=[note], missing=missing)]


def _ambiguous(row: Any) -> float:  # noqa: ANN401 (JSON)
    samples = _samples(row, 1, 1)
    return ambiguity.score(compare(samples, row["question"]))[0]
