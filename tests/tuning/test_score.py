"""hitl-chat score: what a row of scores says, and what the rules made of it."""

from typing import Any

import pytest

from tests.tuning.place import Place
from tests.world_rules import rule, rules, words

TONE: dict[str, dict[str, Any]] = {
    "tone": {"kind": "scripted", "scores": {"rude": 0.9, "meh": 0.6}, "otherwise": 0.1}
}


def asking(name: str = "tone", **more: Any) -> dict[str, Any]:
    return rule(f"ask-{name}", {"check": name, "above": 0.7}, **more)


def one(place: Place, text: str, row: dict[str, Any] | str, *more: str) -> dict[str, Any]:
    """The scores of a single row."""
    written = {"id": 1, "draft": row} if isinstance(row, str) else {"id": 1, **row}
    (scores,) = place.scored(text, written, more=more)
    return scores


# --- rulings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "ruling"),
    [
        ({}, "hold"),
        ({"strictness": "answer"}, "hold"),
        ({"then": "block"}, "block"),
        ({"then": "watch"}, "watch"),
        ({"strictness": "watch"}, "watch"),
    ],
)
@pytest.mark.parametrize("when", [words("rude"), {"check": "tone"}], ids=["patterns", "check"])
def test_a_rule_that_fires_rules(
    place: Place, terms: dict[str, Any], ruling: str, when: dict[str, Any]
) -> None:
    text = rules(rule("tone-of-voice", when, **terms), checks=TONE)
    rude, kind = place.scored(text, {"id": 1, "draft": "How rude."}, {"id": 2, "draft": "Fine."})
    assert (rude["ruling"], rude["rules"]) == (ruling, ["tone-of-voice"])
    assert (kind["ruling"], kind["rules"]) == ("pass", [])
    assert rude["risk"] > kind["risk"]


def test_the_gravest_of_several_rules_rules(place: Place) -> None:
    text = rules(
        rule("one", words("rude"), then="watch"),
        rule("two", words("rude"), then="block"),
        rule("three", words("rude"), priority=5),
    )
    scores = one(place, text, "How rude.")
    assert (scores["ruling"], scores["rules"]) == ("block", ["three", "two", "one"])


@pytest.mark.parametrize(
    ("when", "draft", "ruling"),
    [
        ({"ended": "stop"}, "Fine.", "hold"),
        ({"ended": "length"}, "Fine.", "pass"),
        ({"ended": "empty"}, "", "hold"),
        ({"not": words("ask your doctor")}, "Take two.", "hold"),
        ({"not": words("ask your doctor")}, "Ask your doctor.", "pass"),
        ({"not": {"check": "tone"}}, "Fine.", "hold"),
        ({"all": [words("rude"), {"check": "tone", "above": 0.95}]}, "How rude.", "pass"),
    ],
)
def test_conditions_are_those_of_the_server(
    place: Place, when: dict[str, Any], draft: str, ruling: str
) -> None:
    text = rules(rule("when", when, strictness="answer"), checks=TONE)
    assert one(place, text, draft)["ruling"] == ruling


@pytest.mark.parametrize(
    ("on", "row", "ruling"),
    [
        ({"customer": {"literals": ["tent"]}}, {"question": "A fire in my tent?"}, "hold"),
        ({"customer": {"literals": ["tent"]}}, {"question": "A fire in my house?"}, "pass"),
        ({"customer": {"literals": ["tent"]}}, {}, "pass"),
        ({"tenant": "moss"}, {"tenant": "moss"}, "hold"),
        ({"channel": "mail"}, {"channel": "web"}, "pass"),
        ({"tags": ["vip", "late"]}, {"tags": ["late"]}, "hold"),
        ({"model": "wick-*"}, {"model": "wick-1"}, "hold"),
    ],
)
def test_a_rule_is_there_for_its_requests_only(
    place: Place, on: dict[str, Any], row: dict[str, Any], ruling: str
) -> None:
    text = rules(rule("on", words("fine"), on=on))
    assert one(place, text, {"draft": "Fine.", **row})["ruling"] == ruling


