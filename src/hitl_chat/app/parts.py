"""Single parts of a program, made from its settings."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from hitl_chat import assets
from hitl_chat.app.certified import Certified
from hitl_chat.checks import preparing
from hitl_chat.core.state import Waits
from hitl_chat.errors import ConfigError
from hitl_chat.models import litellm, prompts
from hitl_chat.models import openai_compatible as compatible
from hitl_chat.models.http import Connections
from hitl_chat.models.key import Key
from hitl_chat.models.scripted import Options as Pace
from hitl_chat.models.scripted import Scripted
from hitl_chat.ports import Check, Clock, Model
from hitl_chat.rules.facts import Criteria
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.budgeting import Budgeting
from hitl_chat.runner.staff import Desking
from hitl_chat.runner.steady import SteadyClock
from hitl_chat.runner.switch import Switch
from hitl_chat.runner.turns import Options
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.settings import ModelSettings, Settings
from hitl_chat.store import rulesets
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.telemetry import Telemetry, lag

log = logging.getLogger(__name__)

DATABASE = "hitl.sqlite"
HUMAN_PACE = Pace(first=0.25, pace=0.03)
DAY = 86_400.0
HOUR = 3600.0
TOLD = msgspec.json.Decoder(tuple[Criteria, ...])


def database(settings: Settings, clock: Clock) -> SqliteDatabase:
    folder = data_folder(settings)
    return SqliteDatabase(
        folder / DATABASE,
        clock,
        key_file=Path(settings.key_file) if settings.key_file else None,
        record_delay=settings.waits.record_flush / 2,
        record_bytes=settings.limits.queued_record_bytes,
    )


def data_folder(settings: Settings) -> Path:
    """Where the record lies, made if it is not there: for nobody else's eyes."""
    folder = Path(settings.data)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        msg = f"the data folder {str(folder)!r} cannot be made ({problem.strerror}): set 'data'"
        raise ConfigError(msg) from None
    return folder


# --- models -----------------------------------------------------------------------------------


def models(
    settings: Settings, environ: Mapping[str, str], connections: Connections
) -> dict[str, Model]:
    def made(about: ModelSettings) -> Model:
        key = Key.named(about.key_env, environ)
        match about.kind:
            case "scripted":
                return Scripted(options=HUMAN_PACE)
            case "litellm":
                return litellm.LiteLLM(litellm.Options(**_reach(about, settings)), key=key)
            case _:
                reach = compatible.Options(
                    **_reach(about, settings), longest_event=settings.limits.upstream_line_bytes
                )
                return compatible.OpenAICompatible(reach, connections, key=key)

    return {name: made(about) for name, about in settings.models.items()}


def _reach(about: ModelSettings, settings: Settings) -> dict[str, Any]:
    return {
        "base_url": about.base_url,
        "model": about.model,
        "first_token": about.first_token or settings.waits.first_token,
        "between_chunks": about.between_chunks or settings.waits.between_chunks,
        "whole": settings.waits.whole_answer,
        "max_output": settings.limits.answer_characters,
        "passthrough_fields": frozenset(about.passthrough_fields),
    }


async def prepare(settings: Settings) -> None:
    """What takes seconds is done before the first request, and only if it is needed."""
    if not any(about.kind == "litellm" for about in settings.models.values()):
        return
    try:
        await asyncio.to_thread(litellm.load)
    except ImportError as problem:
        msg = f"litellm, which a model is configured with, cannot be imported ({problem})"
        raise ConfigError(f"{msg}: install hitl-chat again") from None


async def get_ready(checks: Iterable[Check]) -> None:
    """Libraries are read while the first requests come; what is wrong with one is said."""
    for name, problem in (await preparing.prepare(checks)).items():
        log.error("check %r is not ready: %s", name, problem)


# --- the desk and the turns -------------------------------------------------------------------


def desk_waits(settings: Settings) -> DeskWaits:
    waits = settings.waits
    return DeskWaits(
        lease=waits.claim_lease,
        undo_console=waits.undo_console,
        undo_http=waits.undo_http,
        recheck=waits.recheck,
        overrun=waits.recheck_grace,
        cap=waits.deadline_cap,
        orphan=waits.orphan_grace,
        grace=waits.agent_grace,
        absent=waits.agent_absent,
        silence=waits.silence,
        delivery=waits.delivery_grace,
        attach=waits.attach_window,
        sweep=waits.sweep,
        poll=waits.poll,
    )


def desking(settings: Settings) -> Desking:
    about = settings.desk
    return Desking(about.mode, about.tenants, about.capacity, about.ring)


def turn_options(settings: Settings) -> Options:
    return Options(
        waits=Waits(reply=settings.waits.takeover_wait, linger=settings.waits.linger),
        attach_window=settings.waits.attach_window,
        answer_limit=settings.limits.answer_characters,
        most_turns=settings.limits.turns,
        overflow=settings.apology if settings.on_overflow == "fallback_text" else "",
        audit_salt=secrets.token_bytes(32),
        handback=_handback(),
    )


def budget(
    settings: Settings,
    rules: Callable[[], Ruleset],
    clock: Clock,
    switch: Switch,
    telemetry: Telemetry,
    db: SqliteDatabase,
) -> tuple[Budgeting, Certified]:
    """Where the threshold of `risk: budget` stands, and how far it may rise."""
    budgeting = Budgeting(rules, clock, switch.mode, telemetry.budget.set)
    return budgeting, Certified(rules, settings, budgeting, telemetry.void.set, db, clock)


def _handback() -> Callable[[str], str]:
    prompt = prompts.load(assets.prompts(), "handback")
    return lambda note: prompt.render(note=note)


def criteria(rules: LiveRules) -> Callable[[Connection, str], Mapping[str, Criteria]]:
    """What agents are told about rules, in the version that a hold was opened under."""

    def find(conn: Connection, version: str) -> Mapping[str, Criteria]:
        now = rules.current
        mine = version == now.criteria_version
        told = now.criteria if mine else rulesets.criteria(conn, version)
        return {each.rule: each for each in TOLD.decode(told or b"[]")}

    return find


# --- chores -----------------------------------------------------------------------------------


def chores(
    settings: Settings, rules: LiveRules, telemetry: Telemetry, db: SqliteDatabase, clock: Clock
) -> Iterable[Coroutine[None, None, None]]:
    """What goes on beside the requests, for ever."""
    waits, age = settings.waits, settings.retention_days * DAY
    yield rules.watch(asyncio.sleep, waits.rules_reload)
    yield lag.watch(telemetry.loop_seconds.observe, clock, asyncio.sleep)
    yield _again("the record could not be sealed", db.checkpoint, waits.checkpoint)
    if age:
        steady = SteadyClock(clock)  # what is erased because a clock was set does not come back
        yield _again("nothing could be erased", lambda: db.forget(steady.now() - age), HOUR)


async def _again(failed: str, work: Callable[[], Awaitable[object]], every: float) -> None:
    """Now and every so often; what fails once is tried again."""
    while True:
        try:
            await work()
        except Exception:  # whatever it was, it must not end the sealing or the erasing
            log.exception("%s; tried again in %g s", failed, every)
        await asyncio.sleep(every)
