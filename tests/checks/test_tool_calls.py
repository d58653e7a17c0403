"""Tool calls stay within what was written about each tool; anything unclear is out of bounds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.checks.bounds import Argument, complaints, parsed
from hitl_chat.checks.registry import default
from hitl_chat.core.events import Verdict
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked
from hitl_chat.rules.compile import compile_ruleset
from tests.checks.asking import ARGUMENTS, NAME, check, judged, marked

RULES: dict[str, Any] = {
    "allow": ["find_order"],
    "tools": {
        "issue_refund": {
            "amount": {"min": 0.01, "max": 100, "required": True},
            "currency": {"one_of": ["EUR", "CHF"]},
            "order": {"pattern": "[0-9]{4}"},
        },
        "send_mail": {"arguments": {"to.address": {"pattern": ".*@moss[.]example"}}, "only": True},
        "add": {"items.count": {"max": 5}},
    },
}


async def called(name: str, arguments: object) -> Verdict:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return await judged("tool_calls", {NAME: name, ARGUMENTS: written}, **RULES)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("find_order", {"anything": [1, {"goes": None}]}),
        ("find_order", ""),
        ("issue_refund", {"amount": 100}),
        ("issue_refund", {"amount": "24.00", "currency": "EUR", "order": "5120"}),
        ("issue_refund", {"amount": 1e1, "note": "sorry"}),
        ("send_mail", {"to": {"address": "ana@moss.example"}}),
        ("send_mail", {}),
        ("add", {"items": [{"count": 1}, {"count": 5}]}),
    ],
)
async def test_within_bounds(name: str, arguments: object) -> None:
    verdict = await called(name, arguments)
    assert (verdict.score, verdict.spans, verdict.detail) == (0.0, (), "")


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("issue_refund", {"amount": 240.0}, "over-max:amount"),
        ("issue_refund", {"amount": "240"}, "over-max:amount"),
        ("issue_refund", {"amount": 100.01}, "over-max:amount"),
        ("issue_refund", {"amount": -5}, "under-min:amount"),
        ("issue_refund", {"amount": 10**400}, "over-max:amount"),
        ("issue_refund", {"amount": True}, "not-a-number:amount"),
        ("issue_refund", {"amount": "ten"}, "not-a-number:amount"),
        ("issue_refund", {"amount": [5, 500]}, "over-max:amount"),
        ("issue_refund", {"amount": {"value": 5}}, "not-a-number:amount"),
        ("issue_refund", {}, "missing:amount"),
        ("issue_refund", {"amount": None}, "missing:amount"),
        ("issue_refund", {"amount": []}, "missing:amount"),
        ("issue_refund", {"amount": [[], []]}, "missing:amount"),
        ("issue_refund", {"amount": [5, None]}, "not-a-number:amount"),
        ("send_mail", {"to": [{"address": "x@evil.example"}]}, "not-the-pattern:to.address"),
        ("add", {"items.count": 1, "items": {"count": 6}}, "over-max:items.count"),
        ("add", {"items.count": 6, "items": {"count": 1}}, "over-max:items.count"),
        ("issue_refund", {"amount": 5, "currency": "USD"}, "not-one-of:currency"),
        ("issue_refund", {"amount": 5, "order": "5120; drop"}, "not-the-pattern:order"),
        ("issue_refund", {"amount": 5, "order": 51200}, "not-the-pattern:order"),
        ("send_mail", {"to": {"address": "x@evil.example"}}, "not-the-pattern:to.address"),
        ("send_mail", {"bcc": "x@evil.example"}, "not-described"),
        ("add", {"items": [{"count": 1}, {"count": 6}]}, "over-max:items.count"),
        ("delete_all", {}, "unknown-tool"),
        ("", {}, "unknown-tool"),
        ("Find_Order", {}, "unknown-tool"),
        ("find_order\u200b", {}, "unknown-tool"),
        ("issue_refund", '{"amount": 5', "unreadable-arguments"),
        ("issue_refund", "amount=5", "unreadable-arguments"),
        ("issue_refund", "[5]", "unreadable-arguments"),
        ("issue_refund", '{"amount": 5, "amount": 500}', "unreadable-arguments"),
        ("issue_refund", '{"amount": NaN}', "unreadable-arguments"),
        ("issue_refund", '{"amount": Infinity}', "unreadable-arguments"),
        ("issue_refund", '{"a":' * 50 + "1" + "}" * 50, "unreadable-arguments"),
        ("find_order", '{"a":' * 5000, "unreadable-arguments"),
        ("issue_refund", "", "missing:amount"),
    ],
)
async def test_out_of_bounds(name: str, arguments: object, reason: str) -> None:
    verdict = await called(name, arguments)
    assert (verdict.score, verdict.detail) == (1.0, reason)
    assert verdict.spans


async def test_it_marks_the_value() -> None:
    written = '{"order": "5120", "amount": 240.00}'
    verdict = await called("issue_refund", written)
    assert marked(verdict, written, ARGUMENTS) == ["240.00"]
    assert verdict.spans == (Span(ARGUMENTS, 28, 34, "over-max"),)


async def test_every_call_is_judged_and_none_is_no_risk() -> None:
    calls = {
        "0/content": "Done.",
        NAME: "find_order",
        ARGUMENTS: "{}",
        "0/tool_calls/1/name": "issue_refund",
        "0/tool_calls/1/arguments": '{"amount": 500}',
        "0/function_call/name": "delete_all",
        "0/function_call/arguments": "{}",
    }
    verdict = await judged("tool_calls", calls, **RULES)
    assert verdict.detail == "over-max:amount, unknown-tool"
    assert (await judged("tool_calls", "Just words.", **RULES)).score == 0.0


async def test_nothing_listed_means_nothing_allowed() -> None:
    assert (await judged("tool_calls", {NAME: "find_order", ARGUMENTS: "{}"})).score == 1.0


async def test_a_call_is_judged_when_it_is_written() -> None:
    """A part of the arguments is asked about while more has come: the rest is asked about too."""
    texts = {NAME: "issue_refund", ARGUMENTS: '{"note": "a. b", "amount": 500}'}
    its = check("tool_calls", **RULES)
    early = await its.judge(Asked([], texts, ARGUMENTS, 0, 12))
    late = await its.judge(Asked([], texts, ARGUMENTS, 12, 31))
    name = await its.judge(Asked([], {NAME: "issue_refund"}, NAME, 0, 12))
    wrong = await its.judge(Asked([], {NAME: "delete_all"}, NAME, 0, 10))
    scores = [
        verdict.score for verdict in (early, late, name, wrong) if isinstance(verdict, Verdict)
    ]
    assert scores == [0.0, 1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"allow": ["a"], "tools": {"a": {}}}, "'a' is under `allow` and under `tools`"),
        ({"tools": {"a": {"x": {"max": 1, "min": 2}}}}, "min 2 is over max 1"),
        ({"tools": {"a": {"x": {"pattern": "(?=a)"}}}}, "no RE2 expression"),
        ({"tools": {"a": {"x": {"pattern": "((a{100}){100}){100}"}}}}, "no RE2 expression"),
        ({"tools": {"a": {"x": {"most": 5}}}}, "Extra inputs are not permitted"),
        ({"tools": {"a": {"x": {"max": float("nan")}}}}, "finite number"),
        ({"alow": ["a"]}, "Extra inputs are not permitted"),
    ],
)
def test_bounds_that_mean_nothing_are_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint.replace("(", r"\(")):
        check("tool_calls", **options)


def test_it_is_configured_in_a_rules_file() -> None:
    text = """
