"""Which texts a decision stands for."""

import pytest

from hitl_chat.core.chain import draft_digest as digest
from hitl_chat.core.command import Refusal
from hitl_chat.core.effects import Correct
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import (
    Draft,
    Texts,
    announced,
    approved,
    corrected,
    declined,
    edited,
    shorthand,
)

TERMS = Terms(fallback="Sorry.")
CALL: Texts = {"0/tool_calls/0/name": "refund", "0/tool_calls/0/arguments": "{}"}


def test_the_digest_covers_sent_and_pending_and_no_empty_field() -> None:
    draft = Draft({"0/content": "Sure."}, {"0/content": " Yes.", "0/refusal": ""})
    assert draft.sha256() == digest({"0/content": "Sure. Yes."})
    assert draft.sha_with({}) == digest({"0/content": "Sure."})
    assert digest({}) != digest({"0/content": "x"})
    assert len(digest({"0/content": "\ud800"})) == 64
    assert approved(draft) == {"0/content": " Yes."}


@pytest.mark.parametrize(
    ("terms", "sent", "expected"),
    [
        (TERMS, "", "Sorry."),
        (TERMS, "Sure.", "\n\nSorry."),
        (TERMS, "Sure. ", "Sorry."),
        (Terms(fallback_after_text="Let me ask."), "Sure.", " Let me ask."),
        (Terms(fallback_after_text=" Let me ask."), "Sure.", " Let me ask."),
        (Terms(fallback_after_text="Let me ask."), "Sure.\n", "Let me ask."),
    ],
)
def test_a_fallback_follows_what_was_sent(terms: Terms, sent: str, expected: str) -> None:
    assert declined(terms, Draft({"0/content": sent}, {"0/content": "x"})) == {
        "0/content": expected
    }


def test_every_unfinished_choice_gets_the_fallback() -> None:
    draft = Draft({"0/content": "Done."}, {"1/content": "We pay", **CALL})
    finished = Draft({"0/content": "Done."}, {"0/content": "", "1/content": "We pay"})
    assert set(declined(TERMS, finished, choices=2)) == {"1/content"}
    assert set(declined(TERMS, finished, choices=2, whole=False)) == {"0/content", "1/content"}
    assert set(declined(TERMS, draft, choices=3)) == {"0/content", "1/content", "2/content"}
    assert set(declined(TERMS, Draft())) == {"0/content"}
    assert set(declined(TERMS, Draft({"0/content": "Done."}))) == {"0/content"}


def test_a_fallback_that_breaks_the_schema_is_a_refusal() -> None:
    assert declined(TERMS, Draft({}, {"0/content": "{"}), kind="refusal") == {"0/refusal": "Sorry."}


def test_text_alone_is_enough_for_one_field() -> None:
    assert shorthand(Draft({}, {"1/refusal": "No", "1/logprobs": "[]"}), "x") == {"1/refusal": "x"}
    assert shorthand(Draft(), "x") == {"0/content": "x"}
    for choices, pending in ((1, CALL), (2, {})):
        refusal = shorthand(Draft({}, pending), "x", choices)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "which_field"
        assert refusal.details == {"fields": list(pending)}
        assert (", ".join(pending) or "none yet") in refusal.sentence


@pytest.mark.parametrize(
    ("pending", "texts", "code"),
    [
        ({"0/content": "a"}, {"0/content": "b"}, ""),
        (CALL, {"0/content": "I may not refund that."}, ""),
        (CALL, {**CALL, "0/tool_calls/0/arguments": "[]"}, ""),
        ({**CALL, "0/tool_calls/1/name": "tell"}, {"0/tool_calls/1/name": "ask"}, ""),
        ({"0/content": "a", "0/refusal": "b"}, {"0/refusal": "c"}, ""),
        ({"0/content": "a", "0/logprobs": "[]"}, {"0/logprobs": "[]"}, "no_such_field"),
        ({"0/content": "a"}, {"1/content": "b"}, "no_such_field"),
        (CALL, {"0/tool_calls/0/arguments": "[]"}, "fields_missing"),
        ({"0/content": "a"}, {"0/content": "\udfff"}, "invalid_text"),
        ({"0/content": "a"}, {"0/content": " \n"}, "text_needed"),
        ({"0/content": "a"}, {}, "text_needed"),
    ],
)
def test_an_edit_names_what_it_replaces(pending: Texts, texts: Texts, code: str) -> None:
    outcome = edited(Draft({}, pending), texts)
    assert (outcome.code if isinstance(outcome, Refusal) else "") == code
    if not code:
        assert outcome == texts


def test_an_edit_may_cut_the_rest_off() -> None:
    assert edited(Draft({"0/content": "Sure."}, {"0/content": " a"}), {}) == {}


def test_a_correction_takes_the_place_of_what_was_read_and_says_so() -> None:
    half = Draft({"0/content": "90 days. "}, {"0/content": "We pay.", "0/refusal": "No"})
    said = corrected(half, {"0/content": " 30 days. "}, "Correction:")
    assert said == {"0/content": "\n\nCorrection: 30 days."}


@pytest.mark.parametrize(
    ("sent", "texts", "choices", "code"),
    [
        ("", {"0/content": "30 days."}, 1, "nothing_to_correct"),
        (" \n", {"0/content": "30 days."}, 1, "nothing_to_correct"),
        ("90 days.", {"0/content": "30 days."}, 2, "nothing_to_correct"),
        ("90 days.", {"0/refusal": "No."}, 1, "which_field"),
        ("90 days.", {"0/content": "30 days.", "0/refusal": "No."}, 1, "which_field"),
        ("90 days.", {"0/content": "  "}, 1, "text_needed"),
        ("90 days. ", {"0/content": "90 days.  We pay.\n"}, 1, "nothing_to_correct"),
    ],
)
def test_what_cannot_be_corrected(sent: str, texts: Texts, choices: int, code: str) -> None:
    half = Draft({"0/content": sent}, {"0/content": "We pay.", "0/refusal": "No"})
    refusal = corrected(half, texts, "Correction:", choices)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_a_correction_reads_as_one_where_nothing_can_be_replaced() -> None:
    assert announced(Correct("Green.").mark, "Green.") == "\n\n[Correction] Green."
    assert announced("Berichtigung:", "Grün.") == "\n\nBerichtigung: Grün."
