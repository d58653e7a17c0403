"""hitl-chat init: whatever is answered, what it writes is right at once."""

import asyncio
import io
import os
import re
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from hitl_chat import assets
from hitl_chat.cli import main
from hitl_chat.cli.config import load
from hitl_chat.cli.init import WRITTEN, sectors
from hitl_chat.starting.hours import opening
from hitl_chat.starting.questions import FRONTENDS, WORST, answers, questions
from hitl_chat.starting.register import client

Typed = Callable[..., tuple[int, str, str]]
SECTORS = sectors(assets.examples() / "rules")
TOOLS = "find_order, issue_refund(amount<=100)"
ANSWERS = {
    "as proposed": [],
    "nobody is there": [
        "--worst=harm", "--hours=never", "--languages=de,fr,pt", "--tools=none",
        "--approver=nobody", "--frontend=curl",
    ],
    "always, with tools and documents": [
        "--worst=privacy", "--hours=always", "--languages=en,de,fr,es,it", f"--tools={TOOLS}",
        "--approver=supervisor", "--documents=every", "--frontend=ai-sdk",
        "--contact=@moss.example", "--contact=help@lantern.example",
    ],
    "some documents": [
        "--worst=legal", "--hours=Mo-Fr: 9 # 17", "--languages=ja", "--tools=act(sum.eur<=0.5)",
        "--approver=nobody", "--documents=some", "--frontend=openai-node",
    ],
    "reputation": ["--worst=reputation", "--documents=every", "--languages=es,en"],
}  # fmt: skip


# An answer in English that passes is none where English is not offered.
NOT_IN_ENGLISH: dict[str, set[str]] = {name: set() for name in ANSWERS} | {
    "some documents": {"own: a claim that a document supports"}
}


class Terminal(io.StringIO):
    """What a person types, line by line."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HITL_CHAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return tmp_path


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """The exit code, standard output and standard error of a command."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(words)
        return status, *capsys.readouterr()

    return run


def rules_of(folder: Path) -> dict[str, dict[str, object]]:
    written = yaml.safe_load((folder / "rules.yaml").read_text("utf-8"))
    return {rule["name"]: rule for rule in written["rules"]}


# --- what is written is right -------------------------------------------------------------------


@pytest.mark.parametrize("said", ANSWERS)
@pytest.mark.parametrize("sector", SECTORS)
def test_it_passes_its_own_check_and_tests(sector: str, said: str, typed: Typed) -> None:
    status, out, remarks = typed("init", "new", "--yes", f"--sector={sector}", *ANSWERS[said])
    assert status == 0, remarks
    assert out.split() == [str(Path("new", name)) for name in WRITTEN], "no warnings, no failures"
    (passed,) = re.findall("^([0-9]+) passed, 0 failed in 'new/rules.tests", remarks, re.MULTILINE)
    assert int(passed) >= 8
    written = Path("new/rules.tests.yaml").read_text("utf-8")
    left_out = set(re.findall("^#   (own: .*)$", written, re.MULTILINE))
    assert left_out <= NOT_IN_ENGLISH[said]
    every_rule_stands_in_the_register(Path("new"))
    assert "x-hitl-conversation-id" in Path("new/client.md").read_text("utf-8")


def every_rule_stands_in_the_register(folder: Path) -> None:
    register = (folder / "RISKS.md").read_text("utf-8")
    assert "(**the worst**)" in register
    rows = [line for line in register.splitlines() if line.startswith("|")]
    assert all(any(f"`{name}`" in row for row in rows) for name in rules_of(folder))
    assert {row.count("|") - row.count("\\|") for row in rows} == {3, 9}
    seconded = sum("needs_second" in rule for rule in rules_of(folder).values())
    assert sum("somebody else confirms it" in row for row in rows) == seconded


