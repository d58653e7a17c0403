"""The packs of examples/rules: right, tested, and telling agents what to consider."""

from pathlib import Path

import pytest

from hitl_chat.cli import main
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.explain import check
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.tuning.cases import TESTS
from hitl_chat.tuning.cases import tests_of as read_tests
from tests.rules.reading import CHECKS

FOLDER = Path(__file__).parents[2] / "examples" / "rules"
PACKS = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.endswith(TESTS))
SECTORS = {
    "retail",
    "healthcare",
    "finance",
    "legal",
    "content-moderation",
    "back-office",
    "hiring",
    "public-sector",
    "industrial",
}

each = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)


def compiled(pack: Path) -> Ruleset:
    return compile_ruleset(pack.read_text("utf-8"), file=pack.name, checks=CHECKS)


def test_every_sector_has_one() -> None:
    assert {pack.stem for pack in PACKS} == SECTORS


@each
def test_it_is_right(pack: Path) -> None:
    assert check(pack, CHECKS) == []


@each
def test_its_tests_pass(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no settings lie there
    status = main(["test", str(pack)])
    assert (status, capsys.readouterr().out) == (0, "")


@each
def test_each_of_its_rules_fires_in_a_test(pack: Path) -> None:
    cases = read_tests(pack.with_name(pack.stem + TESTS)).suite.tests
    assert len(cases) >= 8
    assert {name for case in cases for name in case.rules or ()} == set(compiled(pack).rules)
    assert [case.name for case in cases if case.expect == "pass"]


@each
def test_each_of_its_rules_tells_agents_what_to_consider(pack: Path) -> None:
    for plan in compiled(pack).planned:
        assert plan.criteria.description
        assert plan.criteria.guidance
        assert plan.criteria.reasons


@each
def test_what_follows_half_an_answer_reads_well_wherever_it_ended(pack: Path) -> None:
    for plan in compiled(pack).planned:
        if plan.blocking and plan.rule.strictness == "segment":
            assert plan.rule.terms.fallback_after_text.startswith("– ")  # noqa: RUF001
        assert plan.rule.terms.fallback
