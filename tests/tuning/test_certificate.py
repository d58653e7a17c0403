"""A certificate by the commands: made for rules, named by them, and void once anything differs."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time
from types import MappingProxyType

import pytest
import yaml
from msgspec.structs import replace

from hitl_chat import assets
from hitl_chat.app.drifting import FEW
from hitl_chat.cli import main
from hitl_chat.cli.config import load
from hitl_chat.cli.opening import record
from hitl_chat.core.events import Verdict
from hitl_chat.store.turn_records import Began, Ended
from hitl_chat.store.verdicts import Heard
from tests.tuning.test_calibrate import answers, written

RULES = {
    "certificate": "certificate.json",
    "checks": {
        "a": {"kind": "known_bad", "library": ["library.jsonl"]},
        "b": {"kind": "judge", "criteria": "Longer than a name of a file may be. " * 100},
    },
    "rules": [{"name": "rude", "when": {"patterns": {"literals": ["rude"]}}}],
}


class Shop:
    """A folder with rules that were calibrated, and took over what that said."""

    def __init__(
        self,
        folder: Path,
        capsys: pytest.CaptureFixture[str],
        called: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`called`: what the checks are called that labels have scores of."""
        self.folder, self._capsys = folder, capsys
        self.rules = folder / "rules.yaml"
        (folder / "library.jsonl").write_text("")
        self.written = RULES
        self.write()
        rows = [
            replace(
                row, scores={called.get(name, name): score for name, score in row.scores.items()}
            )
            for row in answers(800)
        ]
        labels = written(folder, rows)
        out = str(folder / "certificate.json")
        self.said = self.typed("calibrate", "--in", labels, "--rules", "rules.yaml", "--out", out)
        risk, _, told = self.said.partition("Hold from a risk of ")
        threshold = float(told.split(":")[0])
        self.written = {**RULES, **yaml.safe_load(risk)}
        self.write(risky={"when": {"risk": threshold}})

    def write(self, risky: Mapping[str, object] | None = None, **more: object) -> None:
        """`risky`: what the rule says that calibrating asks for."""
        rules = [*RULES["rules"], *([{"name": "risky", **risky}] if risky else [])]
        self.rules.write_text(yaml.safe_dump({**self.written, "rules": rules, **more}))

    def typed(self, *command: str) -> str:
        self._capsys.readouterr()
        main(command)
        return self._capsys.readouterr().out

    def check(self) -> str:
        return self.typed("check", "rules.yaml")


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def test_rules_that_took_over_what_calibrating_said_are_certified(shop: Shop) -> None:
    assert "certified on" in shop.check()
    recent = written(shop.folder, answers(300, seed=8))
    command = ("calibrate", "--in", recent, "--rules", "rules.yaml", "--check", "certificate.json")
    assert shop.typed(*command).startswith("holds")
    assert "certified on" in shop.typed("doctor", "--config", _settings(shop))


def test_checks_that_no_rule_named_before_are_covered_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = Shop(tmp_path, capsys, {"a": "hedging", "b": "judge"})
    assert "certified on" in shop.check()
    _another_judge(tmp_path)
    assert "void: prompt 'judge' changed" in shop.check()


@pytest.mark.parametrize(("many", "drift"), [(100, False), (100, True), (49, True), (0, False)])
async def test_doctor_sees_in_the_record_that_answers_drifted(
    shop: Shop, many: int, drift: bool
) -> None:
    """Answers like those that it was made from, or all of them risky; or too few to tell."""
    settings = _settings(shop)
    made = [row.scores for row in answers(100, seed=11)][:many]
    async with record(load(settings)) as database:
        for at, scores in enumerate(made):
            database.later(began(f"turn_{at:03}"))
            database.later(ended(f"turn_{at:03}", {"a": 0.9} if drift else scores))
    said = await asyncio.to_thread(shop.typed, "doctor", "--config", settings)
    assert "certified on" in said
    told = many >= FEW
    assert ("void: the risks of recent answers have drifted" in said) is (drift and told)
    assert ("too few recent answers to tell" in said) is not told


def began(turn: str) -> Began:
    return Began("acme", turn, "c", time(), b"[]", "m")


def ended(turn: str, scores: Mapping[str, float]) -> Ended:
    heard = tuple(Heard(Verdict(name, score, final=True)) for name, score in scores.items())
    return Ended("acme", turn, "c", 2.0, "passed", ruling="pass", verdicts=heard)


def _settings(shop: Shop) -> str:
    file = shop.folder / "hitl-chat.yaml"
    file.write_text("rules: rules.yaml\n")
    return str(file)


def _another_judge(folder: Path) -> None:
    shipped = (assets.prompts() / "judge.j2").read_text("utf-8")
    (folder / "judge.j2").write_text(f"{shipped}Be strict.\n")


def _other_model(shop: Shop) -> None:
    (shop.folder / "hitl-chat.yaml").write_text(
        "models: {m: {kind: openai_compatible, base_url: 'http://127.0.0.1:1/v1'}}\n"
    )


CHANGES: dict[str, Callable[[Shop], object]] = {
    "rules changed": lambda shop: shop.write(defaults={"on_error": "release"}),
    "prompt 'judge' changed": lambda shop: _another_judge(shop.folder),
    "file 'library.jsonl' changed": lambda shop: (shop.folder / "library.jsonl").write_text("\n"),
    "model 'm' changed": _other_model,
    "`risk:` in the rules is not the one": lambda shop: shop.write(
        risk={"weights": {"a": 0.1}, "bias": -9.0}
    ),
    "no rule for all requests holds from a risk of": lambda shop: shop.write(
        risky={"when": {"risk": 0.999}}
    ),
    "is no certificate": lambda shop: (shop.folder / "certificate.json").write_text("{}"),
}


@pytest.mark.parametrize("why", CHANGES)
def test_it_is_void_once_anything_differs(shop: Shop, why: str) -> None:
    CHANGES[why](shop)
    said = shop.check()
    assert "void" in said
    assert why in said


@pytest.mark.parametrize(
    "risky",
    [
        {"when": {"risk": 0.001}, "on": {"channel": "shop"}},
        {"when": {"risk": 0.001}, "then": "watch"},
    ],
)
def test_a_rule_that_does_not_always_hold_certifies_nothing(
    shop: Shop, risky: Mapping[str, object]
) -> None:
    shop.write(risky=risky)
    assert "void: no rule for all requests holds" in shop.check()
