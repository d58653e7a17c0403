"""What a rules file may say, what it means to the gate, and what is said of one that is wrong."""

import msgspec
import pytest

from hitl_chat.core.fusion import Fusion
from hitl_chat.core.policy import FALLBACK, Either, Every, Not, Test, merge
from hitl_chat.errors import ConfigError
from hitl_chat.rules.facts import Criteria, RequestFacts
from tests.rules.reading import rule, ruleset, warned, wrong

NOBODY = RequestFacts()

WRONG = {
    "nothing": ("", ["1:1 not a rules file: it begins with `rules:`"]),
    "a list": ("- a\n", ["1:1 not a rules file"]),
    "no rules": ("rules: []\n", ["1:8 no rules: every answer would pass; write `pass: all`"]),
    "no rules at all": ("version: 1\n", ["1:1 no rules: every answer would pass"]),
    "pass and rules": ("pass: all\n" + rule(), ["1:7 `pass: all` together with rules"]),
    "pass some": ("pass: some\n", ["1:7 'some': `pass` can only be `all`"]),
    "unknown key": (rule(dealine="5m"), ['4:5 unknown key "dealine", did you mean "deadline"?']),
    "unknown key at the top": ("rule: []\n", ['1:1 unknown key "rule", did you mean "rules"?']),
    "strange key": (rule(colour="red"), ['4:5 unknown key "colour": known: ']),
    "no name": ("rules:\n  - when: always\n", ["2:5 'name' is missing here: add it"]),
    "no when": ("rules:\n  - name: x\n", ["2:5 'when' is missing here: add it"]),
    "rules no list": ("rules:\n  name: x\n", ["2:3 {'name': 'x'} is not a list: write `- `"]),
    "rule no mapping": ("rules:\n  - x\n", ["2:5 'x' is not a mapping: write `key: value` lines"]),
    "name": (rule().replace("promise", "My Rule"), ["2:11 'My Rule': a name has small letters"]),
    "name a number": (rule().replace("promise", "5"), ["2:11 5 is not a text: put it in quotes"]),
    "second name": (
        rule() + "  - name: promise\n    when: {ended: empty}\n",
        ['4:11 a second rule "promise", the first is in line 2: rename one'],
    ),
    "then": (rule(then="hodl"), ["4:11 'hodl' is not one of the values", 'you mean "hold"?']),
    "then NO": (rule(then="NO"), ["'NO' is not one of the values here, write watch, hold, block"]),
    "deadline": (rule(deadline="12:30"), ["4:15 '12:30' is no length of time: write e.g. 90s, 5m"]),
    "no deadline": (rule(deadline="0"), ["4:15 0: input should be greater than 0"]),
    "long deadline": (rule(deadline="8d"), ["4:15 '8d': input should be less than or equal to"]),
    "priority": (rule(priority="high"), ["4:15 'high': input should be a valid integer"]),
    "actions": (rule(allowed_actions="[aprove]"), ['did you mean "approve"?']),
    "no actions": (rule(allowed_actions="[]"), ["4:22 an empty list: give at least one"]),
    "reasons": (rule(reasons=str(["r"] * 10)), ["4:14 too many: 9 at most"]),
    "good": (rule(good="yes"), ["4:11 'yes' is not a list: write `- ` before each entry"]),
    "guidance": (rule(guidance="5"), ["4:15 5 is not a text: put it in quotes"]),
    "defaults": ("defaults: {name: x}\n" + rule(), ['1:12 unknown key "name"']),
    "when a text": (rule("guarantee"), ["3:11 'guarantee' tests nothing: write one of always,"]),
    "when nothing": (rule(""), ["tests nothing: write one of"]),
    "when empty": (rule("{}"), ["3:11 {} tests nothing"]),
    "unknown test": (rule("{patern: {}}"), ['3:12 unknown test "patern", did you mean "patt']),
    "any of nothing": (rule("{any: []}"), ["3:17 here goes a list of tests"]),
    "all no list": (rule("{all: {always: true}}"), ["3:17 here goes a list of tests"]),
    "not nothing": (rule("{not: }"), ["3:16 None tests nothing"]),
    "always no": (rule("{always: false}"), ["3:20 False: `always` can only be true"]),
    "unknown check": (
        rule("{check: xyzzy}"),
        ['3:19 unknown check "xyzzy": known: '],
    ),
    "close check": (rule("{check: scriptd}"), ['3:19 unknown check "scriptd", did you mean "scri']),
    "synchronous check": (rule("{check: pii}"), ['3:19 "pii" has no score: write `pii:`']),
    "threshold": (rule("{check: scripted, above: 1.5}"), ["3:36 1.5 is no threshold: a number"]),
    "threshold text": (rule("{check: scripted, above: high}"), ["3:36 'high' is no threshold"]),
    "audit": ("audit: 2\n" + rule(), ["1:8 2: input should be less than or equal to 1"]),
    "audit text": ("audit: some\n" + rule(), ["1:8 'some' is not a number"]),
    "shadow": (rule(shadow="yes"), ["4:13 'yes': input should be a valid boolean"]),
    "risk of what": (rule("{risk: 0.7}"), ["3:12 nothing says what the risk is: write `risk:`"]),
    "risk threshold": (
        "risk: {weights: {hedging: 1}}\n" + rule("{risk: 7}"),
        ["4:18 7 is no threshold: a number over 0, up to 1"],
    ),
    "risk without weights": ("risk: {bias: 1}\n" + rule(), ["1:7 'weights' is missing here"]),
    "no weights": ("risk: {weights: {}}\n" + rule(), ["1:17 an empty", "at least one"]),
    "weight of nothing": (
        "risk: {weights: {hedgin: 1}, missing: {groundin: 1}}\n" + rule(),
        ['1:18 unknown check "hedgin", did you mean "hedging"?', '1:40 unknown check "groundin"'],
    ),
    "missing without weight": (
        "risk: {weights: {hedging: 1}, missing: {grounding: 1}}\n" + rule(),
        ['1:41 "grounding" has no weight: add it'],
    ),
    "weight no number": ("risk: {weights: {hedging: .nan}}\n" + rule(), ["1:27 '.nan' is not a n"]),
    "weight that lowers the risk": (
        "risk: {weights: {hedging: -1}, missing: {hedging: -0.5}}\n" + rule(),
        [
            "1:27 -1: no check may lower the risk",
            "write 0 or more",
            "1:51 -0.5: a check that says nothing is no sign of safety",
            "make `bias` lower",
        ],
    ),
    "weight yes": ("risk: {weights: {hedging: true}}\n" + rule(), ["1:27 True is not a number"]),
    "weight endless": ("risk: {weights: {hedging: 1e999}}\n" + rule(), ["1:27 '1e999' is not a"]),
    "bias huge": ("risk: {weights: {hedging: 1}, bias: -1e7}\n" + rule(), ["1:37 -10000000.0: in"]),
    "band": (
        "risk: {weights: {hedging: 1}, ask_between: [0.8, 0.2]}\n" + rule(),
        ["1:44 [0.8, 0.2] is no band of risks: write two numbers of 0..1, like [0.2, 0.8]"],
    ),
    "risk beyond its band": (
        "risk: {weights: {hedging: 1}, ask_between: [0.2, 0.8]}\n" + rule("{risk: 0.9}"),
        ["a risk of 0.9 lies outside `ask_between`"],
    ),
    "check called risk": ("checks: {risk: {kind: hedging}}\n" + rule(), ['1:16 "risk" is taken']),
    "threshold yes": (rule("{check: scripted, above: true}"), ["3:36 True is no threshold"]),
    "threshold alone": (rule("{always: true, above: 0.5}"), ['3:26 "above" belongs beside']),
    "ending": (rule("{ended: lenght}"), ['3:19 unknown ending "lenght", did you mean "length"?']),
    "endings": (rule("{ended: [empty, 5]}"), ["3:27 5 is not a text"]),
    "no endings": (rule("{ended: []}"), ["3:19 an empty list: give at least one"]),
    "always in a stream": (rule("always"), ["3:11 `always` holds every answer, but the stream"]),
    "unbounded": (
        rule("{patterns: {regex: ['guarantee.*']}}"),
        ["has no longest match, so no text could ever leave: bound it"],
    ),
    "look-around": (
        rule("{patterns: {regex: [ok, 'a(?=b)']}}"),
        ["3:30 look-around is not supported"],
    ),
    "option": (rule("{patterns: {exept: [a]}}"), ['3:23 unknown key "exept", did you mean "ex']),
    "option in near": (
        rule("{patterns: {literals: [a], near: {with: 5, literals: [b]}}}"),
        ['unknown key "with", did you mean "within"?'],
    ),
    "type": (rule("{pii: {types: [emial]}}"), ["'emial' is not one of the values here"]),
    "on": (rule(on="{chanel: shop}"), ['4:10 unknown test "chanel", did you mean "channel"?']),
    "on a number": (rule(on="{tags: [vip, 5]}"), ["4:22 5 is not a text: put it in quotes"]),
    "on customer": (rule(on="{customer: {regex: ['(']}}"), ["4:28 a `(` without its `)`"]),
    "on nothing": (rule(on="{}"), ["4:9 {} tests nothing: write one of channel, customer, hours"]),
    "configured check": (
        "checks: {tone: {kind: xyzzy}}\n" + rule("{check: tone}"),
        ['1:23 unknown check "xyzzy": known: '],
    ),
    "check without kind": ("checks: {tone: {}}\n" + rule("always"), ["1:16 'kind' is missing"]),
    "check option": (
        "checks: {tone: {kind: scripted, scors: {a: 1}}}\n" + rule("{check: tone}"),
        ['1:33 unknown key "scors", did you mean "scores"?'],
    ),
    "check score": (
        "checks: {tone: {kind: scripted, scores: {a: 7}}}\n" + rule("{check: tone}"),
        ["1:45 7: input should be less than or equal to 1"],
    ),
    "taken name": ("checks: {pii: {kind: scripted}}\n" + rule(), ['1:15 "pii" is taken']),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_wrong_rules_are_refused_with_the_place_and_the_fix(text: str, told: list[str]) -> None:
    found = wrong(text)
    for part in told:
        assert any(part in line for line in found), found


def test_the_message_names_file_line_and_column() -> None:
    text = "rules:\n  - name: wording\n    when:\n      any:\n        - patterns:\n"
    text += "            literals: [x]\n    # a judge would do, too\n\n"
    with pytest.raises(ConfigError) as refused:
        ruleset(text + "        - check: scriptd\n")
    expected = 'shop.yaml:9:18 unknown check "scriptd", did you mean "scripted"?'
    assert str(refused.value) == expected
    assert refused.value.details["findings"] == [expected]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = rule("{any: [{chek: x}, {pii: {types: [x]}}]}", deadline="soon", then="hodl")
    assert [line.split(" ")[0] for line in wrong(text)] == ["3:19", "3:44", "4:15", "5:11"]


def test_rules_too_large_together_are_refused_at_once() -> None:
    letters = "abcdef"
    pairs = [first + second for first in letters for second in letters]
    sources = "".join(f"\n          - '{pair}.{{500}}[^a]{{400}}x'" for pair in pairs)
    head = "rules:\n  - name: x\n    when:\n      patterns:\n        regex:"
    assert wrong(head + sources) == [
        "2:3 36 expressions are too large together: use fewer or smaller repeats"
    ]
    assert wrong(head + sources * 20) == ["6:11 too many: 100 at most"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"impact": "high", "then": "watch"}, "impact is high, but the rule only watches"),
        ({"impact": "high", "on_deadline": "release"}, "an answer nobody judged may be released"),
        ({"impact": "high", "on_error": "release"}, "an answer nobody judged may be released"),
        ({"strictness": "watch"}, "this makes it a watch rule: say `then: watch`"),
    ],
)
def test_what_is_allowed_but_odd_is_a_warning(more: dict[str, str], told: str) -> None:
    assert any(told in line for line in warned(rule(**more)))


