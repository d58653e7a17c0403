"""The composition root: from settings to one running program. Only this file knows all parts.

`Program` builds everything in order, starts it, and ends it in the opposite order.
"""

import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from hitl_chat.bus.memory import MemoryBus
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.core.state import Waits
from hitl_chat.models.http import Connections
from hitl_chat.models.key import Key
from hitl_chat.models.openai_compatible import OpenAICompatible
from hitl_chat.models.openai_compatible import Options as UpstreamOptions
from hitl_chat.models.scripted import Options as ScriptedOptions
from hitl_chat.models.scripted import Scripted
from hitl_chat.ports import Clock, Model
from hitl_chat.rules.live import LiveRules
from hitl_chat.runner import ids
from hitl_chat.runner.agents import Agents
from hitl_chat.runner.backlog import Backlog
from hitl_chat.runner.catalogue import Catalogue
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.memory import Memory
from hitl_chat.runner.people_online import PeopleOnline
from hitl_chat.runner.sweep import Sweep
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.turns import Options, Turns
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.server.asgi import Edge, Guard, Route
from hitl_chat.server.auth import Keys, StoredKey
from hitl_chat.server.errors import App
from hitl_chat.server.health import Health
from hitl_chat.server.limits import Limiter
from hitl_chat.server.models import models as model_routes
from hitl_chat.server.proxy import Limits, Proxy
from hitl_chat.server.responses import Pace
from hitl_chat.server.rest import rest
from hitl_chat.settings import ModelSettings, Settings
from hitl_chat.store import api_keys
from hitl_chat.store.sqlite import SqliteDatabase

DATABASE = "hitl.sqlite"


class SystemClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class Program:
    """One server. `models` replaces or adds to the configured ones, by name."""

    def __init__(
        self,
        settings: Settings,
        *,
        environ: Mapping[str, str] = os.environ,
        models: Mapping[str, Model] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.tasks = Tasks()
        self.rules = LiveRules(Path(settings.rules), default_checks())
        self.db = _database(settings, self.clock)
        self.connections = Connections(connect=settings.waits.connect)
        self.catalogue = Catalogue(
            _models(settings, environ, self.connections) | dict(models or {})
        )
        self.people = PeopleOnline()
        self.desk = Desk(
            self.db, MemoryBus(), self.clock, self.people, ids.new, _desk_waits(settings)
        )
        self.agents = Agents(self.desk)
        self.backlog = Backlog(self.db, self.clock)
        self.turns = _turns(self)
        self.sweep = Sweep(self.desk)
        self.keys = Keys(
            self._find_key,
            self.db.secrets.pepper,
            self.clock,
            cache=settings.waits.key_cache,
            token_life=settings.waits.conversation_token,
        )
        self.app = _guard(self)

    async def _find_key(self, ident: str) -> StoredKey | None:
        found = await self.db.read(lambda conn: api_keys.find(conn, ident))
        if found is None:
            return None
        return StoredKey(
            found.id,
            found.tenant,
            found.digest,
            found.aware,
            found.origins,
            found.scopes,
            found.revoked,
        )

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.close()

    async def start(self) -> None:
        self.desk.feed.follow(self.backlog.heard)
        await self.backlog.start()
        await self.desk.start()
        self.sweep.start()

    async def drain(self) -> None:
        """SIGTERM came: nothing new begins."""
        self.turns.draining = True

    async def close(self) -> None:
        await self.turns.tasks.settled()
        await self.sweep.close()
        await self.desk.close()
        await self.catalogue.close()
        await self.connections.close()
        await self.db.close()


# --- parts ------------------------------------------------------------------------------------


def _database(settings: Settings, clock: Clock) -> SqliteDatabase:
    folder = Path(settings.data)
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(folder / DATABASE, clock, record_delay=settings.waits.record_flush / 2)


def _models(
    settings: Settings, environ: Mapping[str, str], connections: Connections
) -> dict[str, Model]:
    make: Mapping[str, Callable[[ModelSettings], Model]] = {
        "openai_compatible": lambda about: OpenAICompatible(
            UpstreamOptions(
                base_url=about.base_url,
                model=about.model,
                first_token=about.first_token or settings.waits.first_token,
                between_chunks=about.between_chunks or settings.waits.between_chunks,
                whole=settings.waits.whole_answer,
                max_output=settings.limits.answer_bytes,
                passthrough_fields=frozenset(about.passthrough_fields),
            ),
            connections,
            key=Key.named(about.key_env, environ),
        ),
        "scripted": lambda _: Scripted(options=ScriptedOptions()),
    }
    return {name: make[about.kind](about) for name, about in settings.models.items()}


def _desk_waits(settings: Settings) -> DeskWaits:
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
        sweep=waits.sweep,
        poll=waits.poll,
    )


def _turns(program: Program) -> Turns:
    settings = program.settings
    return Turns(
        program.desk,
        lambda: program.rules.current,
        program.catalogue.find,
        Memory(program.db, program.clock),
        program.backlog,
        program.clock,
        Options(
            waits=Waits(reply=settings.waits.takeover_wait, linger=settings.waits.linger),
            attach_window=settings.waits.attach_window,
            answer_limit=settings.limits.answer_bytes,
            most_turns=settings.limits.open_holds,
        ),
    )


def _guard(program: Program) -> App:
    settings = program.settings
    waits, limits = settings.waits, settings.limits
    pace = Pace(
        commit_after=waits.commit_after,
        commit_whole=waits.commit_whole,
        heartbeat=waits.heartbeat,
        check_frame=waits.check_frame,
    )
    proxy = Proxy(
        program.turns,
        program.keys,
        Limiter(program.clock, key_rate=limits.key_rate, tenant_rate=limits.tenant_rate),
        program.clock,
        pace,
        Limits(limits.body_bytes, waits.request_body, settings.apology),
    )
    created = int(program.clock.now())
    routers = [model_routes(program.catalogue.names(), program.keys, created)]
    health = Health({}, lambda: "")
    return Guard(
        {"/v1/chat/completions": Route(proxy, json=True), **health.routes()},
        rest(routers, program.lifespan),
        Edge(body_bytes=limits.body_bytes, small_body_bytes=limits.small_body_bytes),
        seen=lambda route, status: None,
        fault=lambda request, error: None,
    )
