"""Watches the event loop: how late it is for a timer is how long something else computed."""

from collections.abc import Callable

from hitl_chat.ports import Clock, Sleep

EVERY = 0.25


async def watch(observe: Callable[[float], None], clock: Clock, sleep: Sleep) -> None:
    """For ever; the program cancels it."""
    while True:
        began = clock.monotonic()
        await sleep(EVERY)
        observe(max(0.0, clock.monotonic() - began - EVERY))
