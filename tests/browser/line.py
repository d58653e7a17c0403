"""The wire between a console and the server, which a test can cut, mute and listen to."""

import json
from collections import deque

from playwright.async_api import WebSocketRoute

from tests.browser.conftest import Visitor, Visitors

SOCKET = "**/console/ws"


class Line:
    """Whatever goes through it is the page's and the server's own."""

    def __init__(self) -> None:
        self.deaf_to: set[str] = set()  # kinds of frames the page never gets
        self.mute = False  # commands never arrive
        self.twice = False  # news comes again, after what is newer
        self._news: deque[str] = deque(maxlen=4)
        self.sent: list[dict[str, object]] = []
        self.socket: WebSocketRoute | None = None
        self.connections = 0

    async def through(self, visitor: Visitor) -> "Line":
        await visitor.page.route_web_socket(SOCKET, self._connect)
        return self

    def _connect(self, page: WebSocketRoute) -> None:
        self.socket = page
        self.connections += 1
        server = page.connect_to_server()

        def up(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == "cmd":
                self.sent.append(frame)
                if self.mute:
                    return
            server.send(message)

        def down(message: str | bytes) -> None:
            kind = json.loads(message)["type"]
            if kind in self.deaf_to:
                return
            page.send(message)
            if kind == "news":
                self._news.append(str(message))
                if self.twice:
                    page.send(self._news[0])

        page.on_message(up)
        server.on_message(down)

    def decisions(self) -> list[object]:
        return self.commands("decide")

    def commands(self, do: str) -> list[object]:
        """The ids under which this was asked for."""
        return [frame["id"] for frame in self.sent if _do(frame) == do]


async def wired(visitors: Visitors, name: str = "Ana") -> tuple[Visitor, Line]:
    """Somebody who has signed in, and the wire of their console."""
    visitor = await visitors.new()
    line = await Line().through(visitor)
    return await visitor.sign_in(name), line


def _do(frame: dict[str, object]) -> object:
    command = frame["cmd"]
    return command["do"] if isinstance(command, dict) else None