def test_an_empty_policy_has_to_be_meant() -> None:
    compiled = ruleset("pass: all\n").for_request(NOBODY)
    assert compiled.policy.rules == ()
    assert compiled.scanner is None


def test_a_rule_inherits_what_it_does_not_say() -> None:
    made = ruleset(
        "defaults: {deadline: 5m, fallback: Later., on_no_agent: wait, then: block}\n"
        + rule(fallback="Never.", allowed_actions="[reject, edit]", route="money", priority="7")
    )
    policy = made.for_request(NOBODY).policy
    (one,) = policy.rules
    assert (one.then, one.terms.deadline, one.terms.fallback) == ("block", 300.0, "Never.")
    assert one.terms.rules == ("promise",)
    assert one.terms.allowed_actions == ("edit", "reject")
    assert (one.terms.route, one.terms.priority, one.terms.on_no_agent) == ("money", 7, "wait")
    assert (policy.default.terms.fallback, policy.default.terms.deadline) == ("Later.", 300.0)


def test_skills_are_named_once() -> None:
    made = ruleset("defaults: {skills: [german]}\n" + rule(skills="[refunds, law, refunds]"))
    policy = made.for_request(NOBODY).policy
    assert policy.rules[0].terms.skills == ("refunds", "law")
    assert policy.default.terms.skills == ("german",)
    assert wrong(rule(skills="[Deutsch]"))[0].startswith("4:14 'Deutsch': a name has small")


