"""The harness itself: it must not see a success where there is none, nor hide its own failures."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.clients.contract import ClientError, Job, Result, ToolCall
from tests.clients.drivers.drive import PLAYERS
from tests.clients.judge import differences
from tests.clients.matrix import CLIENTS, HERE, DriverFailed, play_all
from tests.clients.scenarios import CASES
from tests.clients.scripted_server import ScriptedServer
from tests.clients.scripts import ARGUMENTS, FALLBACK, SCRIPTS, STRUCTURED, TOOL, VERDICT

STATES = [{"state": state} for state in ("held", "held", "released", "final")]
GOOD = {
    "plain": Result(text=CASES["plain"].expected.text, raw_hitl=STATES[-1:]),
    "tool_call": Result(
        finish_reason="tool_calls", tool_calls=[ToolCall(TOOL, ARGUMENTS)], raw_hitl=STATES
    ),
    "structured": Result(text=STRUCTURED, parsed=VERDICT, raw_hitl=STATES),
    "structured_rejected": Result(refusal=FALLBACK, raw_hitl=STATES),
    "busy": Result(error=ClientError("ConflictError", "busy", 409)),
}
BAD = [
    ("plain", {"text": "Your parcel"}),
    ("plain", {"finish_reason": "length"}),
    ("plain", {"error": ClientError("TypeError", "null")}),
    ("plain", {"usage": {"total_tokens": 0}}),
    ("plain", {"raw_hitl": None}),
    ("plain", {"raw_hitl": STATES}),
    ("plain", {"tool_calls": [ToolCall(TOOL, {})]}),
    ("tool_call", {"tool_calls": []}),
    ("tool_call", {"tool_calls": [ToolCall(TOOL, {})]}),
    ("structured", {"parsed": None}),
    ("structured_rejected", {"refusal": None}),
    ("structured_rejected", {"parsed": VERDICT}),
    ("structured_rejected", {"error": ClientError("ValueError", "no JSON")}),
    ("busy", {"error": None}),
    ("busy", {"error": ClientError("InternalServerError", "busy", 500)}),
]


def judged(case: str, result: Result) -> list[str]:
    return differences(CLIENTS["openai-py-helper"], CASES[case], result, stream=True)


def good(case: str) -> Result:
    return replace(GOOD[case], finish_reason=GOOD[case].finish_reason or "stop")


@pytest.mark.parametrize("case", GOOD)
def test_a_good_result_has_no_differences(case: str) -> None:
    assert judged(case, good(case)) == []


@pytest.mark.parametrize(("case", "change"), BAD)
def test_a_wrong_result_has_one(case: str, change: dict[str, object]) -> None:
    assert len(judged(case, replace(good(case), **change))) == 1  # type: ignore[arg-type]


def test_a_client_that_shows_less_is_asked_for_less_and_held_to_it() -> None:
    client = CLIENTS["langchain-py"]
    shown = replace(good("plain"), raw_hitl=None)
    assert differences(client, CASES["plain"], shown, stream=True) == []
    assert differences(client, CASES["plain"], good("plain"), stream=True) != []


def test_every_python_client_has_a_player_and_every_player_a_client() -> None:
    assert PLAYERS.keys() == {name for name, one in CLIENTS.items() if one.program != "node"}


@pytest.mark.slow
async def test_a_client_that_waits_for_ever_is_given_up_and_reported(clients_built: str) -> None:
    silent = replace(CASES["silent"].scenario, timeout=None, max_retries=0)
    async with ScriptedServer(SCRIPTS) as server:
        jobs = [
            Job(client, server.base_url, "sk-made-up", silent, guard=0.5)
            for client in ("openai-node", "openai-py")
        ]
        results = await play_all(jobs)
    assert [result.error and result.error.type for result in results] == ["TimeoutError"] * 2


@pytest.mark.slow
async def test_what_a_client_raises_is_a_result_but_a_broken_driver_is_none(
    clients_built: str,
) -> None:
    nobody = Job("fetch-naive", "http://127.0.0.1:9/v1", "sk-made-up", CASES["plain"].scenario)
    [result] = await play_all([nobody])
    assert result.error is not None
    with pytest.raises(DriverFailed, match="'node' did not end within 0 s"):
        await play_all([nobody], guard=0)
    unreadable = replace(nobody.scenario, messages=None)  # type: ignore[arg-type]
    with pytest.raises(DriverFailed, match=r"'shared' answered 0 of 1 .*\n.*\n(.*\n)*.*NoneType"):
        await play_all([replace(nobody, client="urllib-naive", scenario=unreadable)])


def test_what_is_missing_is_named_with_the_command_that_builds_it(tmp_path: Path) -> None:
    shutil.copytree(HERE / "requirements", tmp_path / "requirements")
    shutil.copy(HERE / "build", tmp_path)
    check = subprocess.run(
        [tmp_path / "build", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 1
    assert ".venv/shared is missing or stale: run tests/clients/build" in check.stderr
    assert not (tmp_path / ".venv").exists()


def test_pins_are_complete_and_name_no_address() -> None:
    assert '"resolved"' not in (HERE / "package-lock.json").read_text()
    for pins in (HERE / "requirements").iterdir():
        lines = [line for line in pins.read_text().splitlines() if not line.startswith("#")]
        loose = [line for line in lines if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line)]
        assert (pins.name, loose) == (pins.name, [])
