"""hitl-chat test: what rule tests can say, how they fail, and what is no rule test at all."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from hitl_chat.cli import main
from tests.tuning.place import Place

Typed = Callable[..., tuple[int, str, str]]
RULES = """\
checks:
  facts: {kind: grounding}
  tone: {kind: scripted, scores: {rude: 0.9}, costs: true}
  slow: {kind: scripted, scores: {broken: 0.9}, fails: refuses}
rules:
  - name: promise
    when:
      all:
        - patterns: {regex: ['\\bguarantee\\b']}
        - {check: facts}
  - name: tone
    on: {tags: [polite]}
    when: {check: tone, above: 0.7}
  - name: word
    when: {patterns: {literals: [secret, find]}}
  - name: late
    on: {channel: mail}
    when: {check: slow}
  - name: broken-off
    when: {ended: [length, empty]}
  - name: whole
    on: {customer: {literals: [tent]}}
    when: always
    strictness: answer
  - name: stopped
    when: {patterns: {literals: [forbidden]}}
    then: block
  - name: seen
    when: {patterns: {literals: [curious, odd]}}
    then: watch
"""


@pytest.fixture
def typed(place: Place, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types `hitl-chat test` on tests beside the rules above, or on other paths."""

    def run(tests: str, *paths: str) -> tuple[int, str, str]:
        Path("shop.yaml").write_text(RULES)
        Path("shop.tests.yaml").write_text(dedent(tests))
        capsys.readouterr()
        status = main(["test", *(paths or ("shop.yaml",))])
        return status, *capsys.readouterr()

    return run


PASSING = {
    "nothing fires": "{name: a, draft: Hello., expect: pass}",
    "the right rule": "{name: a, draft: A secret., expect: hold, rules: [word]}",
    "two rules": "{name: a, draft: A secret for 9 euros. We guarantee it costs 9 euros.,"
    " expect: hold, rules: [word, promise]}",
    "a check that is free is asked": "{name: a, draft: We guarantee 9 euros., expect: hold}",
    "documents support": "{name: a, draft: We guarantee 9 euros., documents: [9 euros], "
    "expect: pass}",
    "a score given": "{name: a, tags: [polite], scores: {tone: 0.9}, draft: Hm., expect: hold}",
    "a low score given": "{name: a, tags: [polite], scores: {tone: 0.6}, draft: Hm., expect: pass}",
    "an ending": "{name: a, draft: Hel, ended: length, expect: hold, rules: [broken-off]}",
    "an empty answer": "{name: a, expect: hold, rules: [broken-off]}",
    "what was asked": "{name: a, customer: My tent, draft: Hm., expect: hold, rules: [whole]}",
    "what was asked, as messages": "{name: a, messages: [{role: user, content: tent}], draft: Hm.,"
    " expect: hold}",
    "what was answered already does not count": "{name: a, messages: [{role: user, content: tent},"
    " {role: assistant, content: No.}], customer: Hi, draft: Hm., expect: pass}",
    "all since the last answer counts": "{name: a, messages: [{role: user, content: tent}],"
    " customer: Hi, draft: Hm., expect: hold}",
    "block": "{name: a, draft: That is forbidden., expect: block}",
    "watch": "{name: a, draft: A curious thing., expect: watch, rules: [seen]}",
    "words that stay": "{name: a, draft: It is a secret., expect: hold, never_sends: secret}",
    "several words that stay": "{name: a, draft: A secret and a lie., expect: hold,"
    " never_sends: [secret, lie]}",
    "nothing leaves": "{name: a, customer: tent, draft: Yes., expect: hold, never_sends: 'Yes'}",
    "what a check finds stays": "{name: a, draft: Hi there. Then we guarantee 9 euros.,"
    " expect: hold, never_sends: 9 euros}",
    "what a scored check finds stays": "{name: a, tags: [polite], scores: {tone: 0.9}, draft: Hm.,"
    " expect: hold, never_sends: Hm}",
    "what is blocked stays": "{name: a, draft: It is forbidden., expect: block,"
    " never_sends: forbidden}",
}


