"""Who may import what, beyond the layers in pyproject.toml."""

import subprocess
import sys
from functools import cache

import grimp
import pytest

# The core computes: values in, values out. A module belongs here only if it has no clock,
# randomness, identity, environment or I/O.
PURE = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "copy",
    "dataclasses",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "hmac",
    "itertools",
    "json",
    "math",
    "msgspec",
    "operator",
    "re",
    "string",
    "types",
    "typing",
    "unicodedata",
}

HEAVY = ["torch", "litellm", "onnxruntime", "sentence_transformers", "transformers"]


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("hitl_chat", include_external_packages=True, cache_dir=None)


def importers(module: str) -> set[str]:
    """Who imports a module, or anything below it, from outside."""
    if module not in graph().modules:
        return set()
    # Of another project's package only its name is in the graph.
    below = set() if graph().is_module_squashed(module) else graph().find_descendants(module)
    inside = {module} | below
    return {
        name for part in inside for name in graph().find_modules_that_directly_import(part)
    } - inside


def test_the_core_imports_only_what_is_pure() -> None:
    core = {"hitl_chat.core"} | graph().find_descendants("hitl_chat.core")
    imported = {
        (name, other) for name in core for other in graph().find_modules_directly_imported_by(name)
    }
    impure = {
        f"{name} imports {other}"
        for name, other in imported
        if other not in PURE and not other.startswith("hitl_chat.")
    }
    assert not impure


@pytest.mark.parametrize(
    "package", ["litellm", "onnxruntime", "psycopg", "redis", "sentence_transformers", "sqlite3"]
)
def test_a_heavy_or_replaceable_library_is_imported_in_one_file_only(package: str) -> None:
    assert len(importers(package)) <= 1


def test_settings_are_read_by_the_composition_root_and_the_command_line_only() -> None:
    parts = {name.split(".")[1] for name in importers("hitl_chat.settings")}
    assert parts <= {"app", "cli", "settings"}


@pytest.mark.parametrize("module", ["hitl_chat", "hitl_chat.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert loaded.split() == []
