"""An agent without a browser: signs in with a link, sits at the console's socket, decides.

Speaks the documented protocol and nothing else, so it is also an example of a program at the desk.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]


class Refused(Exception):
    """The desk refused a command: `code` and the sentence."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class Agent:
    """`async with Agent(base, link) as ana: ...`"""

    def __init__(self, base: str, link: str) -> None:
        self._link = link
        self._http = httpx.AsyncClient(
            base_url=base, headers={"origin": base}, timeout=10, trust_env=False
        )
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._answers: dict[str, Frame] = {}
        self._count, self._name = 0, uuid4().hex  # no command is called like one of another day
        self.holds: dict[str, Frame] = {}
        self.talks: dict[str, Frame] = {}

    async def __aenter__(self) -> Self:
        signed = await self._http.post(self._link)
        # Browsers send Secure cookies over plain http on loopback; programs have to be told.
        cookie = signed.headers["set-cookie"].partition(";")[0]
        self._http.headers["cookie"] = cookie
        me = (await self._http.get("/console/me")).json()
        self._http.headers["x-csrf-token"] = me["csrf"]
        ticket = (await self._http.post("/console/ticket")).json()["ticket"]
        base = str(self._http.base_url).rstrip("/")
        url = f"ws{base.removeprefix('http')}/console/ws"
        self._socket = await connect(url, origin=base, proxy=None)  # type: ignore[arg-type]
        await self._send({"type": "hello", "ver": 1, "ticket": ticket, "streams": {"queue": None}})
        self._reading = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._reading:
            self._reading.cancel()
        if self._socket:
            await self._socket.close()
        await self._http.aclose()

    # --- what an agent does -------------------------------------------------------------------

    async def do(self, **command: object) -> Frame:
        """Perform a command and return what it shows."""
        self._count += 1
        ident = f"{self._name}-{self._count}"
        await self._send({"type": "cmd", "id": ident, "cmd": command})
        answer = await self._until(lambda: self._answers.pop(ident, None))
        if not answer["ok"]:
            raise Refused(answer["error"])
        return dict(answer["body"])

    async def card(self, hold: str) -> Frame:
        return dict((await self._http.get(f"/console/holds/{hold}")).json())

    async def held(self, conversation: str) -> Frame:
        """The hold of a conversation, once it is there."""
        return await self._until(lambda: self._waiting(conversation))

    async def whole(self, hold: str) -> Frame:
        """The hold, once its draft is whole and judged."""
        return await self._until(lambda: self._ready(self.holds.get(hold)))

    async def checked(self, hold: str) -> Frame:
        """The hold, once a decision waits there for a second person and the checks have read it."""
        return await self._until(lambda: self._seconded(self.holds.get(hold)))

    def _seconded(self, hold: Frame | None) -> Frame | None:
        made = hold and hold["proposal"]
        ready = made and made["second"] == "wanted" and made["recheck"] != "pending"
        return hold if ready else None

    def _waiting(self, conversation: str) -> Frame | None:
        alive = ("open", "claimed")
        mine = (h for h in self.holds.values() if h["conversation"] == conversation)
        return next((hold for hold in mine if hold["state"] in alive), None)

    def _ready(self, hold: Frame | None) -> Frame | None:
        ready = hold is not None and "approve" not in hold["obstacles"]
        return hold if ready else None

    # --- the socket ---------------------------------------------------------------------------

    async def _until(self, find: Callable[[], Frame | None]) -> Frame:
        async with self._news:
            while (found := find()) is None:
                await self._news.wait()
            return found

    async def _send(self, frame: Frame) -> None:
        if self._socket is None:
            msg = "sign in first: async with Agent(...)"
            raise RuntimeError(msg)
        await self._socket.send(orjson.dumps(frame).decode())

    async def _read(self, socket: ClientConnection) -> None:
        async for data in socket:
            frame: Frame = orjson.loads(data)
            async with self._news:
                self._take(frame)
                self._news.notify_all()
            if frame["type"] == "ping":
                await self._send({"type": "pong"})

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "queue_reset":
                self.holds = {hold["id"]: hold for hold in frame["queue"]["holds"]}
            case "news":
                if hold := frame.get("hold"):
                    self.holds[hold["id"]] = hold
                if talk := frame.get("conversation"):
                    self.talks[talk["id"]] = talk
            case "result":
                self._answers[frame["id"]] = frame
            case _:
                pass
