"""Signing in through an identity provider; every token that is not right is refused."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hitl_chat.app import SystemClock
from hitl_chat.errors import ConfigError
from hitl_chat.runner.register import Register
from hitl_chat.server.oidc import BACK, COOKIE, START
from hitl_chat.settings import Oidc, Waits
from hitl_chat.store import entrances, events, people
from tests.browser.world import TENANT, World, opened
from tests.server.issuer import CLIENT, SECRET, Issuer, issuing, query
from tests.server.people_world import Seat, add, seated

ENVIRON = {"OIDC_SECRET": SECRET}


def about(issuer: Issuer) -> Oidc:
    return Oidc(
        issuer=issuer.url,
        client_id=CLIENT,
        secret_env="OIDC_SECRET",
        tenant=TENANT,
        roles={"ana@example.com": "supervisor", "leads": "admin", "@example.com": "agent"},
    )


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with issuing(SystemClock()) as found:
        yield found


@pytest.fixture
async def world(tmp_path: Path, issuer: Issuer) -> AsyncIterator[World]:
    waits = Waits(key_cache=0)
    async with opened(tmp_path, waits, environ=ENVIRON, oidc=about(issuer)) as found:
        yield found


class Browser:
    """What a browser keeps of one attempt."""

    def __init__(self, world: World, issuer: Issuer) -> None:
        self.world, self.issuer, self.cookie = world, issuer, ""

    async def begin(self) -> str:
        """Go there, sign in, and be sent back: the address of that."""
        sent = await self.world.http.get(START)
        assert sent.status_code == 303, sent.text
        self.cookie = sent.headers["set-cookie"].partition(";")[0]
        return self.issuer.back(query(sent.headers["location"]))

    async def end(self, address: str) -> httpx.Response:
        return await self.world.http.get(address, headers={"cookie": self.cookie})

    async def come(self) -> httpx.Response:
        return await self.end(await self.begin())


@pytest.fixture
def browser(world: World, issuer: Issuer) -> Browser:
    return Browser(world, issuer)


async def entered(browser: Browser) -> Seat:
    return await seated(browser.world, await browser.come())


# --- coming in ----------------------------------------------------------------------------------


async def test_who_is_on_the_list_comes_in_and_is_a_person_from_then_on(
    world: World, browser: Browser
) -> None:
    page = await world.http.get("/sign-in")
    assert "Sign in with your company account" in page.text
    first, second = await entered(browser), await entered(browser)
    assert (first.me["name"], first.me["role"]) == ("Ana Lindqvist", "supervisor")
    assert first.me["tenant"] == TENANT
    assert first.person == second.person
    assert (await first.get("/console/queue")).status_code == 200
    kept = await world.program.db.read(lambda conn: people.everyone(conn, TENANT))
    assert len(kept) == 1


async def test_the_provider_is_asked_for_its_words_and_keys_once(
    browser: Browser, issuer: Issuer
) -> None:
    for _ in range(3):
        await entered(browser)
    assert (issuer.asked.count("discovery"), issuer.asked.count("keys")) == (1, 1)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "Ben@Example.com"}, "agent"),
        ({"email": "ben@other.example", "groups": ["staff", "leads"]}, "admin"),
        ({"email": "ben@example.com", "groups": ["leads"]}, "admin"),
        ({"email": None, "groups": ["leads"]}, "admin"),
    ],
)
async def test_the_first_entry_of_the_list_that_fits_says_the_role(
    browser: Browser, issuer: Issuer, claims: dict[str, object], role: str
) -> None:
    issuer.person |= claims
    assert (await entered(browser)).me["role"] == role


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ben@other.example"},
        {"email": "ana@example.com", "email_verified": False},
        {"email": "ana@example.com", "email_verified": "true"},
        {"email": "ana@example.com", "email_verified": None},
        {"email": "x@evil.example@example.com"},
        {"email": None},
        {"email": ["ana@example.com"]},
        {"email": None, "groups": "leads"},
        {"email": None, "groups": ["@example.com", "ana@example.com"]},
        {"email": None, "groups": {"leads": True}},
    ],
)
async def test_who_is_not_on_the_list_stays_out(
    world: World, browser: Browser, issuer: Issuer, claims: dict[str, object]
) -> None:
    issuer.person |= claims
    refused = await browser.come()
    assert refused.status_code == 401
    assert "not on the list" in refused.text
    assert "__Host-hitl=" not in refused.headers["set-cookie"]
    assert await world.program.db.read(lambda conn: people.everyone(conn, TENANT)) == []


async def test_the_role_is_what_the_provider_says_now(
    world: World, browser: Browser, issuer: Issuer
) -> None:
    before = await entered(browser)
    issuer.person |= {"email": "ana@other.example", "groups": ["leads"]}
    after = await entered(browser)
    assert (before.me["role"], after.me["role"]) == ("supervisor", "admin")
    assert before.person == after.person
    page = await world.program.db.read(lambda conn: events.read(conn, TENANT, events.PEOPLE))
    told = [each.body for each in page if each.type == "person.changed"]
    assert [(each["role"], each["by"]) for each in told] == [("admin", "system:oidc")]


async def test_who_was_shut_out_stays_out(world: World, browser: Browser) -> None:
    ana = await entered(browser)
    await world.program.db.write(
        lambda conn: entrances.revoke(conn, TENANT, ana.person, 1.0, "root")
    )
    assert (await browser.come()).status_code == 401
    assert (await ana.get("/console/me")).status_code == 401


async def test_who_is_shut_out_while_they_come_in_reads_so_in_their_language(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shut_out(*about: object, **more: object) -> bool:
        return False

    monkeypatch.setattr(Register, "open_session", shut_out)
    answer = await browser.come()
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "no longer; ask for a new sign-in link" in answer.text
    address = await browser.begin()
    german = {"cookie": browser.cookie, "accept-language": "de"}
    answer = await world.http.get(address, headers=german)
    assert "melde dich noch einmal an" in answer.text


async def test_a_colleagues_name_is_not_taken_from_them(world: World, browser: Browser) -> None:
    colleague = await add(world, "Ana Lindqvist", "admin")
    ana = await entered(browser)
    assert (ana.me["name"], ana.me["role"]) == ("ana@example.com", "supervisor")
    assert ana.person != colleague.id


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [
        *("nonce", "no nonce", "aud", "no aud", "azp", "iss", "expired", "no exp", "future"),
        *("no sub", "none", "key", "kid", "hmac", "cut", "words"),
        *("no token", "no json", "huge", "redirect"),
    ],
)
async def test_a_token_that_is_not_right_lets_nobody_in(
    browser: Browser, issuer: Issuer, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="hitl_chat")
    issuer.how = how
    refused = await browser.come()
    assert refused.status_code == 401
    assert "did not say who you are" in refused.text
    assert "__Host-hitl=" not in refused.headers["set-cookie"]
    assert "ana@" not in refused.text
    assert "eyJ" not in caplog.text


async def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(
    world: World, browser: Browser, issuer: Issuer
) -> None:
    address = await browser.begin()
    thief = Browser(world, issuer)
    assert (await thief.end(address)).status_code == 401  # no attempt of theirs
    await thief.begin()
    assert (await thief.end(address)).status_code == 401  # another attempt
    assert (await browser.end(address)).status_code == 303
    assert (await browser.end(address)).status_code == 401  # the code was used


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "state={state}",
        "code={code}",
        "code={code}&state=another",
        "code={code}&state={state}&state={state}",
        "code=wrong&state={state}",
        "error=access_denied&state={state}",
        "code={code}&error=access_denied&state={state}",
    ],
)
async def test_an_answer_to_no_question_is_refused(browser: Browser, query_string: str) -> None:
    given = query(await browser.begin())
    refused = await browser.end(f"{BACK}?{query_string.format(**given)}")
    assert refused.status_code == 401
    assert "Max-Age=0" in refused.headers["set-cookie"]


async def test_a_forged_or_doubled_cookie_is_no_attempt(browser: Browser) -> None:
    address = await browser.begin()
    value = browser.cookie.partition("=")[2]
    payload, _, mac = value.partition(".")
    for forged in ("", "x", payload, f"{payload}.", f"{payload}x.{mac}", f".{mac}"):
        browser.cookie = f"{COOKIE}={forged}"
        assert (await browser.end(address)).status_code == 401
    browser.cookie = f"{COOKIE}={value}; {COOKIE}={value}"
    assert (await browser.end(address)).status_code == 401
    browser.cookie = f"{COOKIE}={value}"
    assert (await browser.end(address)).status_code == 303


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_a_provider_that_lies_about_itself_is_not_used(
    world: World, issuer: Issuer, lie: dict[str, object]
) -> None:
    issuer.about = lie
    refused = await world.http.get(START)
    assert (refused.status_code, "location" in refused.headers) == (401, False)


async def test_a_provider_that_is_away_leaves_the_other_doors_open(tmp_path: Path) -> None:
    nowhere = Oidc("http://127.0.0.1:9", CLIENT, "OIDC_SECRET", roles={"leads": "admin"})
    async with opened(tmp_path, Waits(), environ=ENVIRON, oidc=nowhere) as world:
        away = await world.http.get(START)
        assert away.status_code == 503
        assert "cannot be reached" in away.text
        assert (await world.http.get("/sign-in")).status_code == 200


async def test_a_program_without_the_secret_does_not_start(tmp_path: Path, issuer: Issuer) -> None:
    with pytest.raises(ConfigError, match="OIDC_SECRET"):
        async with opened(tmp_path, Waits(), environ={}, oidc=about(issuer)):
            pass
