"""Several scores, one risk."""

from math import log

import pytest

from hitl_chat.core.fusion import Fusion


@pytest.mark.parametrize(
    ("fusion", "scores", "risk"),
    [
        (Fusion({}), {}, 0.5),
        (Fusion({}, bias=log(3)), {}, 0.75),
        (Fusion({}, bias=-log(3)), {}, 0.25),
        (Fusion({"a": log(9)}), {"a": 1.0}, 0.9),
        (Fusion({"a": log(9)}), {"a": 0.5}, 0.75),
        (Fusion({"a": log(9), "b": -log(3)}), {"a": 0.5, "b": 1.0}, 0.5),
        (Fusion({"a": 5.0}), {}, 0.5),
        (Fusion({"a": 5.0}, {"a": log(3)}), {}, 0.75),
        (Fusion({"a": 5.0}, {"a": log(3)}), {"a": 0.0}, 0.5),
        (Fusion({"a": 5.0}), {"other": 1.0}, 0.5),
        (Fusion({}, bias=1e308), {}, 1.0),
        (Fusion({}, bias=-1e308), {}, 0.0),
    ],
)
def test_the_risk_is_the_logistic_of_what_was_said_and_what_was_not(
    fusion: Fusion, scores: dict[str, float], risk: float
) -> None:
    assert fusion.risk(scores) == pytest.approx(risk)


def test_each_part_of_the_risk_is_told() -> None:
    fusion = Fusion({"a": 4.0, "b": -2.0, "c": 1.0}, {"b": 0.5}, bias=-1.0)
    assert fusion.parts({"a": 0.5, "other": 1.0}) == {"a": 2.0, "b": 0.5, "c": 0.0}


def test_without_a_band_every_risk_is_undecided_and_with_one_its_ends_are() -> None:
    for bias in (-1e308, 0.0, 1e308):
        assert Fusion({}, bias=bias).is_undecided({})
    assert (Fusion({}).ask_from, Fusion({}).ask_upto) == (0.0, 1.0)
    assert Fusion({}, ask_from=0.5, ask_upto=0.5).is_undecided({})
    assert not Fusion({}, ask_from=0.6).is_undecided({})
    assert not Fusion({}, ask_upto=0.4).is_undecided({})
