"""`hitl-chat check` and `hitl-chat explain`, as values and as text."""

from pathlib import Path

from hitl_chat.rules.explain import Said, check
from hitl_chat.rules.explain import explain as explained
from hitl_chat.rules.facts import RequestFacts
from tests.rules.reading import CHECKS, rule, ruleset


def said(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "shop.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return [str(finding).removeprefix(f"{tmp_path}/") for finding in check(path, CHECKS)]


def test_a_right_file_leaves_nothing_to_say(tmp_path: Path) -> None:
    assert said(tmp_path, rule()) == []


def test_findings_come_in_the_order_of_lines(tmp_path: Path) -> None:
    assert said(tmp_path, rule(then="hodl", impact="high", strictness="wach")) == [
        "shop.yaml:4:11 'hodl' is not one of the values here, did you mean \"hold\"?",
        "shop.yaml:6:17 'wach' is not one of the values here, did you mean \"watch\"?",
    ]


def test_warnings_are_marked(tmp_path: Path) -> None:
    (line,) = said(tmp_path, rule(then="watch", impact="high"))
    assert line.startswith("shop.yaml:5:13 warning: impact is high")


def test_files_that_are_none(tmp_path: Path) -> None:
    assert said(tmp_path, b"a: 1\nb: \xff") == [
        "shop.yaml:2:1 not UTF-8 text: save the file as UTF-8"
    ]
    (finding,) = check(tmp_path / "none.yaml", CHECKS)
    assert finding.message == "the file cannot be read: no such file or directory"


def test_a_rule_that_keeps_ordinary_words_back_is_warned_about(tmp_path: Path) -> None:
    slow = rule("{patterns: {regex: ['[a-z]{3,12} refund']}}")
    (line,) = said(tmp_path, slow)
    assert line.startswith('shop.yaml:3:5 warning: rule "promise" keeps back ')
    assert "% of ordinary words until it is sure" in line
    assert said(tmp_path, slow + "    strictness: answer\n") == []


MANY = (
    rule("{all: [{patterns: {literals: [guarantee]}}, {not: {pii: {}}}]}")
    + "  - name: shop-only\n    on: {channel: shop}\n    when: {pii: {}}\n"
    + "  - name: tone\n    when: {check: scripted, above: 0.7}\n"
    + "  - name: cut-off\n    when: {ended: length}\n    then: watch\n"
    + "  - name: either\n    when: {any: [{patterns: {regex: ['\\bgu\\w{1,9}']}}, {pii: {}}]}\n"
    + "  - name: nothing\n    when: {patterns: {literals: [refund]}}\n"
)


def test_explain_shows_what_happens_and_the_tests_that_decided() -> None:
    made = ruleset(MANY)
    told = explained(made, RequestFacts(), "Yes, we guarantee it.", ended=("length",))
    assert told.text().splitlines() == [
        "held by promise, either: 8 of 21 characters leave before that",
        "  ! promise: hold",
        "      patterns 8..17 'guarantee'",
        "      pii found nothing",
        "  ? tone: not decided here",
        "      scripted: not run",
        "  ! cut-off: watch",
        "      it ended with length: yes",
        "  ! either: hold",
        "      patterns 8..17 'guarantee' (\\bgu\\w{1,9})",
        "  found nothing: nothing",
        "  not for this request: shop-only",
        f"  rules {made.version[:12]}; --all shows their tests",
    ]


def test_explain_shows_everything_to_whoever_asks() -> None:
    told = explained(ruleset(MANY), RequestFacts(), "We ship.").text(everything=True).splitlines()
    assert told[1:-1] == [
        "  - promise: no",
        "      patterns found nothing",
        "  - shop-only: not for this request",
        "  ? tone: not decided here",
        "      scripted: not run",
        "  - cut-off: no",
        "      it ended with length: no",
        "  - either: no",
        "      patterns found nothing",
        "      pii found nothing",
        "  - nothing: no",
        "      patterns found nothing",
    ]
    assert told[-1].startswith("  rules ")
    assert "--all" not in told[-1]


def test_what_came_to_nothing_is_folded_into_lines_that_fit() -> None:
    many = "".join(
        f"  - name: a-rule-that-is-called-{n:02}\n    when: {{pii: {{}}}}\n" for n in range(12)
    )
    told = explained(ruleset(rule() + many), RequestFacts(), "We ship.").text().splitlines()
    assert told[0] == "passed"
    assert told[1].startswith("  found nothing: promise, a-rule-that-is-called-00, ")
    assert max(map(len, told)) <= 100
    assert len(told) == 7


def test_explain_says_what_a_shadow_would_do() -> None:
    dark = ruleset(rule(shadow="true", then="block", strictness="answer"))
    told = explained(dark, RequestFacts(), "We guarantee it.").text().splitlines()
    assert told[:2] == ["passed", "  ~ promise: would block (a shadow)"]


def test_explain_says_when_nothing_leaves_and_when_all_does() -> None:
    whole = ruleset(rule(strictness="answer"))
    assert explained(whole, RequestFacts(), "We guarantee it.").streams_upto == 0
    assert explained(whole, RequestFacts(), "We do not.").outcome() == "passed"
    blocked = explained(ruleset(rule(then="block")), RequestFacts(), "guarantee").outcome()
    assert blocked == "blocked by promise: 0 of 9 characters leave before that"
    watched = explained(ruleset(rule(then="watch")), RequestFacts(), "guarantee").outcome()
    assert watched == "passed, watched by promise"
    always = ruleset(rule("always", strictness="answer"))
    assert "      always" in explained(always, RequestFacts(), "Hi.").text().splitlines()


COSTLY = """
checks:
  promises: {kind: scripted, costs: true}
risk:
  weights: {hedging: 4, refusal: 2}
  bias: -2
"""


def test_explain_shows_the_cascade_and_what_makes_the_risk() -> None:
    made = ruleset(
        COSTLY
        + rule("{all: [{check: hedging}, {check: promises}]}")
        + "  - name: risky\n    when: {risk: 0.7}\n"
    )
    quiet = [Said("hedging", 0.0), Said("refusal", None, "no words")]
    told = explained(made, RequestFacts(), "We ship.", said=quiet)
    assert told.text().splitlines()[:-1] == [
        "passed",
        "  promises: spared, hedging said 0 < 0.5",
        "  refusal: no score (no words)",
        "  risk: 0.12 (bias -2.00, hedging +0.00, refusal +0.00)",
        "  found nothing: promise, risky",
        "  said 0: hedging",
    ]
    assert "  hedging: 0.00" in told.text(everything=True).splitlines()
    unsure = [Said("hedging", 0.9, "unsure", ((3, 7),)), Said("refusal", 0.0)]
    told = explained(made, RequestFacts(), "We ship.", said=unsure)
    assert told.text().splitlines()[:-1] == [
        "held by risky: how much leaves before that depends on how the model writes it",
        "  ? promise: not decided here",
        "      hedging 0.90 ≥ 0.5: unsure",
        "        3..7 'ship'",
        "      promises: a model would be asked, since hedging said 0.9 >= 0.5",
        "  ! risky: hold",
        "      risk 0.83 ≥ 0.7",
        "  risk: 0.83 (bias -2.00, hedging +3.60, refusal +0.00)",
        "  said 0: refusal",
    ]


def test_explain_says_what_a_check_that_died_leads_to() -> None:
    asked = rule("{check: hedging}")
    died = [Said("hedging", None, "failed: it died", failed=True)]

    def told(text: str, said: list[Said] = died) -> list[str]:
        return explained(ruleset(text), RequestFacts(), "We ship.", said=said).text().splitlines()

    assert told(asked)[:-1] == [
        "held by promise: how much leaves before that depends on how the model writes it",
        "  ! promise: hold, since a check failed",
        "      hedging: failed: it died",
    ]
    assert told(asked + "    on_error: block\n")[0].startswith("blocked by promise")
    lax = told(asked + "    on_error: release\n")
    assert lax[:3] == [
        "passed",
        "  hedging: no score (failed: it died)",
        "  found nothing: promise",
    ]
    partly = [Said("hedging", 0.1, "failed: it died", failed=True)]
    assert told(asked, partly)[1] == "  ! promise: hold, since a check failed"
    assert told(asked, [Said("hedging", 0.9, failed=True)])[1] == "  ! promise: hold"
    watch = told(asked + "    then: watch\n")
    assert watch[:2] == ["passed, watched by promise", "  ! promise: watch, since a check failed"]
    shadow = told(asked + "    shadow: true\n    on_error: block\n")
    assert shadow[1] == "  ~ promise: would block (a shadow), since a check failed"


def test_explain_does_not_say_passed_while_a_model_would_still_be_asked() -> None:
    checks = "version: 1\nchecks: {promises: {kind: judge}}\n"
    asked = checks + rule("{check: promises}").replace("version: 1\n", "")
    told = explained(ruleset(asked), RequestFacts(), "We ship.").text().splitlines()
    assert told[0] == "passed, unless promise objects"
    watch = explained(ruleset(asked + "    then: watch\n"), RequestFacts(), "We ship.").text()
    assert watch.splitlines()[0] == "passed"


def test_explain_says_who_still_counts_in_the_risk_and_where_a_budget_moves() -> None:
    made = ruleset(
        COSTLY.replace("refusal: 2", "promises: 2")
        + "budget: {share: 0.1, between: [0.4, 0.8]}\n"
        + rule("{risk: budget}")
    )
    told = explained(made, RequestFacts(), "We ship.", said=[Said("hedging", 0.5)]).text()
    lines = told.splitlines()
    assert "  risk: 0.50 (bias -2.00, hedging +2.00; without promises)" in lines
    assert "  budget: `risk: budget` moves between 0.4 and 0.8; here it is 0.8" in lines
