"""People at the doors of a whole running program, with no browser: cookies and forms by hand."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from hitl_chat.runner import ids
from hitl_chat.server.sessions import COOKIE
from hitl_chat.store import people
from tests.browser.world import TENANT, World

FORM = {"content-type": "application/x-www-form-urlencoded"}
GOOD = "plum kettle 9 road"
BETTER = "brown otters sing late"


class Seat:
    """Somebody who came in: what their browser would send along."""

    def __init__(self, world: World, cookie: str, me: Mapping[str, Any]) -> None:
        self.world, self.cookie, self.me = world, cookie, me
        self.person, self.csrf = str(me["person"]), str(me["csrf"])

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.cookie}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.world.http.get(path, headers=self.headers)

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        given = {"x-csrf-token": self.csrf, **self.headers, **headers}
        return await self.world.http.post(path, json=body, headers=given)

    async def do(self, do: str, **about: object) -> httpx.Response:
        return await self.post("/console/commands", {"do": do, **about})


async def add(world: World, name: str, role: str = "agent", **more: Any) -> people.Person:
    new = people.Person(ids.new("person"), TENANT, name, role, **more)
    await world.program.db.write(lambda conn: people.add(conn, new, world.program.clock.now()))
    return new


async def send(world: World, path: str, **fields: str) -> httpx.Response:
    """A plain HTML form."""
    return await world.http.post(path, content=urlencode(fields), headers=FORM)


async def seated(world: World, answer: httpx.Response) -> Seat:
    """Who an answer let in."""
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    me = await world.http.get("/console/me", headers={"cookie": f"{COOKIE}={cookie}"})
    return Seat(world, cookie, me.json())


async def come(world: World, who: people.Person) -> Seat:
    """By a link."""
    return await seated(world, await send(world, f"/in/{await world.program.sessions.link(who)}"))


async def choose(world: World, who: people.Person, password: str = GOOD) -> Seat:
    """By a link, with a password for the next time."""
    secret = await world.program.sessions.link(who)
    return await seated(
        world, await send(world, f"/in/{secret}/password", password=password, again=password)
    )


async def sign_in(world: World, name: str, password: str = GOOD) -> httpx.Response:
    return await send(world, "/sign-in", name=name, password=password)
