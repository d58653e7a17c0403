"""The desk over HTTP, as a script of an agent uses it: sign in, list, look, decide.

The one file to change when these paths or their fields do.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bench.load.client import address

ME = "/console/me"
QUEUE = "/console/queue"
HOLD = "/console/holds/{hold}"
COMMANDS = "/console/commands"


class DeskError(RuntimeError):
    """The desk said no; its message quotes what it said."""


class Desk:
    """One signed-in person. The client session is the caller's to close."""

    def __init__(self, http: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> None:
        host, port = address(url)
        self.http = http
        self.base = f"http://{host}:{port}"
        self.headers = headers

    async def open_holds(self) -> set[str]:
        queue = await self.ask("GET", QUEUE)
        return {hold["id"] for hold in queue["holds"] if hold["state"] != "decided"}

    async def look(self, hold: str) -> Mapping[str, Any]:
        """The card of one hold: what is decided on."""
        card: Mapping[str, Any] = await self.ask("GET", HOLD.format(hold=hold))
        return card

    async def approve(self, hold: str, card: Mapping[str, Any]) -> None:
        command = {
            "do": "decide",
            "hold": hold,
            "action": "approve",
            "version": card["hold"]["version"],
            "fence": None,
            "draft_sha256": card["draft_sha256"],
            "undo": 0,
        }
        await self.ask("POST", COMMANDS, command)

    async def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        async with self.http.request(
            method, self.base + path, json=body, headers=self.headers
        ) as answer:
            if answer.status != 200:
                said = (await answer.text())[:300]
                raise DeskError(f"{method} {path} gave status {answer.status}: {said}")
            return await answer.json()


async def sign_in(http: aiohttp.ClientSession, url: str, link: str) -> Desk:
    """Confirm a one-time link; the cookie goes by hand, as it is marked for HTTPS only."""
    async with http.post(link, allow_redirects=False) as answer:
        if answer.status >= 400:
            raise DeskError(f"the sign-in link gave status {answer.status}")
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())
    me = await Desk(http, url, {"cookie": cookies}).ask("GET", ME)
    return Desk(http, url, {"cookie": cookies, "x-csrf-token": me["csrf"]})