def test_the_longest_undo_window_of_the_rules_that_fired_counts() -> None:
    text = "defaults: {undo: 2s}\n" + rule() + "  - name: b\n    when: {pii: {}}\n    undo: 10s\n"
    policy = ruleset(text).for_request(NOBODY).policy
    assert merge(policy.rules, policy.default).undo == 10.0
    assert merge(policy.rules[:1], policy.default).undo == 2.0
    (usual,) = ruleset(rule()).for_request(NOBODY).policy.rules
    assert merge([usual], policy.default).undo is None


def test_defaults_of_a_rule_hold_and_fail_closed() -> None:
    (one,) = ruleset(rule()).for_request(NOBODY).policy.rules
    assert (one.then, one.strictness, one.on_error) == ("hold", "segment", "hold")
    terms = one.terms
    assert (terms.deadline, terms.fallback, terms.fallback_after_text) == (120.0, FALLBACK, "")
    assert (terms.on_deadline, terms.on_no_agent) == ("fallback_text", "fallback_text")
    assert (terms.on_disconnect, terms.impact) == ("keep", "low")


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2 h", 7200), ("1d", 86400)]
)
def test_lengths_of_time(written: str, seconds: float) -> None:
    (one,) = ruleset(rule(deadline=written)).for_request(NOBODY).policy.rules
    assert one.terms.deadline == seconds


