"""Rules files that include others: one document, in which every mistake knows its file."""

from pathlib import Path

import pytest

from hitl_chat.errors import ConfigError
from hitl_chat.rules.compile import compile_recorded, compile_ruleset, examine_rules
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.sources import LARGEST_TOGETHER, read
from tests.rules.reading import CHECKS, rule
from tests.rules.test_live import looked, write

MONEY = rule().replace("promise", "money")


def put(folder: Path, **files: str) -> Path:
    """Files by name without ending, `main` among them; `__` stands for a folder."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "main.yaml"


def made(path: Path) -> Ruleset:
    return compile_ruleset(read(path), file=str(path), checks=CHECKS)


def wrong(path: Path) -> list[str]:
    """What is wrong, each beginning with the name of its file."""
    found, findings = examine_rules(read(path), file=str(path), checks=CHECKS)
    assert found is None
    return [str(finding).replace(f"{path.parent}/", "") for finding in sorted(findings)]


def including(*names: str, rest: str = "") -> str:
    return f"include: [{', '.join(names)}]\n{rest}"


def test_rules_and_checks_come_from_other_files(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        main=including("money.yaml", "more/tone.yaml", rest=f"defaults: {{route: a}}\n{rule()}"),
        money=MONEY,
        more__tone="checks:\n  tone: {kind: scripted}\n" + including("deep/x.yaml"),
        more__deep="",
    )
    (tmp_path / "more" / "deep").mkdir()
    (tmp_path / "more" / "deep" / "x.yaml").write_text(
        rule("{check: tone}").replace("promise", "rude")
    )
    found = made(path)
    assert found.rules == ("promise", "money", "rude")
    assert [one.terms.route for one in found.for_request(RequestFacts()).policy.rules] == ["a"] * 3
    assert set(found.configured) == {"tone"}


def test_a_file_may_hold_nothing_but_what_it_includes(tmp_path: Path) -> None:
    assert made(put(tmp_path, main=including("money.yaml"), money=MONEY)).rules == ("money",)


UNFIT = {
    "/etc/rules.yaml": "'/etc/rules.yaml' is an absolute path",
    "'C:/rules.yaml'": "is an absolute path",
    "'C:rules.yaml'": "is an absolute path",
    "../money.yaml": "'../money.yaml' leads out of this folder",
    "more/../money.yaml": "leads out of this folder",
    "'more\\money.yaml'": "write / between folders",
    "none.yaml": "there is no file",
    "more": "there is no file",
    "5": "5 is not the name of a file",
    "''": "'' is not the name of a file",
    '"a\\0b.yaml"': "is not the name of a file",
    '"\\ud800.yaml"': "is not the name of a file",
    "{a: b}": "is not the name of a file",
    "main.yaml": "files cannot include each other in a circle",
}


@pytest.mark.parametrize(("name", "said"), UNFIT.items(), ids=list(UNFIT))
def test_only_files_beside_or_below_are_included(tmp_path: Path, name: str, said: str) -> None:
    path = put(tmp_path, main=including("money.yaml", name, rest=rule()), money=MONEY, more__x="")
    (found,) = wrong(path)
    assert found.startswith("main.yaml:1:23 ")
    assert said in found


INNER = {
    "defaults: {route: a}\n": '1:1 "defaults" belongs in the file that includes this one, here go',
    f"risk: {{}}\n{MONEY}": '1:1 "risk" belongs in the file that includes this one',
    "- a\n": "1:1 not an included file: it holds include, rules, contacts, checks",
    "rules: {a: b}\n": "1:8 {'a': 'b'} is not a list: write `- ` before each entry",
    "checks: []\n": "1:9 [] is not a mapping: write `key: value` lines",
    "include: x.yaml\n": "1:10 'x.yaml' is not a list: write `- ` before each file",
    f"{MONEY}    dealine: 5m\n": '4:5 unknown key "dealine", did you mean "deadline"?',
    rule("{patern: {}}").replace("promise", "m"): '3:12 unknown test "patern"',
    "checks:\n  tone: {kind: scriptd}\n": '2:16 unknown check "scriptd"',
    "checks:\n  tone: {kind: scripted, otherwise: x}\n": "2:37 'x': ",
    "rules:\n\t- a\n": "2:1 a tab",
    rule(): '2:11 a second rule "promise", the first is in main.yaml:3:11: rename one',
    "checks:\n  mine: {kind: scripted}\n": '2:3 a second "mine", the first is in main.yaml:6:9',
    "#" * 300_000: "1:1 262,145 bytes, more than",
}


@pytest.mark.parametrize(("text", "said"), INNER.items(), ids=list(INNER.values()))
def test_mistakes_name_the_included_file(tmp_path: Path, text: str, said: str) -> None:
    main = including("inner.yaml", rest=rule() + "checks:\n  mine: {kind: scripted}\n")
    found = wrong(put(tmp_path, main=main, inner=text))
    assert found[0].replace(str(tmp_path) + "/", "").startswith(f"inner.yaml:{said}"), found


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = put(tmp_path, main=including("money.yaml"))
    (tmp_path / "money.yaml").write_bytes(b"rules:\n\xff")
    assert wrong(path) == ["money.yaml:2:1 not UTF-8 text: save the file as UTF-8"]


def test_circles_repetitions_and_depth(tmp_path: Path) -> None:
    path = put(tmp_path, main=including("a.yaml"), a=including("b.yaml"), b=including("a.yaml"))
    assert "b.yaml:1:11 'a.yaml' includes this file" in wrong(path)[0]
    path = put(tmp_path, main=including("a.yaml", "b.yaml"), a=including("b.yaml"), b=MONEY)
    assert wrong(path) == [
        "main.yaml:1:19 'b.yaml' is included already, in a.yaml:1:11: remove one"
    ]
    links = {f"f{n}": including(f"f{n + 1}.yaml") for n in range(1, 5)}
    path = put(tmp_path, main=including("f1.yaml"), **links, f5=MONEY)
    assert "f4.yaml:1:11 included more than 4 files deep" in wrong(path)[0]
    path = put(tmp_path, main=including("f2.yaml"))
    assert made(path).rules == ("money",)


def test_files_are_bounded_together(tmp_path: Path) -> None:
    some = {f"f{n}": "rules: []\n" + "#" * 250_000 for n in range(5)}
    path = put(tmp_path, main=including(*(f"{name}.yaml" for name in some)), **some)
    assert f"larger than {LARGEST_TOGETHER:,} bytes" in wrong(path)[0]
    names = [f"n{n}.yaml" for n in range(51)]
    for name in names:
        (tmp_path / name).write_text("rules: []\n")
    assert "more than 50 included files" in wrong(put(tmp_path, main=including(*names)))[0]


def test_the_version_is_of_all_files(tmp_path: Path) -> None:
    path = put(tmp_path, main=including("money.yaml"), money=MONEY)
    first = made(path)
    assert MONEY in first.text
    (elsewhere := tmp_path / "elsewhere").mkdir()
    again = put(elsewhere, main=including("money.yaml"), money=MONEY)
    assert made(again).version == first.version
    assert made(put(tmp_path, money=MONEY + "# new\n", main=read(path))).version != first.version


def test_the_record_of_all_files_is_rules_again(tmp_path: Path) -> None:
    """Also when the files are gone, and whatever lies where they lay."""
    path = put(tmp_path, main=including("a/b.yaml"), a__b=including("c.yaml"), a__c="")
    (tmp_path / "a" / "c.yaml").write_text(MONEY)
    first = made(path)
    again = compile_recorded(first.text, CHECKS)
    assert (again.rules, again.version) == (("money",), first.version)
    with pytest.raises(ConfigError, match="there is no file"):
        compile_recorded(read(path), CHECKS)


def test_a_changed_included_file_is_noticed(tmp_path: Path) -> None:
    path = put(tmp_path, main=including("a.yaml"), a=including("b.yaml"), b=MONEY)
    live = LiveRules(path, CHECKS)
    assert not looked(live)
    write(tmp_path / "b.yaml", MONEY.replace("money", "cash"), 1)
    assert looked(live)
    assert live.current.rules == ("cash",)
    write(tmp_path / "b.yaml", "rules: [\n", 2)
    assert not looked(live)
    assert "b.yaml:" in live.refused
    write(tmp_path / "b.yaml", MONEY, 3)
    assert looked(live)
    assert not live.refused


def test_an_included_file_that_comes_back_is_noticed(tmp_path: Path) -> None:
    path = put(tmp_path, main=including("a.yaml"), a=MONEY)
    live = LiveRules(path, CHECKS)
    (tmp_path / "a.yaml").unlink()
    assert not looked(live)
    assert "there is no file" in live.refused
    assert live.current.rules == ("money",)
    put(tmp_path, a=rule())
    assert looked(live)
    assert live.current.rules == ("promise",)


def test_there_is_nothing_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"main.yaml:1:11 there is no file"):
        LiveRules(put(tmp_path, main=including("a.yaml")), CHECKS)
