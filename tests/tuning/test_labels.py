"""Labels from the record: answers are held, decided over HTTP, exported, and calibrated with."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.cli import main
from tests.world_client import held
from tests.world_models import says
from tests.world_process import Outside
from tests.world_rules import rule, rules, stop_at, words

TONE = {"kind": "scripted", "scores": {"rude": 0.9, "curt": 0.7}, "otherwise": 0.1}
RULES = rules(
    rule("rude", {"check": "tone", "above": 0.6}, on_no_agent="wait", strictness="answer"),
    stop_at(),
    rule("late", words("nobody"), on_no_agent="wait", deadline=0.1),
    checks={"tone": TONE},
    audit=1,
)
LABELS = "labels.jsonl"
CONFLICT = 409

Rows = dict[str, dict[str, Any]]


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    monkeypatch.chdir(tmp_path)
    async with Outside(tmp_path, RULES) as made:
        await made.start()
        yield made


async def answered(outside: Outside, conv: str, text: str, action: str = "", **more: Any) -> None:
    outside.upstream.script("m", says(text))
    customer = await outside.ask("m", f"Is it {conv}?", conv=conv)
    if action:
        frame = await customer.until(held)
        ident = frame.hitl["hold_id"]
        while (decided := await outside.decide(ident, action, **more)).status == CONFLICT:
            pass  # a check spoke meanwhile: look again, and decide about that
        assert decided.status == 200, decided.body
    await customer.rest()


async def typed(*words: str) -> int:
    return await asyncio.to_thread(main, words)


async def exported(*more: str) -> Rows:
    """By conversation."""
    assert await typed("labels", "--out", LABELS, *more) == 0
    return {row["conversation"]: row for row in map(json.loads, read(LABELS).splitlines())}


def read(file: str) -> str:
    return Path(file).read_text()


def write(rows: Rows) -> None:
    Path(LABELS).write_text("".join(json.dumps(row) + "\n" for row in rows.values()))


@pytest.mark.slow
async def test_decisions_become_labels_and_audited_answers_wait_for_theirs(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(outside, "rude", "How rude.", "approve")
    await answered(outside, "curt", "Be curt.", "edit", texts={"0/content": "Be kind."})
    await answered(outside, "sure", "I guarantee it.", "reject")
    await answered(outside, "fine", "All fine.")
    await answered(outside, "wrong", "Blue is red.")
    await answered(outside, "late", "Nobody comes.")
    outside.process.terminate()
    await outside.died()

    rows = await exported()
    told = capsys.readouterr()
    assert "3 decided holds, 2 audited answers" in told.out
    assert "2 audited answers have no label yet" in told.err
    assert "1 holds ended without a person's decision" in told.err
    assert {conv: (row["how"], row["from"], row["label"]) for conv, row in rows.items()} == {
        "rude": ("held", "approve", 0),
        "curt": ("held", "edit", 1),
        "sure": ("held", "reject", 1),
        "fine": ("audit", "audit", None),
        "wrong": ("audit", "audit", None),
    }
    assert [rows[conv].get("unedited") for conv in ("rude", "curt", "fine")] == [True, False, None]
    assert [rows[conv]["scores"]["tone"] for conv in ("rude", "curt", "fine")] == [0.9, 0.7, 0.1]
    assert [rows[conv]["rate"] for conv in ("rude", "fine")] == [1.0, 1.0]

    # A person reads the audited answers; what they wrote stays when more is exported.
    rows["fine"]["label"], rows["wrong"]["label"] = 0, 1
    write(rows)
    again = await exported("--texts", "--since", "2020-01-01")
    assert [again[conv]["label"] for conv in ("fine", "wrong")] == [0, 1]
    assert again["wrong"]["draft"] == "Blue is red."
    assert again["wrong"]["messages"] == [{"role": "user", "content": "Is it wrong?"}]

    # With scores of the time, and scored again.
    files = ("--rules", "rules.yaml", "--in", LABELS)
    assert await typed("score", *files, "--out", "scores.jsonl") == 0
    for more in ((), ("--scores", "scores.jsonl")):
        capsys.readouterr()
        assert await typed("calibrate", *files, *more) == 1
        told = capsys.readouterr()
        assert told.out.startswith("risk:\n  weights:\n    tone: ")
        assert "22 are needed" in told.err

    assert await exported("--since", "2100-01-01") == {}
    assert "without some, nobody knows what was missed" in capsys.readouterr().err


async def test_what_was_put_back_is_in_a_file_of_its_own(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    outside.upstream.script("m", says("I guarantee it."))
    customer = await outside.ask("m", "Is it sure?", conv="sure")
    ident = (await customer.until(held)).hitl["hold_id"]
    for because in ("not my language", "not my field", "not my field"):
        claimed = json.loads((await outside.command(do="claim", hold=ident)).body)
        back = {"hold": ident, "fence": claimed["fence"], "because": because}
        assert (await outside.command(do="release", **back)).status == 200
    outside.process.terminate()
    await outside.died()

    for _ in ("for the first time", "over what was exported before"):
        assert await exported("--put-back", "back.jsonl") == {}
    told = capsys.readouterr().err
    assert "3 times a hold was put back: not my field (2), not my language (1)" in told
    first, *more = map(json.loads, read("back.jsonl").splitlines())
    assert (first["conversation"], first["hold"], first["held_by"]) == (
        "sure",
        ident,
        ["no-promises"],
    )
    assert [first["because"], *(each["because"] for each in more)] == [
        ["not my language"],
        ["not my field"],
        ["not my field"],
    ]
    assert await typed("labels", "--out", LABELS, "--put-back", f"./{LABELS}") == 2
    assert "name two files" in capsys.readouterr().err


def test_another_file_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letter.txt").write_text("Dear Ana")
    assert main(["labels", "--out", "letter.txt"]) == 2
    assert "no file of labels" in capsys.readouterr().err
    assert Path("letter.txt").read_text() == "Dear Ana"
    assert main(["labels", "--out", "new.jsonl", "--put-back", "letter.txt"]) == 2
    assert "no file of labels" in (told := capsys.readouterr().err)
    assert "name another --put-back" in told
    mine = json.dumps({"id": "turn_1", "from": "audit", "label": 1})
    Path("mine.jsonl").write_text(mine)
    assert main(["labels", "--out", "new.jsonl", "--put-back", "mine.jsonl"]) == 2
    assert "'mine.jsonl' holds labels: name another --put-back" in capsys.readouterr().err
    assert Path("mine.jsonl").read_text() == mine
    assert main(["labels", "--out", "new.jsonl", "--since", "soon"]) == 2
    assert "--since 'soon': write a day" in capsys.readouterr().err
