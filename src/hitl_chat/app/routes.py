"""Which addresses a program serves, behind the guard: the hot path; `beside.py` has all else."""

from typing import TYPE_CHECKING

from hitl_chat.checks.preparing import troubled
from hitl_chat.server.asgi import Edge, Guard, Route
from hitl_chat.server.errors import App
from hitl_chat.server.head import HeadLimits, Peers
from hitl_chat.server.health import Health
from hitl_chat.server.later import Later
from hitl_chat.server.limits import Limiter
from hitl_chat.server.proxy import Limits, Proxy
from hitl_chat.server.responses import Pace
from hitl_chat.telemetry.log import log

if TYPE_CHECKING:
    from hitl_chat.app import More, Program

COMPLETIONS = "/v1/chat/completions"


def guard(program: "Program", limiter: Limiter, rest: App) -> Guard:
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

    return Guard(
        {COMPLETIONS: Route(_proxy(program, limiter), json=True), **_health(program).routes()},
        rest,
        edge,
        seen=telemetry.response,
        fault=fault,
    )


def later(program: "Program", limiter: Limiter, more: "More", *, shop: bool) -> Later:
    """What is beside the hot path. FastAPI takes a quarter of the start, so it comes after it."""

    def make() -> App:
        from hitl_chat.app.beside import beside

        return beside(program, limiter, more(program), shop=shop)

    return Later(make, program.lifespan)


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
        program.instructions,
    )


def _health(program: "Program") -> Health:
    settings = program.settings

    async def store() -> str | None:
        return program.db.trouble or None

    async def draining() -> str | None:
        return "the server is stopping" if program.turns.draining else None

    def certificate() -> str:
        return "void; the log says why" if program.certified.void else ""

    def checks() -> str:
        found = troubled(program.rules.current.configured.values())
        told = "cannot judge now, so `on_error` of its rules decides; the log says why"
        return "; ".join(f"{name} {told}" for name in found)

    return Health(
        {"store": store, "server": draining},
        program.telemetry.text,
        notes={"certificate": certificate, "checks": checks},
        peers=Peers(settings.trusted_proxies),
        allow=settings.metrics.allow,
        key=program.environ.get(settings.metrics.key_env, ""),
    )
