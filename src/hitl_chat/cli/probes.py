"""What `doctor` finds out by asking: models, the record, a server that may be running."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from hitl_chat.app.drifting import FEW, drift
from hitl_chat.cli.certified import standing
from hitl_chat.cli.findings import Finding
from hitl_chat.cli.opening import path, record
from hitl_chat.errors import HitlError
from hitl_chat.rules.certificate import Certificate
from hitl_chat.rules.certificate import read as read_certificate
from hitl_chat.rules.sources import gather, read
from hitl_chat.settings import ModelSettings, Settings
from hitl_chat.store import api_keys

PATIENCE = aiohttp.ClientTimeout(total=5.0)
STRIPPED = re.compile(r'hitl_stripped_fields_total\{model="(.*?)",field="(.*?)"\} (\d+)')
MALICIOUS = ("1.82.7", "1.82.8")
OLDEST = (1, 83, 14)
FIX = "calibrate again: docs/calibration.md"


async def models(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession(timeout=PATIENCE) as client:
        for name, model in settings.models.items():
            about = f"model {name}"
            if model.kind == "openai_compatible":
                key = environ.get(model.key_env, "")
                if key or not model.key_env:  # else that was said already
                    yield await _reached(client, about, model, key)
            elif model.kind == "litellm":
                yield _litellm(about)


async def _reached(
    client: aiohttp.ClientSession, about: str, model: ModelSettings, key: str
) -> Finding:
    url = f"{model.base_url.rstrip('/')}/models"
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        async with client.get(url, headers=headers, allow_redirects=False) as response:
            status = response.status
    except TimeoutError:
        return Finding("bad", about, f"{url} does not answer", "is it running? is base_url right?")
    except aiohttp.ClientError as problem:
        what = f"{url} cannot be reached ({type(problem).__name__})"
        return Finding("bad", about, what, "is it running? is base_url right?")
    if status in {401, 403}:
        fix = f"check {model.key_env}" if model.key_env else "name its key's variable with key_env"
        return Finding("bad", about, f"{url} refuses the key ({status})", fix)
    if status == HTTPStatus.NOT_FOUND:
        fix = "is base_url right? most end in /v1; if it is, the server has no list, which is fine"
        return Finding("warn", about, f"{url} is not there (404)", fix)
    return Finding("ok", about, f"{model.base_url} answers ({status})")


def _litellm(about: str) -> Finding:
    try:
        found = version("litellm")
    except PackageNotFoundError:
        return Finding("bad", about, "litellm is not installed", "pip install 'litellm>=1.83.14'")
    if found in MALICIOUS:
        fix = "uninstall it, rotate every secret of this machine, install 1.83.14 or newer"
        return Finding("bad", about, f"litellm {found} is a malicious upload", fix)
    if tuple(int(part) for part in re.findall(r"\d+", found)[:3]) < OLDEST:
        fix = "pip install 'litellm>=1.83.14'"
        return Finding("bad", about, f"litellm {found} has known holes", fix)
    return Finding("ok", about, f"through litellm {found}")


async def stored(settings: Settings) -> AsyncIterator[Finding]:
    if not path(settings).exists():
        fix = "'hitl-chat keys add --tenant NAME' makes the record and a first key"
        yield Finding("warn", "record", f"none yet at {str(path(settings))!r}", fix)
        return
    try:
        async with record(settings, readonly=True) as database:
            tenants = await database.read(api_keys.tenants)
    except HitlError as problem:
        yield Finding("bad", "record", problem.message, "see docs/operations.md, 'The record'")
        return
    yield Finding("ok", "record", f"{str(path(settings))!r} opens")
    if tenants:
        yield Finding("ok", "keys", f"tenants with keys: {', '.join(tenants)}")
    else:
        yield Finding("warn", "keys", "none yet", "hitl-chat keys add --tenant NAME")


async def certificate(settings: Settings) -> AsyncIterator[Finding]:
    """Of rules that are right: whether theirs is void, or answers of the record have drifted."""
    file = Path(settings.rules)
    said = standing(file, lambda: settings)
    if not said:
        return
    if "is void" in said:
        yield Finding("warn", "certificate", said, FIX)
        return
    name = gather(read(file), file=str(file)).document.value["certificate"]
    made = read_certificate(file.parent / name)
    moved = await _drift(settings, made) if path(settings).exists() else None
    if moved is None:
        said += f"; too few recent answers to tell whether they do ({FEW} tell)"
    yield Finding("ok", "certificate", said)
    if moved:
        yield Finding("warn", "certificate", f"void: {moved}", FIX)


async def _drift(settings: Settings, made: Certificate) -> str | None:
    try:
        async with record(settings, readonly=True) as database:
            return await drift(database, made)
    except HitlError:  # the record cannot be read: who looks at it says so
        return ""


async def server(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    here = replace(settings.listen, public_url="")
    local = replace(settings, listen=here).address()
    key = environ.get(settings.metrics.key_env, "") if settings.metrics.key_env else ""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        async with aiohttp.ClientSession(local, timeout=PATIENCE) as client:
            ready = await client.get("/readyz")
            told = await ready.json()
            metrics = await (await client.get("/metrics", headers=headers)).text()
    except (aiohttp.ClientError, TimeoutError, ValueError, asyncio.IncompleteReadError):
        told, metrics = None, ""
    if not isinstance(told, dict) or told.get("status") not in {"ready", "unready"}:
        yield Finding("warn", "server", f"nothing of ours answers at {local}", "hitl-chat serve")
        return
    problems = told.get("problems", {})
    for part, note in told.get("notes", {}).items():
        yield Finding("warn", "server", f"{part}: {note}", "see its log")
    for part, problem in problems.items():
        yield Finding("bad", "server", f"{part}: {problem}", "see its log")
    if not problems:
        yield Finding("ok", "server", f"ready at {local}")
    for model, field, count in STRIPPED.findall(metrics):
        fix = f"if it is safe, add {field!r} to passthrough_fields of the model"
        what = f"unknown field {field!r} was stripped {count} times"
        yield Finding("warn", f"model {model}", what, fix)
