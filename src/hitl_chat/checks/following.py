"""Follows a library's files while serving: what is appended there counts a moment later.

A changed file that cannot be read, or is not embedded yet, changes nothing: the last good version
stays in use, and every verdict says which one that is. Must not know what it is used for.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from hitl_chat.checks.known import Known
from hitl_chat.checks.library import load
from hitl_chat.errors import ConfigError, HitlError, Unavailable
from hitl_chat.ports import Means

Stamp = tuple[tuple[int, int, int], ...]

PROBE = "ready"


class Following:
    """`current` is for who judges, `caught_up` for who must have what the files say now."""

    def __init__(self, files: Sequence[str], means: Means) -> None:
        self._files = [means.folder / file for file in files]
        self._embedder = means.embedder
        self._known = Known(means.embedder)
        self._seen: Stamp | None = None
        self._task: asyncio.Task[None] | None = None
        self._wrong: HitlError | None = None

    @property
    def version(self) -> str:
        """For the record: which library it is, and why it may not be the newest."""
        known = f"library {self._known.version}"
        return f"{known}, its files cannot be used: {self._wrong.message}" if self._wrong else known

    def begin(self) -> None:
        """Catches up beside whatever else is done, if there is anything new."""
        if self._stamp() != self._seen:
            self._catching_up()

    async def current(self) -> Known:
        """The library in use. Only the first version is waited for."""
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
            await self._known.hold(await asyncio.to_thread(load, self._files))
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