@pytest.mark.parametrize("case", PASSING.values(), ids=PASSING)
def test_it_passes(case: str, typed: Typed) -> None:
    status, out, said = typed(f"tests:\n  - {case}\n")
    assert (status, out) == (0, "")
    assert said == "1 passed, 0 failed in 'shop.tests.yaml'\n"


GOT = "got hold by word, seen"
FAILING = {
    "it passes instead": (
        "{name: a, draft: We guarantee nice tents., expect: hold, rules: [promise]}",
        "expected hold by promise, got pass (promise: patterns 1 (\\bguarantee\\b), facts 0 < 0.5)",
    ),
    "it holds instead": (
        "{name: a, draft: A secret., expect: pass}",
        "expected pass, got hold by word (word: patterns 1 (secret))",
    ),
    "another rule": (
        "{name: a, draft: A find., expect: hold, rules: [stopped]}",
        "expected hold by stopped, got hold by word (stopped: patterns 0; word: patterns 1 (find))",
    ),
    "one rule more": (
        "{name: a, draft: An odd find., expect: hold, rules: [word]}",
        f"expected hold by word, {GOT} (word: patterns 1 (find); seen: patterns 1 (odd))",
    ),
    "nothing to see": (
        "{name: a, draft: Hello., expect: hold}",
        "expected hold, got pass (none of the 5 rules that apply found anything)",
    ),
    "something, but not enough": (
        "{name: a, draft: We guarantee it., expect: hold}",
        "expected hold, got pass (promise: patterns 1 (\\bguarantee\\b), facts 0 < 0.5)",
    ),
    "not for this request": (
        "{name: a, draft: Hello., expect: hold, rules: [tone]}",
        "expected hold by tone, got pass (tone: not for this request)",
    ),
    "an ending that was another": (
        "{name: a, draft: Hello., expect: hold, rules: [broken-off]}",
        "expected hold by broken-off, got pass (broken-off: ended length 0, ended empty 0)",
    ),
    "always": (
        "{name: a, customer: tent, draft: Hello., expect: pass}",
        "expected pass, got hold by whole (whole: always)",
    ),
    "no score": (
        "{name: a, tags: [polite], draft: Hello., expect: pass}",
        "'tone' asks a model: say what it would, e.g. `scores: {tone: 0.9}`",
    ),
    "a broken check": (
        "{name: a, channel: mail, draft: Hello., expect: hold}",
        "'slow' failed: a scripted refusal",
    ),
    "words that leave": (
        "{name: a, draft: It is nice. And a secret., expect: hold, never_sends: nice}",
        "'nice' was sent: 12 of 25 characters left before that",
    ),
    "words that leave when nothing is held": (
        "{name: a, draft: A curious thing., expect: watch, never_sends: thing}",
        "'thing' was sent: 16 of 16 characters left before that",
    ),
}


@pytest.mark.parametrize(("case", "told"), FAILING.values(), ids=FAILING)
def test_it_fails_in_one_line(case: str, told: str, typed: Typed) -> None:
    status, out, said = typed(f"tests:\n  - {case}\n")
    assert (status, out) == (1, f"shop.tests.yaml:2 a: {told}\n")
    assert said == "0 passed, 1 failed in 'shop.tests.yaml'\n"


