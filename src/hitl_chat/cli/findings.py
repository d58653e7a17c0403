"""What `doctor` looks at on this machine, without the network: each look gives findings.

A finding says what is, and unless it is fine, what to do. Must not print.
"""

import os
import resource
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from hitl_chat import assets, failpoints
from hitl_chat.cli.opening import path
from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError
from hitl_chat.settings import LOOPBACK, Settings
from hitl_chat.store import place

Level = Literal["ok", "warn", "bad"]
GIB = 1 << 30
MANY_FILES = 4096


class Finding(Value, frozen=True):
    """`fix` is empty when nothing is to be done."""

    level: Level
    about: str
    what: str
    fix: str = ""


def environment(environ: Mapping[str, str]) -> Iterator[Finding]:
    if armed := failpoints.armed():
        fix = f"unset {failpoints.SWITCH} unless this is a fault test"
        yield Finding("warn", "failpoints", f"armed: {', '.join(armed)}", fix)
    if environ.get("HITL_CHAT_CONSOLE") == "skip":
        yield Finding("warn", "console", "HITL_CHAT_CONSOLE=skip is set", "unset it to build one")


def console() -> Iterator[Finding]:
    try:
        yield Finding("ok", "console", f"built, at {str(assets.console())!r}")
    except ConfigError as missing:
        yield Finding("warn", "console", "not built: agents have no page", missing.message)


def data(settings: Settings) -> Iterator[Finding]:
    folder = Path(settings.data)
    if folder.exists() and not folder.is_dir():
        fix = "set 'data' to a folder"
        yield Finding("bad", "data", f"{str(folder)!r} is a file, and no folder", fix)
        return
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    if not os.access(there, os.W_OK):
        fix = f"chown or chmod {str(there)!r}, or set 'data' to another folder"
        yield Finding("bad", "data", f"{str(there)!r} cannot be written", fix)
        return
    if folder.is_dir() and folder.stat().st_mode & 0o007:
        mode = f"{folder.stat().st_mode & 0o777:o}"
        fix = f"chmod 700 {folder}"
        yield Finding("warn", "data", f"{str(folder)!r} is open to everybody ({mode})", fix)
    yield from _disk(there)
    try:
        place.check(there / path(settings).name, place.mounts())
    except ConfigError as problem:
        yield Finding("bad", "data", problem.message, "set 'data' to another folder")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    level: Level = "ok" if free > GIB else "warn" if free > GIB / 10 else "bad"
    fix = "" if level == "ok" else "free some space: with a full disk new turns are refused"
    yield Finding(level, "disk", f"{free / GIB:.1f} GiB free at {str(folder)!r}", fix)


def files() -> Iterator[Finding]:
    """Each stream needs two: the customer's socket and the model's."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < MANY_FILES:
        what = f"at most {most} open files: about {most // 2} streams at a time"
        yield Finding("warn", "files", what, "raise it: ulimit -Hn, or LimitNOFILE in systemd")


def listening(settings: Settings) -> Iterator[Finding]:
    host, public = settings.listen.host, settings.listen.public_url
    if host in LOOPBACK or public.startswith("https://"):
        yield Finding("ok", "address", settings.address())
    else:
        fix = "put a TLS proxy in front and set listen.public_url to its https:// address"
        what = f"{host!r} is reachable from elsewhere without https: nobody can sign in there"
        yield Finding("warn", "address", what, fix)
    if settings.log.text:
        what = "log.text is on: logs hold what customers wrote"
        yield Finding("warn", "log", what, "set log.text to false")


def models(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    if not settings.models:
        yield Finding("bad", "models", "none is configured", "add one under 'models'")
    for name, model in settings.models.items():
        if model.key_env and not environ.get(model.key_env):
            fix = f"export {model.key_env}=..."
            yield Finding("bad", f"model {name}", f"{model.key_env} is not set", fix)
        elif model.kind == "scripted":
            yield Finding("ok", f"model {name}", "scripted: a shipped fake")
