"""docs/clients.md: its examples run, against the real program, as they are printed."""

import asyncio
import json
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Page, async_playwright, expect

from hitl_chat.settings import Waits
from tests.clients import matrix
from tests.customer.front_end import call
from tests.quality.project import ROOT
from tests.services import chromium, need
from tests.world import World
from tests.world_client import PATIENCE
from tests.world_models import says
from tests.world_people import ANA
from tests.world_rules import rules, stop_at

GUIDE = (ROOT / "docs/clients.md").read_text("utf-8")
EXAMPLES = ROOT / "examples/clients"
QUOTED = re.compile(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
QUESTIONS = ("My lantern arrived broken.", "And now?")
SAFE = "Sorry to hear that. "
START = 90.0  # seconds a program may take to load its library, on a busy machine
RULES = rules(stop_at(fallback_after_text="Let me check that with a colleague."))


# --- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "part"), QUOTED.findall(GUIDE))
def test_what_is_quoted_is_in_the_file(path: str, part: str) -> None:
    assert part in (ROOT / path).read_text("utf-8")


def test_every_example_is_told_of() -> None:
    for path in (*EXAMPLES.iterdir(), ROOT / "examples/deploy/nginx.conf"):
        assert f"(../{path.relative_to(ROOT)})" in GUIDE


def test_python_and_json_in_it_can_be_read() -> None:
    blocks = re.findall(r"(?<!-->\n)^ *```(python|json)\n(.*?)```", GUIDE, re.DOTALL | re.M)
    assert {kind for kind, _ in blocks} == {"python", "json"}
    for kind, text in blocks:
        _ = compile(text, "clients.md", "exec") if kind == "python" else json.loads(text)


def test_nginx_waits_longer_than_a_heartbeat_and_a_drain() -> None:
    conf = (ROOT / "examples/deploy/nginx.conf").read_text("utf-8")
    seconds = int(re.findall(r"proxy_read_timeout (\d+)s;", conf)[0])
    assert seconds > max(Waits().heartbeat, Waits().drain)
    assert conf.count("{") == conf.count("}") > 0
    assert "proxy_buffering off;" in conf
    operations = (ROOT / "docs/operations.md").read_text("utf-8")
    for line in re.findall(r"^ +(proxy_\w+ [^;]+;)", conf, re.MULTILINE):
        assert line in operations or "proxy_pass" in line


def test_its_condition_is_one() -> None:
    (written,) = re.findall(r"`on: (\{.*?\})`", GUIDE)
    assert yaml.safe_load(written) == {"not": {"tags": ["title"]}}


# --- programs ---------------------------------------------------------------------------------


async def played(world: World, *command: str) -> tuple[str, str]:
    """A program's output and what it said on the side, while Ana edits, and then takes over."""
    world.upstream.script("wick-1", says(SAFE, "Guaranteed!"))
    known = {"OPENAI_BASE_URL": f"http://127.0.0.1:{world.port}/v1", "OPENAI_API_KEY": world.key}
    process = await asyncio.create_subprocess_exec(
        *command,
        *QUESTIONS,
        env={**known, "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            begun = await process.stdout.readexactly(len(SAFE))
        async with asyncio.timeout(2 * PATIENCE):
            await world.people.edit((await world.people.opened()).id, "We will look at it.")
            second = await world.people.opened(2)
            assert second.conv.startswith("terminal-")
            await world.people.decide(second.id, "take_over")
            epoch = world.people.epoch(second.conv)
            await world.people.say(second.conv, epoch, "This is Ana.")
            out, side = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, side.decode()
    return (begun + out).decode(), side.decode()


async def check_program(world: World, *command: str) -> None:
    out, side = await played(world, *command)
    assert out == (f"{SAFE}We will look at it.\n{SAFE}\n\nThis is Ana.\n")
    assert side.count("(A colleague is checking this answer.)") == 2
    assert side.count("(Ana is here.)") == 1
    asked = world.upstream.seen[-1].body["messages"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, RULES) as made:
        made.people.come(ANA)
        yield made


@pytest.mark.slow
async def test_the_python_example(world: World) -> None:
    await check_program(world, sys.executable, str(EXAMPLES / "python.py"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["node.mjs", "ai-sdk.mjs"])
async def test_the_node_examples(world: World, tmp_path: Path, name: str) -> None:
    need(matrix.built(), "the client libraries", "run tests/clients/build")
    shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "tests/clients/node_modules")
    node = need(shutil.which("node"), "node", "apt-get install nodejs")
    await check_program(world, node, str(tmp_path / name))


# --- the browser ------------------------------------------------------------------------------


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """A web server with nothing but the examples; its origin."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = folder / (await reader.readline()).split()[1].decode().lstrip("/")
        status = HTTPStatus.OK if path.is_file() else HTTPStatus.NOT_FOUND
        body = path.read_bytes() if path.is_file() else b""
        head = f"HTTP/1.0 {status} {status.phrase}\r\ncontent-type: text/html\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = await driver.chromium.launch(executable_path=chromium(), args=flags)
        try:
            opened = await browser.new_page()
            opened.set_default_timeout(PATIENCE * 1000)
            await opened.goto(address)
            yield opened
        finally:
            await browser.close()


@pytest.mark.slow
async def test_the_browser_example(world: World) -> None:
    """From another origin, with a token: held, edited, taken over, spoken to unasked."""
    expect.set_options(timeout=PATIENCE * 1000)
    async with served(EXAMPLES) as origin, page(f"{origin}/browser.html") as shop:
        key = await world.new_key("acme", origins=(origin,))
        made = (
            await call(world, "POST", "/v1/conversations", key, json={"models": ["wick-1"]})
        ).text
        await shop.get_by_label("Server", exact=True).fill(f"http://127.0.0.1:{world.port}")
        await shop.get_by_label("What your server got").fill(made)
        await shop.get_by_role("button", name="Begin").click()
        world.upstream.script("wick-1", says("Sorry. ", "Guaranteed!"))
        await shop.get_by_label("Your message").fill("It is broken.")
        await shop.get_by_role("button", name="Send").click()
        status, log = shop.get_by_role("status"), shop.get_by_role("listitem")
        await expect(status).to_have_text("A colleague is checking this answer.")
        hold = await world.people.opened()
        await world.people.edit(hold.id, "We look at it.")
        await expect(log).to_have_text(["It is broken.", "Sorry. We look at it."])
        epoch = await world.people.take_over(hold.conv)
        await expect(status).to_have_text("You speak with Ana.")
        await world.people.say(hold.conv, epoch, "One more thing.")
        await expect(log.nth(2)).to_have_text("Ana: One more thing.")
        await world.people.event("message.delivered")
        await shop.get_by_label("Your message").fill("Are you there?")
        await shop.get_by_role("button", name="Send").click()
        await expect(log.last).to_have_text("")  # the answer is waited for
        await world.people.say(hold.conv, epoch, "I am.")
        await world.people.event("message.delivered")
        await expect(log.filter(has_text="I am.")).to_have_count(1)
        await expect(log.filter(has_text=re.compile("^$"))).to_have_count(0)
        await world.people.hand_back(hold.conv, epoch)
        await expect(status).to_have_text("")


@asynccontextmanager
async def its_server(world: World, key: str, port: int) -> AsyncIterator[None]:
    known = {"HITL_CHAT_URL": f"http://127.0.0.1:{world.port}", "HITL_CHAT_KEY": key}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / "shop.py"),
        env={**known, "PORT": str(port), "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            assert await process.stdout.readline() == f"http://127.0.0.1:{port}\n".encode()
        yield
    finally:
        process.kill()
        await process.wait()


@pytest.mark.slow
async def test_the_shop_example(tmp_path: Path) -> None:
    """A page of another origin: held, shown to agents with its customer, edited, reloaded."""
    expect.set_options(timeout=PATIENCE * 1000)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    async with World(tmp_path, RULES, cors_origins=(origin,)) as world:
        world.people.come(ANA)
        key = await world.new_key("acme", origins=(origin,))
        async with its_server(world, key, port), page(origin) as shop:
            world.upstream.script("wick-1", says("Sorry. ", "Guaranteed!"))
            await shop.get_by_role("button", name="Open the chat").click()
            await shop.get_by_role("textbox").fill("It is broken.")
            await shop.keyboard.press("Enter")
            await expect(shop.get_by_role("status")).to_have_text(
                "A colleague is checking this answer."
            )
            hold = await world.people.opened()
            card = await world.program.overview.card("acme", hold.id)
            assert card.background.customer["name"] == "Ana R."
            await world.people.edit(hold.id, "We look at it.")
            answer = shop.locator(".said.model .words")
            await expect(answer).to_have_text("Sorry. We look at it.")
            await shop.reload()
            await expect(answer).to_have_text("Sorry. We look at it.")