def test_the_answers_that_are_tried_have_every_worst_outcome_and_front_end() -> None:
    said = [word.partition("=") for words in ANSWERS.values() for word in words]
    proposed = {question.name: question.default for question in questions(SECTORS)}
    for name, choices in (("worst", WORST), ("frontend", FRONTENDS)):
        tried = {value for option, _, value in said if option == f"--{name}"}
        assert tried | {proposed[name]} == set(choices)


def test_what_comes_next_is_what_the_front_end_is_told(typed: Typed, here: Path) -> None:
    _, _, told = typed("init", "--yes", "--sector=healthcare")
    assert "hitl-chat keys add --tenant healthcare " in told
    assert "hitl-chat keys add --tenant healthcare\n" in (here / "client.md").read_text("utf-8")


def test_its_tests_and_rules_are_found_without_being_named(typed: Typed) -> None:
    assert typed("init", "--yes")[0] == 0
    assert typed("check")[:2] == (0, "")
    assert typed("test")[:2] == (0, "")


def test_its_settings_are_read(typed: Typed, here: Path) -> None:
    assert typed("init", "--yes", "--model", "http://10.0.0.5/v1")[0] == 0
    settings = load("hitl-chat.yaml")
    assert settings.models["*"].base_url == "http://10.0.0.5/v1"
    assert Path(settings.rules) == Path("rules.yaml")


# --- answers change it --------------------------------------------------------------------------


def test_hours_are_told_to_customers(typed: Typed, here: Path) -> None:
    typed("init", "--yes", "--hours=Tue 10-12", "--languages=en,de")
    defaults = yaml.safe_load((here / "rules.yaml").read_text("utf-8"))["defaults"]
    assert defaults["on_no_agent"] == "fallback_text"
    for key in ("fallback", "fallback_after_text"):
        assert list(defaults[key]) == ["en", "de"]
        assert defaults[key]["en"].endswith("Our hours: Tue 10-12.")
        assert defaults[key]["de"].endswith("Wir sind für Sie da: Tue 10-12.")
    assert {text[0] for text in defaults["fallback_after_text"].values()} == {"\N{EN DASH}"}


@pytest.mark.parametrize(
    ("languages", "spoken"),
    [("en", None), ("ja", None), ("de", None), ("de,en", ["de", "en"]), ("ja,fr", ["en", "fr"])],
)
def test_texts_are_in_the_languages_of_answers_the_usual_one_first(
    languages: str, spoken: list[str] | None, typed: Typed, here: Path
) -> None:
    typed("init", "--yes", "--hours=always", f"--languages={languages}")
    said = yaml.safe_load((here / "rules.yaml").read_text("utf-8"))["defaults"]["fallback"]
    assert (list(said) if isinstance(said, dict) else None) == spoken
    assert ("Jemand" in str(said)) is ("de" in languages)


def test_hours_that_can_be_read_are_hours_of_the_rules(typed: Typed, here: Path) -> None:
    typed("init", "--yes", "--hours=Mon-Fri 9-12:30, Mon-Fri 13:30-18, sat 10-14 Europe/Berlin")
    written = yaml.safe_load((here / "rules.yaml").read_text("utf-8"))
    assert written["hours"] == {
        "timezone": "Europe/Berlin",
        "open": {"mon-fri": ["9:00-12:30", "13:30-18:00"], "sat": ["10:00-14:00"]},
    }


@pytest.mark.parametrize("hours", ["Mo-Fr: 9 # 17", "Mon 9-25", "Mon 9-9", "Noday 9-17", "by day"])
def test_hours_that_cannot_be_read_are_for_customers_only(hours: str) -> None:
    assert opening(hours) is None


