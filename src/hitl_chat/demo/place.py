"""The demo's folder: settings, rules, record, an API key, people and their sign-in links.

The rules are copies of the retail example and of what `examples/demo` adds: a person may change
them while the demo runs.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from hitl_chat import assets
from hitl_chat.app import SystemClock
from hitl_chat.app.parts import DATABASE
from hitl_chat.demo.stage import MODEL, PEOPLE, TENANT
from hitl_chat.models.scripted.backstage import JUDGE
from hitl_chat.runner import ids
from hitl_chat.runner.register import Register
from hitl_chat.server.auth import new_key
from hitl_chat.server.sessions import Sessions
from hitl_chat.store import api_keys, people
from hitl_chat.store.sqlite import SqliteDatabase

CLOCK = SystemClock()
LINK = 86_400.0
KEPT = "key"
RULES = "retail.yaml"
REPLIES = "replies.yaml"
LIBRARY = "known_bad.jsonl"


class Place(NamedTuple):
    folder: Path
    port: int
    key: str

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def rules(self) -> Path:
        return self.folder / RULES

    @property
    def remembers(self) -> bool:
        """Whether there is a library of known answers, and vectors to compare with it."""
        return self.library.exists()

    @property
    def library(self) -> Path:
        return self.folder / LIBRARY

    @property
    def settings(self) -> Path:
        return self.folder / "hitl-chat.yaml"


def furnish(folder: Path, port: int, upstream: str = "", *, remember: bool = False) -> Place:
    """Write everything that a server needs; a folder that was kept keeps its record and rules."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / RULES).exists():
        write_rules(folder, remember=remember)
    key = kept_key(folder)
    if not key:
        key = asyncio.run(_key(folder))
        (folder / KEPT).touch(mode=0o600)
        (folder / KEPT).write_text(key)
    compatible = {"kind": "openai_compatible", "base_url": upstream}
    model = compatible if upstream else {"kind": "scripted"}
    settings = {  # its paths count from the file, so that a folder that is kept may be moved
        "listen": {"port": port},
        "data": ".",
        "rules": RULES,
        "models": {MODEL: model, JUDGE: model},
        "waits": {"linger": 1.5},
    }
    (folder / "hitl-chat.yaml").write_bytes(msgspec.yaml.encode(settings))
    return Place(folder, port, key)


def write_rules(folder: Path, *, remember: bool) -> None:
    """`remember`: with the library of known answers, which only an embedding model can use."""
    examples = assets.examples()
    more = ["checks.yaml", *(["known_bad.yaml"] if remember else [])]
    for name in (*more, *([LIBRARY] if remember else [])):
        (folder / name).write_bytes((examples / "demo" / name).read_bytes())
    retail = (examples / "rules" / RULES).read_text("utf-8")
    text = f"{retail}\n# What the demo adds:\ninclude: [{', '.join(more)}]\n"
    (folder / RULES).write_text(text, "utf-8")
    (folder / REPLIES).write_bytes((examples / "demo" / REPLIES).read_bytes())


def kept_key(folder: Path) -> str:
    """The demo's API key, which the shop's page needs too; "" before there is one."""
    kept = folder / KEPT
    return kept.read_text() if kept.exists() else ""


async def _key(folder: Path) -> str:
    db = SqliteDatabase(folder / DATABASE, CLOCK, exclusive=False)
    try:
        plain, ident, digest = new_key(db.secrets.pepper, f"demo{ids.uuid7()[-6:]}")
        new = api_keys.StoredKey(ident, TENANT, digest)
        await db.write(lambda conn: api_keys.add(conn, new, CLOCK.now()))
        await db.write(_people)
        return plain
    finally:
        await db.close()


def _people(conn: Connection) -> None:
    for name, role in PEOPLE:
        people.add(conn, people.Person(ids.new("person"), TENANT, name, role), CLOCK.now())


async def links(place: Place) -> dict[str, str]:
    """New sign-in links; each works once."""
    db = SqliteDatabase(place.folder / DATABASE, CLOCK, exclusive=False)
    try:
        sessions = Sessions(Register(db, CLOCK), db.secrets.pepper, CLOCK, link=LINK)
        found = await db.read(lambda conn: people.everyone(conn, TENANT))
        return {who.name: f"{place.base}/in/{await sessions.link(who)}" for who in found}
    finally:
        await db.close()
