"""Signing in at the console: links, cookies, CSRF, tickets (security.md, bad inputs D)."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import async_playwright

from hitl_chat.core.types import Value
from hitl_chat.errors import Forbidden, Unauthorized
from hitl_chat.server.account import account
from hitl_chat.server.attempts import Attempts
from hitl_chat.server.errors import Scope
from hitl_chat.server.hashing import Hashing
from hitl_chat.server.passwords import Passwords
from hitl_chat.server.rest import rest
from hitl_chat.server.sessions import COOKIE, Session, Sessions
from hitl_chat.server.signin import signin
from hitl_chat.store.entrances import Seat
from tests import services
from tests.server.clock import Clock
from tests.server.running import Reply, Running, serving


class Person(Value, frozen=True):
    id: str
    tenant: str
    name: str
    role: str
    has_password: bool = False
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 0


ANA = Person("p1", "moss", "Ana <b>", "agent")


class Register:
    """The person, session and token tables."""

    def __init__(self) -> None:
        self.people = {ANA.id: ANA}
        self.tokens: dict[tuple[str, str], tuple[str, float]] = {}
        self.sessions: dict[str, tuple[str, float]] = {}
        self.asked = 0
        self.noted = 0

    async def put_token(self, digest: str, kind: str, subject: str, expires: float) -> None:
        self.tokens[digest, kind] = (subject, expires)

    async def peek_token(self, digest: str, kind: str, now: float) -> str | None:
        subject, expires = self.tokens.get((digest, kind), (None, 0.0))
        return subject if expires > now else None

    async def take_token(self, digest: str, kind: str, now: float) -> str | None:
        subject, expires = self.tokens.pop((digest, kind), (None, 0.0))
        return subject if expires > now else None

    async def person(self, ident: str) -> Person | None:
        return self.people.get(ident)

    async def sign_in(
        self, link: str, digest: str, expires: float, about: str = ""
    ) -> Person | None:
        ident = await self.take_token(link, "link", expires - 43_200.0)
        if ident is not None:
            await self.open_session(digest, ident, expires, about)
        return self.people.get(ident or "")

    async def open_session(
        self, digest: str, person: str, expires: float, about: str = "", password: str | None = None
    ) -> bool:
        self.sessions[digest] = (person, expires)
        return True

    async def session(self, digest: str, now: float) -> Person | None:
        self.asked += 1
        ident, expires = self.sessions.get(digest, ("", 0.0))
        return self.people.get(ident) if expires > now else None

    async def seen(self, digest: str, now: float) -> None:
        self.noted += 1

    async def close_session(self, digest: str, now: float) -> None:
        self.sessions.pop(digest, None)

    async def seats(self, person: str) -> list[Seat]:
        return []

    async def shut(self, person: str, but: str = "") -> None:
        self.sessions = {name: it for name, it in self.sessions.items() if name == but}

    async def signing_in(self, tenant: str, name: str) -> tuple[Person, str] | None:
        return None

    async def password_of(self, ident: str) -> str | None:
        return None

    async def choose_password(
        self, ident: str, password: str, old: str | None, stay: str = "", link: str = ""
    ) -> bool:
        return False


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(register: Register, clock: Clock) -> Sessions:
    return Sessions(register, b"p" * 32, clock)


def scope(cookie: str = "", **headers: str) -> Scope:
    given = [(b"host", b"127.0.0.1:8700")]
    if cookie:
        given.append((b"cookie", f"theme=dark; {COOKIE}={cookie}".encode()))
    given += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "headers": given}


async def signed_in(sessions: Sessions) -> str:
    found = await sessions.sign_in(await sessions.link(ANA))
    assert found is not None
    return found[1]


# --- sessions -----------------------------------------------------------------------------------


async def test_the_cookie_names_the_person(sessions: Sessions) -> None:
    session = await sessions.who(scope(await signed_in(sessions)))
    assert session.person == ANA


@pytest.mark.parametrize("cookie", ["", "x", "a; __Host-hitl=b"])
async def test_no_wrong_or_two_cookies_are_nobody(sessions: Sessions, cookie: str) -> None:
    with pytest.raises(Unauthorized):
        await sessions.who(scope(cookie))


async def test_a_second_cookie_beside_the_right_one_is_refused(sessions: Sessions) -> None:
    value = await signed_in(sessions)
    with pytest.raises(Unauthorized):
        await sessions.who(scope(f"{value}; {COOKIE}=other"))


async def test_a_session_ends_by_time(sessions: Sessions, clock: Clock) -> None:
    value = await signed_in(sessions)
    clock.time += sessions.life
    with pytest.raises(Unauthorized):
        await sessions.who(scope(value))


async def test_a_revoked_person_is_out_within_five_seconds(
    sessions: Sessions, register: Register, clock: Clock
) -> None:
    session = await sessions.who(scope(await signed_in(sessions)))
    del register.people[ANA.id]
    clock.time += 5.0
    with pytest.raises(Unauthorized):
        await sessions.still(session)


async def test_signing_out_takes_effect_at_once(sessions: Sessions) -> None:
    value = await signed_in(sessions)
    await sessions.sign_out(await sessions.who(scope(value)))
    with pytest.raises(Unauthorized):
        await sessions.who(scope(value))


async def test_a_session_is_not_looked_up_for_every_command(
    sessions: Sessions, register: Register
) -> None:
    session = await sessions.who(scope(await signed_in(sessions)))
    for _ in range(100):
        await sessions.acts(session)
    assert (register.asked, register.noted) == (1, 1)


async def test_the_store_sees_no_secret(sessions: Sessions, register: Register) -> None:
    link = await sessions.link(ANA)
    value = await signed_in(sessions)
    kept = repr((register.tokens, register.sessions))
    assert link not in kept
    assert value not in kept


# --- changes ------------------------------------------------------------------------------------


@pytest.fixture
async def session(sessions: Sessions) -> tuple[str, Session]:
    value = await signed_in(sessions)
    return value, await sessions.who(scope(value))


OURS = {"origin": "http://127.0.0.1:8700", "sec_fetch_site": "same-origin"}


async def test_our_page_may_change_things(sessions: Sessions, session: tuple[str, Session]) -> None:
    value, known = session
    found = await sessions.who_changes(scope(value, x_csrf_token=known.csrf, **OURS))
    assert found.person == ANA


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**OURS},
        {**OURS, "x_csrf_token": ""},
        {**OURS, "x_csrf_token": "wrong"},
        {**OURS, "x_csrf_token": "{csrf}", "origin": "https://evil.example"},
        {**OURS, "x_csrf_token": "{csrf}", "origin": "null"},
        {**OURS, "x_csrf_token": "{csrf}", "origin": "http://127.0.0.1:8701"},
        {**OURS, "x_csrf_token": "{csrf}", "sec_fetch_site": "cross-site"},
        {**OURS, "x_csrf_token": "{csrf}", "sec_fetch_site": "same-site"},
        {**OURS, "x_csrf_token": "{csrf}", "sec_fetch_site": "none"},
    ],
)
async def test_another_page_may_not(
    sessions: Sessions, session: tuple[str, Session], headers: dict[str, str]
) -> None:
    value, known = session
    given = {name: text.format(csrf=known.csrf) for name, text in headers.items()}
    with pytest.raises(Forbidden):
        await sessions.who_changes(scope(value, **given))


async def test_the_csrf_token_of_another_session_is_wrong(
    sessions: Sessions, session: tuple[str, Session]
) -> None:
    other = await signed_in(sessions)
    with pytest.raises(Forbidden):
        await sessions.who_changes(scope(other, x_csrf_token=session[1].csrf, **OURS))


# --- tickets ------------------------------------------------------------------------------------


async def test_a_ticket_opens_one_socket(sessions: Sessions, session: tuple[str, Session]) -> None:
    ticket = await sessions.ticket(session[1])
    assert (await sessions.by_ticket(ticket)).person == ANA
    with pytest.raises(Unauthorized):
        await sessions.by_ticket(ticket)


async def test_a_ticket_expires(
    sessions: Sessions, session: tuple[str, Session], clock: Clock
) -> None:
    ticket = await sessions.ticket(session[1])
    clock.time += 30.0
    with pytest.raises(Unauthorized):
        await sessions.by_ticket(ticket)


async def test_a_ticket_dies_with_its_session(
    sessions: Sessions, session: tuple[str, Session]
) -> None:
    ticket = await sessions.ticket(session[1])
    await sessions.sign_out(session[1])
    with pytest.raises(Unauthorized):
        await sessions.by_ticket(ticket)


async def test_a_sign_in_link_is_no_ticket(sessions: Sessions) -> None:
    with pytest.raises(Unauthorized):
        await sessions.by_ticket(await sessions.link(ANA))


# --- over HTTP ----------------------------------------------------------------------------------


@pytest.fixture
async def running(sessions: Sessions, register: Register) -> AsyncIterator[Running]:
    passwords = Passwords(register, Hashing(), Attempts(sessions.clock))
    routes = [signin(sessions, passwords), account(sessions, passwords)]
    async with serving({}, rest(routes)) as found:
        yield found
        assert found.faults == []


async def press(running: Running, link: str, *headers: tuple[str, str]) -> Reply:
    kind = ("content-type", "application/x-www-form-urlencoded")
    return await running.ask(f"/in/{link}", method="POST", headers=[kind, *headers])


async def test_looking_at_a_link_does_not_use_it_up(running: Running, sessions: Sessions) -> None:
    link = await sessions.link(ANA)
    for method in ("GET", "HEAD", "GET"):
        looked = await running.ask(f"/in/{link}", method=method)
        assert "set-cookie" not in looked.headers
    assert (await press(running, link)).status == 303


async def test_the_button_signs_in_once(running: Running, sessions: Sessions) -> None:
    link = await sessions.link(ANA)
    first, second = await press(running, link), await press(running, link)
    assert (first.status, first.headers["location"]) == (303, "/console/")
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for attribute in ("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert second.status == 410
    assert "set-cookie" not in second.headers


async def test_a_link_expires(running: Running, sessions: Sessions, clock: Clock) -> None:
    link = await sessions.link(ANA)
    clock.time += sessions.link_life
    assert (await running.ask(f"/in/{link}")).status == 410
    assert (await press(running, link)).status == 410


async def test_another_page_cannot_press_the_button(running: Running, sessions: Sessions) -> None:
    """Signing somebody in unasked lets an attacker read what they then do."""
    link = await sessions.link(ANA)
    refused = await press(running, link, ("origin", "https://evil.example"))
    assert refused.status == 403
    refused = await press(running, link, ("origin", "http://["))
    assert refused.status == 403
    refused = await press(running, link, ("sec-fetch-site", "cross-site"))
    assert refused.status == 403
    assert (await press(running, link)).status == 303


async def test_signing_in_never_keeps_the_cookie_the_browser_had(
    running: Running, sessions: Sessions, register: Register
) -> None:
    """A planted cookie must not become a session; the session before ends."""
    before = await signed_in(sessions)
    planted = ("cookie", f"{COOKIE}={before}")
    answer = await press(running, await sessions.link(ANA), planted)
    assert before not in answer.headers["set-cookie"]
    assert len(register.sessions) == 1


async def test_a_name_is_text_on_the_page(running: Running, sessions: Sessions) -> None:
    page = await running.ask(f"/in/{await sessions.link(ANA)}")
    assert b"Ana &lt;b&gt;" in page.body
    assert b"<b>" not in page.body


async def test_me_ticket_and_sign_out(running: Running, sessions: Sessions) -> None:
    cookie = ("cookie", f"{COOKIE}={await signed_in(sessions)}")
    me = await running.ask("/console/me", headers=[cookie])
    assert b'"name":"Ana <b>"' in me.body
    csrf = ("x-csrf-token", me.body.decode().split('"csrf":"')[1].split('"')[0])
    unasked = await running.ask("/console/ticket", method="POST", headers=[cookie])
    assert (unasked.status, unasked.error["code"]) == (403, "csrf")
    ticket = await running.ask("/console/ticket", method="POST", headers=[cookie, csrf])
    assert ticket.body.startswith(b'{"ticket":"')
    left = await running.ask("/console/sign-out", method="POST", headers=[cookie, csrf])
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (await running.ask("/console/me", headers=[cookie])).status == 401


async def test_chromium_keeps_the_cookie_over_plain_http_on_loopback(
    running: Running, sessions: Sessions
) -> None:
    async with async_playwright() as browsers:
        path = services.chromium()
        browser = await browsers.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{running.port}/in/{await sessions.link(ANA)}")
        await page.get_by_role("button", name="Sign in as Ana <b>").click()
        await page.wait_for_url("**/console/")
        me = await page.goto(f"http://127.0.0.1:{running.port}/console/me")
        assert me is not None
        assert (await me.json())["person"] == ANA.id
        await browser.close()
