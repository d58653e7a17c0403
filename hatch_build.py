"""Building or installing the package compiles the console in web/.

Deno, a build requirement from PyPI, does it: no Node, no bundle in git. HITL_CHAT_CONSOLE=skip
leaves the console out; the proxy then runs headless.
"""

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SWITCH = "HITL_CHAT_CONSOLE"
DENO = "deno>=2.9,<2.10"
# Deno reads this machine's certificate store, and never phones home for a newer version.
DENO_SETTINGS = {
    "DENO_TLS_CA_STORE": "system,mozilla",
    "DENO_NO_UPDATE_CHECK": "1",
    "NO_COLOR": "1",
}


class ConsoleHook(BuildHookInterface[Any]):
    """Called by hatchling for every wheel and every editable install."""

    def dependencies(self) -> list[str]:
        """Asked for here and not in pyproject.toml: a headless install needs no Deno at all."""
        return [] if console_is_skipped() else [DENO]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if console_is_skipped():
            return
        web = Path(self.root, "web")
        build_console(web)
        if version != "editable":
            build_data["force_include"][str(web / "dist")] = "hitl_chat/console"


def console_is_skipped() -> bool:
    switch = os.environ.get(SWITCH, "build")
    if switch not in ("build", "skip"):
        raise SystemExit(f"console: {SWITCH} is {switch!r}; set it to 'skip' or 'build'")
    return switch == "skip"


def build_console(web: Path) -> None:
    # pip's build isolation puts deno on PATH; without isolation it lies beside the interpreter.
    path = os.pathsep.join([os.environ.get("PATH", ""), sysconfig.get_path("scripts")])
    env = DENO_SETTINGS | os.environ | {"PATH": path}
    try:
        done = subprocess.run(
            ["deno", "task", "build"], cwd=web, env=env, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise failure(str(error)) from error
    if done.returncode:
        raise failure(done.stderr or done.stdout)


def failure(output: str) -> SystemExit:
    """One line: what Deno complained about, why, and the way around it."""
    lines = [line.strip() for line in output.partition("Stack backtrace:")[0].splitlines()]
    complaint = next((line for line in lines if line.lower().startswith("error")), "")
    cause = next((line for line in lines if line.startswith("0: ")), "").removeprefix("0: ")
    why = "; ".join(filter(None, [complaint, cause])) or " ".join(lines) or "deno said nothing"
    return SystemExit(
        f"console: building web/ failed: {why} (set {SWITCH}=skip to install without the console)"
    )
