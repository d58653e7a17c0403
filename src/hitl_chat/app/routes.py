"""Which addresses a program serves, behind the guard."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter

from hitl_chat import assets
from hitl_chat.errors import ConfigError
from hitl_chat.server.admin import admin
from hitl_chat.server.asgi import Edge, Guard, Route
from hitl_chat.server.connection import Limits as SocketLimits
from hitl_chat.server.console import console
from hitl_chat.server.conversations import conversations
from hitl_chat.server.errors import App
from hitl_chat.server.head import HeadLimits, Peers
from hitl_chat.server.health import Health
from hitl_chat.server.limits import Limiter
from hitl_chat.server.models import models
from hitl_chat.server.pages import pages
from hitl_chat.server.proxy import Limits, Proxy
from hitl_chat.server.responses import Pace
from hitl_chat.server.rest import rest
from hitl_chat.server.signin import signin
from hitl_chat.telemetry.log import log

if TYPE_CHECKING:
    from hitl_chat.app import Program

COMPLETIONS = "/v1/chat/completions"


def guard(program: "Program", more: Sequence[APIRouter], *, shop: bool) -> App:
    settings, telemetry = program.settings, program.telemetry
    limits = settings.limits
    edge = Edge(
        head=HeadLimits(limits.headers, limits.head_bytes, settings.hosts()),
        body_bytes=limits.body_bytes,
        small_body_bytes=limits.small_body_bytes,
        body_seconds=settings.waits.request_body,
        origins=settings.cors_origins,
        https=settings.listen.public_url.startswith("https:"),
    )

    def fault(request: str, error: Exception) -> None:
        telemetry.faults.add(type(error).__name__)
        log("request failed", level="error", error=error, fields={"request": request})

    # One for all routes: a key's rate is what it may do in all.
    limiter = Limiter(program.clock, key_rate=limits.key_rate, tenant_rate=limits.tenant_rate)
    return Guard(
        {COMPLETIONS: Route(_proxy(program, limiter), json=True), **_health(program).routes()},
        rest([*_routers(program, limiter, shop=shop), *more], program.lifespan),
        edge,
        seen=telemetry.response,
        fault=fault,
    )


def _proxy(program: "Program", limiter: Limiter) -> Proxy:
    waits, limits = program.settings.waits, program.settings.limits
    return Proxy(
        program.turns,
        program.keys,
        limiter,
        program.clock,
        Pace(
            commit_after=waits.commit_after,
            commit_whole=waits.commit_whole,
            heartbeat=waits.heartbeat,
            check_frame=waits.check_frame,
        ),
        Limits(limits.body_bytes, waits.request_body, program.settings.apology),
    )


def _health(program: "Program") -> Health:
    settings = program.settings

    async def store() -> str | None:
        return program.db.trouble or None

    async def draining() -> str | None:
        return "the server is stopping" if program.turns.draining else None

    return Health(
        {"store": store, "server": draining},
        program.telemetry.text,
        peers=Peers(settings.trusted_proxies),
        allow=settings.metrics.allow,
        key=program.environ.get(settings.metrics.key_env, ""),
    )


def _routers(program: "Program", limiter: Limiter, *, shop: bool) -> Iterator[APIRouter]:
    settings, created = program.settings, int(program.clock.now())
    yield models(program.catalogue.names(), program.keys, created)
    yield conversations(program.keys, program.customers, limiter)
    yield signin(program.sessions)
    yield console(
        program.desk,
        program.agents,
        program.overview,
        program.sessions,
        limits=SocketLimits(
            ping=settings.waits.socket_ping,
            rate=settings.limits.socket_commands,
            frame=settings.limits.socket_frame_bytes,
            queued_bytes=settings.limits.socket_queue_bytes,
            queued_frames=settings.limits.socket_queue_frames,
        ),
    )
    yield admin(program.desk, program.agents, program.overview, program.who)
    try:
        yield pages(assets.console(), shop=shop)
    except ConfigError as error:  # a headless install serves the API alone
        log("no console", fields={"why": error.message})
