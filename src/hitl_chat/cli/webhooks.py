"""hitl-chat webhooks: who is told what happens, whether that works, and another try."""

import asyncio
import os
import secrets
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping

from hitl_chat.app.telling import console, hook, hooks
from hitl_chat.cli.config import load
from hitl_chat.cli.findings import Finding
from hitl_chat.cli.opening import CLOCK, record
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError, HitlError, NotFound
from hitl_chat.settings import Settings
from hitl_chat.store import outbox
from hitl_chat.store.outbox import Standing
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.parcels import Hook, shaped, test_message


def secret(_: Namespace) -> int:
    say(signing.secret(secrets.token_bytes(32)))
    note("Set the variable that secret_env names to it, and tell it to the receiver.")
    return 0


def everyone(arguments: Namespace) -> int:
    settings = load(arguments.config)
    found = {each.target: each for each in asyncio.run(_standings(settings))}
    for name in settings.webhooks:
        say(f"{name}: {_said(found.get(name))}")
    if not settings.webhooks:
        say("none are configured: see docs/webhooks.md")
    return 0


def test(arguments: Namespace) -> int:
    settings = load(arguments.config)
    chosen = _chosen(settings, arguments.name)
    problems = [asyncio.run(_tested(each, settings)) for each in chosen]
    for each, problem in zip(chosen, problems, strict=True):
        say(f"{each.name}: {problem or 'it took the message'}")
    return 1 if any(problems) else 0


def retry(arguments: Namespace) -> int:
    settings = load(arguments.config)
    (chosen,) = _chosen(settings, arguments.name)

    async def revived() -> int:
        async with record(settings) as database:
            return await database.write(lambda conn: outbox.revive(conn, chosen.name, CLOCK.now()))

    count = asyncio.run(revived())
    say(f"{chosen.name}: {count} messages will be sent again")
    note("A running server begins within a second.")
    return 0


async def findings(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """For `doctor`: whether each can work, and how its deliveries went."""
    found = {each.target: each for each in await _standings(settings)} if settings.webhooks else {}
    for name, about in settings.webhooks.items():
        try:
            hook(name, about, environ)
        except ConfigError as problem:
            yield Finding("bad", f"webhook {name}", problem.message, "correct the settings")
        else:
            yield _finding(name, found.get(name))


def _finding(name: str, standing: Standing | None) -> Finding:
    about, said = f"webhook {name}", _said(standing)
    if standing is not None and standing.failures:
        fix = f"'hitl-chat webhooks test {name}' tries it; docs/webhooks.md has a table"
        return Finding("bad", about, said, fix)
    if standing is not None and standing.dead:
        fix = f"'hitl-chat webhooks retry {name}' sends them again"
        return Finding("warn", about, said, fix)
    return Finding("ok", about, said)


def _said(standing: Standing | None) -> str:
    if standing is None:
        return "not begun: a server that knows it has not run yet"
    parts = [f"{standing.waiting} waiting", f"{standing.dead} given up"]
    if standing.failures:
        parts.insert(0, f"failed {standing.failures} times in a row ({standing.error})")
    elif standing.lost:
        parts.append(f"the last because {standing.lost}")
    elif standing.sent_at is None:
        parts.insert(0, "nothing was sent yet")
    return ", ".join(parts)


async def _standings(settings: Settings) -> list[Standing]:
    """Nothing, where there is no record yet or it cannot be read: that is said elsewhere."""
    try:
        async with record(settings, readonly=True) as database:
            return await database.read(outbox.standings)
    except HitlError:
        return []


def _chosen(settings: Settings, name: str) -> list[Hook]:
    made = [each for each in hooks(settings, os.environ) if name in ("", each.name)]
    if not made:
        there = ", ".join(settings.webhooks) or "none are configured"
        msg = f"there is no webhook {name!r}: {there}" if name else "no webhooks are configured"
        raise NotFound(msg)
    return made


async def _tested(chosen: Hook, settings: Settings) -> str:
    from hitl_chat.webhooks.carrier import Carrier

    now = CLOCK.now()
    content = test_message(f"test-{secrets.token_hex(8)}", now, console(settings))
    carrier = Carrier(chosen, patience=settings.waits.webhook)
    try:
        return (await carrier.deliver(*shaped(chosen, content, now))).problem
    finally:
        await carrier.close()
