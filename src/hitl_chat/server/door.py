"""The pages at the door, as HTML: plain forms that need no script, and every value escaped.

Owns their markup; `door_texts.py` has their words. Knows no request and no credential.
"""

from html import escape
from http import HTTPStatus
from math import ceil

from fastapi.responses import HTMLResponse

from hitl_chat.errors import HitlError
from hitl_chat.server.door_texts import Texts, wanted
from hitl_chat.server.trivial import LEAST, MOST

PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/console/main.css">
<main class="door"><h1>{title}</h1>{body}</main></html>"""
PROBLEM = """<p class="problem" role="alert">{problem}</p>"""
COMMAND = "<code>hitl-chat people add NAME --role agent</code>"
BY_LINK = """<p>{coming_in}</p>
<form method="post"><button class="button main">{sign_in_as}</button></form>
<h2>{heading}</h2>
<p>{good_password}</p>
<form method="post" action="/in/{secret}/password">
<input type="hidden" name="name" autocomplete="username" value="{name}">
<label>{new_password} <input type="password" name="password" required minlength="{least}"
maxlength="{most}" autocomplete="new-password"></label>
<label>{again} <input type="password" name="again" required maxlength="{most}"
autocomplete="new-password"></label>
<button class="button">{save}</button></form>"""
BY_NAME = """{provider}<form method="post">
<label>{name_label} <input name="name" required maxlength="200" autocomplete="username"
value="{name}" autocapitalize="none" spellcheck="false"></label>
<label>{password} <input type="password" name="password" required maxlength="{most}"
autocomplete="current-password"></label>
<button class="button main">{sign_in}</button></form>
<p>{no_password}</p>"""
PROVIDER = """<p><a class="button main" href="/sign-in/with">{label}</a></p>
<p class="or">{or_password}</p>"""
USED = """<p>{why}</p><p><a href="/sign-in">{by_password}</a></p>"""
REFUSED = """<p>{why}</p><p><a href="/sign-in">{back}</a></p>"""


class Door:
    """The pages in one language."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def told(self, error: HitlError) -> str:
        """What was refused, in words for people."""
        sentence = self.texts.problems.get(error.code)
        if sentence is None:
            return error.message
        minutes = max(1, ceil((error.retry_after or 0) / 60))
        return sentence.format(least=LEAST, most=MOST, minutes=minutes)

    def by_link(
        self, name: str, role: str, secret: str, problem: str = "", *, has_password: bool = False
    ) -> HTMLResponse:
        says, shown = self.texts, escape(name)
        body = BY_LINK.format(
            coming_in=says.coming_in.format(name=shown, role=escape(says.roles.get(role, role))),
            sign_in_as=says.sign_in_as.format(name=shown),
            heading=says.choose_new if has_password else says.choose_first,
            good_password=says.good_password.format(least=LEAST),
            new_password=says.new_password,
            again=says.again,
            save=says.save,
            name=shown,
            secret=escape(secret),
            least=LEAST,
            most=MOST,
        )
        status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
        return self._page(status, says.hello.format(name=shown), _problem(problem) + body)

    def by_name(
        self, label: str = "", name: str = "", problem: str = "", status: int = HTTPStatus.OK
    ) -> HTMLResponse:
        """`label`: what the identity provider is called, where there is one."""
        says = self.texts
        provider = PROVIDER.format(
            label=says.provider.format(label=escape(label)), or_password=says.or_password
        )
        body = BY_NAME.format(
            provider=provider if label else "",
            name_label=says.name,
            name=escape(name),
            password=says.password,
            sign_in=says.sign_in,
            no_password=says.no_password.format(command=COMMAND),
            most=MOST,
        )
        return self._page(status, says.sign_in, _problem(problem) + body)

    def used_up(self) -> HTMLResponse:
        says = self.texts
        why = says.used_why.format(command=COMMAND)
        return self._page(
            HTTPStatus.GONE, says.used, USED.format(why=why, by_password=says.by_password)
        )

    def from_elsewhere(self) -> HTMLResponse:
        why = f"<p>{self.texts.elsewhere_why}</p>"
        return self._page(HTTPStatus.FORBIDDEN, self.texts.elsewhere, why)

    def refused(self, error: HitlError) -> HTMLResponse:
        body = REFUSED.format(why=escape(self.told(error)), back=self.texts.back)
        return self._page(error.status, self.texts.refused, body)

    def _page(self, status: int, title: str, body: str) -> HTMLResponse:
        page = PAGE.format(lang=self.texts.lang, title=title, body=body)
        says = {"content-language": self.texts.lang, "vary": "accept-language"}
        return HTMLResponse(page, status, headers=says)


def speaking(accept: str) -> Door:
    """In the language that this `Accept-Language` header asks for."""
    return Door(wanted(accept))


def _problem(problem: str) -> str:
    return PROBLEM.format(problem=escape(problem)) if problem else ""
