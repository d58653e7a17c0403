"""hitl-chat webhooks and what doctor says about them: through the command line, as people do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hitl_chat.cli import main
from hitl_chat.cli.opening import CLOCK
from hitl_chat.cli.webhooks import findings
from hitl_chat.settings import Settings, WebhookSettings
from hitl_chat.store import outbox, stops
from hitl_chat.store.outbox import Bounds
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.carrier import Carrier
from hitl_chat.webhooks.courier import Courier
from hitl_chat.webhooks.parcels import Hook, Packing
from tests.store.world import Clock
from tests.webhooks.receiver import LOOPBACK, SECRET, Receiver

Said = pytest.CaptureFixture[str]


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
def config(tmp_path: Path, receiver: Receiver) -> Path:
    about = {
        "url": receiver.url,
        "secret_env": "HOOK_SECRET",
        "networks": list(LOOPBACK),
        "ports": [receiver.port],
    }
    file = tmp_path / "hitl-chat.yaml"
    file.write_text(yaml.safe_dump({"data": "data", "webhooks": {"team": about}}))
    return file


async def run(*words: str, config: Path) -> int:
    return await asyncio.to_thread(main, ["webhooks", *words, "--config", str(config)])


async def tried(config: Path, hook: Hook, clock: Clock) -> None:
    """A server ran, something happened, and it was told."""
    (config.parent / "data").mkdir(exist_ok=True)
    db = SqliteDatabase(config.parent / "data" / "hitl.sqlite", clock)
    await db.write(lambda conn: outbox.begin(conn, [hook.name]))
    await db.write(lambda conn: stops.set_mode(conn, "", "hold", "ana", clock.now()))
    carrier = Carrier(hook)
    await Courier(Packing(hook, "feed", ""), carrier, db, clock, Bounds(1000.0, 100)).once()
    await carrier.close()
    await db.close()


async def test_a_new_secret_is_one(config: Path, capsys: Said) -> None:
    assert await run("secret", config=config) == 0
    assert signing.secrets(capsys.readouterr().out, "SECRET")


async def test_a_test_message_arrives(config: Path, receiver: Receiver, capsys: Said) -> None:
    assert await run("test", config=config) == 0
    (delivery,) = receiver.got
    assert delivery.message["type"] == "test"
    assert delivery.headers["webhook-signature"].startswith("v1,")
    assert capsys.readouterr().out == "team: it took the message\n"


async def test_a_test_that_fails_says_why(config: Path, receiver: Receiver, capsys: Said) -> None:
    receiver.answers(401)
    assert await run("test", "team", config=config) == 1
    assert "it refuses us (401)" in capsys.readouterr().out


async def test_a_webhook_nobody_configured(config: Path, capsys: Said) -> None:
    assert await run("test", "taem", config=config) == 2
    assert "there is no webhook 'taem': team" in capsys.readouterr().err


async def test_the_list_says_how_they_do(config: Path, receiver: Receiver, capsys: Said) -> None:
    assert await run("list", config=config) == 0
    assert "has not run yet" in capsys.readouterr().out
    receiver.answers(503)
    await tried(config, receiver.hook(), Clock())
    assert await run("list", config=config) == 0
    out = capsys.readouterr().out
    assert out == "team: failed 1 times in a row (it answers 503), 1 waiting, 0 given up\n"


async def test_what_was_given_up_is_sent_again(
    config: Path, receiver: Receiver, capsys: Said
) -> None:
    clock = Clock()
    receiver.answers(400)
    await tried(config, receiver.hook(), clock)
    assert await run("retry", "team", config=config) == 0
    assert "1 messages will be sent again" in capsys.readouterr().out
    clock.time = CLOCK.now() + 1  # the command had no other clock
    await tried(config, receiver.hook(), clock)
    assert [each.ident for each in receiver.got] == ["feed-1", "feed-1", "feed-2"]


# --- doctor -----------------------------------------------------------------------------------


async def found(config: Path, receiver: Receiver, **more: Any) -> tuple[str, str, str]:
    settings = Settings(data=str(config.parent / "data"), webhooks=receiver.settings(**more))
    (finding,) = [each async for each in findings(settings, {"HOOK_SECRET": SECRET})]
    return finding.level, finding.what, finding.fix


async def test_doctor_names_a_webhook_that_fails_and_the_fix(
    config: Path, receiver: Receiver
) -> None:
    assert (await found(config, receiver))[0] == "ok"
    receiver.answers(404)
    await tried(config, receiver.hook(), Clock())
    level, what, fix = await found(config, receiver)
    assert level == "bad"
    assert "there is nothing at its address (404)" in what
    assert "hitl-chat webhooks test team" in fix


async def test_doctor_names_what_was_given_up_and_the_fix(config: Path, receiver: Receiver) -> None:
    receiver.answers(422)
    await tried(config, receiver.hook(), Clock())
    level, what, fix = await found(config, receiver)
    assert (level, fix) == ("warn", "'hitl-chat webhooks retry team' sends them again")
    assert "1 given up" in what
    assert "template" in what


async def test_doctor_names_a_webhook_that_cannot_work(config: Path, receiver: Receiver) -> None:
    settings = Settings(webhooks={"x": WebhookSettings(url="https://10.0.0.1/", secret_env="NO")})
    (finding,) = [each async for each in findings(settings, {})]
    assert finding.level == "bad"
    assert "list it under 'networks'" in finding.what
