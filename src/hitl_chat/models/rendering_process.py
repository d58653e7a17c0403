"""One process that renders prompts: started, warm, spoken to line by line, ended.

Must not know what is rendered or who waits for it. What its bounds are, `prompt_sandbox` says.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from hitl_chat.errors import Unavailable

COMMAND = (sys.executable, "-I", "-m", "hitl_chat.models.prompt_sandbox")
WARMING = b'{"template": "", "inputs": {}}\n'
LONGEST_LINE = 16 * 1024 * 1024
STARTING = 10.0  # seconds; usually 0.4


class RenderingProcess:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.rendered = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def say(self, line: bytes) -> bytes:
        """One line there, one line back; b"" from a process that died."""
        if self._process.stdin is None or self._process.stdout is None:
            return b""
        self.rendered += 1
        try:
            self._process.stdin.write(line)
            await self._process.stdin.drain()
            return await self._process.stdout.readline()
        except (ConnectionError, ValueError):
            return b""

    async def end(self) -> None:
        if self.alive:
            self._process.kill()
            await self._process.wait()


async def start() -> RenderingProcess:
    """One that has imported what it needs, and has answered once."""
    msg = "The process that renders prompts cannot be started."
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, env={}, limit=LONGEST_LINE
        )
    except OSError as error:
        raise Unavailable(msg, code="no_prompts") from error
    made = RenderingProcess(process)
    try:
        async with asyncio.timeout(STARTING):
            answered = await made.say(WARMING)
    except TimeoutError:
        answered = b""
    except BaseException:  # nobody wants it any more
        await made.end()
        raise
    if not answered:
        await made.end()
        raise Unavailable(msg, code="no_prompts")
    made.rendered = 0
    return made
