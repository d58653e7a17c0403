"""Which tests of a condition decided it: the ones to look at, out of all there are. Pure."""

from collections.abc import Mapping

from hitl_chat.core.policy import Condition, Every, Not, Test, holds_true


def deciding(condition: Condition, scores: Mapping[str, float]) -> tuple[Test, ...]:
    """Of `any` that is true, the true ones; of `all` that is false, the false ones; while
    something is undecided, what could still decide it, and what it is for."""
    if isinstance(condition, Test):
        return (condition,)
    if isinstance(condition, Not):
        return deciding(condition.part, scores)
    known = holds_true(condition, scores)
    strict = isinstance(condition, Every)
    wanted: set[bool | None] = {known} if known is not strict else {True, False}
    if known is None and strict:
        wanted = {None, True}
    parts = (part for part in condition.parts if holds_true(part, scores) in wanted)
    return tuple(dict.fromkeys(test for part in parts for test in deciding(part, scores)))
