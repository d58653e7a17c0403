"""The whole program tells a webhook: from a customer's question to somebody else's server."""

import asyncio
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from hitl_chat import settings
from hitl_chat.app.telling import hooks
from hitl_chat.errors import ConfigError
from hitl_chat.settings import Settings, WebhookSettings
from hitl_chat.settings.reading import BadSettings, from_mapping
from hitl_chat.webhooks.telling import TEST, TITLES
from tests.webhooks.receiver import PATIENCE, SECRET, Receiver
from tests.world import World
from tests.world_client import held
from tests.world_models import says

ENVIRON = {"HOOK_SECRET": SECRET}


async def test_a_hold_and_its_decision_are_told_while_the_answer_waits_for_nobody(
    tmp_path: Path,
) -> None:
    async with (
        Receiver() as receiver,
        World(
            tmp_path,
            environ=ENVIRON,
            webhooks=receiver.settings(events=("hold.opened", "hold.decided")),
        ) as world,
    ):
        receiver.open.clear()  # it takes what it is told and does not answer
        world.upstream.script("m", says("Sure. ", "I guarantee it."))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        opened = await receiver.next()
        await world.people.approve(ident)
        assert (await customer.rest()).text == "Sure. I guarantee it."
        receiver.open.set()
        decided = await receiver.next()
        told = [(each.message["type"], each.message["hold"]) for each in (opened, decided)]
        assert told == [("hold.opened", ident), ("hold.decided", ident)]
        url = opened.message["url"]
        assert url == f"http://127.0.0.1:8700/console/#hold:{ident}"
        sent = 'hitl_webhooks_total{webhook="team",outcome="sent"} 2'
        async with asyncio.timeout(PATIENCE):
            while sent not in world.program.telemetry.text():  # noqa: ASYNC110 (it tells nobody)
                await asyncio.sleep(0.01)


def test_what_can_be_subscribed_to_is_what_is_told() -> None:
    assert {*get_args(settings.Told), TEST} == set(TITLES)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"url": "https://127.0.0.1/"}, ["'team'", "networks"]),
        ({"url": "http://hooks.example/"}, ["'team'", "https://"]),
        ({"url": "https://hooks.example:22/"}, ["port 22", "'ports' (443, 8443)"]),
        ({"url": "", "url_env": "NOWHERE"}, ["'team'", "'NOWHERE'", "set it"]),
        ({"secret_env": "NOWHERE"}, ["'team'", "'NOWHERE'", "set it"]),
        ({"secret_env": "SHORT"}, ["SHORT", "hitl-chat webhooks secret"]),
        ({"template": "nowhere.json"}, ["'nowhere.json'", "cannot be read"]),
    ],
    ids=str,
)
def test_a_webhook_that_cannot_work_is_refused_at_the_start(
    about: dict[str, Any], words: list[str]
) -> None:
    known: dict[str, Any] = {"url": "https://hooks.example/", "secret_env": "HOOK_SECRET"}
    made = Settings(webhooks={"team": WebhookSettings(**{**known, **about})})
    with pytest.raises(ConfigError) as refused:
        hooks(made, {**ENVIRON, "SHORT": "whsec_c2hvcnQ="})
    assert [word for word in words if word not in str(refused.value)] == []


def test_an_address_and_secrets_are_not_told_to_whoever_looks_at_a_webhook() -> None:
    about = WebhookSettings(url_env="HOOK", secret_env="HOOK_SECRET")
    (made,) = hooks(
        Settings(webhooks={"team": about}),
        {**ENVIRON, "HOOK": "https://hooks.example/services/xoxb"},
    )
    assert "xoxb" not in repr(made)
    assert str(made.keys[0]) not in repr(made)


GOOD = {"url": "https://hooks.example/", "secret_env": "HOOK_SECRET"}


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({}, ["'team' needs one of 'url'", "'url_env'"]),
        (GOOD | {"url_env": "HOOK"}, ["'team' needs one of"]),
        ({"url": "https://hooks.example/"}, ["'team' needs 'secret_env'", "webhooks secret"]),
        (GOOD | {"events": ["hold.opend"]}, ["'events' cannot be"]),
        (GOOD | {"networks": ["home"]}, ["'home' is no network", "10.0.0.0/8"]),
        (GOOD | {"ports": [0]}, ["'ports' cannot be"]),
        (GOOD | {"secret": "whsec_x"}, ["unknown setting 'secret'"]),
        (GOOD | {"tenat": "acme"}, ["did you mean 'tenant'?"]),
        (GOOD | {"secret_env": "whsec_c2VjcmV0"}, ["'team' holds a secret"]),
    ],
    ids=str,
)
def test_a_mistake_in_the_settings_names_the_webhook_and_the_fix(
    about: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(BadSettings) as refused:
        from_mapping({"webhooks": {"team": about}})
    assert [word for word in words if word not in str(refused.value)] == []
    assert "whsec_" not in str(refused.value)


def test_webhooks_can_come_from_one_variable_and_their_secrets_from_others() -> None:
    environ = {
        "HITL_CHAT_WEBHOOKS": json.dumps({"team": {**GOOD, "secret_env": "HITL_CHAT_HOOK"}}),
        "HITL_CHAT_HOOK": SECRET,
    }
    made = from_mapping({}, environ)
    assert made.webhooks["team"].url == GOOD["url"]
    assert made.secret_names() == {"HITL_CHAT_HOOK"}
