"""A folder with rules and drafts, scored as people do it: by the command."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.cli import main

Scores = dict[str, Any]


class Place:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.rules = folder / "rules.yaml"
        self.drafts = folder / "drafts.jsonl"
        self.out = folder / "scores.jsonl"

    def write(self, *rows: Mapping[str, Any] | str | bytes) -> None:
        self.drafts.write_bytes(b"".join(map(_line, rows)))

    def command(self, *more: str) -> Sequence[str]:
        files = {"--rules": self.rules, "--in": self.drafts, "--out": self.out}
        return ["score", *(str(word) for pair in files.items() for word in pair), *more]

    def typed(self, *more: str) -> tuple[int, str, str]:
        """The exit code, standard output and standard error."""
        self._capsys.readouterr()
        status = main(self.command(*more))
        return status, *self._capsys.readouterr()

    def scored(
        self, rules: str, *rows: Mapping[str, Any], more: Sequence[str] = ()
    ) -> list[Scores]:
        """The rows of scores, where nothing went wrong."""
        self.rules.write_text(rules)
        self.write(*rows)
        status, _, said = self.typed(*more)
        assert (status, said) == (0, "")
        return self.results()

    def results(self) -> list[Scores]:
        return [json.loads(line) for line in self.out.read_text().splitlines()]


def _line(row: Mapping[str, Any] | str | bytes) -> bytes:
    if isinstance(row, bytes):
        return row
    return (row if isinstance(row, str) else json.dumps(row)).encode() + b"\n"
