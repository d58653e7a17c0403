"""Where the project lies, and how these tests run one of its tools."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
FOREIGN = {".venv", "node_modules"}


def files(folder: str, *patterns: str) -> list[Path]:
    """The project's own files below a folder: not those of an environment installed there."""
    found = [path for pattern in patterns for path in (ROOT / folder).rglob(pattern)]
    return sorted(path for path in found if not FOREIGN & set(path.relative_to(ROOT).parts))


def run(
    command: str, *arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of this virtual environment; what it said is in stdout, stderr included."""
    return subprocess.run(
        [SCRIPTS / command, *arguments],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
