"""The widget on a page of another origin, with a Security Policy of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from tests.customer.front_end import call
from tests.world import World
from tests.world_models import says
from tests.world_rules import rules, stop_at

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = '<script type="module" src="{server}/widget/hitl-chat.js" data-grant="/grant"></script>'
STYLES = """<style nonce="page">
* { color: red; font: italic 40px/3 serif; letter-spacing: 1em; text-transform: uppercase;
  text-align: center; white-space: nowrap; cursor: wait; text-indent: 2em }
button, textarea, .words { display: none !important }
</style>"""
PAGE = (
    '<!doctype html><html lang="en"><title>Shop</title>{styles}<body><h1>Another shop</h1>{script}'
)
POLICY = (
    "default-src 'none'; script-src {server}; connect-src 'self' {server}; "
    "style-src 'nonce-page'; require-trusted-types-for 'script'"
)
LOOKS = """(element) => ['color', 'fontSize', 'fontStyle', 'letterSpacing', 'textTransform',
  'textAlign', 'cursor', 'textIndent'].map((name) => getComputedStyle(element)[name])"""
OURS = ["rgb(20, 24, 29)", "16px", "normal", "normal", "none", "start", "auto", "0px"]


@asynccontextmanager
async def shop(html: list[str], policy: list[str]) -> AsyncIterator[str]:
    """A web server with one page, whose policy and text are said later; its origin."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.0 {HTTPStatus.OK} OK\r\ncontent-type: text/html\r\n"
        head += f"content-security-policy: {policy[0]}\r\n\r\n"
        writer.write((head + html[0]).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_shop_elsewhere(tmp_path: Path, built: Path, browser: Browser) -> None:
    html, policy = [""], [""]
    async with (
        shop(html, policy) as origin,
        World(tmp_path, rules(stop_at()), cors_origins=(origin,)) as world,
    ):
        server = f"http://127.0.0.1:{world.port}"
        html[0] = PAGE.format(styles=STYLES, script=SCRIPT.format(server=server))
        policy[0] = POLICY.format(server=server)
        key = await world.new_key("acme", origins=(origin,))

        async def grant(route: Route) -> None:
            """As the shop's own server does it, with its key."""
            asked = {"models": ["m"], "instructions": "Be kind."}
            asked |= route.request.post_data_json or {}
            made = await call(world, "POST", "/v1/conversations", key, json=asked)
            await route.fulfill(body=made.content, content_type="application/json")

        page = await browser.new_page()
        problems: list[str] = []
        page.on("console", lambda said: problems.extend([said.text] * (said.type == "error")))
        await page.route("**/grant", grant)
        await page.goto(origin)
        world.upstream.script("m", says("It is <b onclick=alert(1)>blue</b>."))
        await page.get_by_role("button", name="Open the chat").click()
        await page.get_by_role("textbox").fill("Colour?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".said.model .words")).to_have_text(
            "It is <b onclick=alert(1)>blue</b>."
        )
        assert await page.locator(".said.model .words").evaluate(LOOKS) == OURS
        assert (await page.locator("h1").evaluate(LOOKS))[0] == "rgb(255, 0, 0)"
        await page.get_by_role("button", name="Good answer").click()
        await world.people.event("feedback")
        assert world.upstream.seen[-1].body["messages"][0]["content"] == "Be kind."
        assert [text for text in problems if "favicon" not in text] == []
        await page.close()