def test_the_customer_s_words_are_the_last_of_the_messages(place: Place) -> None:
    text = rules(rule("on", words("fine"), on={"customer": {"literals": ["tent"]}}))
    said = [{"role": "user", "content": "my tent"}, {"role": "assistant", "content": "Yes?"}]
    later = [*said, {"role": "user", "content": [{"type": "text", "text": "my house"}]}]
    again = {"messages": later, "question": "my tent"}
    rows: list[dict[str, Any]] = [{"messages": said}, {"messages": later}, again]
    scores = place.scored(text, *({"id": n, "draft": "Fine.", **r} for n, r in enumerate(rows)))
    assert [row["ruling"] for row in scores] == ["hold", "pass", "hold"]


# --- what a check said --------------------------------------------------------------------------


def test_a_check_tells_its_score_its_reason_and_where(place: Place) -> None:
    text = rules(asking(), rule("pay", {"pii": {"types": ["email"]}}), checks=TONE)
    draft = "Write to ana@moss.example. How rude."
    assert one(place, text, draft)["checks"] == {
        "pii": {
            "score": 1.0,
            "segments": [
                {"score": 1.0, "start": 0, "end": 27},
                {"score": 0.0, "start": 27, "end": 36},
            ],
            "reason": "email",
            "spans": [{"start": 9, "end": 25, "kind": "email"}],
        },
        "tone": {
            "score": 0.9,
            "segments": [
                {"score": 0.1, "start": 0, "end": 27},
                {"score": 0.9, "start": 27, "end": 36},
            ],
            "reason": "scripted",
            "spans": [{"start": 31, "end": 35, "kind": "scripted"}],
        },
    }


def test_a_check_of_whole_answers_has_one_score(place: Place) -> None:
    text = rules(asking(strictness="answer"), checks=TONE)
    tone = one(place, text, "Fine. How rude.")["checks"]["tone"]
    assert (tone["score"], tone["segments"]) == (0.9, [])


def test_every_check_scores_every_given_segment(place: Place) -> None:
    text = rules(
        asking(),
        asking("whole", strictness="answer"),
        rule("word", words("rude")),
        checks=TONE | {"whole": {"kind": "scripted", "scores": {"rude": 0.9}, "otherwise": 0.1}},
    )
    given = ["rude", "Fine", "and rude"]
    scores = one(place, text, {"draft": "How rude. Fine, and rude.", "segments": given})
    found = {name: [s["score"] for s in c["segments"]] for name, c in scores["checks"].items()}
    assert found == {
        "patterns": [1.0, 0.0, 1.0],
        "tone": [0.9, 0.1, 0.9],
        "whole": [0.9, 0.1, 0.9],
    }
    places = [(s["start"], s["end"]) for s in scores["checks"]["tone"]["segments"]]
    assert places == [(4, 8), (10, 14), (16, 24)]


def test_the_same_text_twice_is_two_segments(place: Place) -> None:
    scores = one(
        place, rules(asking(), checks=TONE), {"draft": "No. No.", "segments": ["No.", "No."]}
    )
    assert [s["start"] for s in scores["checks"]["tone"]["segments"]] == [0, 4]


def test_what_the_given_segments_leave_out_is_judged_all_the_same(place: Place) -> None:
    row = {"draft": "Fine. How rude. Fine.", "segments": ["Fine.", "Fine."]}
    scores = one(place, rules(asking(), checks=TONE), row)
    tone = scores["checks"]["tone"]
    assert [segment["score"] for segment in tone["segments"]] == [0.1, 0.1]
    assert (tone["score"], scores["ruling"]) == (0.9, "hold")


def test_without_segments_there_are_none_to_score(place: Place) -> None:
    scores = one(place, rules(asking(), checks=TONE), {"draft": "How rude.", "segments": []})
    assert (scores["checks"]["tone"]["segments"], scores["ruling"]) == ([], "hold")


@pytest.mark.parametrize("strictness", ["segment", "answer"])
def test_an_empty_answer_is_judged_too(place: Place, strictness: str) -> None:
    scores = one(place, rules(asking(strictness=strictness), checks=TONE), "")
    assert (scores["checks"]["tone"]["score"], scores["risk"]) == (0.1, 0.1)


# --- checks that fail ---------------------------------------------------------------------------

FAULTS = {
    "raises": "RuntimeError",
    "refuses": "a scripted refusal",
    "nan": "ValueError",
    "hangs": "no verdict within 0.05 s",
}


