"""Several scores, one risk."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

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


def test_who_may_still_speak_counts_for_nothing() -> None:
    fusion = Fusion({"a": 4.0, "b": 2.0, "c": 1.0}, {"b": 0.5, "c": 3.0})
    assert fusion.parts({"a": 0.5}, {"b"}) == {"a": 2.0, "b": 0.0, "c": 3.0}
    assert fusion.risk({"a": 0.5}, {"b"}) == fusion.risk({"a": 0.5, "b": 0.0})
    assert fusion.so_far({"a": 0.5}) == fusion.risk({"a": 0.5, "b": 0.0, "c": 0.0})


def test_a_band_is_left_only_where_nobody_could_lead_back_into_it() -> None:
    """Who is silent may count when all is over, and may not: both must lie outside."""
    silent = Fusion({"a": 4.0, "b": 4.0}, {"b": 2.0}, -3.0)
    ends = silent.so_far({"a": 0.5}), silent.risk({"a": 0.5})
    assert ends == pytest.approx((0.27, 0.73), abs=0.01)
    for ask_from, ask_upto, asks in ((0.5, 0.6, True), (0.8, 1.0, False), (0.0, 0.2, False)):
        band = replace(silent, ask_from=ask_from, ask_upto=ask_upto)
        assert band.is_undecided({"a": 0.5}) is asks


SCORES = st.dictionaries(st.sampled_from("abc"), st.floats(0.0, 1.0))
SIZES = st.dictionaries(st.sampled_from("abc"), st.floats(0.0, 10.0))


@given(SIZES, SIZES, st.floats(-10.0, 10.0), SCORES, SCORES)
def test_whatever_is_said_the_risk_so_far_never_falls(
    weights: dict[str, float],
    missing: dict[str, float],
    bias: float,
    before: dict[str, float],
    said: dict[str, float],
) -> None:
    fusion = Fusion(weights, missing, bias)
    after = before | {name: max(score, before.get(name, 0.0)) for name, score in said.items()}
    assert fusion.so_far(before) <= fusion.so_far(after) <= fusion.risk(after)


def test_without_a_band_every_risk_is_undecided_and_with_one_its_ends_are() -> None:
    for bias in (-1e308, 0.0, 1e308):
        assert Fusion({}, bias=bias).is_undecided({})
    assert (Fusion({}).ask_from, Fusion({}).ask_upto) == (0.0, 1.0)
    assert Fusion({}, ask_from=0.5, ask_upto=0.5).is_undecided({})
    assert not Fusion({}, ask_from=0.6).is_undecided({})
    assert not Fusion({}, ask_upto=0.4).is_undecided({})
