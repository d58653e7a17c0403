"""Signing in with the company account, in a browser that goes there and comes back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from hitl_chat.app import SystemClock
from hitl_chat.settings import Waits
from tests.browser.conftest import Visitors
from tests.browser.world import World, opened
from tests.server.issuer import SECRET, Issuer, issuing
from tests.server.test_oidc import about

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    async with issuing(SystemClock()) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def company(tmp_path: Path, built: Path, issuer: Issuer) -> AsyncIterator[World]:
    environ = {"OIDC_SECRET": SECRET}
    async with opened(tmp_path, Waits(), environ=environ, oidc=about(issuer)) as found:
        yield found


async def test_there_and_back_again(browser: Browser, company: World, issuer: Issuer) -> None:
    visitors = Visitors(browser, company)
    ana = await visitors.new()
    ana.elsewhere = (issuer.url,)
    await ana.page.goto(f"{company.origin}/sign-in")
    await ana.page.get_by_role("link", name="Sign in with your company account").click()
    await expect(ana.page).to_have_title("Login")
    await ana.page.get_by_role("link", name="Continue").click()
    await ana.live()
    await expect(ana.page.get_by_role("switch")).to_contain_text("Ana Lindqvist")
    (mine,) = [each for each in await ana.context.cookies(company.origin) if each["value"]]
    assert (mine["name"], mine["sameSite"]) == ("__Host-hitl", "Strict")
    assert ana.problems == []
    await visitors.close()


async def test_who_is_not_listed_reads_why(
    browser: Browser, company: World, issuer: Issuer
) -> None:
    issuer.person["email"] = "eve@evil.example"
    visitors = Visitors(browser, company)
    eve = await visitors.new()
    eve.elsewhere, eve.allowed = (issuer.url,), ("401",)
    await eve.page.goto(f"{company.origin}/sign-in/with")
    await eve.page.get_by_role("link", name="Continue").click()
    await expect(eve.page.get_by_text("not on the list")).to_be_visible()
    await eve.page.get_by_role("link", name="Back to signing in").click()
    await expect(eve.page.get_by_label("Password")).to_be_visible()
    assert eve.problems == []
    await visitors.close()
