"""The npm package, as somebody else's project gets it: installed, typed, bundled, imported."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.clients.matrix import HERE
from tests.quality.project import ROOT, run

pytestmark = pytest.mark.slow

QUIET = os.environ | {
    "NO_COLOR": "1",
    "DENO_NO_UPDATE_CHECK": "1",
    "npm_config_update_notifier": "false",
}
QUIET.setdefault("DENO_TLS_CA_STORE", "system,mozilla")
TOOLS = HERE / "node_modules" / ".bin"
STRICT = {
    "strict": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "verbatimModuleSyntax": True,
    "skipLibCheck": False,
    "types": [],
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "noEmit": True,
}
RESOLVED = {"bundler": "esnext", "nodenext": "nodenext"}  # how modules are found, and made
PAGE = """\
import { Chat, type Kept, type Talk } from 'hitl-chat';
import 'hitl-chat/element';

let kept: Kept | null = null;
const lines = (talk: Talk): string[] => talk.lines.map(({ author, text }) => `${author}: ${text}`);
const chat: Chat = new Chat({
  base: 'https://chat.example',
  grant: async (conversation) => (await fetch(`/chat/token?${conversation}`)).json(),
  changed: (talk) => console.log(lines(talk).join()),
  keep: (now) => (kept = now),
  kept,
});
chat.send('Where is my parcel?');
document.querySelector('hitl-chat')?.ask('And now?');
"""
CLIENT = "import { history, EMPTY } from 'hitl-chat';\nconsole.log(history(EMPTY));\n"
SERVER = """\
import { Chat, EMPTY, history } from 'hitl-chat';
const { HitlChat } = await import('hitl-chat/element');
console.log(typeof Chat, typeof HitlChat, history(EMPTY).length, typeof globalThis.window);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, clients_built: str) -> Path:
    """A folder of somebody who has installed the package, and nothing else of ours."""
    folder = tmp_path_factory.mktemp("package")
    ours, theirs = folder / "ours", folder / "theirs"
    shutil.copytree(ROOT / "web", ours / "web", ignore=shutil.ignore_patterns("dist*"))
    shutil.copy(ROOT / "LICENSE", ours)
    does("deno", "task", "package", cwd=ours / "web")
    theirs.mkdir()
    does("npm", "pack", "--pack-destination", str(theirs), cwd=ours / "web/widget/npm")
    (theirs / "package.json").write_text('{"type": "module", "private": true}')
    (packed,) = theirs.glob("*.tgz")
    options = ("--offline", "--ignore-scripts", "--no-audit", "--no-fund")
    does("npm", "install", *options, packed.name, cwd=theirs)
    for name, text in {"page.ts": PAGE, "client.ts": CLIENT, "server.mjs": SERVER}.items():
        (theirs / name).write_text(text)
    return theirs


def does(program: str, *arguments: str, cwd: Path) -> str:
    done = run(shutil.which(program) or program, *arguments, cwd=cwd, env=QUIET)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_it_holds_what_it_says_and_no_more(project: Path) -> None:
    here = project / "node_modules/hitl-chat"
    files = sorted(str(path.relative_to(here)) for path in here.rglob("*") if path.is_file())
    assert files == [
        *("LICENSE", "README.md", "dist/client.js", "dist/hitl-chat.js"),
        *("element.d.ts", "index.d.ts", "package.json"),
    ]
    assert "dependencies" not in json.loads((here / "package.json").read_text("utf-8"))


@pytest.mark.parametrize("resolution", RESOLVED)
def test_its_types_satisfy_a_strict_compiler(project: Path, resolution: str) -> None:
    how = {"moduleResolution": resolution, "module": RESOLVED[resolution]}
    config = {"compilerOptions": STRICT | how, "files": ["page.ts", "client.ts"]}
    (project / "tsconfig.json").write_text(json.dumps(config))
    does(str(TOOLS / "tsc"), "-p", ".", cwd=project)


@pytest.mark.parametrize("shape", ["esm", "iife"])
def test_a_bundler_takes_what_is_used(project: Path, shape: str) -> None:
    def bundled(name: str) -> str:
        options = ("--bundle", f"--format={shape}", "--log-level=error")
        return does(str(TOOLS / "esbuild"), f"{name}.ts", *options, cwd=project)

    page, client = bundled("page"), bundled("client")
    assert "customElements" in page
    assert "customElements" not in client


def test_a_server_may_import_it(project: Path) -> None:
    """A page that is made on a server imports everything that it will need in a browser."""
    said = does("node", "server.mjs", cwd=project)
    assert said.split() == ["function", "function", "0", "undefined"]
