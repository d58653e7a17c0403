"""kill -9 around every step of telling a webhook: nothing is lost, what comes twice says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.webhooks.receiver import SECRET, Receiver
from tests.world_client import held
from tests.world_models import says
from tests.world_process import Outside

WANTED = ("hold.opened", "hold.decided")


@asynccontextmanager
async def telling(folder: Path, receiver: Receiver) -> AsyncIterator[Outside]:
    async with Outside(folder) as world:
        file = folder / "hitl-chat.yaml"
        told = msgspec.to_builtins(receiver.settings(events=WANTED))
        file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "webhooks": told}))
        world.upstream.script("m", says("Sure. ", "I guarantee it."))
        yield world


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@pytest.mark.parametrize("where", ["after_hold_commit", "after_webhook_commit"])
async def test_what_was_committed_is_told_by_the_next_program(tmp_path: Path, where: str) -> None:
    async with Receiver() as receiver, telling(tmp_path, receiver) as world:
        # The first look of a webhook is at the start, before anything happened.
        await world.start(f"{where}:kill" if where == "after_hold_commit" else f"{where}@2:kill")
        await (await world.ask("m", conv="c1")).rest()
        await world.died()
        assert receiver.got == []
        await world.start()
        opened = await receiver.next()
        (card,) = await world.queue()
        assert (opened.message["type"], opened.message["hold"]) == ("hold.opened", card["id"])
        assert (await world.decide(card["id"], "reject")).status == 200
        decided = await receiver.next()
        assert decided.message["type"] == "hold.decided"
        assert decided.message["hold"] == card["id"]


async def test_what_was_taken_but_not_noted_comes_again_under_the_same_id(tmp_path: Path) -> None:
    async with Receiver() as receiver, telling(tmp_path, receiver) as world:
        await world.start("after_webhook_delivery:kill")
        await (await world.ask("m", conv="c1")).until(held)
        first = await receiver.next()
        await world.died()
        await world.start()
        again = await receiver.next()
        assert (again.ident, again.body) == (first.ident, first.body)


async def test_what_happens_while_it_is_away_is_told_when_it_is_back(tmp_path: Path) -> None:
    """89: nobody waits for it, and its messages come in order, across a restart."""
    async with Receiver() as receiver, telling(tmp_path, receiver) as world:
        receiver.answers(503)
        await world.start()
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await receiver.next()
        assert (await world.decide(ident, "reject")).status == 200
        assert (await customer.rest()).ended == "whole"
        await world.kill()
        await world.start()
        told = [(await receiver.next()).message["type"] for _ in WANTED]
        assert told == [*WANTED]
