"""The wire between a console and the server, which a test can cut, mute and listen to."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import Visitor, Visitors

SOCKET = "**/console/ws"


class Line:
    """Whatever goes through it is the page's and the server's own."""

    def __init__(self) -> None:
        self.deaf_to: set[str] = set()  # kinds of frames the page never gets
        self.deaf_until = ""  # the frame that ends that, and cards that are not as they are
        self._shown: Callable[[dict[str, Any]], None] | None = None
        self.mute = False  # commands never arrive
        self.twice = False  # news comes again, after what is newer
        self._news: deque[str] = deque(maxlen=4)
        self.sent: list[dict[str, object]] = []
        self.socket: WebSocketRoute | None = None
        self.connections = 0
        self._more = asyncio.Event()

    def shows(self, shown: Callable[[dict[str, Any]], None], until: str) -> None:
        """The page gets cards as `shown` makes them, until this command."""
        self._shown, self.deaf_until = shown, until

    async def through(self, visitor: Visitor) -> "Line":
        await visitor.page.route_web_socket(SOCKET, self._connect)
        return self

    def _connect(self, page: WebSocketRoute) -> None:
        self.socket = page
        self.connections += 1
        server = page.connect_to_server()

        def up(message: str | bytes) -> None:
            if self._passes(json.loads(message)):
                server.send(message)

        def down(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] in self.deaf_to:
                return
            if self._shown is not None and frame["type"] == "card_reset":
                self._shown(frame["card"])
            told = json.dumps(frame)
            page.send(told)
            if frame["type"] == "news":
                self._news.append(told)
                if self.twice:
                    page.send(self._news[0])

        page.on_message(up)
        server.on_message(down)

    def _passes(self, frame: dict[str, Any]) -> bool:
        command = frame["type"] == "cmd"
        if command:
            self.sent.append(frame)
            self._more.set()
        if command and self.mute:
            return False
        if self.deaf_until == (_do(frame) if command else frame["type"]):
            self.deaf_to, self._shown = set(), None
        return True

    def decisions(self) -> list[object]:
        return self.commands("decide")

    def commands(self, do: str) -> list[object]:
        """The ids under which this was asked for."""
        return [frame["id"] for frame in self.sent if _do(frame) == do]

    async def arrives(self, do: str, number: int) -> None:
        """This is asked for so often by now, and not once more."""
        while len(self.commands(do)) < number:
            self._more.clear()
            await self._more.wait()
        assert len(self.commands(do)) == number


async def wired(visitors: Visitors, name: str = "Ana") -> tuple[Visitor, Line]:
    """Somebody who has signed in, and the wire of their console."""
    visitor = await visitors.new()
    line = await Line().through(visitor)
    return await visitor.sign_in(name), line


async def overtaken(ana: Visitor, line: Line, dee: Visitor, text: str) -> asyncio.Task[str]:
    """Ana has written this instead of half a draft; of the rest, and of one more reason, she hears
    nothing until she asks for the card anew. The answer that the customer gets."""
    stage = ana.world.stage
    more = " our shop. And here is the card: 4111 1111 1111 1111."
    stage.says([(0, "Just bring it, no questions asked, to"), (1, more)])
    answer = ana.world.ask("Where do I bring it?")
    await ana.open("Refund promise", draft="streaming")
    await (await ana.edit()).fill(text)
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    line.deaf_to, line.deaf_until = {"news", "grown", "card_reset"}, "follow"
    await dee.open("Refund promise", draft="streaming")
    stage.go_on.set()
    await expect(dee.page.locator(".reasons")).to_contain_text("Personal data")
    await expect(dee.page.locator(".draft.whole")).to_be_visible()
    return answer


def _do(frame: dict[str, object]) -> object:
    command = frame["cmd"]
    return command["do"] if isinstance(command, dict) else None
