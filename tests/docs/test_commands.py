"""Every command that a page tells people to type is one that `hitl-chat` understands."""

import re
import shlex
from pathlib import Path

import pytest

from hitl_chat.cli import parser
from tests.quality.project import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:^|&& |\s)(?:\S*/)?(hitl-chat (?!\d)(?:[^|&>\n]+))", re.MULTILINE)


def calls(page: Path) -> list[str]:
    blocks = FENCE.findall(page.read_text())
    lines = "\n".join(line for block in blocks for line in block.splitlines())
    return [found.split("  #")[0].strip() for found in CALL.findall(lines)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_are_understood(page: Path) -> None:
    for call in calls(page):
        arguments = shlex.split(call, comments=True)[1:]
        assert parser().parse_args(arguments).run, call


def test_pages_do_tell_people_what_to_type() -> None:
    assert sum(len(calls(page)) for page in PAGES) >= 8
