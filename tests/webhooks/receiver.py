"""Somebody else's server that is told: keeps what comes, and answers as a test says.

    async with Receiver() as receiver:
        receiver.answers(503, 200)
        ...
        told = await receiver.next()
        assert told.message["type"] == "hold.opened"

It checks every signature by itself, as docs/webhooks.md tells people to.
"""

import asyncio
import json
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any, NamedTuple, Self

from aiohttp import web

from hitl_chat.settings import WebhookSettings
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.parcels import Hook

PATIENCE = 15.0
SECRET = signing.secret(b"a secret of at least 24 bytes")
KEYS = signing.secrets(SECRET, "HOOK_SECRET")
LOOPBACK = ("127.0.0.0/8",)
HERE = tuple(map(ip_network, LOOPBACK))


class Delivery(NamedTuple):
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def ident(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """Answers 200 when nothing else was said. `headers` go with every answer."""

    def __init__(self) -> None:
        self.got: list[Delivery] = []
        self.headers: dict[str, str] = {}
        self.open = asyncio.Event()  # cleared: it takes messages, and does not answer
        self.open.set()
        self._answers: list[int] = []
        self._came: asyncio.Queue[Delivery] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/hook?code=a%2Fb"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open.set()
        await self._runner.cleanup()

    def answers(self, *statuses: int) -> None:
        """The next answers."""
        self._answers += statuses

    async def next(self) -> Delivery:
        async with asyncio.timeout(PATIENCE):
            return await self._came.get()

    def hook(self, **more: Any) -> Hook:
        known = {"networks": HERE, "ports": (self.port,)}
        return Hook("team", self.url, KEYS, **{**known, **more})

    def settings(self, **more: Any) -> dict[str, WebhookSettings]:
        about = WebhookSettings(
            url=self.url, secret_env="HOOK_SECRET", networks=LOOPBACK, ports=(self.port,), **more
        )
        return {"team": about}

    async def _take(self, request: web.Request) -> web.Response:
        delivery = Delivery(dict(request.headers), await request.read())
        delivery = Delivery({k.lower(): v for k, v in delivery.headers.items()}, delivery.body)
        self.got.append(delivery)
        self._came.put_nowait(delivery)
        await self.open.wait()
        status = self._answers.pop(0) if self._answers else 200
        return web.Response(status=status, headers=self.headers, text="thanks")
