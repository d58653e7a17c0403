"""Telling webhooks: made from the settings, only where they name one.

What is wrong with one is said before the server starts; what goes wrong later, by `doctor`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_chat.errors import ConfigError, HitlError
from hitl_chat.settings import Settings, WebhookSettings
from hitl_chat.store import events, outbox
from hitl_chat.store.events import Event
from hitl_chat.store.outbox import Bounds
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.addresses import refused
from hitl_chat.webhooks.parcels import Hook, Packing
from hitl_chat.webhooks.template import Template

if TYPE_CHECKING:
    from hitl_chat.app import Program
    from hitl_chat.webhooks.carrier import Carrier
    from hitl_chat.webhooks.courier import Courier

COUNTED_EVERY = 5.0


def hooks(settings: Settings, environ: Mapping[str, str]) -> list[Hook]:
    """Raises ConfigError, which says what is missing."""
    return [hook(name, about, environ) for name, about in settings.webhooks.items()]


def hook(name: str, about: WebhookSettings, environ: Mapping[str, str]) -> Hook:
    url = about.url or _variable(name, about.url_env, environ)
    networks = tuple(map(ip_network, about.networks))
    if why := refused(url, about.ports, networks):
        msg = f"the address of webhook {name!r} cannot be used: {why}"
        raise ConfigError(msg)
    keys: tuple[bytes, ...] = ()
    if about.secret_env:
        keys = signing.secrets(_variable(name, about.secret_env, environ), about.secret_env)
    return Hook(
        name=name,
        url=url,
        keys=keys,
        events=frozenset(about.events),
        tenant=about.tenant,
        template=Template.read(Path(about.template)) if about.template else None,
        near=about.near,
        networks=networks,
        ports=about.ports,
    )


def _variable(name: str, variable: str, environ: Mapping[str, str]) -> str:
    found = environ.get(variable, "").strip()
    if not found:
        msg = f"webhook {name!r} needs the variable {variable!r}, and it is empty: set it"
        raise ConfigError(msg)
    return found


def console(settings: Settings) -> str:
    """The page that links in messages lead to."""
    return f"{settings.address()}/console/"


class Telling:
    """Every webhook of one program. Without any it costs nothing."""

    def __init__(self, program: "Program") -> None:
        self._program, self._hooks = program, program.hooks
        self._couriers: Sequence[Courier] = ()
        self._carriers: Sequence[Carrier] = ()
        self._tasks: Sequence[asyncio.Task[None]] = ()

    async def start(self) -> None:
        """Before the feed is read, so that nothing is missed."""
        names = [hook.name for hook in self._hooks]
        if not names and not await self._program.db.read(outbox.standings):
            return
        await self._program.db.write(lambda conn: outbox.begin(conn, names))
        if not names:
            return
        await self._make()
        self._program.desk.feed.follow(self._heard)
        poll = self._program.settings.waits.poll
        runs = [courier.run(poll) for courier in self._couriers]
        self._tasks = [asyncio.create_task(run) for run in (*runs, self._count())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for carrier in self._carriers:
            await carrier.close()

    async def _make(self) -> None:
        from hitl_chat.webhooks.carrier import Carrier  # its client costs a tenth of a second
        from hitl_chat.webhooks.courier import Courier

        program = self._program
        waits, limits = program.settings.waits, program.settings.limits
        feed = await program.db.read(events.epoch)
        bounds = Bounds(keep=waits.webhook_keep, most=limits.webhook_messages)
        packings = [Packing(hook, feed, console(program.settings)) for hook in self._hooks]
        self._carriers = [Carrier(hook, patience=waits.webhook) for hook in self._hooks]
        self._couriers = [
            Courier(
                packing,
                carrier,
                program.db,
                program.clock,
                bounds,
                counted=program.telemetry.webhooks.add,
            )
            for packing, carrier in zip(packings, self._carriers, strict=True)
        ]

    async def _heard(self, page: Sequence[Event]) -> None:
        for courier in self._couriers:
            courier.ring()

    async def _count(self) -> None:
        telemetry = self._program.telemetry
        while True:
            with suppress(HitlError):  # whoever needs the record says that it is away
                found = await self._program.db.read(outbox.standings)
                telemetry.webhooks_waiting.set(sum(each.waiting for each in found))
                telemetry.webhooks_dead.set(sum(each.dead for each in found))
            await asyncio.sleep(COUNTED_EVERY)
