"""What can be said of the web sources without a browser."""

import re
from pathlib import Path

from tests.quality.project import ROOT, files
from web import generate

# Whatever turns text into markup or code, or leaves the page's own world.
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|setHTML"
    r"|parseFromString|createContextualFragment|trustedTypes|\beval\b|new Function|javascript:"
    r"|\bhref=(?!'/[a-z])|\bsrc=|localStorage|document\.cookie"
)
SOURCES = [
    path
    for folder in ("web/src", "web/widget/src")
    for path in files(folder, "*.ts", "*.tsx")
    if not path.name.endswith(("_test.ts", ".gen.ts"))
]


def test_the_types_of_the_protocol_are_those_of_the_server() -> None:
    assert list(generate.stale()) == [], "run: python web/generate.py"


def test_every_key_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "console.md").read_text("utf-8")
    registry = (ROOT / "web/src/console/registry.ts").read_text("utf-8")
    keys = re.findall(r"\bkey\(\s*'[A-Z]\w+',\s*'[\w-]+',\s*'([^']+)'", registry)
    assert len(keys) > 10
    assert [key for key in keys if f"`{key}`".lower() not in guide.lower()] == []


def test_nothing_becomes_markup() -> None:
    found = {
        str(path.relative_to(ROOT)): matches
        for path in SOURCES
        if (matches := DANGEROUS.findall(path.read_text("utf-8")))
    }
    # Which keys and sounds somebody likes is kept in this browser; and what they had typed when a
    # tab died, until they sign out or for a day (console/typed.ts).
    assert found.pop("web/src/console/main.tsx") == ["localStorage"]
    assert found.pop("web/src/lane/main.tsx") == ["localStorage"]
    # Their addresses are constants of the same file.
    assert found.pop("web/src/shared/frame.tsx") == ["href="]
    assert found.pop("web/src/shared/pages.tsx") == ["href="]
    assert found == {}


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    assert DANGEROUS.findall("node.innerHTML = x; <a href={y}>") == ["innerHTML", "href="]
    assert DANGEROUS.findall("<a href='//x.example'>") == ["href="]
    assert DANGEROUS.findall("<a href='/wall'>") == []  # an address of ours, written down
