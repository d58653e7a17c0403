"""Follows files while serving: what is appended there counts a moment later.

A changed file that cannot be read, or is not embedded yet, changes nothing: the last good version
stays in use, and every verdict says which one that is. Must not know what it is used for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from hitl_chat.errors import ConfigError, HitlError, Unavailable
from hitl_chat.ports import Means

Stamp = tuple[tuple[int, int, int], ...]

PROBE = "ready"


class Held(Protocol):
    """What was made of the files: `usable` once there is a version, in the model's vectors."""

    version: str

    @property
    def usable(self) -> bool: ...


Kept = TypeVar("Kept", bound=Held)
Read = TypeVar("Read")


class Following(Generic[Kept]):
    """`current` is for who judges, `caught_up` for who must have what the files say now.

    What `load` reads `hold` makes the version in use of `known`, which is named `noun`.
    """

    def __init__(
        self,
        files: Sequence[str],
        means: Means,
        known: Kept,
        hold: Callable[[Read], Awaitable[None]],
        load: Callable[[Sequence[Path]], Read],
        noun: str = "library",
    ) -> None:
        async def take() -> None:
            await hold(await asyncio.to_thread(load, self._files))

        self._files = [means.folder / file for file in files]
        self._embedder = means.embedder
        self._known = known
        self._take = take
        self._load: Callable[[Sequence[Path]], object] = load
        self._noun = noun
        self._seen: Stamp | None = None
        self._task: asyncio.Task[None] | None = None
        self._wrong: HitlError | None = None

    @property
    def version(self) -> str:
        """For the record: which version it is, and why it may not be the newest."""
        known = f"{self._noun} {self._known.version}"
        return f"{known}, its files cannot be used: {self._wrong.message}" if self._wrong else known

    def unreadable(self) -> str:
        """What is wrong with the files as they are now; "" if nothing is. Needs no vectors."""
        try:
            self._load(self._files)
        except ConfigError as error:
            return error.message
        return ""

    def begin(self) -> None:
        """Catches up beside whatever else is done, if there is anything new."""
        if self._stamp() != self._seen:
            self._catching_up()

    async def current(self) -> Kept:
        """What is in use. Only the first version is waited for."""
        self.begin()
        if not self._known.usable:
            await asyncio.shield(self._catching_up())
        if not self._known.usable and self._wrong:
            raise self._wrong
        return self._known

    async def caught_up(self) -> None:
        await asyncio.shield(self._catching_up())
        while not self._wrong and self._stamp() != self._seen:
            await asyncio.shield(self._catching_up())
        if self._wrong:
            raise self._wrong

    def _catching_up(self) -> "asyncio.Task[None]":
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._catch_up())
        return self._task

    async def _catch_up(self) -> None:
        stamp = self._stamp()
        try:
            await self._embedder.embed([PROBE])  # without it there is no use in reading
            await self._take()
        except Unavailable as error:  # asked again the next time
            self._wrong = error
        except ConfigError as error:  # asked again when the files have changed
            self._wrong, self._seen = error, stamp
        else:
            self._wrong, self._seen = None, stamp

    def _stamp(self) -> Stamp:
        return tuple(_stamp(file) for file in self._files)


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_size, found.st_ino
