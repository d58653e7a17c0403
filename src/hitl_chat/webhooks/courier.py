"""One webhook's deliveries: take over what is new, deliver what is due, wait longer after failures.

At least once: a message is forgotten after it was taken, not before. While the other side is away
only one message at a time tries. Knows no address and no clock of its own.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from random import random
from typing import Any, Protocol

import msgspec

from hitl_chat import failpoints
from hitl_chat.errors import HitlError
from hitl_chat.ports import Clock, Database
from hitl_chat.store import outbox
from hitl_chat.store.outbox import Bounds, Parcel
from hitl_chat.webhooks.carrier import TOGETHER, Answer
from hitl_chat.webhooks.parcels import Hook, Packing, shaped

log = logging.getLogger(__name__)

FIRST, LONGEST = 2.0, 900.0
TIDY_EVERY = 60.0

Counted = Callable[[str, str], None]  # the webhook's name, and what became of a message


class Carries(Protocol):
    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> Answer: ...


def pause(failures: int, chance: float) -> float:
    """Seconds until the next try: twice as long each time, and never all at once."""
    return min(LONGEST, FIRST * 2.0 ** min(failures, 20)) * (0.5 + chance / 2)


class Courier:
    """`once` is all there is to do now; `run` does it whenever there is something to do."""

    def __init__(
        self,
        packing: Packing,
        carrier: Carries,
        db: Database,
        clock: Clock,
        bounds: Bounds,
        *,
        counted: Counted = lambda name, outcome: None,
        chance: Callable[[], float] = random,
    ) -> None:
        self._packing, self._carrier, self._db, self._clock = packing, carrier, db, clock
        self._bounds, self._counted, self._chance = bounds, counted, chance
        self._wake = asyncio.Event()
        self._news = True
        self._tidied = 0.0

    @property
    def hook(self) -> Hook:
        return self._packing.hook

    def ring(self) -> None:
        """Something was recorded."""
        self._news = True
        self._wake.set()

    async def run(self, poll: float) -> None:
        while True:
            try:
                await self.once()
            except HitlError as error:
                log.warning("webhook %s is told later: %s", self.hook.name, error)
            except Exception:  # an error nobody thought of must not end the telling
                log.exception("webhook %s is told later", self.hook.name)
            with suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await self._wake.wait()
            self._wake.clear()

    async def once(self) -> None:
        # Quiet records, too, are looked through, before there are millions of them.
        self._news = self._news or self._untidy
        while self._news:
            self._news = False
            now = self._clock.now()
            taken = await self._db.write(
                partial(outbox.collect, target=self.hook.name, pack=self._packing, now=now)
            )
            failpoints.hit("after_webhook_commit")
            self._count("dead", taken.dead)
            self._news = self._news or taken.more
        await self._tidy()
        while parcels := await self._db.read(
            partial(outbox.due, target=self.hook.name, now=self._clock.now(), most=TOGETHER)
        ):
            if not all(await asyncio.gather(*map(self._carry, parcels))):
                return

    @property
    def _untidy(self) -> bool:
        return self._clock.now() - self._tidied >= TIDY_EVERY

    async def _tidy(self) -> None:
        if not self._untidy:
            return
        now = self._tidied = self._clock.now()
        gone = await self._db.write(
            partial(outbox.tidy, target=self.hook.name, now=now, bounds=self._bounds)
        )
        self._count("dead", gone)

    def _count(self, outcome: str, times: int) -> None:
        for _ in range(times):
            self._counted(self.hook.name, outcome)

    async def _carry(self, parcel: Parcel) -> bool:
        """Whether more may be sent at once."""
        answer = await self._delivered(parcel)
        failpoints.hit("after_webhook_delivery")
        now = self._clock.now()
        if not answer.problem:
            await self._db.write(partial(outbox.sent, parcel=parcel, now=now))
            self._counted(self.hook.name, "sent")
            return True
        log.warning("webhook %s: %s", self.hook.name, answer.problem)
        if answer.final:
            await self._db.write(
                partial(outbox.refused, parcel=parcel, now=now, why=answer.problem)
            )
            self._counted(self.hook.name, "dead")
            return True
        await self._again(parcel, answer, now)
        self._counted(self.hook.name, "failed")
        return False

    async def _delivered(self, parcel: Parcel) -> Answer:
        """One message that nobody can send must not stand before all others for ever."""
        try:
            content: dict[str, Any] = msgspec.json.decode(parcel.body)
            body, headers = shaped(self.hook, content, self._clock.now())
        except Exception as error:  # whatever is wrong with it, it will be next time, too
            log.exception("webhook %s: a message cannot be written", self.hook.name)
            return Answer(f"the message cannot be written ({type(error).__name__})", final=True)
        try:
            return await self._carrier.deliver(body, headers)
        except Exception as error:  # nobody thought of it: it waits its turn, like other failures
            log.exception("webhook %s", self.hook.name)
            return Answer(f"it cannot be told ({type(error).__name__})")

    async def _again(self, parcel: Parcel, answer: Answer, now: float) -> None:
        chance = self._chance()
        await self._db.write(
            partial(
                outbox.failed,
                parcel=parcel,
                now=now,
                why=answer.problem,
                wait=lambda failures: max(answer.again, pause(failures, chance)),
            )
        )
