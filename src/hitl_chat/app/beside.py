"""Which addresses a program serves beside the hot path: for agents, scripts and pages."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter

from hitl_chat import assets
from hitl_chat.app import Program, parts
from hitl_chat.app.company import company
from hitl_chat.errors import ConfigError
from hitl_chat.rules.replies import replies as prepared
from hitl_chat.runner import ids
from hitl_chat.runner.customer_says import CustomerSays
from hitl_chat.runner.personnel import Personnel
from hitl_chat.runner.suggesting import Suggesting
from hitl_chat.runner.together import Together
from hitl_chat.runner.wall import Wall
from hitl_chat.server.account import account
from hitl_chat.server.admin import admin
from hitl_chat.server.attempts import Attempts
from hitl_chat.server.connection import Limits as SocketLimits
from hitl_chat.server.console import console
from hitl_chat.server.conversations import Door, conversations
from hitl_chat.server.customer_says import customer_says
from hitl_chat.server.errors import App
from hitl_chat.server.hashing import Hashing
from hitl_chat.server.head import Peers
from hitl_chat.server.lane import lane
from hitl_chat.server.limits import Limiter
from hitl_chat.server.models import models
from hitl_chat.server.pages import pages
from hitl_chat.server.passwords import Passwords
from hitl_chat.server.people import people
from hitl_chat.server.replies import replies
from hitl_chat.server.rest import rest
from hitl_chat.server.signin import signin
from hitl_chat.server.suggesting import suggestions
from hitl_chat.server.together import together
from hitl_chat.server.wall import wall
from hitl_chat.telemetry.log import log


def beside(program: Program, limiter: Limiter, more: Sequence[APIRouter], *, shop: bool) -> App:
    return rest([*_routers(program, limiter, shop=shop), *more])


def _routers(program: Program, limiter: Limiter, *, shop: bool) -> Iterator[APIRouter]:
    settings, created = program.settings, int(program.clock.now())
    yield models(program.catalogue.names(), program.keys, created)
    yield conversations(
        program.keys, program.customers, limiter, program.instructions, program.catalogue.find
    )
    door = Door(program.keys, program.customers, limiter)
    says = CustomerSays(program.desk)
    yield customer_says(says, lambda it, conv: door.caller(it.scope, conv), program.clock)
    peers = Peers(settings.trusted_proxies)
    passwords = Passwords(program.register, Hashing(), Attempts(program.clock))
    provider = settings.oidc.label if settings.oidc.issuer else ""
    yield signin(program.sessions, passwords, peers.address, provider)
    if provider:
        yield company(program).router()
    mode_of = program.desk.staff.desking.mode_of
    yield account(program.sessions, passwords, peers.address, mode_of)
    usual = settings.desk.capacity
    personnel = Personnel(program.desk, program.sessions.forget)
    yield people(personnel, program.sessions, program.who, usual)
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
    yield suggestions(_suggesting(program), program.who)
    yield together(Together(program.db), program.who)
    yield replies(lambda: prepared(program.means.folder), program.who)
    yield wall(Wall(program.desk), program.directing, program.who)
    yield lane(program.db, program.who)
    try:
        yield pages(assets.console(), shop=shop)
    except ConfigError as error:  # a headless install serves the API alone
        log("no console", fields={"why": error.message})


def _suggesting(program: Program) -> Suggesting:
    asker, prompts = program.means.asker, program.means.prompts
    known = parts.criteria(program.rules)
    return Suggesting(program.db, program.clock, asker, prompts, ids.new, known, program.quota)
