"""What a person is shown of a comparison with samples: places, counts, and who agrees with whom.

Pure. Nothing here moves a score, and no line of it quotes a text.
"""

from collections.abc import Iterable, Sequence

from hitl_chat.checks.lexical import Sample, absent, keys
from hitl_chat.checks.tokens import Kind, Token

CLAIMS: tuple[Kind, ...] = ("number", "name")
APART = 0.5  # of two samples that agree, one says more than half of what the other does
Group = tuple[int, ...]


def unsupported(segment: Iterable[Token], samples: Sequence[Sample]) -> list[Token]:
    """The tokens that no sample has: numbers and names, or words where there are none of these."""
    alone = [token for token in segment if not any(token.key in each.keys for each in samples)]
    return [token for token in alone if token.kind in CLAIMS] or alone


def groups(samples: Sequence[Sample], asked: frozenset[str]) -> list[Group]:
    """Which samples agree with each other, largest group first."""
    found: list[list[int]] = []
    for number, sample in enumerate(samples):
        for group in found:
            if any(agree(sample, samples[other], asked) for other in group):
                group.append(number)
                break
        else:
            found.append([number])
    return sorted(map(tuple, found), key=len, reverse=True)


def agree(one: Sample, other: Sample, asked: frozenset[str]) -> bool:
    """Whether either says most of what the other does; a short answer agrees with a long one."""
    return (
        min(
            absent(_claims(one, asked), keys(other.tokens)),
            absent(_claims(other, asked), keys(one.tokens)),
        )
        < APART
    )


def _claims(sample: Sample, asked: frozenset[str]) -> list[Token]:
    own = [token for token in sample.tokens if token.key not in asked]
    return [token for token in own if token.kind in CLAIMS] or own


def told(segment: Sequence[Token], samples: Sequence[Sample], together: Sequence[Group]) -> str:
    """One line: the least supported claims, and what is to be thought of the samples."""
    parts = [_support(segment, samples)]
    unknowing = sum(sample.ignorant for sample in samples)
    if unknowing:
        parts.append(f"{unknowing} of {len(samples)} do not know")
    if len(together) > 1:
        parts.append("samples apart: " + " + ".join(str(len(group)) for group in together))
    return "; ".join(parts)


def _support(segment: Sequence[Token], samples: Sequence[Sample]) -> str:
    claims = {token.key: token.kind for token in segment if token.kind in CLAIMS}
    counts = {key: sum(key in sample.keys for sample in samples) for key in claims}
    least = min(counts.values(), default=len(samples))
    worst = [claims[key] for key, count in counts.items() if count == least]
    verb = "agrees" if least == 1 else "agree"
    if not claims:
        return f"{len(samples)} samples, no number or name to compare"
    if least == len(samples):
        return f"{least} of {least} samples {verb} on every number and name"
    what = " and ".join(
        f"{number} {kind}{'s' * (number > 1)}" for kind in CLAIMS if (number := worst.count(kind))
    )
    return f"{least} of {len(samples)} samples {verb} on {what}"
