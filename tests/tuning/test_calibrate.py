"""From labelled answers to a certificate, or to the reason why there is none."""

import json
import random
from pathlib import Path

import pytest

from hitl_chat.cli import main
from hitl_chat.rules.certificate import Certificate
from hitl_chat.tuning.calibrate import Refused, calibrate, drifted
from hitl_chat.tuning.labels import Fault, Labelled, alike, read, scored

WHOLE = {"alpha": 0.1, "delta": 0.1, "salt": "s", "made": "2026-01-01", "versions": {"rules": "a"}}


def answers(number: int, *, seed: int = 5, rate: float = 1.0, shift: float = 0.0) -> list[Labelled]:
    draw = random.Random(seed)
    rows = []
    for at in range(number):
        bad = draw.random() < 0.2
        score = min(1.0, max(0.0, draw.gauss(0.7 if bad else 0.3, 0.15) + shift))
        scores = {"a": score} | ({"b": draw.random()} if at % 3 else {})
        rows.append(Labelled(str(at), f"c{seed}-{at}", scores, bad, "audit", rate))
    return rows


def certificate(rows: list[Labelled]) -> Certificate:
    found = calibrate(rows, **WHOLE).outcome  # type: ignore[arg-type]
    assert isinstance(found, Certificate)
    return found


def test_a_certificate_says_what_it_rests_on() -> None:
    made = certificate(answers(800))
    assert made.bad >= 45
    text = made.text()
    for said in ("at most 10%", "90% confidence", "2026-01-01", f"{made.bad} bad answers", "drift"):
        assert said in text


def test_the_order_of_the_answers_changes_nothing() -> None:
    rows = answers(400)
    assert certificate(rows).threshold == certificate(rows[::-1]).threshold


def test_no_check_and_no_silence_lowers_the_risk() -> None:
    """Though here `b` says more about good answers, and speaks of them more often."""
    rows = [
        Labelled(row.id, row.conversation, {"a": row.scores["a"]} | said, row.bad)
        for row in answers(400)
        for said in [{} if row.bad else {"b": 0.9}]
    ]
    fusion = calibrate(rows, **WHOLE).fusion  # type: ignore[arg-type]
    assert fusion.weights["b"] == 0.0
    assert fusion.missing["b"] > 1.0 > fusion.missing["a"] >= 0.0


def test_what_it_promises_it_keeps_on_answers_it_never_saw() -> None:
    made = certificate(answers(3000))
    fresh = [row for row in answers(4000, seed=6) if row.bad]
    missed = sum(made.fusion.risk(row.scores) < made.threshold for row in fresh)
    assert missed / len(fresh) <= 0.1


@pytest.mark.parametrize("number", [40, 100])
def test_too_few_bad_answers_are_no_guarantee(number: int) -> None:
    found = calibrate(answers(number), **WHOLE).outcome  # type: ignore[arg-type]
    assert isinstance(found, Refused)
    assert "22 are needed" in found.why


def test_labels_of_held_answers_only_prove_nothing() -> None:
    rows = [Labelled(r.id, r.conversation, r.scores, r.bad, "held") for r in answers(800)]
    found = calibrate(rows, **WHOLE).outcome  # type: ignore[arg-type]
    assert isinstance(found, Refused)
    assert "unknowable" in found.why


def test_held_answers_are_thinned_to_the_rate_of_the_audit() -> None:
    audited = answers(2000, rate=0.1)
    held = [Labelled(r.id, r.conversation, r.scores, r.bad, "held") for r in answers(2000, seed=9)]
    kept = alike([*audited, *held], "s")
    assert [row for row in audited if row not in kept] == []
    assert 120 <= sum(row.how == "held" for row in kept) <= 280


def test_it_is_void_when_something_changed_or_drifted() -> None:
    made = certificate(answers(800))
    assert made.changed({"rules": "a"}) == ""
    assert made.changed({"rules": "b"}) == "rules changed since"
    assert made.changed({"rules": "a", "prompt 'x'": "x"}) == "prompt 'x' changed since"
    assert drifted(made, [row.scores for row in answers(300, seed=8)]) == ""
    moved = [row.scores for row in answers(300, seed=8, shift=0.25)]
    assert "drifted" in drifted(made, moved)


def test_what_is_certified_is_what_will_be_written_into_the_rules() -> None:
    """To the digit: a weight or a threshold that is rounded afterwards is another one."""
    made = certificate(answers(800))
    numbers = [*made.fusion.weights.values(), made.fusion.bias, made.threshold]
    assert numbers == [round(number, 4) for number in numbers]


