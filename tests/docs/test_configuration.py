"""docs/configuration.md names every setting with its true default, and its examples are right."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields

from hitl_chat.settings import Settings
from hitl_chat.settings.reading import NAMED, RESERVED, from_mapping, leaves

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/configuration.md").read_text("utf-8")
ROW = re.compile(
    r"^\| `(?P<name>[a-z_.*]+)` \| (?P<default>.+?) \| (?P<meaning>.*) \|$", re.MULTILINE
)
ROWS = {row["name"]: row["default"].strip("`") for row in ROW.finditer(GUIDE)}


def default(field: FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is NODEFAULT else made()


def documented() -> dict[str, Any]:
    settings = {".".join(path): default(field) for path, field in leaves()}
    of_many = {
        f"{name}.*.{field.name}": "(required)" if field.required else field.default
        for (name,), section in NAMED.items()
        for field in fields(section)
    }
    del settings["webhooks"]  # a table of its own
    return settings | {"models": ""} | of_many


def shown(default: Any) -> str:
    if default in ("", None):
        return "(none)"
    if isinstance(default, str):
        return default
    if isinstance(default, float) and default.is_integer():
        return str(int(default))
    return msgspec.json.encode(default).decode().replace(",", ", ")


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert ROWS.keys() == documented().keys()


@pytest.mark.parametrize("name", documented())
def test_the_default_is_the_true_one(name: str) -> None:
    assert ROWS[name] == shown(documented()[name])


def test_every_variable_that_others_read_is_documented() -> None:
    assert [name for name in RESERVED if name not in GUIDE] == []


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_the_examples_are_settings(example: str) -> None:
    assert from_mapping(yaml.safe_load(example)).models


def test_the_quickstart_is_settings_and_shows_true_defaults() -> None:
    given = yaml.safe_load((ROOT / "examples/quickstart/hitl-chat.yaml").read_text("utf-8"))
    settings, defaults = from_mapping(given), Settings()
    assert (settings.waits, settings.listen, settings.retention_days) == (
        defaults.waits,
        defaults.listen,
        defaults.retention_days,
    )
    assert settings.models
    assert (ROOT / "examples/quickstart" / settings.rules).is_file()  # it can be served as it is
