"""The re-check of a late correction: a text that reaches a customer is read before, as edits are.

Once for each command, before its transaction. A check that dies or takes too long has not found it
clean. Knows no check: how to read a correction is handed in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hitl_chat.core.proposal import Recheck
from hitl_chat.core.types import NeedsSecond, Reason, Value
from hitl_chat.runner.buckets import Quota

log = logging.getLogger(__name__)


class Late(Value, frozen=True):
    """What the checks say of a correction; `needs_second`: what the rules that object ask for."""

    recheck: Recheck
    reasons: tuple[Reason, ...] = ()
    needs_second: tuple[NeedsSecond, ...] = ()


# Which rules object to what nobody read is unknown: any of them might ask for two people.
UNREAD = Late("warned", needs_second=("warned",))

Read = Callable[[str, str, str], Awaitable[Late]]  # a tenant's answer, and the text in its place


class Lateness:
    """`read` None: no rules are asked, as in a program without any."""

    def __init__(self, read: Read | None, quota: Quota, timeout: float) -> None:
        self._read, self._quota, self._timeout = read, quota, timeout

    async def of(self, person: str, tenant: str, answer: str, text: str) -> Late:
        """Raises TooMany where somebody has more read than people can mean."""
        if self._read is None:
            return Late("clean")
        if not text.strip():
            return UNREAD
        with self._quota.call(person):
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._read(tenant, answer, text.strip())
            except Exception:  # whatever a check dies of, the text was not found clean
                log.exception("the re-check of a correction of %s failed", answer)
                return UNREAD
