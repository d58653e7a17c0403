"""The samples of a turn as a person is shown them: those that say the same together.

Pure. Owns the few words that stand for a group. Moves no score.
"""

import re
from collections.abc import Sequence

from hitl_chat.checks.lexical import Sample
from hitl_chat.checks.lexical_evidence import CLAIMS, Group
from hitl_chat.checks.tokens import EVERYWHERE, Token
from hitl_chat.core import evidence

MOST_CLAIMS = 3
_UNIT = re.compile(r"[ \u00a0]?(?:[°%€$£]\w{0,3}|[^\W\d_]{1,15})")


def clusters(
    texts: Sequence[str],
    samples: Sequence[Sample],
    together: Sequence[Group],
    asked: frozenset[str],
    plain: int,
) -> tuple[evidence.Cluster, ...]:
    """The largest group first; after the first `plain` texts the question was in other words."""
    return tuple(
        evidence.Cluster(
            _says(texts, samples, group, together, asked),
            tuple(evidence.Sample(texts[at], at >= plain) for at in group),
        )
        for group in together
    )


def _says(
    texts: Sequence[str],
    samples: Sequence[Sample],
    group: Group,
    together: Sequence[Group],
    asked: frozenset[str],
) -> str:
    """The numbers, else the names, that set the first sample of a group apart from other groups."""
    text, first = texts[group[0]], samples[group[0]]
    others = [samples[at] for other in together if other != group for at in other]
    own = {
        token.key: token
        for token in reversed(first.tokens)
        if token.kind in CLAIMS
        and token.key not in asked
        and not any(token.key in other.keys for other in others)
    }
    claims = sorted(own.values(), key=lambda token: (CLAIMS.index(token.kind), token.start))
    kinds = [token for token in claims if token.kind == claims[0].kind]
    return ", ".join(_written(text, token) for token in kinds[:MOST_CLAIMS])


def _written(text: str, token: Token) -> str:
    """A number with what it counts: "30 days", "90 °C"."""
    unit = _UNIT.match(text, token.end) if token.kind == "number" else None
    if unit is None or unit.group().strip().casefold() in EVERYWHERE:
        return text[token.start : token.end]
    return text[token.start : unit.end()]
