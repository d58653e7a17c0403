"""The console's sources are checked and built by Deno; its page keeps to the Security Policy."""

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bench.page import MOST, first_load, scripts
from tests.quality.project import ROOT, run

QUIET = os.environ | {"NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}
QUIET.setdefault("DENO_TLS_CA_STORE", "system,mozilla")


class Page(HTMLParser):
    """What a page loads, and whatever in it a Security Policy without 'unsafe-inline' refuses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts: list[str] = []
        self.preloads: list[str] = []
        self.frames: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or (given.get("href") if tag == "link" else None)
        if address:
            (self.frames if tag == "iframe" else self.loads).append(address)
        if address and tag == "script":
            self.scripts.append(address)
        if address and given.get("rel") == "modulepreload":
            self.preloads.append(address)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build in a copy, so that whoever uses web/dist at this moment is not disturbed."""
    web = tmp_path_factory.mktemp("project") / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("dist"))
    done = run("deno", "task", "build", cwd=web, env=QUIET)
    assert done.returncode == 0, done.stdout
    return web / "dist"


@pytest.mark.slow
def test_types_lint_format_and_unit_tests_pass() -> None:
    done = run("deno", "task", "verify", cwd=ROOT / "web", env=QUIET)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_pages_load_only_what_was_built(built: Path) -> None:
    pages = [Page(path.read_text("utf-8")) for path in sorted(built.rglob("*.html"))]
    loads = [address for page in pages for address in page.loads]
    assert "/console/main.js" in loads
    assert [address for page in pages for address in page.frames] == ["/console/"]  # the tour's
    assert [address for address in loads if not (built / address.removeprefix("/")).is_file()] == []


@pytest.mark.slow
def test_pages_ask_for_all_that_their_scripts_import_together(built: Path) -> None:
    """Else a browser finds each file only in the one before: a journey for each."""
    for path in sorted(built.glob("*.html")):
        page = Page(path.read_text("utf-8"))
        (main,) = (each for each in page.scripts if each.endswith("/main.js"))
        needed = scripts(built / main.removeprefix("/")) - {(built / main[1:]).resolve()}
        assert {(built / each[1:]).resolve() for each in page.preloads} == needed, path.name
        assert needed, path.name


@pytest.mark.slow
def test_pages_have_nothing_inline(built: Path) -> None:
    assert {
        str(path.relative_to(built)): inline
        for path in sorted(built.rglob("*.html"))
        if (inline := Page(path.read_text("utf-8")).inline)
    } == {}


@pytest.mark.slow
def test_the_console_is_small(built: Path) -> None:
    sizes = first_load(built)
    assert len(sizes) > 3
    assert sum(sizes.values()) <= MOST, sizes


def test_what_is_loaded_at_once_is_counted_and_nothing_else(tmp_path: Path) -> None:
    files = {
        "index.html": "<p>",
        "console/main.css": "p{}",
        "console/main.js": 'import"../a.js";import{x}from"../b.js";z(()=>import("../late.js"))',
        "a.js": "1",
        "b.js": 'var i=1;import"./a.js";',
        "late.js": "2",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert first_load(tmp_path).keys() == files.keys() - {"late.js"}


def test_the_page_reader_sees_what_is_inline() -> None:
    page = Page("<body onload=x()><script>1</script><style>a{}</style><p style='a:b'><img src=/a>")
    assert page.inline == ["onload", "script", "style", "style"]
    assert page.loads == ["/a"]


def test_what_is_translated_is_what_the_server_says() -> None:
    told = (ROOT / "web" / "src" / "text" / "refusals_de.ts").read_text("utf-8")
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    codes = re.findall(r"^  (\w+): \(", told, re.MULTILINE)
    assert len(codes) > 20
    assert [code for code in codes if f'"{code}"' not in sources] == []
