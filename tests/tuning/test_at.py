"""A rule test, a scored row and a typed example say when the request came."""

import json
from pathlib import Path

import pytest

from hitl_chat.cli import main
from tests.tuning.place import Place

RULES = """\
hours: {timezone: Europe/Berlin, open: {mon-fri: "9:00-17:00"}}
rules:
  - name: night
    on: {hours: closed}
    when: {patterns: {literals: [refund]}}
"""
OPEN, LATE = "2026-11-16T09:00+01:00", "2026-11-16T08:59+01:00"


@pytest.fixture(autouse=True)
def rules(place: Place) -> None:
    Path("shop.yaml").write_text(RULES)


def test_rule_tests(capsys: pytest.CaptureFixture[str]) -> None:
    cases = [(OPEN, "pass"), (LATE, "hold"), ("2026-11-16T08:00+00:00", "pass")]
    lines = [
        f"  - {{name: c{n}, at: '{at}', draft: A refund., expect: {expect}}}"
        for n, (at, expect) in enumerate(cases)
    ]
    Path("shop.tests.yaml").write_text("\n".join(["tests:", *lines, ""]))
    assert main(["test", "shop.yaml"]) == 0, capsys.readouterr()


@pytest.mark.parametrize("at", ["2026-11-16T09:00", "noon", "'5'", "2026-13-01T09:00+01:00"])
def test_what_is_no_moment(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    case = f"tests:\n  - {{name: c, at: {at}, draft: A refund., expect: hold}}\n"
    Path("shop.tests.yaml").write_text(case)
    assert main(["test", "shop.yaml"]) != 0
    assert "is no moment: write e.g. 2026-12-24T10:00+01:00" in "".join(capsys.readouterr())
    assert main(["explain", "--rules", "shop.yaml", "--at", at, "A refund."]) != 0
    assert "--at: " in "".join(capsys.readouterr())


def test_scored_rows(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": at, "draft": "A refund.", "at": at} for at in (OPEN, LATE, "2026-11-16T09:00")]
    Path("in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    main(["score", "--rules", "shop.yaml", "--in", "in.jsonl", "--out", "out.jsonl"])
    scored = {row["id"]: row for row in map(json.loads, Path("out.jsonl").read_text().splitlines())}
    assert {ident: row["ruling"] for ident, row in scored.items()} == {OPEN: "pass", LATE: "hold"}
    assert "in.jsonl:3: at: '2026-11-16T09:00' is no moment: write e.g." in "".join(
        capsys.readouterr()
    )


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    for at, said in ((OPEN, "not for this request: night"), (LATE, "night: hold")):
        assert main(["explain", "--rules", "shop.yaml", "--at", at, "A refund."]) == 0
        assert said in capsys.readouterr().out
