"""Which rules the selectivity bench runs: every pack of the project, and the smallest of each kind.

Knows what rules look like; knows no server.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from bench.starting import ROOT
from bench.talking import JUDGE
from bench.talks import Script, script_of
from hitl_chat.rules.load import document
from hitl_chat.tuning.cases import TESTS

FOLDER = ROOT / "examples" / "rules"
WRITTEN: Literal["written"] = "written"
FORCED = ("segment", "answer", "watch")
NO_RULES = "no rules"
DOUBTS = {"check": "doubts", "above": 0.85}
SLIGHT_DOUBTS = {"check": "doubts", "above": 0.5}
JUDGED = {"check": "judge", "above": 0.7}
CHECKS = {
    "doubts": {"kind": "hedging"},
    "judge": {"kind": "judge", "model": JUDGE, "criteria": "Promises.", "probe_every": 0},
}


class Pack(NamedTuple):
    name: str
    strictness: str
    rules: str
    script: Script


def _small(name: str, strictness: str, when: dict[str, Any], *checks: str) -> Pack:
    rule = {"name": "one", "when": when, "strictness": strictness}
    described = {"checks": {check: CHECKS[check] for check in checks}} if checks else {}
    return Pack(name, strictness, json.dumps({**described, "rules": [rule]}), Script())


def smallest() -> list[Pack]:
    """One rule each; ``free check`` is `hedging`, and a cascade asks the judge where it doubts."""
    words = {"patterns": {"literals": ["guarantee"]}}
    cascade = {"all": [SLIGHT_DOUBTS, JUDGED]}
    return [
        _small("patterns", "segment", words),
        _small("patterns", "answer", words),
        _small("free check", "segment", DOUBTS, "doubts"),
        _small("free check", "answer", DOUBTS, "doubts"),
        _small("free check", "watch", DOUBTS, "doubts"),
        _small("cascade", "segment", cascade, "doubts", "judge"),
        _small("cascade", "answer", cascade, "doubts", "judge"),
        _small("judge", "segment", JUDGED, "judge"),
        _small("judge", "answer", JUDGED, "judge"),
    ]


def no_rules() -> Pack:
    return Pack(NO_RULES, "–", json.dumps({"pass": "all"}), Script())  # noqa: RUF001 (a dash is meant)


def shipped(folder: Path = FOLDER) -> list[Path]:
    found = sorted(folder.glob("*.yaml"))
    return [file for file in found if not file.name.endswith(TESTS)]


def known() -> list[str]:
    small = dict.fromkeys(pack.name for pack in smallest())
    return [*small, *(file.stem for file in shipped())]


def chosen(names: Sequence[str], strictness: Sequence[str]) -> list[Pack]:
    """The packs of these names; those of the project in each of these kinds of strictness."""
    found = [pack for pack in smallest() if pack.name in names]
    for file in shipped():
        if file.stem in names:
            script = script_of(file)
            found += [Pack(file.stem, how, forced(file, how), script) for how in strictness]
    return found


def forced(file: Path, strictness: str) -> str:
    """The rules as written, or with this strictness for every rule that can have another."""
    text = file.read_text()
    if strictness == WRITTEN:
        return text
    rules: Any = document(text, file=str(file)).value
    for rule in rules["rules"]:
        if rule["when"] != "always" and rule.get("then") != "watch":
            rule["strictness"] = strictness
    return json.dumps(rules)
