"""The pages and calls around signing in at the console.

A link shows a page with one button; only the button uses the link up, because mail scanners and
chat previews open every link they see. Owns no credential logic (that is `sessions.py`).
"""

from html import escape
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from hitl_chat.errors import Unauthorized
from hitl_chat.server.errors import Scope
from hitl_chat.server.sessions import Session, Sessions, cookie, from_our_page

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Sign in</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/console/main.css">
<main class="door"><h1>{title}</h1>{body}</main></html>"""
BUTTON = """<p>You are signing in to the console as {name} ({role}).</p>
<form method="post"><button class="button main" autofocus>Sign in as {name}</button></form>"""
USED = """<p>A link works once, and only for a while. Ask for a new one:
<code>hitl-chat people add NAME --role agent</code> prints it.</p>"""
ELSEWHERE = """<p>The form was sent from another page. Open the link itself, then sign in.</p>"""


def signin(sessions: Sessions, home: str = "/console/") -> APIRouter:
    pages = _Pages(sessions, home)
    router = APIRouter()
    router.add_api_route("/in/{secret}", pages.ask, methods=["GET"])
    router.add_api_route("/in/{secret}", pages.confirm, methods=["POST"])
    router.add_api_route("/console/me", pages.me, methods=["GET"])
    router.add_api_route("/console/ticket", pages.ticket, methods=["POST"])
    router.add_api_route("/console/sign-out", pages.leave, methods=["POST"])
    return router


class _Pages:
    def __init__(self, sessions: Sessions, home: str) -> None:
        self.sessions = sessions
        self.home = home

    async def ask(self, secret: str) -> Response:
        person = await self.sessions.invited(secret)
        if person is None:
            return used_up()
        name, role = escape(person.name), escape(person.role)
        return page(HTTPStatus.OK, f"Hello {name}", BUTTON.format(name=name, role=role))

    async def confirm(self, secret: str, request: Request) -> Response:
        if not from_our_page(request.scope):
            return page(HTTPStatus.FORBIDDEN, "Not from here", ELSEWHERE)
        signed_in = await self.sessions.sign_in(secret)
        if signed_in is None:
            return used_up()
        await self._close_old(request.scope)
        response = RedirectResponse(self.home, HTTPStatus.SEE_OTHER)
        response.headers["set-cookie"] = cookie(signed_in[1], self.sessions.life)
        return response

    async def me(self, request: Request) -> dict[str, str]:
        return described(await self.sessions.who(request.scope))

    async def ticket(self, request: Request) -> dict[str, str]:
        session = await self.sessions.who_changes(request.scope)
        return {"ticket": await self.sessions.ticket(session)}

    async def leave(self, request: Request) -> Response:
        await self.sessions.sign_out(await self.sessions.who_changes(request.scope))
        response = JSONResponse({"signed_in": False})
        response.headers["set-cookie"] = cookie("", 0)
        return response

    async def _close_old(self, scope: Scope) -> None:
        """Signing in anew ends the session this browser had."""
        try:
            await self.sessions.sign_out(await self.sessions.who(scope))
        except Unauthorized:
            return


def described(session: Session) -> dict[str, str]:
    person = session.person
    return {
        "person": person.id,
        "tenant": person.tenant,
        "name": person.name,
        "role": person.role,
        "csrf": session.csrf,
    }


def used_up() -> Response:
    return page(HTTPStatus.GONE, "This link no longer works", USED)


def page(status: HTTPStatus, title: str, body: str) -> Response:
    return HTMLResponse(PAGE.format(title=title, body=body), status)