checks:
  refunds:
    kind: tool_calls
    tools:
      issue_refund: {amount: {max: 100, required: true}}
rules:
  - name: big-refund
    when: {check: refunds}
    strictness: answer
"""
    assert compile_ruleset(text, file="x", checks=default()) is not None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(values)
def test_only_a_number_in_bounds_passes(value: object) -> None:
    written = json.dumps({"amount": value})
    arguments = parsed(written)
    bounds = {"amount": Argument(min=0, max=100, required=True)}
    broken = arguments is None or list(complaints(bounds, arguments, written))
    if not broken:
        assert all(0 <= float(str(number)) <= 100 for number in flat(value))


def flat(value: object) -> list[object]:
    return [one for item in value for one in flat(item)] if isinstance(value, list) else [value]


@given(st.integers(0, 10**6), st.sampled_from(["{v}", '"{v}"', "{v}.0", " {v}", '"{v}.00"']))
def test_how_a_number_is_written_changes_nothing(value: int, form: str) -> None:
    written = f'{{"amount":{form.format(v=value)}}}'
    arguments = parsed(written)
    assert arguments is not None
    broken = list(complaints({"amount": Argument(max=100)}, arguments, written))
    assert bool(broken) is (value > 100)


@given(st.text(max_size=60))
def test_any_text_is_arguments_or_not(written: str) -> None:
    value = parsed(written)
    assert value is None or isinstance(value, dict)