def test_conditions_become_the_cores() -> None:
    when = """{any: [{patterns: {literals: [a]}}, {patterns: {literals: [b]}, ended: [empty, stop]},
      {all: [{check: scripted, above: 0.7}, {not: {pii: {}}}]}, {check: scripted},
      {always: true}]}"""
    (one,) = ruleset(rule(when)).for_request(NOBODY).policy.rules
    assert one.when == Either(
        (
            Test("patterns:promise"),
            Every(
                (
                    Test("patterns:promise:2"),
                    Either((Test("ended:empty"), Test("ended:stop"))),
                )
            ),
            Every((Test("scripted", 0.7), Not(Test("pii:promise")))),
            Test("scripted", 0.5),
            Test("ended:any"),
        )
    )


def test_what_the_gate_waits_for_follows_from_the_rules() -> None:
    asks = rule("{check: scripted}")
    by_segment = ruleset(asks).for_request(NOBODY)
    assert by_segment.policy.segment == {"scripted"}
    assert not by_segment.policy.withhold
    whole = ruleset(asks + "    strictness: answer\n").for_request(NOBODY)
    assert (whole.policy.whole, whole.policy.withhold) == (frozenset({"scripted"}), True)
    assert [check.name for check in whole.checks] == ["scripted"]
    watched = ruleset(asks + "    then: watch\n").for_request(NOBODY)
    assert (watched.policy.segment, watched.policy.withhold) == (frozenset(), False)
    assert [check.name for check in watched.checks] == ["scripted"]


def test_nobody_waits_for_what_only_quiet_rules_name() -> None:
    quiet = (
        rule("{check: hedging}", then="watch")
        + "  - name: dark\n    when: {check: refusal}\n    strictness: answer\n    shadow: true\n"
    )
    policy = ruleset(quiet).for_request(NOBODY).policy
    assert not policy.segment | policy.whole
    assert policy.beside == {"hedging", "refusal"}
    assert [one.shadow for one in policy.rules] == [False, True]
    assert not policy.withhold
    loud = quiet + "  - name: loud\n    when: {check: hedging}\n"
    policy = ruleset(loud).for_request(NOBODY).policy
    assert policy.segment == {"hedging"}
    assert policy.beside == {"refusal"}


