"""The models run under the loop that serves; what touches sockets, under the standard one too."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    factories = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}
    return factories if item.path.name == "test_http.py" else {"uvloop": uvloop.new_event_loop}
