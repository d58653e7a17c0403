"""Only what was pinned is installed, and nothing runs by itself when Python starts."""

import re
import sysconfig
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.quality.project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]

# A .pth file can run code at every start of Python: that is how the bad litellm 1.82.8 worked.
KNOWN_PTH = {"_editable_impl_hitl_chat.pth", "a1_coverage.pth", "distutils-precedence.pth"}


def pins(name: str) -> dict[str, set[str]]:
    lines = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;\\]+)", (ROOT / name).read_text(), re.M
    )
    found: dict[str, set[str]] = {}
    for package, version in lines:
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


CONSTRAINTS = pins("constraints.txt")
LOCK = pins("requirements.lock")


def unmet(requirements: list[str], pinned: dict[str, set[str]]) -> list[str]:
    wanted = [Requirement(text) for text in requirements]
    return [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(version)
            for version in pinned.get(canonicalize_name(requirement.name), set())
        )
    ]


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_the_constraints_pin_every_extra(extra: str) -> None:
    assert unmet(PROJECT["dependencies"] + EXTRAS[extra], CONSTRAINTS) == []


def test_the_lock_pins_what_ci_installs() -> None:
    assert unmet(PROJECT["dependencies"] + EXTRAS["demo"] + EXTRAS["dev"], LOCK) == []


def test_the_lock_agrees_with_the_constraints() -> None:
    assert {name: LOCK[name] for name in LOCK if LOCK[name] != CONSTRAINTS.get(name)} == {}


def test_the_lock_has_a_hash_for_everything_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


@pytest.mark.parametrize("extra", ["demo", "dev"])
def test_the_demo_and_the_tests_need_no_torch(extra: str) -> None:
    assert "torch" not in LOCK
    assert not {"torch", "sentence-transformers"} & {
        Requirement(text).name for text in EXTRAS[extra]
    }


def test_torch_is_pinned_where_it_is_asked_for() -> None:
    assert CONSTRAINTS["torch"] == {"2.13.0"}


@pytest.mark.parametrize("version", ["1.82.6", "1.82.7", "1.82.8", "2.0.0"])
def test_bad_releases_of_litellm_are_excluded(version: str) -> None:
    (litellm,) = [
        requirement
        for requirement in map(Requirement, PROJECT["dependencies"])
        if requirement.name == "litellm"
    ]
    assert not litellm.specifier.contains(version)
    assert not litellm.extras


def test_nothing_unexpected_runs_when_python_starts() -> None:
    installed = {path.name for path in Path(sysconfig.get_path("purelib")).glob("*.pth")}
    assert installed - KNOWN_PTH == set()
