"""What a plug-in may claim as a score: nothing but a finite number in 0..1 becomes a verdict."""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import msgspec
import pytest

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.ports import Asked, Cost
from hitl_chat.runner.verdicts import judged

NO_SCORES = [nan, inf, -inf, -0.0001, 1.0001, 1e308, None, "0.1", "", b"0", True, False, [0.1], 0j]
ASKED = Asked((), {"0/content": "Hello."}, "0/content", 0, 6)


def built(score: Any) -> Verdict:
    return Verdict("claims", score)


def forged(score: Any) -> Verdict:
    """Past the constructor, as a plug-in could."""
    verdict = Verdict("claims", 0.1)
    msgspec.structs.force_setattr(verdict, "score", score)
    return verdict


class Claims:
    name = "claims"
    timeout = 5.0
    cost: Cost = "free"

    def __init__(self, said: Callable[[], Verdict]) -> None:
        self._said = said

    def begin(self, asked: Asked) -> None: ...

    async def judge(self, asked: Asked) -> Verdict:
        return self._said()


@pytest.mark.parametrize("make", [built, forged])
@pytest.mark.parametrize("score", NO_SCORES, ids=repr)
async def test_it_is_a_failure_and_never_safe(make: Callable[[Any], Verdict], score: Any) -> None:
    said = await judged(Claims(lambda: make(score)), ASKED)
    assert isinstance(said, CheckFailed)
    assert said.why in ("ValueError", "it returned no verdict with a score in 0..1")


@pytest.mark.parametrize("score", [0, 0.0, -0.0, 0.5, 1, 1.0, 5e-324])
async def test_a_number_from_0_to_1_is_a_score(score: float) -> None:
    said = await judged(Claims(lambda: built(score)), ASKED)
    assert isinstance(said, Verdict)
    assert said.score == score
