"""How uvicorn is run: with our protocol, without its logs, and with an orderly end.

Owns the sequence of a shutdown. Must not know what the application does when it is told to drain.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn

from hitl_chat.errors import ConfigError
from hitl_chat.server.errors import App
from hitl_chat.server.protocol import Guarded, Wire
from hitl_chat.server.sockets import Metered


def configured(app: App, *, host: str, port: int, wire: Wire, drain: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=type("Protocol", (Guarded,), {"wire": wire}),
        ws=type("Sockets", (Metered,), {"wire": wire}),
        ws_max_size=wire.socket_frame_bytes,
        ws_ping_interval=wire.socket_ping,
        ws_ping_timeout=wire.socket_ping,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=int(wire.keep_alive),
        # Ours comes first; this is for what ignores even a cut connection.
        timeout_graceful_shutdown=int(drain) + 5,
    )


class Server(uvicorn.Server):
    """On SIGTERM: no new connections, tell the application, wait `drain` seconds, cut the rest."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain: float,
        draining: Callable[[], Awaitable[None]],
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self.drain = drain
        self.draining = draining
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        cutting = asyncio.get_running_loop().call_later(self.drain, self.cut)
        await self.draining()
        await super().shutdown(sockets)
        cutting.cancel()

    def cut(self) -> None:
        """An unfinished answer ends with a reset, never as if it were whole."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, Guarded):
                connection.abort()
            else:
                connection.transport.abort()


def listening(host: str, port: int) -> socket.socket:
    """A bound socket, so that a taken port is known before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as problem:
        bound.close()
        msg = f"cannot listen on {host!r} port {port}: {problem.strerror}; set listen.host or port"
        raise ConfigError(msg) from None
    return bound