UNREADABLE = {
    "no tests": ("rules: []\n", '1:1 unknown key "rules": known: description, scores, tests'),
    "a list": ("- name: a\n", "1:1 not a file of rule tests: it begins with `tests:`"),
    "an empty list": ("tests: []\n", "1:8 an empty list: give at least one"),
    "a misspelt key": (
        "tests:\n  - {name: a, expcet: hold}\n",
        '2:15 unknown key "expcet", did you mean "expect"?',
    ),
    "a misspelt expectation": (
        "tests:\n  - {name: a, expect: holt}\n",
        "2:23 'holt' is not one of the values here, did you mean \"hold\"?",
    ),
    "a name given twice": (
        "tests:\n  - {name: a, expect: pass}\n  - {name: a, expect: hold}\n",
        '3:12 a second test "a", the first is in line 2: rename one',
    ),
    "a rule that is not there": (
        "tests:\n  - {name: a, expect: hold, rules: [promsie]}\n",
        '2:37 unknown rule "promsie", did you mean "promise"?',
    ),
    "a score of a check that is not there": (
        "tests:\n  - {name: a, expect: hold, scores: {tune: 0.9}}\n",
        '2:38 unknown check "tune", did you mean "tone"?',
    ),
    "a score of a check that is free": (
        "tests:\n  - {name: a, expect: hold, scores: {facts: 0.9}}\n",
        '2:38 unknown check "facts": known: tone (only those that ask a model are scored)',
    ),
    "a score for all tests that nobody gives": (
        "scores: {tune: 0.9}\ntests:\n  - {name: a, expect: hold}\n",
        '1:10 unknown check "tune", did you mean "tone"?',
    ),
    "a score that is none": (
        "tests:\n  - {name: a, expect: hold, scores: {tone: 2}}\n",
        "2:44 2: input should be less than or equal to 1",
    ),
    "pass by a rule": (
        "tests:\n  - {name: a, expect: pass, rules: [word]}\n",
        "2:5 `expect: pass` with `rules`",
    ),
    "hold by no rule": (
        "tests:\n  - {name: a, expect: hold, rules: []}\n",
        "2:5 `expect: hold` with no rules",
    ),
    "words that are not there": (
        "tests:\n  - {name: a, draft: x, expect: hold, never_sends: y}\n",
        "2:5 never_sends: 'y' is not in the draft",
    ),
    "a number for a text": (
        "tests:\n  - {name: a, draft: 7, expect: hold}\n",
        "2:22 7 is not a text: put it in quotes",
    ),
    "no YAML": ("tests: [\n", "2:1 this is not YAML"),
    "an alias": ("tests: *a\n", "1:8 the alias `*a`: write the value out"),
}


