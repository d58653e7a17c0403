"""Labelled answers for calibrating: what the checks said, and what people found.

One JSON object per line: `id`, `scores` or the `checks` of `hitl-chat score`, `label` (1: it should
have been held), and how it came to be labelled: `how` is `held` or `audit`, `rate` the share of
released answers that were drawn for an audit. Knows no statistics.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Literal

import msgspec

from hitl_chat.core.events import is_score
from hitl_chat.core.types import Value

How = Literal["held", "audit"]
HARD = frozenset({"patterns", "pii"})  # they decide by themselves, whatever the risk


class Labelled(Value, frozen=True):
    id: str
    conversation: str
    scores: Mapping[str, float]
    bad: bool
    how: How = "audit"
    rate: float = 1.0  # with what chance such an answer is labelled at all

    def is_in(self, share: float, salt: str) -> bool:
        """The same answers for the same salt, whatever their order; whole conversations."""
        digest = sha256(f"{salt}\0{self.conversation}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64 < share


class _Row(msgspec.Struct):
    id: str | int
    label: bool | Literal[0, 1] | None = None
    conversation: str | int | None = None
    scores: Mapping[str, float] | None = None
    checks: Mapping[str, Mapping[str, Any]] | None = None
    how: How = "audit"
    rate: float = 1.0


class Fault(Value, frozen=True):
    line: int
    why: str


LABEL = "write 1 (it should have been held) or 0 as `label`"
UNLABELLED = f"it has no label yet: {LABEL}"


class _Scored(msgspec.Struct):
    id: str | int
    checks: Mapping[str, Mapping[str, Any]]


def scored(lines: Iterable[bytes]) -> dict[str, Mapping[str, Mapping[str, Any]]]:
    """By answer, what `hitl-chat score` wrote of it."""
    rows = (msgspec.json.decode(line, type=_Scored) for line in lines if line.strip())
    return {str(row.id): row.checks for row in rows}


def read(
    lines: Iterable[bytes], newer: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None
) -> Iterator[Labelled | Fault]:
    """Each row, or what is wrong with it; one answer of a conversation counts.

    `newer`: scores that go instead of the row's own; a row that has none there is left out.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=_Row)
            if newer is not None:
                row.scores, row.checks = None, _newer(row, newer)
            found = _labelled(row)
        except (msgspec.DecodeError, ValueError, UnicodeDecodeError) as error:
            yield Fault(number, str(error))
            continue
        if found.conversation in seen:
            yield Fault(number, f"a second answer of conversation {found.conversation!r}: left out")
            continue
        seen.add(found.conversation)
        yield found


def _newer(
    row: _Row, newer: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Mapping[str, Mapping[str, Any]]:
    if str(row.id) not in newer:
        msg = f"answer {str(row.id)!r} is not among the newer scores"
        raise ValueError(msg)
    return newer[str(row.id)]


def _labelled(row: _Row) -> Labelled:
    if row.label is None:
        raise ValueError(UNLABELLED)
    scores = dict(row.scores or {})
    for name, said in (row.checks or {}).items():
        if "score" in said and name not in HARD:
            scores[name] = said["score"]
    for name, score in scores.items():
        if not is_score(score):
            msg = f"{name}: {score!r} is no score in 0..1"
            raise ValueError(msg)
    if not 0.0 < row.rate <= 1.0:
        msg = f"rate: {row.rate!r} is no share above 0, up to 1"
        raise ValueError(msg)
    place = row.id if row.conversation is None else row.conversation
    return Labelled(str(row.id), str(place), scores, bool(row.label), row.how, row.rate)


def alike(rows: Iterable[Labelled], salt: str) -> list[Labelled]:
    """As if every answer had been labelled with the same chance: held ones are thinned out.

    What is held is labelled always, what is released only when it was drawn; taken together as
    they are, they would make the checks look better than they are.
    """
    every = list(rows)
    rarest = min((row.rate for row in every), default=1.0)
    return [row for row in every if row.is_in(rarest / row.rate, f"{salt}:thin")]
