"""The demo's rules are the retail example's, and more, in files that a person may change."""

from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.checks.registry import default
from hitl_chat.cli.config import load
from hitl_chat.demo.place import Place, furnish, write_rules
from hitl_chat.demo.stage import KNOWN, SCENES
from hitl_chat.models.scripted.backstage import JUDGE
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset

RULES = assets.examples() / "rules" / "retail.yaml"
MORE = assets.examples() / "demo" / "checks.yaml"
ONE = "version: 1\nrules:\n  - {name: a, when: {ended: length}}\n"


def names(rules: Ruleset) -> list[str]:
    return list(rules.rules)


def compiled(path: Path) -> Ruleset:
    return LiveRules(path, default()).current


@pytest.mark.parametrize("remember", [True, False])
def test_the_retail_rules_are_all_there_and_so_are_the_demo_s(
    tmp_path: Path, remember: bool
) -> None:
    write_rules(tmp_path, remember=remember)
    place = Place(tmp_path, 8700, "")
    made = compiled(place.rules)
    parts = [name for file in (RULES, MORE) for name in names(compiled(file))]
    assert names(made) == parts + ([KNOWN] if remember else [])
    assert place.remembers == remember
    assert {rule for scene in SCENES for rule in scene.rules} <= {*names(made), KNOWN}


@pytest.mark.parametrize("remember", [True, False])
def test_the_library_lies_beside_the_rules(tmp_path: Path, remember: bool) -> None:
    assert furnish(tmp_path, 18702, remember=remember).remembers == remember


def test_a_folder_may_be_named_from_here_and_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = furnish(Path("kept"), 18706)
    Path("kept").rename("moved")
    settings = load(f"moved/{place.settings.name}", {})
    assert Path(settings.data).samefile("moved")
    assert Path(settings.rules).samefile("moved/retail.yaml")


def test_a_real_model_is_its_own_judge(tmp_path: Path) -> None:
    place = furnish(tmp_path, 18703, "http://127.0.0.1:9/v1")
    models = place.settings.read_text("utf-8")
    assert models.count("http://127.0.0.1:9/v1") == 2
    assert JUDGE in models


def test_what_was_changed_in_a_kept_folder_stays(tmp_path: Path) -> None:
    place = furnish(tmp_path, 18704)
    place.rules.write_text(ONE, "utf-8")
    assert furnish(tmp_path, 18705).rules.read_text("utf-8") == ONE
