"""The pretend model in a test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.load.mock_model import MockModel


@asynccontextmanager
async def model_server() -> AsyncIterator[str]:
    """The base URL, up to /v1, at which the pretend model answers."""
    connections: list[MockModel] = []

    def connect() -> MockModel:
        connections.append(MockModel())
        return connections[-1]

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    for connection in connections:
        connection.transport.abort()
    await asyncio.sleep(0)  # lets the loop close them
