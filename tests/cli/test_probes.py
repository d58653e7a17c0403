"""What `doctor` takes for our server: what says so, where the settings say that it listens."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hitl_chat.cli import probes
from hitl_chat.cli.findings import Finding
from hitl_chat.settings import Listen, ModelSettings, Settings


@asynccontextmanager
async def answering(host: str, document: object, status: int = 200) -> AsyncIterator[int]:
    """A program that gives everybody this JSON; its port."""
    body = json.dumps(document).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 %d So\r\ncontent-type: application/json\r\n" % status
        writer.write(head + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body))
        writer.write(body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, host, 0, family=socket.AF_INET)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def found(host: str, port: int, public: str = "") -> Finding:
    settings = Settings(listen=Listen(host=host, port=port, public_url=public))
    first, *_ = [each async for each in probes.server(settings, {})]
    return first


READY = {"status": "ready", "problems": {}, "notes": {}}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "0.0.0.0"])
async def test_a_server_is_asked_where_it_listens(host: str) -> None:
    async with answering(host, READY) as port:
        told = await found(host, port, "https://chat.example")
    assert (told.level, "ready at" in told.what) == ("ok", True)


@pytest.mark.parametrize("document", [{"error": {"code": "bad_host"}}, {}, [], "ready", None])
async def test_another_program_is_not_taken_for_it(document: object) -> None:
    async with answering("127.0.0.1", document) as port:
        told = await found("127.0.0.1", port)
    assert (told.level, "nothing of ours answers" in told.what) == ("warn", True)


@pytest.mark.parametrize(("status", "level"), [(200, "ok"), (404, "warn"), (401, "bad")])
async def test_a_model_s_address_that_leads_nowhere_is_doubted(status: int, level: str) -> None:
    async with answering("127.0.0.1", {}, status) as port:
        model = ModelSettings("openai_compatible", f"http://127.0.0.1:{port}")
        told = [each async for each in probes.models(Settings(models={"m": model}), {})]
    assert [each.level for each in told] == [level]