BAD_LINES = [
    b"{",
    b'{"label": 1, "scores": {}}',
    b'{"id": 1, "scores": {"a": 0.5}}',
    b'{"id": 1, "label": 2, "scores": {}}',
    b'{"id": 1, "label": 1, "scores": {"a": 1.5}}',
    b'{"id": 1, "label": 1, "checks": {"a": {"score": null}}}',
    b'{"id": 1, "label": 1, "checks": {"a": {"score": true}}}',
    b'{"id": 1, "label": 1, "how": "guess"}',
    b'{"id": 1, "label": 1, "rate": 0}',
    b"\xff\xfe",
]


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_row_is_named_and_left_out(line: bytes) -> None:
    fault, row = read(
        [line, b"", b'{"id": 2, "label": 0, "checks": {"a": {"score": 0.5}, "pii": {"score": 1}}}']
    )
    assert isinstance(fault, Fault)
    assert fault.line == 1
    assert isinstance(row, Labelled)
    assert row.scores == {"a": 0.5}


def test_a_conversation_counts_once() -> None:
    line = b'{"id": %d, "conversation": "c", "label": true, "scores": {"a": 1}}'
    row, fault = read([line % 1, line % 2])
    assert isinstance(row, Labelled)
    assert isinstance(fault, Fault)
    assert "second answer of conversation 'c'" in fault.why


def test_newer_scores_go_instead_of_the_recorded_ones() -> None:
    newer = scored([b'{"id": "a", "checks": {"tone": {"score": 0.9}, "pii": {"score": 1.0}}}'])
    line = b'{"id": "%s", "label": 1, "scores": {"tone": 0.1, "old": 0.2}}'
    row, fault = read([line % b"a", line % b"b"], newer)
    assert isinstance(row, Labelled)
    assert row.scores == {"tone": 0.9}
    assert isinstance(fault, Fault)
    assert "'b' is not among the newer scores" in fault.why


def test_answers_without_a_label_are_counted_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = Path(written(tmp_path, answers(50)))
    bare = b'{"id": "%d", "label": null, "how": "audit", "rate": 0.1, "scores": {}}\n'
    labels.write_bytes(labels.read_bytes() + bare % 1001 + bare % 1002)
    assert main(["calibrate", "--in", str(labels)]) == 1
    assert "2 answers have no label yet, and are left out" in capsys.readouterr().err


# --- the command ----------------------------------------------------------------------------------


def written(folder: Path, rows: list[Labelled]) -> str:
    file = folder / "labels.jsonl"
    lines = [
        {"id": r.id, "conversation": r.conversation, "scores": r.scores, "label": int(r.bad)}
        for r in rows
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(file)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "certificate.json"
    labels = written(tmp_path, answers(800))
    assert main(["calibrate", "--in", labels, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("risk:\n  weights:\n    a: ")
    assert "at most 10%" in said
    recent = written(tmp_path, answers(300, seed=8))
    assert main(["calibrate", "--in", recent, "--check", str(out)]) == 0
    moved = written(tmp_path, answers(300, seed=8, shift=0.3))
    assert main(["calibrate", "--in", moved, "--check", str(out)]) == 1
    assert "void: the risks of recent answers have drifted" in capsys.readouterr().out


def test_without_enough_labels_it_gives_a_risk_and_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "--in", written(tmp_path, answers(60))]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("risk:")
    assert "No certificate" in told.err
    assert "confidence" not in told.out


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--in", "no-such-file.jsonl"], "cannot be read"),
        (["--in", "EMPTY"], "holds no labelled answer"),
        (["--in", "LABELS", "--alpha", "0"], "--alpha 0.0: a share from 0.000001 to below 1"),
        (["--in", "LABELS", "--alpha", "5e-324"], "--alpha 5e-324: a share from 0.000001"),
        (["--in", "LABELS", "--delta", "nan"], "--delta nan: a share from 0.000001"),
        (["--in", "LABELS", "--check", "LABELS"], "is no certificate"),
        (["--in", "LABELS", "--scores", "LABELS"], "holds no scores"),
        (["--in", "LABELS", "--scores", "no-such-file.jsonl"], "cannot be read"),
        (["--in", "LABELS", "--out", "no-such-folder/c.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    files = {"EMPTY": str(empty), "LABELS": written(tmp_path, answers(800))}
    assert main(["calibrate", *(files.get(each, each) for each in options)]) == 2
    assert complaint in capsys.readouterr().err