@pytest.mark.parametrize(
    ("hours", "timezone", "opened"),
    [
        ("Mon-Fri 9:00-17:00", "UTC", {"mon-fri": ("9:00-17:00",)}),
        (
            "tuesday 8-12; Thu 8\N{EN DASH}12",
            "UTC",
            {"tue": ("8:00-12:00",), "thu": ("8:00-12:00",)},
        ),
        ("Fri - Mon 22-6 Asia/Tokyo", "Asia/Tokyo", {"fri-mon": ("22:00-6:00",)}),
    ],
)
def test_hours_are_read_as_people_write_them(
    hours: str, timezone: str, opened: dict[str, tuple[str, ...]]
) -> None:
    found = opening(hours)
    assert found is not None
    assert (found.timezone, found.open) == (timezone, opened)


def test_where_nobody_is_there_nothing_waits_for_somebody(typed: Typed, here: Path) -> None:
    typed("init", "--yes", "--hours=never")
    assert "wait" not in {rule.get("on_no_agent") for rule in rules_of(here).values()}


def test_money_is_approved_by_whom_was_said(typed: Typed, here: Path) -> None:
    typed("init", "a", "--yes", f"--tools={TOOLS}", "--approver=nobody")
    typed("init", "b", "--yes", f"--tools={TOOLS}", "--approver=supervisor")
    assert rules_of(here / "a")["tool-limits"]["then"] == "block"
    assert rules_of(here / "b")["tool-limits"]["route"] == "supervisor"
    assert rules_of(here / "b")["tool-limits"]["limits"] == {"issue_refund amount": 100}


def test_money_of_the_packs_tools_too(typed: Typed, here: Path) -> None:
    for approver in ("nobody", "supervisor"):
        typed("init", approver, "--yes", "--sector=finance", f"--approver={approver}")
    assert rules_of(here / "nobody")["money-moves"]["then"] == "block"
    assert rules_of(here / "supervisor")["money-moves"]["route"] == "supervisor"
    tests = (here / "nobody/rules.tests.yaml").read_text("utf-8")
    assert "expect: block" in tests
    assert "left out" not in tests


def test_own_addresses_take_the_place_of_the_packs(typed: Typed, here: Path) -> None:
    typed("init", "--yes", "--contact=help@lantern.example")
    written = (here / "rules.yaml").read_text("utf-8")
    assert "moss-and-lantern.example" not in written
    assert yaml.safe_load(written)["contacts"] == ["help@lantern.example"]
    told = typed("explain", "--rules=rules.yaml", "Write to help@lantern.example.")[1]
    assert told.startswith("passed\n")


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_the_snippet_is_for_the_front_end(frontend: str) -> None:
    proposed = {each.name: each.read(each.default) for each in questions(SECTORS)}
    snippet = client(answers(proposed | {"frontend": frontend, "documents": "some"}))
    assert "x-hitl-conversation-id" in snippet
    assert "x-hitl-tags" in snippet
    assert "127.0.0.1:8700/v1" in snippet


# --- where answers come from --------------------------------------------------------------------


def test_answers_come_from_a_file_and_options_win(typed: Typed, here: Path) -> None:
    Path("answers.yaml").write_text(
        "sector: retail\nworst: legal\nhours: always\nlanguages: [de, en]\ntools: []\n"
        "approver: agent\ndocuments: none\nfrontend: curl\ncontacts: ['@lantern.example']\n"
    )
    assert typed("init", "--answers", "answers.yaml", "--worst=privacy")[0] == 0
    register = (here / "RISKS.md").read_text("utf-8")
    assert "| worst outcome | privacy" in register
    assert "| languages | de, en |" in register
    assert "| tools | none |" in register


def test_a_person_is_asked_again_until_the_answer_is_one(
    typed: Typed, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["retial", "retail", "?", "", "", "en, xx", "en,de", "refund(amount)", "", "", "", ""]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join([*lines, ""])))
    status, _, told = typed("init")
    assert status == 0
    assert "'retial' is not one of" in told
    assert "There will be a rule against it" in told
    assert "'xx' is no language that can be told" in told
    assert "'refund(amount)' is no tool: write its name" in told
    assert re.search("^8/8 What is the chat's front end", told, re.MULTILINE)
    assert "| languages | en, de |" in (here / "RISKS.md").read_text("utf-8")


