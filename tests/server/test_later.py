"""What is made when it is first needed: once, whoever asks, and its start is not the server's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter

from hitl_chat.server.errors import App
from hitl_chat.server.later import Later
from hitl_chat.server.rest import rest
from tests.server.running import serving


class Life:
    def __init__(self) -> None:
        self.told: list[str] = []

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        self.told.append("began")
        yield
        self.told.append("ended")


def greeting(made: list[str]) -> App:
    router = APIRouter()

    @router.get("/hello")
    def hello() -> dict[str, Any]:
        return {"hello": "you"}

    made.append("made")
    return rest([router])


async def test_it_is_made_once_for_all_who_ask_at_the_same_time() -> None:
    made: list[str] = []
    life = Life()
    async with serving({}, Later(lambda: greeting(made), life)) as running:
        assert (life.told, made) == (["began"], [])
        answers = await asyncio.gather(*(running.ask("/hello") for _ in range(5)))
        assert {answer.status for answer in answers} == {200}
        assert made == ["made"]
    assert life.told == ["began", "ended"]


async def test_what_cannot_be_made_is_an_error_for_who_asks_and_for_the_log() -> None:
    made: list[str] = []
    troubles = [ImportError("fastapi is not here")]

    def once_broken() -> App:
        if troubles:
            raise troubles.pop()
        return greeting(made)

    async with serving({}, Later(once_broken, Life())) as running:
        assert (await running.ask("/hello")).status == 500
        assert [str(fault) for fault in running.faults] == ["fastapi is not here"]
        assert (await running.ask("/hello")).status == 200


async def test_who_hangs_up_while_it_is_made_does_not_keep_it_from_the_others() -> None:
    made: list[str] = []
    later = Later(lambda: greeting(made), Life())
    first = asyncio.create_task(later({"type": "http"}, nothing, nothing))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with serving({}, later) as running:
        assert (await running.ask("/hello")).status == 200
    assert made == ["made"]


async def nothing(*_: object) -> Any:
    return {}
