"""Prompts for checks: read from the shipped folder or the rules' own, rendered in a process apart.

`ports.Prompts`. A prompt beside the rules file goes before a shipped one of that name. One process
renders for all; one that takes too long or dies is replaced, and the prompt is said to be at fault.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.models.prompts import Source, read

WITHIN = 2.0
LONGEST_LINE = 16 * 1024 * 1024
RENDERED = 200  # by one process, which may compute for so long in its life


class Rendering:
    def __init__(self, *folders: Path, within: float = WITHIN) -> None:
        """`folders`: where prompts lie, the first that has one wins."""
        self._folders = folders
        self._within = within
        self._sources: dict[str, Source] = {}
        self._process: Process | None = None
        self._left = 0
        self._one = asyncio.Lock()

    @property
    def process(self) -> int | None:
        """The one that renders, while there is one."""
        return self._process.pid if self._process else None

    def version(self, name: str) -> str:
        source = self._source(name)
        return f"{name}@{source.version}-{source.digest[:8]}"

    async def render(self, name: str, **inputs: str) -> str:
        source = self._source(name)
        source.admit(inputs)
        line = json.dumps({"template": source.text, "inputs": inputs}) + "\n"
        async with self._one:
            answer = await self._rendered(name, line.encode())
        if "error" in answer:
            raise ConfigError(f"prompt {name!r}: {answer['error']}")
        return answer["text"]

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def _source(self, name: str) -> Source:
        found = self._sources.get(name)
        if found is None:
            folder = next((f for f in self._folders if (f / f"{name}.j2").is_file()), None)
            if folder is None:
                where = " or ".join(repr(str(folder)) for folder in self._folders)
                raise ConfigError(f"no prompt {name!r}: write {name}.j2 in {where}")
            found = self._sources[name] = read(folder, name)
        return found

    async def _rendered(self, name: str, line: bytes) -> dict[str, str]:
        try:
            async with asyncio.timeout(self._within):
                process = await self._ready()
                answer = await _spoken(process, line)
        except TimeoutError:
            await self.close()
            raise ConfigError(f"prompt {name!r}: not rendered within {self._within:g} s") from None
        except BaseException:  # half an answer must not be the next one's
            await self.close()
            raise
        if not answer:
            await self.close()
            raise ConfigError(f"prompt {name!r}: its rendering was killed; make it simpler")
        found: dict[str, str] = json.loads(answer)
        return found

    async def _ready(self) -> Process:
        if self._left <= 0:
            await self.close()
        if self._process is None or self._process.returncode is not None:
            self._left = RENDERED
            command = (sys.executable, "-I", "-m", "hitl_chat.models.prompt_sandbox")
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command, stdin=PIPE, stdout=PIPE, env={}, limit=LONGEST_LINE
                )
            except OSError as error:
                msg = "The process that renders prompts cannot be started."
                raise Unavailable(msg, code="no_prompts") from error
        self._left -= 1
        return self._process


async def _spoken(process: Process, line: bytes) -> bytes:
    """One line there, one line back; b"" from a process that died."""
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        process.stdin.write(line)
        await process.stdin.drain()
        return await process.stdout.readline()
    except (ConnectionError, ValueError):
        return b""
