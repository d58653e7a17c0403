"""hitl-chat keys: API keys. A key is printed once and stored as a digest."""

import asyncio
from argparse import Namespace

import msgspec

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import CLOCK, DEFAULT_TENANT, record, tenant
from hitl_chat.cli.out import note, say
from hitl_chat.errors import BadRequest
from hitl_chat.server.auth import new_key
from hitl_chat.settings import Origin
from hitl_chat.store import api_keys
from hitl_chat.store.api_keys import StoredKey


def add(arguments: Namespace) -> int:
    return asyncio.run(_add(arguments))


def everyone(arguments: Namespace) -> int:
    return asyncio.run(_everyone(arguments))


def revoke(arguments: Namespace) -> int:
    return asyncio.run(_revoke(arguments))


async def _add(arguments: Namespace) -> int:
    settings = load(arguments.config)
    async with record(settings) as database:
        plain, ident, digest = new_key(database.secrets.pepper)
        key = StoredKey(
            id=ident,
            tenant=arguments.tenant or DEFAULT_TENANT,
            digest=digest,
            aware=arguments.aware,
            origins=_origins(arguments.origin),
            scopes=tuple(arguments.scope),
            label=arguments.label,
        )
        await database.write(lambda conn: api_keys.add(conn, key, CLOCK.now(), "system:cli"))
    note(f"A key of tenant {key.tenant!r}; it is shown this once. Use it with")
    note(f"OPENAI_BASE_URL={settings.address()}/v1 and as OPENAI_API_KEY:")
    say(plain)
    return 0


def _origins(given: list[str]) -> tuple[str, ...]:
    try:
        return msgspec.convert(given, tuple[Origin, ...])
    except msgspec.ValidationError:
        msg = f"--origin is written like https://shop.example, not {', '.join(given)}"
        raise BadRequest(msg) from None


async def _everyone(arguments: Namespace) -> int:
    async with record(load(arguments.config), readonly=True) as database:
        whose = await tenant(database, arguments.tenant)
        for key in await database.read(lambda conn: api_keys.of_tenant(conn, whose)):
            say("  ".join(filter(None, _described(key))))
    return 0


def _described(key: StoredKey) -> tuple[str, ...]:
    return (
        f"hk_{key.id}_...",
        key.tenant,
        key.label,
        "aware" if key.aware else "",
        *key.scopes,
        *key.origins,
        "revoked" if key.revoked else "",
    )


async def _revoke(arguments: Namespace) -> int:
    async with record(load(arguments.config)) as database:
        whose = await tenant(database, arguments.tenant)
        now, ident = CLOCK.now(), arguments.ident
        await database.write(lambda conn: api_keys.revoke(conn, whose, ident, now, "system:cli"))
    note(f"The key {arguments.ident} and its tokens stop within five seconds.")
    return 0