def test_a_person_who_stops_leaves_nothing_behind(
    typed: Typed, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("retail\n"))
    status, _, told = typed("init", "new")
    assert (status, list(here.iterdir())) == (2, [])
    assert "nothing was written" in told


def test_without_a_terminal_missing_answers_are_named(typed: Typed, here: Path) -> None:
    status, _, told = typed("init", "--sector=retail")
    assert status == 2
    assert "--worst, --hours, --languages, --tools" in told
    assert "--yes for defaults" in told
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--sector=retial", "--sector: 'retial' is not one of retail"),
        ("--worst=bankruptcy", "is not one of money, harm"),
        ("--hours=sometimes", "are no hours"),
        ("--hours=9\n  evil: 17", "are no hours"),
        ("--languages=", "names 0"),
        ("--languages=en,en", "stands there twice"),
        ("--tools=a b", "is no tool"),
        ("--tools=pay, pay(amount<=3)", "'pay' stands there twice"),
        ("--tools=pay(amount<=-3)", "is no tool"),
        ("--contact=\x1b[2J", "is no contact"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_to_do(
    option: str, says: str, typed: Typed, here: Path
) -> None:
    status, _, told = typed("init", "--yes", option)
    assert (status, list(here.iterdir())) == (2, [])
    assert says in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sektor: retail\n", "answers.yaml:1:1 'sektor' is none of sector"),
        ("hours: 9\n", "answers.yaml:1:8 hours: 9 is neither a text nor"),
        ("sector: retail\nlanguages: [en, klingon]\n", "answers.yaml:2:12 languages: 'klingon'"),
        ("contacts: nobody\n", "contacts: 'nobody' is no list"),
        ("[retail]\n", "not a file of answers"),
        ("a: b: c\n", "answers.yaml:1"),
    ],
)
def test_a_wrong_file_of_answers_is_refused_with_its_place(
    text: str, says: str, typed: Typed, here: Path
) -> None:
    Path("answers.yaml").write_text(text)
    status, _, told = typed("init", "new", "--yes", "--answers", "answers.yaml")
    assert status == 2
    assert says in told
    assert not (here / "new").exists()


# --- files that are there -----------------------------------------------------------------------


def test_nothing_is_overwritten_unless_it_is_said(typed: Typed, here: Path) -> None:
    Path("rules.yaml").write_text("mine")
    Path("client.md").write_text("mine")
    status, _, told = typed("init", "--yes")
    assert status == 2
    assert (
        "'.' has 'rules.yaml', 'client.md': name another folder, or overwrite with --force" in told
    )
    assert sorted(path.name for path in here.iterdir()) == ["client.md", "rules.yaml"]
    assert typed("init", "--yes", "--force")[0] == 0
    assert "mine" not in {Path("rules.yaml").read_text("utf-8"), Path("client.md").read_text()}


def test_a_folder_that_cannot_be_written_to_is_named(typed: Typed) -> None:
    Path("file").write_text("")
    status, _, told = typed("init", "file/new", "--yes")
    assert status == 2
    assert "'file/new' cannot be written to (Not a directory): name another folder" in told


# --- and it serves ------------------------------------------------------------------------------


async def test_a_server_starts_with_it(typed: Typed) -> None:
    assert (await asyncio.to_thread(typed, "init", "new", "--yes"))[0] == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        environ = {**os.environ, "HITL_CHAT_LISTEN__PORT": str(free.getsockname()[1])}
    command = str(Path(sys.executable).with_name("hitl-chat"))
    server = await asyncio.create_subprocess_exec(
        command, "serve", "--config", "new/hitl-chat.yaml", env=environ, stderr=PIPE
    )
    try:
        assert server.stderr is not None
        said = await asyncio.wait_for(server.stderr.readline(), 15)
        assert b"ready in" in said
    finally:
        server.terminate()
        await asyncio.wait_for(server.communicate(), 15)
