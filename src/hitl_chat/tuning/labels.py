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
    label: bool | Literal[0, 1]
    conversation: str | int | None = None
    scores: Mapping[str, float] | None = None
    checks: Mapping[str, Mapping[str, Any]] | None = None
    how: How = "audit"
    rate: float = 1.0


class Fault(Value, frozen=True):
    line: int
    why: str


def read(lines: Iterable[bytes]) -> Iterator[Labelled | Fault]:
    """Each row, or what is wrong with it; one answer of a conversation counts."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = _labelled(msgspec.json.decode(line, type=_Row))
        except (msgspec.DecodeError, ValueError, UnicodeDecodeError) as error:
            yield Fault(number, str(error))
            continue
        if found.conversation in seen:
            yield Fault(number, f"a second answer of conversation {found.conversation!r}: left out")
            continue
        seen.add(found.conversation)
        yield found


def _labelled(row: _Row) -> Labelled:
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
