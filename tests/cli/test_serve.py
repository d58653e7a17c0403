"""`hitl-chat serve` as a process: from its start over an answer to SIGTERM (fault 20)."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.server.running import Reply, closed, reply
from tests.world_rules import USUAL

PATIENCE = 15.0
COMMAND = str(Path(sys.executable).with_name("hitl-chat"))


class Served:
    """A served folder, and the process that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: Process
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "rules.yaml").write_text(USUAL)
        (folder / "hitl-chat.yaml").write_text(
            f"rules: rules.yaml\nlisten:\n  port: {self.port}\n"
            "models:\n  wick-1:\n    kind: scripted\nwaits:\n  drain: 1\n"
        )

    async def command(self, *words: str, **more: str) -> Process:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("HITL_CHAT_")} | more
        return await asyncio.create_subprocess_exec(
            COMMAND, *words, cwd=self.folder, env=environ, stdout=PIPE, stderr=PIPE
        )

    async def printed(self, *words: str, **more: str) -> tuple[int | None, str, str]:
        process = await self.command(*words, **more)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode, out.decode(), err.decode()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """What it says when it is ready."""
        self.process = await self.command("serve")
        assert self.process.stderr is not None
        try:
            yield (await asyncio.wait_for(self.process.stderr.readline(), PATIENCE)).decode()
        finally:
            if self.process.returncode is None:
                self.process.kill()
            await self.process.communicate()

    async def ask(self, key: str, question: str) -> Reply:
        asked = {"model": "wick-1", "messages": [{"role": "user", "content": question}]}
        body = json.dumps(asked).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
            b"content-type: application/json\r\nauthorization: Bearer %b\r\n"
            b"content-length: %d\r\n\r\n%b" % (key.encode(), len(body), body)
        )
        try:
            return reply(await asyncio.wait_for(reader.read(), PATIENCE))
        finally:
            await closed(writer)


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


async def test_from_the_first_start_over_an_answer_to_a_clean_stop(served: Served) -> None:
    _, key, _ = await served.printed("keys", "add", "--tenant", "moss")
    async with served.serving() as ready:
        assert ready.startswith("hitl-chat 0.1.0 ready in ")
        answer = await served.ask(key.strip(), "What are your opening hours?")
        assert answer.status == 200
        assert json.loads(answer.body)["choices"][0]["message"]["content"]
        refused = await served.ask("hk_nobody_" + "x" * 43, "hello")
        assert (refused.status, refused.error["code"]) == (401, "invalid_api_key")
        served.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(served.process.wait(), PATIENCE) in {0, -signal.SIGTERM}
    status, out, _ = await served.printed("verify")
    assert (status, "all as they were written" in out) == (0, True)


async def test_a_key_made_beside_a_running_server_works_at_once(served: Served) -> None:
    async with served.serving():
        _, key, _ = await served.printed("keys", "add", "--tenant", "moss")
        assert (await served.ask(key.strip(), "hello")).status == 200


async def test_a_second_server_is_refused_and_the_first_goes_on(served: Served) -> None:
    """Fault 61."""
    _, key, _ = await served.printed("keys", "add", "--tenant", "moss")
    async with served.serving():
        taken = await served.printed("serve")
        assert (taken[0], f"port {served.port}" in taken[2]) == (2, True)
        other = (served.folder / "hitl-chat.yaml").read_text().replace(str(served.port), "0")
        (served.folder / "other.yaml").write_text(other)
        locked = await served.printed("serve", "--config", "other.yaml")
        assert (locked[0], "is in use by process" in locked[2]) == (2, True)
        assert "Traceback" not in locked[2]
        assert (await served.ask(key.strip(), "hello")).status == 200


async def test_a_start_that_fails_says_why_and_leaves_the_record_in_order(served: Served) -> None:
    (served.folder / "litellm.py").write_text("raise ImportError('half an installation')")
    settings = (served.folder / "hitl-chat.yaml").read_text()
    (served.folder / "hitl-chat.yaml").write_text(settings.replace("scripted", "litellm"))
    status, _, told = await served.printed("serve", PYTHONPATH=str(served.folder))
    assert status not in {0, None}
    assert "half an installation): install hitl-chat again" in told
    assert "ready" not in told
    assert "pid" not in (served.folder / "hitl-chat-data" / "hitl.sqlite.lock").read_text()


async def test_doctor_finds_a_healthy_server(served: Served) -> None:
    await served.printed("keys", "add", "--tenant", "moss")
    async with served.serving():
        status, out, _ = await served.printed("doctor")
    assert (status, f"ready at http://127.0.0.1:{served.port}" in out) == (0, True), out


async def test_the_stop_switch_reaches_a_running_server(served: Served) -> None:
    _, key, _ = await served.printed("keys", "add", "--tenant", "moss")
    async with served.serving():
        assert (await served.printed("stop", "block"))[0] == 0
        said = ""
        while '"author":"policy"' not in said:
            answer = await served.ask(key.strip(), "hello")
            said = answer.body.decode()
