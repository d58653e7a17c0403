"""The pages at the door, as HTML: plain forms that need no script, and every value escaped.

Owns their words. Knows no request and no credential.
"""

from html import escape
from http import HTTPStatus

from fastapi.responses import HTMLResponse

from hitl_chat.server.trivial import LEAST, MOST

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/console/main.css">
<main class="door"><h1>{title}</h1>{body}</main></html>"""
PROBLEM = """<p class="problem" role="alert">{problem}</p>"""
BY_LINK = """<p>You are signing in to the console as {name} ({role}).</p>
<form method="post"><button class="button main">Sign in as {name}</button></form>
<h2>{heading}</h2>
<p>With a password you come in without a link. Take at least {least} characters; a few words that do
not belong together are good.</p>
<form method="post" action="/in/{secret}/password">
<input type="hidden" name="name" autocomplete="username" value="{name}">
<label>New password <input type="password" name="password" required minlength="{least}"
maxlength="{most}" autocomplete="new-password"></label>
<label>The same again <input type="password" name="again" required maxlength="{most}"
autocomplete="new-password"></label>
<button class="button">Save password and sign in</button></form>"""
BY_NAME = """{provider}<form method="post">
<label>Name <input name="name" required maxlength="200" autocomplete="username" value="{name}"
autocapitalize="none" spellcheck="false"></label>
<label>Password <input type="password" name="password" required maxlength="{most}"
autocomplete="current-password"></label>
<button class="button main">Sign in</button></form>
<p>No password yet, or forgotten? Ask an admin for a link, or run
<code>hitl-chat people add NAME --role agent</code>.</p>"""
PROVIDER = """<p><a class="button main" href="/sign-in/with">Sign in with {label}</a></p>
<p class="or">or with a password</p>"""
USED = """<p>A link works once, and only for a while. Ask for a new one:
<code>hitl-chat people add NAME --role agent</code> prints it.</p>
<p><a href="/sign-in">Sign in with a password</a></p>"""
ELSEWHERE = """<p>The form was sent from another page. Open the address itself, then sign in.</p>"""
REFUSED = """<p>{why}</p><p><a href="/sign-in">Back to signing in</a></p>"""


def page(status: int, title: str, body: str) -> HTMLResponse:
    return HTMLResponse(PAGE.format(title=title, body=body), status)


def by_link(
    name: str, role: str, secret: str, problem: str = "", *, has_password: bool = False
) -> HTMLResponse:
    heading = "Or choose a new password" if has_password else "Or choose a password first"
    body = BY_LINK.format(
        name=escape(name),
        role=escape(role),
        secret=escape(secret),
        heading=heading,
        least=LEAST,
        most=MOST,
    )
    status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
    return page(status, f"Hello {escape(name)}", _problem(problem) + body)


def by_name(
    label: str = "", name: str = "", problem: str = "", status: int = HTTPStatus.OK
) -> HTMLResponse:
    """`label`: what the identity provider is called, where there is one."""
    provider = PROVIDER.format(label=escape(label)) if label else ""
    body = BY_NAME.format(provider=provider, name=escape(name), most=MOST)
    return page(status, "Sign in", _problem(problem) + body)


def used_up() -> HTMLResponse:
    return page(HTTPStatus.GONE, "This link no longer works", USED)


def from_elsewhere() -> HTMLResponse:
    return page(HTTPStatus.FORBIDDEN, "Not from here", ELSEWHERE)


def refused(why: str, status: int = HTTPStatus.FORBIDDEN) -> HTMLResponse:
    return page(status, "You are not signed in", REFUSED.format(why=escape(why)))


def _problem(problem: str) -> str:
    return PROBLEM.format(problem=escape(problem)) if problem else ""