def test_the_share_of_answers_to_look_at_travels_with_the_rules() -> None:
    assert ruleset("audit: 0.02\n" + rule()).for_request(NOBODY).audit == 0.02
    assert ruleset(rule()).for_request(NOBODY).audit == 0.0


def test_a_whole_file_can_be_a_shadow() -> None:
    made = ruleset("defaults: {shadow: true}\n" + rule())
    assert [one.shadow for one in made.for_request(NOBODY).policy.rules] == [True]


def test_a_rule_on_the_risk_asks_all_checks_that_count() -> None:
    made = ruleset(
        "checks: {judge: {kind: scripted, costs: true}}\n"
        "risk:\n"
        "  weights: {hedging: 0.8, judge: 2.1}\n"
        "  missing: {judge: 0.5}\n"
        "  bias: -3\n"
        "  ask_between: [0.2, 0.8]\n"
        + rule("{risk: 0.7}")
        + "  - name: late\n    on: {channel: shop}\n    strictness: answer\n    when: {risk: 0.8}\n"
    )
    policy = made.for_request(NOBODY).policy
    fusion = Fusion({"hedging": 0.8, "judge": 2.1}, {"judge": 0.5}, -3.0, 0.2, 0.8)
    assert policy.fusion == fusion
    assert policy.rules[0].when == Test("risk", 0.7)
    assert policy.segment == {"hedging", "judge"}
    assert policy.costly == {"judge"}
    assert made.for_request(RequestFacts(channel="shop")).policy.whole == {"hedging", "judge"}


def test_the_risk_has_only_to_say_what_counts() -> None:
    made = ruleset("risk: {weights: {hedging: 1}}\n" + rule("{risk: 0.7}"))
    assert made.for_request(NOBODY).policy.fusion == Fusion({"hedging": 1.0})


def test_a_configured_check_is_built_once_and_named_as_configured() -> None:
    made = ruleset(
        "checks: {tone: {kind: scripted, timeout: 2, scores: {rude: 0.9}}}\n"
        + rule("{check: tone, above: 0.8}")
    )
    (check,) = made.for_request(NOBODY).checks
    assert (check.name, check.timeout) == ("tone", 2)
    assert made.for_request(RequestFacts(tenant="other")).checks == (check,)


def test_a_version_is_the_files_sha_and_a_label_the_authors() -> None:
    one, other = ruleset("version: 3\n" + rule()), ruleset("version: 4\n" + rule())
    assert (one.label, len(one.version)) == ("3", 64)
    assert one.version != other.version
    assert one.for_request(NOBODY).policy.version == one.version


def test_criteria_travel_by_their_version() -> None:
    made = ruleset(
        rule(guidance="'**R2** no promises'", good="[We look at it first.]", bad="[Yes!]",
             limits="{refund in euros: 100}", reasons="[promise removed]")
    )  # fmt: skip
    (criteria,) = msgspec.json.decode(made.criteria, type=list[Criteria])
    assert made.for_request(NOBODY).criteria == made.criteria_version
    assert criteria.guidance == "**R2** no promises"
    assert (criteria.good, criteria.bad) == (("We look at it first.",), ("Yes!",))
    assert (criteria.limits, criteria.reasons) == (
        (("refund in euros", "100"),),
        ("promise removed",),
    )
    assert ruleset(rule(guidance="else")).criteria_version != made.criteria_version
    same = ruleset(
        rule(reasons="[promise removed]", guidance="'**R2** no promises'", bad="[Yes!]",
             good="[We look at it first.]", limits="{refund in euros: 100}")
    )  # fmt: skip
    assert same.criteria_version == made.criteria_version
    assert same.version != made.version


TOGETHER = """
rules:
  - name: promise
    when: {patterns: {literals: [guarantee]}}
    allowed_actions: [approve, edit]
  - name: watched
    when: {patterns: {literals: [guarantee]}}
    then: watch
    allowed_actions: [take_over]
  - name: money
    when: {patterns: {literals: [refund]}}
    allowed_actions: %s
"""


def test_rules_that_fire_together_leave_somebody_something_to_do() -> None:
    assert wrong(TOGETHER % "[edit, reject]") == []
    (said,) = wrong(TOGETHER % "[reject]")
    assert said.startswith('12:22 "money" allows nothing that all rules before it allow')
