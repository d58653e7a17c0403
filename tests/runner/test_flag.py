"""Whoever waits is told when it happens, once it has happened at once, and may stop waiting."""

import asyncio

import pytest

from hitl_chat.runner.flag import Flag


async def test_all_who_wait_are_told_and_who_comes_later_need_not_wait() -> None:
    flag = Flag()
    waiting = [asyncio.create_task(flag.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not flag.is_set()
    assert not any(task.done() for task in waiting)
    flag.set()
    flag.set()
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert flag.is_set()
    assert await flag.wait()


async def test_it_can_be_taken_down_and_waited_for_again() -> None:
    flag = Flag()
    flag.set()
    flag.clear()
    again = asyncio.create_task(flag.wait())
    await asyncio.sleep(0)
    assert not again.done()
    flag.set()
    assert await again


async def test_who_no_longer_waits_is_not_told() -> None:
    flag = Flag()
    waiting = asyncio.create_task(flag.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    flag.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await flag.wait()
