"""The program as a process of its own, `hitl-chat serve`, to be killed and started again.

Its data folder and its port stay the same. A script's key decides over HTTP, as an agent would.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
import yaml

from hitl_chat.app import SystemClock
from hitl_chat.app.parts import DATABASE
from hitl_chat.server.auth import new_key
from hitl_chat.settings import Waits
from hitl_chat.store import api_keys
from hitl_chat.store.sqlite import SqliteDatabase
from tests.upstream import Upstream
from tests.world import FAST, request
from tests.world_client import PATIENCE, Answer, Socket, send
from tests.world_rules import USUAL

COMMAND = str(Path(sys.executable).with_name("hitl-chat"))
JSON = {"content-type": "application/json"}


class Outside:
    """Not running at first: `start` it."""

    process: Process

    def __init__(self, folder: Path, rules: str = USUAL, *, waits: Waits = FAST) -> None:
        self.folder = folder
        self.upstream = Upstream()
        self.customers: list[Socket] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "rules.yaml").write_text(rules)
        self._waits = waits

    async def __aenter__(self) -> Self:
        await self.upstream.__aenter__()
        settings = {
            "rules": "rules.yaml",
            "data": "data",
            "listen": {"port": self.port},
            "models": {"*": {"kind": "openai_compatible", "base_url": self.upstream.url}},
            "waits": msgspec.to_builtins(self._waits),
        }
        (self.folder / "hitl-chat.yaml").write_text(yaml.safe_dump(settings))
        (self.folder / "data").mkdir()
        async with self.database() as db:
            self.key = await _new_key(db)
            self.desk = await _new_key(db, scopes=("desk",))
        return self

    async def __aexit__(self, *_: object) -> None:
        for customer in self.customers:
            await customer.gone()
        if self.running:
            self.process.kill()
            await self.died()
        await self.upstream.__aexit__()

    # --- the process

    @property
    def running(self) -> bool:
        return hasattr(self, "process") and self.process.returncode is None

    async def start(self, failpoints: str = "") -> Self:
        """Start it, and wait until it is ready. `failpoints`: where it is to be killed."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("HITL_CHAT_")}
        self.process = await asyncio.create_subprocess_exec(
            COMMAND,
            "serve",
            cwd=self.folder,
            env={**environ, "HITL_CHAT_FAILPOINTS": failpoints},
            stdout=PIPE,
            stderr=PIPE,
        )
        assert self.process.stderr is not None
        said = b""
        async with asyncio.timeout(2 * PATIENCE):
            while b"ready" not in (line := await self.process.stderr.readline()):
                said += line
                assert line, said.decode()
        return self

    async def died(self) -> int:
        async with asyncio.timeout(PATIENCE):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode

    async def kill(self) -> None:
        self.process.kill()
        assert await self.died() == -signal.SIGKILL

    def database(self) -> "_Opened":
        """The database beside the server, or after it."""
        return _Opened(self.folder / "data" / DATABASE)

    # --- customers and the desk

    async def ask(
        self, model: str, text: str = "Hello", *, conv: str = "", key: str = "", **more: Any
    ) -> Socket:
        headers = {**JSON, "authorization": f"Bearer {self.key}"}
        headers |= {"x-hitl-conversation-id": conv} if conv else {}
        headers |= {"idempotency-key": key} if key else {}
        return await self._send(request(model, text, **more), headers)

    async def _send(self, body: bytes, headers: Mapping[str, str], **more: Any) -> Socket:
        customer = await send(self.port, body, headers, **more)
        self.customers.append(customer)
        return customer

    async def get(self, path: str) -> Answer:
        """As a script of the desk."""
        headers = {"authorization": f"Bearer {self.desk}"}
        return await (await self._send(b"", headers, path=path, method="GET")).rest()

    async def queue(self) -> list[dict[str, Any]]:
        return list(json.loads((await self.get("/console/queue")).body)["holds"])

    async def card(self, ident: str) -> dict[str, Any]:
        return dict(json.loads((await self.get(f"/console/holds/{ident}")).body))

    async def command(self, **words: object) -> Answer:
        headers = {**JSON, "authorization": f"Bearer {self.desk}"}
        body = json.dumps(words).encode()
        asked = await self._send(body, headers, path="/console/commands")
        return await asked.rest()

    async def decide(self, ident: str, action: str, **more: object) -> Answer:
        """Decide what is there once the draft grows no more."""
        while (card := await self.card(ident))["hold"]["draft_state"] == "streaming":
            pass
        seen = {"version": card["hold"]["version"], "draft_sha256": card["draft_sha256"]}
        if action != "approve":
            del seen["draft_sha256"]
        return await self.command(do="decide", hold=ident, action=action, **seen, **more)


class _Opened:
    """A database for the length of a block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> SqliteDatabase:
        self._db = SqliteDatabase(self._path, SystemClock(), exclusive=False)
        return self._db

    async def __aexit__(self, *_: object) -> None:
        await self._db.close()


async def _new_key(db: SqliteDatabase, **more: Any) -> str:
    plain, ident, digest = new_key(db.secrets.pepper)
    stored = api_keys.StoredKey(ident, "acme", digest, **more)
    await db.write(lambda conn: api_keys.add(conn, stored, 0.0))
    return plain
