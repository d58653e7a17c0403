"""The demo's rules are the retail example's, and more, in one file that a person can read."""

from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.checks.registry import default
from hitl_chat.demo.place import Place, furnish, joined, write_rules
from hitl_chat.demo.stage import KNOWN, SCENES
from hitl_chat.models.scripted.backstage import JUDGE
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.live import read
from hitl_chat.rules.ruleset import Ruleset

RULES = assets.examples() / "rules" / "retail.yaml"
MORE = assets.examples() / "demo" / "checks.yaml"
ONE = "version: 1\n# why\nrules:\n  - {name: a, when: {ended: length}}\n"
TWO = """# two
checks:
  tone: {kind: scripted}

rules:
  # because
  - {name: b, when: {check: tone}}
"""
THREE = "checks:\n  loud: {kind: scripted}\nrules:\n  - {name: c, when: {check: loud}}\n"


def names(rules: Ruleset) -> list[str]:
    return list(rules.rules)


def compiled(text: str) -> Ruleset:
    return compile_ruleset(text, file="rules.yaml", checks=default())


@pytest.mark.parametrize(
    ("packs", "rules", "checks"),
    [
        ((ONE,), ["a"], []),
        ((ONE, TWO), ["a", "b"], ["tone"]),
        ((TWO, ONE), ["b", "a"], ["tone"]),
        ((ONE, TWO, THREE), ["a", "b", "c"], ["loud", "tone"]),
    ],
)
def test_files_of_rules_are_joined_with_their_comments(
    packs: tuple[str, ...], rules: list[str], checks: list[str]
) -> None:
    text = joined(*packs)
    made = compiled(text)
    assert names(made) == rules
    assert sorted(made.configured) == checks
    assert ("# because" in text) == (TWO in packs)


@pytest.mark.parametrize("remember", [True, False])
def test_the_retail_rules_are_all_there_and_so_are_the_demo_s(
    tmp_path: Path, remember: bool
) -> None:
    write_rules(tmp_path, remember=remember)
    place = Place(tmp_path, 8700, "")
    made = compiled(read(place.rules))
    parts = [name for file in (RULES, MORE) for name in names(compiled(read(file)))]
    assert names(made) == parts + ([KNOWN] if remember else [])
    assert place.remembers == remember
    assert {rule for scene in SCENES for rule in scene.rules} <= {*names(made), KNOWN}


@pytest.mark.parametrize("remember", [True, False])
def test_the_library_lies_beside_the_rules(tmp_path: Path, remember: bool) -> None:
    assert furnish(tmp_path, 18702, remember=remember).remembers == remember


def test_a_real_model_is_its_own_judge(tmp_path: Path) -> None:
    place = furnish(tmp_path, 18703, "http://127.0.0.1:9/v1")
    models = place.settings.read_text("utf-8")
    assert models.count("http://127.0.0.1:9/v1") == 2
    assert JUDGE in models


def test_what_was_changed_in_a_kept_folder_stays(tmp_path: Path) -> None:
    place = furnish(tmp_path, 18704)
    place.rules.write_text(ONE, "utf-8")
    assert furnish(tmp_path, 18705).rules.read_text("utf-8") == ONE
