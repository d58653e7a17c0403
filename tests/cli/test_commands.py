"""Commands as they are typed: what they print, what they leave behind, how they refuse."""

import asyncio
import io
import json
import logging
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hitl_chat.cli import main
from hitl_chat.server.auth import KEY
from hitl_chat.store import events
from tests.world import World
from tests.world_models import says
from tests.world_rules import USUAL, rule, rules

LINK = re.compile(r"http://127\.0\.0\.1:8700/in/[A-Za-z0-9_-]{43}")
SETTINGS = """\
rules: rules.yaml
models:
  wick-1:
    kind: scripted
"""

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HITL_CHAT_")]:
        monkeypatch.delenv(name)
    Path("hitl-chat.yaml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Commands set up logging for their process, which here is not theirs alone."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before, level


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """The exit code, standard output and standard error of a command."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(words)
        return status, *capsys.readouterr()

    return run


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_printed_once_and_alone_on_standard_output(typed: Typed, here: Path) -> None:
    status, out, remarks = typed("keys", "add", "--tenant", "moss", "--aware", "--scope", "desk")
    assert status == 0
    assert KEY.fullmatch(out.strip())
    assert "'moss'" in remarks
    _, listed, _ = typed("keys", "list")
    assert listed == f"hk_{out.split('_')[1]}_...  moss  aware  desk\n"
    stored = b"".join(file.read_bytes() for file in (here / "hitl-chat-data").iterdir())
    assert out.strip().split("_", 2)[2].encode() not in stored


def test_a_revoked_key_is_listed_as_such(typed: Typed) -> None:
    ident = typed("keys", "add", "--tenant", "moss")[1].split("_")[1]
    assert typed("keys", "revoke", ident)[0] == 0
    assert typed("keys", "list")[1].endswith("revoked\n")


def test_revoking_what_is_not_there_is_refused(typed: Typed) -> None:
    status, _, told = typed("keys", "revoke", "nothing")
    assert (status, "there is no key 'nothing'" in told) == (2, True)


def test_an_origin_is_checked(typed: Typed) -> None:
    status, _, told = typed("keys", "add", "--origin", "shop.example")
    assert (status, "https://shop.example" in told) == (2, True)


def test_the_record_s_secrets_are_for_its_owner_only(typed: Typed, here: Path) -> None:
    typed("keys", "add")
    assert (here / "hitl-chat-data").stat().st_mode & 0o777 == 0o700
    (keys,) = (here / "hitl-chat-data").glob("*.key")
    assert keys.stat().st_mode & 0o777 == 0o600


# --- people -------------------------------------------------------------------------------------


def test_a_person_gets_a_link_and_another_when_asked_again(typed: Typed) -> None:
    status, first, remarks = typed("people", "add", "Ana", "--role", "supervisor")
    _, second, _ = typed("people", "add", "Ana", "--role", "supervisor")
    assert status == 0
    assert "as supervisor" in remarks
    assert LINK.fullmatch(first.strip())
    assert LINK.fullmatch(second.strip())
    assert first != second
    assert typed("people", "list")[1].startswith("Ana  supervisor  person_")


def test_what_people_can_do_is_said_when_they_are_added_and_may_change(typed: Typed) -> None:
    able = ("--skills", "Refunds, law", "--languages", "de", "--capacity", "3")
    assert typed("people", "add", "Ana", *able)[0] == 0
    assert typed("people", "add", "Ana", "--languages", "de,pt-br")[0] == 0
    line = typed("people", "list")[1].split()
    assert (line[0], line[1], line[3:]) == ("Ana", "agent", ["refunds,law", "de,pt-br"])
    for wrong in (("--skills", "to sell"), ("--languages", "german!"), ("--capacity", "-1")):
        status, _, told = typed("people", "add", "Ana", *wrong)
        assert (status, wrong[0].strip("-") in told) == (2, True)


def test_a_reset_prints_a_link_for_whoever_may_still_sign_in(typed: Typed) -> None:
    typed("people", "add", "Ana")
    status, link, told = typed("people", "reset", "Ana")
    assert (status, "/in/" in link) == (0, True)
    assert "no password any more" in told
    assert typed("people", "reset", "Nobody")[0] == 2
    typed("people", "revoke", "Ana")
    assert "was shut out" in typed("people", "reset", "Ana")[2]


def test_people_belong_to_the_only_tenant_there_is(typed: Typed) -> None:
    typed("keys", "add", "--tenant", "moss")
    assert "'moss'" in typed("people", "add", "Ana")[2]
    typed("keys", "add", "--tenant", "fern")
    status, _, told = typed("people", "add", "Ben")
    assert (status, "--tenant (fern, moss)" in told) == (2, True)
    assert typed("people", "add", "Ben", "--tenant", "fern")[0] == 0


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[31mred"])
def test_a_name_must_be_readable(typed: Typed, name: str) -> None:
    status, _, told = typed("people", "add", name)
    assert status == 2
    assert "\x1b" not in told


def test_another_role_or_a_person_shut_out_is_refused(typed: Typed) -> None:
    typed("people", "add", "Ana")
    assert typed("people", "add", "Ana", "--role", "supervisor")[0] == 2
    assert typed("people", "revoke", "Ana")[0] == 0
    assert typed("people", "add", "Ana")[0] == 2
    assert typed("people", "list")[1].endswith("shut out\n")
    assert typed("people", "revoke", "Nobody")[0] == 2


def test_a_person_where_nothing_comes_is_remarked_upon(typed: Typed) -> None:
    assert "nothing comes" not in typed("people", "add", "Ana", "--tenant", "moss")[2]
    typed("keys", "add", "--tenant", "moss")
    status, _, told = typed("people", "add", "Ben", "--tenant", "mos")
    assert (status, "nothing comes there: there are moss." in told) == (0, True)
    assert "nothing comes" not in typed("people", "add", "Ben", "--tenant", "moss")[2]


# --- the stop switch ----------------------------------------------------------------------------


def test_the_stop_switch_says_how_it_stands(typed: Typed) -> None:
    assert typed("stop")[1] == "off: the rules decide\n"
    assert typed("stop", "hold")[1] == "everybody: hold: every answer is held for a person\n"
    typed("keys", "add", "--tenant", "moss")
    assert "moss: block: no answer leaves" in typed("stop", "block", "--tenant", "moss")[1]
    typed("stop", "off")
    assert typed("stop")[1] == "moss: block: no answer leaves\n"
    assert typed("verify")[0] == 0


def test_nobody_is_stopped_by_a_name_that_is_nobody_s(typed: Typed) -> None:
    typed("keys", "add", "--tenant", "moss")
    status, out, told = typed("stop", "hold", "--tenant", "mos")
    assert (status, out, "there is no tenant 'mos': moss" in told) == (2, "", True)
    assert typed("stop")[1] == "off: the rules decide\n"


# --- looking ------------------------------------------------------------------------------------


def test_verify_says_that_all_is_as_it_was_written(typed: Typed) -> None:
    typed("keys", "add")
    status, out, _ = typed("verify")
    assert (status, "all as they were written" in out) == (0, True)


def test_verify_needs_a_record(typed: Typed) -> None:
    status, _, told = typed("verify")
    assert (status, "there is no record at" in told) == (2, True)


def test_a_rules_file_is_checked(typed: Typed) -> None:
    Path("rules.yaml").write_text("ruless: []\n")
    status, out, _ = typed("check")
    assert status == 1
    assert out.startswith("rules.yaml:1:1")


def test_doctor_names_what_is_missing_and_the_fix(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        models = {
            "gone": {"kind": "openai_compatible", "base_url": url},
            "locked": {"kind": "openai_compatible", "base_url": url, "key_env": "LOCKED_KEY"},
        }
        monkeypatch.setenv("HITL_CHAT_MODELS", json.dumps(models))
        monkeypatch.setenv("HITL_CHAT_LISTEN__HOST", "0.0.0.0")
        monkeypatch.setenv("HITL_CHAT_LISTEN__PORT", str(closed.getsockname()[1]))
        status, out, _ = typed("doctor")
    assert status == 1
    for words in (
        r"BAD   rules",
        r"BAD   model gone +.* cannot be reached",
        r"BAD   model locked +LOCKED_KEY is not set",
        r"fix: export LOCKED_KEY=",
        r"warn  address +'0.0.0.0' is reachable from elsewhere without https",
        r"warn  record +none yet",
        r"fix: 'hitl-chat keys add",
        r"warn  server",
    ):
        assert re.search(words, out), words


def test_doctor_sees_that_the_data_folder_is_none(typed: Typed) -> None:
    Path("hitl-chat.yaml").write_text("data: rules.yaml\n")
    Path("rules.yaml").write_text("")
    status, out, _ = typed("doctor")
    assert status == 1
    assert re.search(r"BAD   data +'rules.yaml' is a file, and no folder", out)


def test_doctor_survives_settings_that_cannot_be_read(typed: Typed) -> None:
    Path("hitl-chat.yaml").write_text("listen:\n  prot: 1\n")
    status, out, _ = typed("doctor")
    assert status == 1
    assert "hitl-chat.yaml:2:3: unknown setting 'prot'" in out


# --- serve --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("models: {}\n", "no model is configured"),
        ("models:\n  m:\n    kind: scripted\n", "no rules are configured"),
        ("listen:\n  prot: 1\n", "hitl-chat.yaml:2:3: unknown setting"),
        (SETTINGS + "metrics:\n  key_env: NOT_SET_KEY\n", "'NOT_SET_KEY', which is not set"),
        (SETTINGS, "rules.yaml"),
        (SETTINGS.replace("rules.yaml", "hitl-chat.yaml"), "hitl-chat.yaml:2:1"),
    ],
)
def test_serve_refuses_with_one_line(typed: Typed, settings: str, words: str) -> None:
    Path("hitl-chat.yaml").write_text(settings)
    status, out, told = typed("serve")
    assert (status, out) == (2, "")
    assert words in told
    assert "Traceback" not in told


def test_a_settings_file_that_is_not_there_is_refused(typed: Typed) -> None:
    status, _, told = typed("serve", "--config", "nowhere.yaml")
    assert (status, "'nowhere.yaml' cannot be read" in told) == (2, True)


@pytest.mark.parametrize("words", [[], ["srve"], ["people"], ["people", "add"], ["keys", "x"]])
def test_what_is_no_command_is_refused_with_its_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    assert "usage: hitl-chat" in capsys.readouterr().err


def test_explain_says_what_the_rules_would_do(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("rules.yaml").write_text(USUAL)
    _, held, _ = typed("explain", "Sure. I guarantee it.")
    monkeypatch.setattr("sys.stdin", io.StringIO("Sure."))
    _, passed, _ = typed("explain", "-")
    assert "no-promises: hold" in held
    assert "no-promises: hold" not in passed


def test_explain_asks_the_checks_that_cost_nothing(typed: Typed) -> None:
    Path("rules.yaml").write_text(
        "checks: {promises: {kind: judge}, broken: {kind: scripted, fails: refuses}}\n"
        "rules:\n  - name: unsure\n    when: {all: [{check: hedging}, {check: promises}]}\n"
        "  - name: other\n    when: {check: broken}\n"
    )
    _, told, _ = typed("explain", "We ship.")
    assert "promises: spared, hedging said 0 < 0.5" in told
    assert "broken: failed: " in told
    assert "other: hold, since a check failed" in told
    _, told, _ = typed("explain", "I'm not sure.")
    assert "promises: a model would be asked, since hedging said" in told


def test_check_reads_the_prompts_that_judges_name(typed: Typed) -> None:
    Path("rules.yaml").write_text(
        "checks: {promises: {kind: judge, prompt: own}}\n"
        "rules: [{name: unsure, when: {check: promises}}]\n"
    )
    status, told, _ = typed("check", "rules.yaml")
    assert (status, "no prompt 'own': write own.j2 in" in told) == (1, True)
    head = "---\nname: own\nversion: 1\ninputs: [draft]\noutput: text\n---\n"
    Path("own.j2").write_text(f"{head}Judge {{{{ draft }}}}")
    status, told, _ = typed("check", "rules.yaml")
    assert (status, "rules.yaml:1:20 prompt 'own' is no judge's: its output is text" in told) == (
        1,
        True,
    )


def test_doctor_reads_the_files_that_checks_name(typed: Typed) -> None:
    Path("hitl-chat.yaml").write_text("rules: rules.yaml\n")
    Path("rules.yaml").write_text(
        "rules:\n  - name: known\n    when: {check: known_bad}\n"
        "  - name: new\n    when: {check: novelty}\n"
    )
    Path("traffic.jsonl").write_text('{"question": "Where is it?"}\n')
    status, told, _ = typed("doctor")
    assert status == 1
    assert re.search(r"BAD   check known_bad +the library 'known_bad.jsonl' cannot be read", told)
    assert "check novelty" not in told
    Path("known_bad.jsonl").write_text("{}\n")
    assert "known_bad.jsonl:1: no 'question'" in typed("doctor")[1]
    Path("known_bad.jsonl").write_text("")
    assert "check known_bad" not in typed("doctor")[1]


async def one_turn(here: Path) -> str:
    watched = rule("sorry", {"patterns": {"literals": ["sorry"]}}, then="watch")
    async with World(here, rules(watched)) as world:
        world.upstream.script("m", says("Sorry, no."))
        await (await world.ask("m", conv="c1")).rest()
    async with World(here, rules(watched)) as again:
        stream = events.of_conversation("c1")
        found = await again.program.db.read(lambda conn: events.read(conn, "acme", stream))
        (turn,) = {str(each.body["turn"]) for each in found if "turn" in each.body}
        return turn


def test_explain_tells_a_recorded_turn(typed: Typed, here: Path) -> None:
    status, _, told = typed("explain", "turn_0")
    assert (status, "there is no record" in told) == (2, True)
    turn = asyncio.run(one_turn(here))
    Path("hitl-chat.yaml").write_text("data: data\nrules: rules.yaml\n")
    status, out, _ = typed("explain", turn, "--tenant", "acme")
    assert (status, "! sorry: matched, patterns:sorry 1.00" in out) == (0, True)
    assert "is not known" not in out  # the rules it ran under are in the record
    assert "passed, ruling watch after" in out
    status, _, told = typed("explain", "turn_0", "--tenant", "acme")
    assert (status, "there is no turn 'turn_0' of 'acme'" in told) == (2, True)


@pytest.mark.parametrize("command", [("check",), ("explain", "x")])
def test_rules_that_cannot_be_read_are_named(typed: Typed, command: tuple[str, ...]) -> None:
    status, out, told = typed(*command)
    assert status in {1, 2}
    assert "rules.yaml" in out + told
    Path("hitl-chat.yaml").write_text("models: {}\n")
    status, _, told = typed(*command)
    assert (status, "name one, or set 'rules'" in told) == (2, True)