@pytest.mark.parametrize(("tests", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_test_is_told_with_its_place(tests: str, told: str, typed: Typed) -> None:
    status, out, said = typed(tests)
    assert (status, out) == (2, "")
    assert f"shop.tests.yaml:{told}" in said


def test_one_score_for_all_tests_and_another_for_one(typed: Typed) -> None:
    case = "tags: [polite], draft: Hm."
    status, out, _ = typed(
        f"scores: {{tone: 0}}\ntests:\n  - {{name: a, {case}, expect: pass}}\n"
        f"  - {{name: b, {case}, scores: {{tone: 0.9}}, expect: hold}}\n"
    )
    assert (status, out) == (0, "")


def test_a_folder_is_all_its_tests(typed: Typed) -> None:
    Path("more").mkdir()
    Path("more/mail.yaml").write_text(RULES)
    Path("more/mail.tests.yaml").write_text("tests:\n  - {name: b, draft: Hi, expect: hold}\n")
    status, out, said = typed("tests:\n  - {name: a, draft: Hi, expect: pass}\n", ".")
    assert status == 1
    assert out.startswith("more/mail.tests.yaml:2 b: expected hold, got pass")
    assert said == "1 passed, 1 failed in 2 files\n"


def test_a_folder_keeps_hidden_what_is_hidden(typed: Typed) -> None:
    Path(".old").mkdir()
    Path(".old/shop.tests.yaml").write_text("nothing")
    assert typed("tests:\n  - {name: a, draft: Hi, expect: pass}\n", ".")[0] == 0


def test_no_model_has_to_be_there(typed: Typed) -> None:
    lines = ["models:", "  wick:", "    kind: openai_compatible"]
    lines += ["    base_url: https://models.example/v1", "    key_env: NOT_SET_ANYWHERE", ""]
    Path("hitl-chat.yaml").write_text("\n".join(lines))
    tests = "tests:\n  - {name: a, tags: [polite], scores: {tone: 1}, draft: Hi, expect: hold}\n"
    assert typed(tests)[:2] == (0, "")


def test_the_same_file_twice_is_tested_once(typed: Typed) -> None:
    tests = "tests:\n  - {name: a, draft: Hi, expect: pass}\n"
    assert typed(tests, "shop.yaml", "shop.tests.yaml")[2].startswith("1 passed")


def test_the_configured_rules_are_tested_where_no_path_is_named(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("tests:\n  - {name: a, draft: Hi, expect: pass}\n")
    Path("hitl-chat.yaml").write_text("rules: shop.yaml\n")
    assert main(["test"]) == 0
    assert "1 passed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("empty", "'empty' holds no rule tests: name them shop.tests.yaml, beside shop.yaml"),
        ("gone.yaml", "gone.tests.yaml:1:1 the file cannot be read: no such file"),
        ("lonely.tests.yaml", "lonely.yaml:1:1 the file cannot be read: no such file"),
        ("wrong.yaml", 'wrong.yaml:1:1 unknown key "rule", did you mean "rules"?'),
    ],
)
def test_what_cannot_be_read_is_refused(path: str, told: str, typed: Typed) -> None:
    Path("empty").mkdir()
    fine = "tests:\n  - {name: a, draft: Hi, expect: pass}\n"
    Path("lonely.tests.yaml").write_text(fine)
    Path("wrong.yaml").write_text("rule: []\n")
    Path("wrong.tests.yaml").write_text(fine)
    status, out, said = typed(fine, path)
    assert (status, out) == (2, "")
    assert told in said


def test_without_a_path_and_settings_nothing_is_tested(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test"]) == 2
    assert "no rules file: name one" in capsys.readouterr().err


def test_everything_wrong_with_several_files_is_told_at_once(typed: Typed) -> None:
    Path("mail.tests.yaml").write_text("test: []\n")
    status, _, said = typed("tests: {}\n", ".")
    assert status == 2
    assert "mail.tests.yaml:1:1" in said
    assert "shop.tests.yaml:1:8" in said


# --- tools ----------------------------------------------------------------------------------------

TOOLS = """\
checks:
  tools: {kind: tool_calls, allow: [find], tools: {pay: {amount: {max: 100}}}}
rules:
  - name: tools
    when: {check: tools}
    STRICT
  - name: words
    when: {patterns: {literals: [secret]}}
"""
CALLS = {
    "allowed": ("[{name: find}]", "pass"),
    "within bounds": ("[{name: pay, arguments: {amount: 99}}]", "pass"),
    "over": ("[{name: find}, {name: pay, arguments: {amount: 101}}]", "hold, rules: [tools]"),
    "as text": ("[{name: pay, arguments: '{\"amount\": 101}'}]", "hold, rules: [tools]"),
    "no JSON": ("[{name: pay, arguments: '{'}]", "hold, rules: [tools]"),
    "unknown": ("[{name: drop}]", "hold, rules: [tools]"),
    "words in arguments": (
        "[{name: find, arguments: {what: a secret}}]",
        "hold, rules: [words]",
    ),
}


@pytest.mark.parametrize("strictness", ["segment", "answer"])
@pytest.mark.parametrize("draft", ["", "Let me look. One moment."])
@pytest.mark.parametrize(("calls", "expected"), CALLS.values(), ids=CALLS)
def test_tools_are_judged(
    calls: str, expected: str, draft: str, strictness: str, typed: Typed
) -> None:
    Path("tools.yaml").write_text(TOOLS.replace("STRICT", f"strictness: {strictness}"))
    Path("tools.tests.yaml").write_text(
        f"tests:\n  - {{name: a, draft: {draft!r}, tool_calls: {calls}, expect: {expected}}}\n"
    )
    status, out, _ = typed("tests: []\n", "tools.yaml")
    assert (status, out) == (0, "")


def test_an_answer_that_only_calls_tools_is_not_empty(place: Place) -> None:
    rules = "rules:\n  - name: ended\n    when: {ended: [empty, tool_calls]}\n"
    call = {"name": "find", "arguments": {"order": 4471}}
    tool, empty, cut = place.scored(
        rules,
        {"id": 1, "draft": "", "tool_calls": [call]},
        {"id": 2, "draft": "", "ended": "tool_calls"},
        {"id": 3, "draft": "Hel", "ended": "length"},
    )
    assert [row["ruling"] for row in (tool, empty, cut)] == ["hold", "hold", "pass"]
