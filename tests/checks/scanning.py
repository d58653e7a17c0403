"""Runs synchronous checks over texts that come in pieces, through the public door."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from hitl_chat.checks.registry import default
from hitl_chat.ports import Scanner, Use

if TYPE_CHECKING:
    from hitl_chat.core.events import Verdict

FIELD = "0/content"
CHECKS = default()


class Scanned(NamedTuple):
    """What one run said: finds (start, end, kind), and the mark after each piece."""

    found: set[tuple[int, int, str]]
    marks: list[int]

    @property
    def released(self) -> int:
        """How much left while the text was still coming."""
        return max(self.marks, default=0)


def use(kind: str, *, holds_back: bool = True, streaming: bool = True, **options: Any) -> Use:
    model = CHECKS.synchronous[kind].model_validate(options, context={"streaming": streaming})
    return Use(f"{kind}:rule", kind, model, holds_back)


def patterns(**options: Any) -> Scanner:
    return CHECKS.scanner([use("patterns", **options)])


def pii(**options: Any) -> Scanner:
    return CHECKS.scanner([use("pii", **options)])


def run(scanner: Scanner, pieces: Iterable[str], field: str = FIELD) -> Scanned:
    scan = scanner.start()
    found: list[Verdict] = []
    marks: list[int] = []
    for piece in pieces:
        marks.append(scan.feed(field, piece))
        found += scan.found()
    scan.end()
    found += scan.found()
    spans = [span for verdict in found for span in verdict.spans]
    assert len(spans) == len(set(spans)), "a match is handed out once"
    return Scanned({(span.start, span.end, span.kind) for span in spans}, marks)


def texts_found(scanner: Scanner, text: str) -> list[str]:
    """The matching texts, in order."""
    return [text[start:end] for start, end, _ in sorted(run(scanner, [text]).found)]


def cut(text: str, places: Sequence[int]) -> list[str]:
    edges = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return [text[start:end] for start, end in pairwise(edges) if start < end]


def all_cuts_in_two(text: str) -> list[list[str]]:
    return [[text[:place], text[place:]] for place in range(1, len(text))]


# What may have come before, in pieces of its own: much of it is dropped before the text comes.
BEFORE = (
    "",
    "wide pegs suit sand. " * 60,
    "pe\u200bgs é " * 120,
    "a\n\n" * 300,
    "12 \\u0041 " * 150,
)
before = st.sampled_from(BEFORE)


def in_lines(text: str) -> list[str]:
    return [text[start : start + 40] for start in range(0, len(text), 40)]


places = st.lists(st.integers(0, 500), max_size=30)


def made_of(*fragments: str) -> st.SearchStrategy[str]:
    """Texts in which the interesting happens often."""
    return st.lists(st.sampled_from(fragments), max_size=14).map("".join)
