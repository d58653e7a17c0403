"""The composition root: from settings to one running program. Only `app` knows all parts.

`Program` builds everything in order, starts it, and ends it in the opposite order. How single
parts are made from settings is in `parts.py`, which addresses are served in `routes.py`.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hitl_chat.app import company, parts, routes
from hitl_chat.app.means import means
from hitl_chat.app.published import Published
from hitl_chat.app.telling import Telling, hooks
from hitl_chat.bus.memory import MemoryBus
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.errors import HitlError
from hitl_chat.models.asker import ModelAsker
from hitl_chat.models.http import Connections
from hitl_chat.ports import Clock, Model
from hitl_chat.runner import ids
from hitl_chat.runner.agents import Agents
from hitl_chat.runner.backlog import Backlog
from hitl_chat.runner.buckets import Bucket, Quota
from hitl_chat.runner.catalogue import Catalogue
from hitl_chat.runner.customer import CustomerChannel
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.directing import Directing
from hitl_chat.runner.instructions import Instructions
from hitl_chat.runner.late import Lateness
from hitl_chat.runner.leaving import Leaving
from hitl_chat.runner.memory import Memory
from hitl_chat.runner.moves import Moved
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.people_online import PeopleOnline
from hitl_chat.runner.pushing import Pushing
from hitl_chat.runner.reading import Reading
from hitl_chat.runner.register import Register
from hitl_chat.runner.staff import Staff
from hitl_chat.runner.sweep import Sweep
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.turns import Turns
from hitl_chat.runner.withdrawing import Withdrawing
from hitl_chat.server.auth import Keys, StoredKey
from hitl_chat.server.limits import Limiter
from hitl_chat.server.sessions import Sessions
from hitl_chat.server.who import Who
from hitl_chat.settings import Settings
from hitl_chat.store import api_keys, events, turns
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.telemetry import Telemetry
from hitl_chat.telemetry.log import log

if TYPE_CHECKING:
    from fastapi import APIRouter

REFUSALS, BEFORE = 0.2, 100  # of one person or key that are recorded: a second, and at once

More = Callable[["Program"], "Sequence[APIRouter]"]


class SystemClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class Program:
    """One server. `models` are added to the configured ones; `more` routes to the usual ones."""

    db: SqliteDatabase

    def __init__(
        self,
        settings: Settings,
        *,
        environ: Mapping[str, str] = os.environ,
        models: Mapping[str, Model] | None = None,
        clock: Clock | None = None,
        more: More = lambda program: (),
        shop: bool = False,
    ) -> None:
        waits = settings.waits
        self.settings, self.environ = settings, environ
        company.check(settings, environ)
        self.hooks = hooks(settings, environ)
        self.clock = clock or SystemClock()
        self.db = parts.database(settings, self.clock)
        self.tasks = Tasks()
        self.means = means(settings)
        checks = default_checks(means=self.means)
        self.published = Published(Path(settings.rules), self.db, self.clock, self.tasks, checks)
        self.rules = self.published.live
        self.connections = Connections(
            connect=waits.connect, most=settings.limits.upstream_connections
        )
        configured = parts.models(settings, environ, self.connections)
        self.catalogue = Catalogue(configured | dict(models or {}))
        self.means.asker = ModelAsker(self.catalogue.find)
        self.telemetry = Telemetry(self.catalogue.configured)
        self.people = PeopleOnline()
        reading = Reading(lambda: self.rules.current, self.db)
        self.desk = Desk(
            self.db,
            MemoryBus(),
            self.clock,
            self.people,
            ids.new,
            parts.desk_waits(settings),
            reading,
            Staff(self.people, parts.desking(settings), lambda at: self.rules.current.is_open(at)),
        )
        self.desk.transactions.on_move.append(self._moved)
        self.sweep = Sweep(self.desk)
        self.sweep.besides.append(Pushing(self.desk).try_again)
        self.quota = Quota(
            self.clock,
            rate=settings.limits.suggestion_rate,
            at_once=settings.limits.suggestions_at_once,
        )
        lateness = Lateness(reading.late, self.quota, waits.recheck)
        self.agents = Agents(self.desk, lateness, self._denied)
        self.overview = Overview(self.desk, parts.criteria(self.rules))
        self.backlog = Backlog(self.db, self.clock)
        self.memory = Memory(self.db, self.clock)
        self.customers = CustomerChannel(self.desk, waits.heartbeat)
        self.instructions = Instructions(self.db, self.clock)
        self._rule()
        self.turns = Turns(
            self.desk,
            lambda: self.directing,
            self.catalogue.find,
            self.memory,
            self.backlog,
            self.clock,
            replace(parts.turn_options(settings), ended=self.budgeting.ended),
            self.telemetry,
        )
        limiter = self._doors()
        self.beside = routes.later(self, limiter, more, shop=shop)
        self.app = routes.guard(self, limiter, self.beside)
        self.telling = Telling(self)
        self._chores: list[asyncio.Task[None]] = []
        self._refusals = Bucket(REFUSALS, BEFORE)

    def _doors(self) -> Limiter:
        """Who comes in, as whom, and how often."""
        settings, waits = self.settings, self.settings.waits
        pepper = self.db.secrets.pepper
        self.keys = Keys(
            self._find_key,
            pepper,
            self.clock,
            cache=waits.key_cache,
            token_life=waits.conversation_token,
            used=lambda key: self.db.later(api_keys.Used(key, self.clock.now())),
        )
        self.register = Register(self.db, self.clock, waits.session_idle)
        # One for all routes: a key's rate is what it may do in all.
        limiter = Limiter(
            self.clock,
            key_rate=settings.limits.key_rate,
            tenant_rate=settings.limits.tenant_rate,
            person_rate=settings.limits.person_rate,
        )
        self.sessions = Sessions(
            self.register,
            pepper,
            self.clock,
            life=waits.session,
            link=waits.sign_in_link,
            ticket=waits.ticket,
            cache=waits.key_cache,
            limit=limiter.person,
        )
        self.who = Who(
            self.sessions,
            self.keys,
            undo=waits.undo_http,
            limit=limiter.take,
            denied=self._denied,
        )
        return limiter

    def _rule(self) -> None:
        """The rules at work: under a budget, a certificate, and what is moved for a time."""
        self.budgeting, self.certified = parts.budget(
            self.settings,
            lambda: self.rules.current,
            self.clock,
            self.desk.switch,
            self.telemetry,
            self.db,
        )
        self.directing = Directing(self.desk, self.budgeting, lambda: self.rules.current)

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

    def _moved(self, moved: Moved) -> None:
        made = moved.after.decision
        if made is not None and moved.decided:
            waited = max(0.0, made.at - moved.after.opened_at)
            self.telemetry.hold_seconds.observe(waited, made.action)

    def _denied(self, who: str, path: str) -> None:
        """Somebody tried what they may not: that is on record, too, as often as is any use."""
        now = self.clock.monotonic()
        if self._refusals.wait(who, now):
            return
        self._refusals.take(who, now)
        told = {"who": who, "path": path[:200]}

        async def note() -> None:
            at = self.clock.now()
            await self.db.write(
                lambda conn: events.append(conn, "", events.SYSTEM, "denied", told, at)
            )

        self.tasks.spawn(note())

    # --- its life -----------------------------------------------------------------------------

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        try:
            await self.start()
            yield
        except HitlError as error:  # the words of others stay out of the log; ours say what to do
            log("the server cannot start", level="error", fields={"why": error.message})
            raise
        finally:
            await self.close()

    async def start(self) -> None:
        """Everything is read that must be known before the first request."""
        await parts.prepare(self.settings)
        await self.means.start()
        await self.memory.end_lost(self.settings.waits.attach_window)
        self.published.record()
        if self.rules.current.budget is not None:
            self.budgeting.resume(await self.db.read(turns.last_budgets))
        await self.certified.look()
        await self.directing.load()
        self.tasks.spawn(parts.get_ready(self.rules.current.configured.values()))
        self.desk.feed.follow(self.backlog.heard)
        self.desk.feed.follow(Withdrawing(self.db, self.turns.repeated).heard)
        await self.backlog.start()
        await self.telling.start()
        await self.desk.start()
        await Leaving(self.desk, self.sessions.forget).start(self.sweep)
        self.sweep.start()
        chores = parts.chores(self.settings, self.rules, self.telemetry, self.db, self.clock)
        looking = self.certified.watch(asyncio.sleep, self.settings.waits.rules_reload)
        self._chores = [asyncio.create_task(chore) for chore in (*chores, looking)]

    async def drain(self) -> None:
        """SIGTERM came: nothing new begins, and what has not been answered yet is told so."""
        self.turns.drain()
        self.customers.close()

    async def close(self) -> None:
        """What fails to end keeps no other part from it: the record, last of all, is written."""
        async with AsyncExitStack() as stack:
            for end in (
                self.db.close,
                self.means.close,
                self.connections.close,
                self.catalogue.close,
                self.desk.close,
                self.telling.close,
                self.sweep.close,
                self.tasks.settled,
                self.turns.close,
            ):
                stack.push_async_callback(end)
            self.customers.close()
            for chore in self._chores:
                chore.cancel()
            await asyncio.gather(*self._chores, return_exceptions=True)