@pytest.mark.parametrize("fails", FAULTS)
def test_a_check_that_fails_has_an_error_and_no_score(place: Place, fails: str) -> None:
    broken = {"tone": {"kind": "scripted", "fails": fails, "timeout": 0.05}}
    place.rules.write_text(rules(asking(), rule("word", words("rude")), checks=broken))
    place.write({"id": 1, "draft": "Fine."})
    status, said, noted = place.typed()
    (scores,) = place.results()
    tone = scores["checks"]["tone"]
    assert (status, tone["error"], "score" in tone) == (0, FAULTS[fails], False)
    assert tone["segments"] == [{"error": FAULTS[fails], "start": 0, "end": 5}]
    assert (scores["ruling"], scores["rules"], scores["risk"]) == ("hold", ["ask-tone"], 0.0)
    assert f"check 'tone' failed on 1 rows: {FAULTS[fails]}" in noted
    assert "1 rows scored (1 hold)" in said


@pytest.mark.parametrize(
    ("terms", "ruling"),
    [
        ({"on_error": "block"}, "block"),
        ({"on_error": "release"}, "pass"),
        ({"then": "watch"}, "watch"),
    ],
)
def test_a_failure_is_what_the_rule_says(place: Place, terms: dict[str, Any], ruling: str) -> None:
    broken = {"tone": {"kind": "scripted", "fails": "refuses"}}
    place.rules.write_text(rules(asking(**terms), checks=broken))
    place.write({"id": 1, "draft": "Fine."})
    place.typed()
    (scores,) = place.results()
    assert (scores["ruling"], scores["risk"]) == (ruling, None)


# --- --checks -----------------------------------------------------------------------------------


def test_only_the_checks_asked_for_look(place: Place) -> None:
    place.rules.write_text(
        rules(
            asking(),
            rule("word", words("rude")),
            rule("both", "always", strictness="answer"),
            checks=TONE,
        )
    )
    place.write({"id": 1, "draft": "How rude."})
    _, _, noted = place.typed("--checks", "patterns")
    (scores,) = place.results()
    assert list(scores["checks"]) == ["patterns"]
    assert scores["rules"] == ["word", "both"]
    assert "not decided, since --checks leaves out what they ask for: ask-tone" in noted


def test_a_risk_is_decided_by_all_that_count_in_it(place: Place) -> None:
    place.rules.write_text(
        "risk: {weights: {hedging: 1, refusal: 1}, missing: {refusal: 9}}\n"
        "rules: [{name: risky, when: {risk: 0.9}}]\n"
    )
    place.write({"id": 1, "draft": "We ship on Monday."})
    _, _, noted = place.typed("--checks", "hedging")
    assert "not decided, since --checks leaves out what they ask for: risky" in noted
    assert place.results()[0]["ruling"] == "pass"
    place.out.unlink()
    assert "not decided" not in place.typed("--checks", "hedging,refusal")[2]


def test_a_check_that_no_rule_names_looks_with_its_defaults(place: Place) -> None:
    text = rules(rule("word", words("rude")), checks=TONE)
    row = {"draft": "Rude: ana@moss.example.", "segments": ["Rude:", "ana@moss.example."]}
    place.rules.write_text(text)
    place.write({"id": 1, **row})
    place.typed("--checks", "pii, tone,scripted")
    (scores,) = place.results()
    assert {name: check["score"] for name, check in scores["checks"].items()} == {
        "pii": 1.0,
        "tone": 0.9,
        "scripted": 0.0,
    }
    assert [s["score"] for s in scores["checks"]["pii"]["segments"]] == [0.0, 1.0]
    assert [s["score"] for s in scores["checks"]["tone"]["segments"]] == [0.9, 0.1]
    assert (scores["ruling"], scores["risk"]) == ("pass", 1.0)


def test_a_check_asked_for_that_fails_rules_nothing(place: Place) -> None:
    broken = {"tone": {"kind": "scripted", "fails": "refuses"}}
    place.rules.write_text(rules(rule("word", words("rude")), checks=broken))
    place.write({"id": 1, "draft": "Fine."})
    place.typed("--checks", "tone")
    (scores,) = place.results()
    assert (scores["ruling"], scores["risk"]) == ("pass", None)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("tonne", 'unknown check "tonne", did you mean "tone"?'),
        ("patterns", "check 'patterns' does nothing without options"),
    ],
)
def test_a_check_that_cannot_look_is_refused(place: Place, named: str, why: str) -> None:
    place.rules.write_text(rules(asking(), checks=TONE))
    place.write({"id": 1, "draft": "Fine."})
    status, _, told = place.typed("--checks", named)
    assert (status, why in told) == (2, True)
    assert not place.out.exists()
