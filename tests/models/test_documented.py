"""docs/models.md says what the code does."""

import re
from pathlib import Path

import pytest

from hitl_chat.models import failures, request, validate
from hitl_chat.models.breaker import Breaker
from hitl_chat.models.scripted import model as scripted
from tests.quality.project import ROOT

GUIDE = (ROOT / "docs" / "models.md").read_text("utf-8")
SOURCES = [path.read_text("utf-8") for path in Path(failures.__file__).parent.rglob("*.py")]


def section(title: str) -> str:
    return GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_fields_that_reach_a_model() -> None:
    listed = section("What a client may send").partition("`fallbacks`):")[2]
    fields, messages, headers = re.split(r"Of a message:|Of the headers:", listed)
    assert set(re.findall(r"`([^`]+)`", fields)) == request.FIELDS
    assert set(re.findall(r"`([^`]+)`", messages)) == request.MESSAGE_FIELDS
    assert set(re.findall(r"`([^`]+)`", headers)) == request.HEADERS
    assert f"`n` is at most {validate.MOST_CHOICES}" in GUIDE


def test_every_code_of_a_failure() -> None:
    used = {
        code for source in SOURCES for code in re.findall(r'"(upstream_\w+|max_output)"', source)
    }
    documented = set(re.findall(r"^\| `(\w+)`", section("When a model fails"), re.MULTILINE))
    assert documented == used | {"upstream_error"}


def test_when_a_failing_model_is_left_alone() -> None:
    breaker = Breaker()
    for _ in range(8):
        breaker.ask(0)
        breaker.failed(0)
    with pytest.raises(Exception, match="left alone"):
        breaker.ask(4.9)
    breaker.ask(5.0)


def test_the_names_of_the_scripted_model() -> None:
    documented = set(re.findall(r"^\| `(scripted-[a-z-]+)", GUIDE, re.MULTILINE))
    in_code = set(re.findall(r"(scripted-[a-z-]+)", scripted.__doc__ or ""))
    assert documented == in_code
