"""Prompts for checks: read from the shipped folder or the rules' own, rendered in a process apart.

`prompt_ports.Prompts`. A prompt beside the rules file goes before a shipped one of that name. One
process renders for all, and its successor is started before its life is over. One that takes too
long or dies is replaced, and the prompt is said to be at fault. A changed file counts with the next
use.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.models.prompts import Source, read
from hitl_chat.models.rendering_process import RenderingProcess, start

log = logging.getLogger(__name__)

WITHIN = 2.0
LIFE = 200  # prompts rendered by one process, which may compute for so long in its life
AHEAD = 20  # so many prompts before its end its successor is started

Start = Callable[[], Awaitable[RenderingProcess]]
Looks = tuple[int, int, int] | None


class Known(NamedTuple):
    """A prompt, and what its files looked like when it was read."""

    looks: tuple[Looks, ...]
    source: Source


class Taken:
    """`prompt_ports.Prompt`."""

    def __init__(
        self, source: Source, render: Callable[[Source, Mapping[str, str]], Awaitable[str]]
    ) -> None:
        self.version = f"{source.name}@{source.version}-{source.digest[:8]}"
        self.inputs, self.output, self.probe = source.inputs, source.output, source.probe
        self._source = source
        self._render = render

    async def render(self, **inputs: str) -> str:
        return await self._render(self._source, inputs)


class Rendering:
    def __init__(
        self, *folders: Path, within: float = WITHIN, life: int = LIFE, start: Start = start
    ) -> None:
        """`folders`: where prompts lie, the first that has one wins."""
        self._folders = folders
        self._within = within
        self._life = life
        self._start = start
        self._sources: dict[str, Known] = {}
        self._process: RenderingProcess | None = None
        self._next: asyncio.Task[RenderingProcess] | None = None
        self._one = asyncio.Lock()

    @property
    def process(self) -> int | None:
        """The one that renders, while there is one."""
        return self._process.pid if self._process else None

    def take(self, name: str) -> "Taken":
        return Taken(self._source(name), self._render)

    def version(self, name: str) -> str:
        return self.take(name).version

    async def render(self, name: str, **inputs: str) -> str:
        return await self.take(name).render(**inputs)

    async def _render(self, source: Source, inputs: Mapping[str, str]) -> str:
        source.admit(inputs)
        line = json.dumps({"template": source.text, "inputs": inputs}) + "\n"
        async with self._one:
            answer = await self._rendered(source.name, line.encode())
        if "error" in answer:
            raise ConfigError(f"prompt {source.name!r}: {answer['error']}")
        return answer["text"]

    async def close(self) -> None:
        starting, self._next = self._next, None
        if starting is not None:
            starting.cancel()
            await asyncio.wait((starting,))
            if not starting.cancelled() and starting.exception() is None:
                await starting.result().end()
        await self._end()

    def _source(self, name: str) -> Source:
        """As its file is now; the last good one while that cannot be read."""
        looks = tuple(_looks(folder / f"{name}.j2") for folder in self._folders)
        known = self._sources.get(name)
        if known is None or known.looks != looks:
            known = self._sources[name] = Known(looks, self._read(name, known))
        return known.source

    def _read(self, name: str, known: "Known | None") -> Source:
        try:
            folder = next((f for f in self._folders if (f / f"{name}.j2").is_file()), None)
            if folder is None:
                where = " or ".join(repr(str(folder)) for folder in self._folders)
                raise ConfigError(f"no prompt {name!r}: write {name}.j2 in {where}")
            return read(folder, name)
        except ConfigError as error:
            if known is None:
                raise
            log.warning("%s; as it was before, it stays in use", error.message)
            return known.source

    async def _rendered(self, name: str, line: bytes) -> dict[str, str]:
        process = await self._ready()
        try:
            async with asyncio.timeout(self._within):
                answer = await process.say(line)
        except TimeoutError:
            await self._end()
            raise ConfigError(f"prompt {name!r}: not rendered within {self._within:g} s") from None
        except BaseException:  # half an answer must not be the next one's
            await self._end()
            raise
        if not answer:
            await self._end()
            raise ConfigError(f"prompt {name!r}: its rendering was killed; make it simpler")
        found: dict[str, str] = json.loads(answer)
        return found

    async def _ready(self) -> RenderingProcess:
        """The one in use; its successor once that can render. Nobody waits but for the first."""
        process = self._process
        if process is None or not process.alive:
            await self._end()
            process = self._process = await self._successor()
        elif process.rendered >= self._life - AHEAD:
            starting = self._starting()
            if process.rendered >= self._life and starting.done():
                return await self._replaced(process)
        return process

    async def _replaced(self, process: RenderingProcess) -> RenderingProcess:
        try:
            self._process = await self._successor()
        except Unavailable as error:  # tried again with the next prompt; this one still renders
            log.warning("%s", error.message)
            return process
        await process.end()
        return self._process

    def _starting(self) -> "asyncio.Task[RenderingProcess]":
        if self._next is None:
            self._next = asyncio.ensure_future(self._start())
        return self._next

    async def _successor(self) -> RenderingProcess:
        try:
            return await asyncio.shield(self._starting())
        finally:
            if self._next is not None and self._next.done():
                self._next = None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end()


def _looks(file: Path) -> Looks:
    """What changes with its content; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
