"""hitl-chat serve: one process with the proxy and the console, until it is told to stop."""

import gc
import os
import resource
import time
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from hitl_chat import __version__
from hitl_chat.app import Program
from hitl_chat.cli import BEGAN
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note
from hitl_chat.errors import ConfigError
from hitl_chat.server.later import Later
from hitl_chat.server.protocol import Wire
from hitl_chat.server.serving import Server, configured, listening
from hitl_chat.settings import Settings
from hitl_chat.telemetry.log import configure


def run(arguments: Namespace) -> int:
    settings = load(arguments.config)
    _ready_to_serve(settings, os.environ)
    configure(level=settings.log.level, form=settings.log.format, text=settings.log.text)
    _allow_many_connections()
    listen, drain = settings.listen, settings.waits.drain
    with listening(listen.host, listen.port) as bound:
        program = Program(settings, environ=os.environ)
        config = configured(
            program.app, host=listen.host, port=listen.port, wire=wire(settings), drain=drain
        )
        ready = partial(_ready, settings.address(), program.beside)
        Server(config, drain=drain, draining=program.drain, ready=ready).run(sockets=[bound])
    return 0


def _ready(address: str, beside: Later) -> None:
    gc.freeze()  # what lives now lives as long as the process: never look at it again
    beside.begin().add_done_callback(lambda _: gc.freeze())
    note(f"hitl-chat {__version__} ready in {time.monotonic() - BEGAN:.1f} s")
    note(f"  OPENAI_BASE_URL={address}/v1   console {address}/console/")


def _allow_many_connections() -> None:
    """Each stream needs two files: the customer's socket and the model's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):  # macOS calls it unlimited, and refuses to go there
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def wire(settings: Settings) -> Wire:
    waits, limits = settings.waits, settings.limits
    return Wire(
        head_seconds=waits.request_head,
        head_bytes=limits.head_bytes,
        headers=limits.headers,
        write_seconds=waits.write_timeout,
        keep_alive=waits.keep_alive,
        socket_frame_bytes=limits.socket_frame_bytes,
        socket_ping=waits.socket_ping,
    )


def _ready_to_serve(settings: Settings, environ: Mapping[str, str]) -> None:
    """Without these nothing can be answered, or nothing would be checked."""
    if not settings.models:
        msg = "no model is configured: add one under 'models' (docs/configuration.md)"
        raise ConfigError(msg)
    if not settings.rules:
        msg = "no rules are configured: set 'rules' to a rules file (docs/rules.md)"
        raise ConfigError(msg)
    key = settings.metrics.key_env
    if key and not environ.get(key):
        msg = f"metrics.key_env names {key!r}, which is not set: export it, or leave it out"
        raise ConfigError(msg)
