"""Whom a hold is for: what a rule wants of a person, against what they can do and have in hand.

Pure. Knows nobody and counts nothing: who is there and what they have is handed in.
"""

from collections.abc import Mapping

from hitl_chat.core.command import Refusal
from hitl_chat.core.policy import Terms
from hitl_chat.core.types import Value


class Able(Value, frozen=True):
    """What somebody can do. `capacity`: holds and conversations at once; 0: as many as usual."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 0


def lacking(able: Able, terms: Terms) -> tuple[str, ...]:
    """What a hold wants that this person has not; () if it is for them."""
    skills = [skill for skill in terms.skills if skill not in able.skills]
    spoken = able.languages
    languages = [each for each in terms.languages if not any(_same(each, s) for s in spoken)]
    return (*skills, *languages)


def _same(wanted: str, spoken: str) -> bool:
    """Who speaks Portuguese can read Brazilian Portuguese, and the other way round."""
    return (
        wanted == spoken
        or f"{wanted}-" == spoken[: len(wanted) + 1]
        or (f"{spoken}-" == wanted[: len(spoken) + 1])
    )


def unsuited(able: Able, terms: Terms) -> Refusal | None:
    """Why somebody may not take a hold that is for others; with `others: warn` they may."""
    missing = lacking(able, terms)
    if not missing or terms.others == "warn":
        return None
    wanted = ", ".join(missing)
    return Refusal(
        "not_for_you", f"this hold is for people with: {wanted}", {"lacking": list(missing)}
    )


def full(has: int, most: int) -> Refusal | None:
    """Why somebody gets nothing more for now."""
    if has < most:
        return None
    return Refusal(
        "full",
        f"you have {has} of {most} already: decide, release or hand back one first",
        {"has": has, "capacity": most},
    )


def least_busy(
    candidates: Mapping[str, int], has: Mapping[str, int], lately: Mapping[str, float]
) -> str | None:
    """Of those who could (with their capacity), who has least in hand, then who waited longest."""
    free = [who for who, most in candidates.items() if has.get(who, 0) < most]
    return min(free, key=lambda who: (has.get(who, 0), lately.get(who, 0.0), who), default=None)
