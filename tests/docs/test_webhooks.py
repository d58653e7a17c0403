"""docs/webhooks.md lists everything that is told, and its examples check real signatures."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hitl_chat.settings.reading import from_mapping
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.telling import TITLES
from tests.quality.project import ROOT
from tests.services import need

GUIDE = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
SECRET = signing.secret(b"0123456789" * 3)
KEYS = signing.secrets(SECRET, "SECRET")
OTHER = signing.secret(b"another secret, just as long")
BODY = '{"title":"für dich"}'.encode()
NODE = """
import {{ isGenuine }} from './guide.mjs';
const {{ secret, headers, body }} = JSON.parse({given});
console.log(isGenuine(secret, headers, Buffer.from(body)));
"""


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


Check = Callable[[str, dict[str, str], bytes], bool]


def in_python(_: Path) -> Check:
    space: dict[str, Any] = {}
    exec(block("python"), space)  # noqa: S102 - our own page
    check: Check = space["is_genuine"]
    return check


def in_node(folder: Path) -> Check:
    node = need(shutil.which("node"), "node", "apt-get install nodejs")
    (folder / "guide.mjs").write_text(block("js"))

    def check(secret: str, headers: dict[str, str], body: bytes) -> bool:
        given = json.dumps({"secret": secret, "headers": headers, "body": body.decode()})
        (folder / "asked.mjs").write_text(NODE.format(given=json.dumps(given)))
        done = subprocess.run(
            [node, "asked.mjs"], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip() == "true"

    return check


@pytest.mark.parametrize("made", [in_python, in_node])
def test_the_examples_know_a_genuine_message_from_others(
    made: Callable[[Path], Check], tmp_path: Path
) -> None:
    check = made(tmp_path)
    headers = dict(signing.headers(KEYS, "feed-1", time.time(), BODY))
    assert check(SECRET, headers, BODY)
    assert not check(OTHER, headers, BODY)
    assert not check(SECRET, headers, BODY + b" ")
    assert not check(SECRET, {**headers, "webhook-id": "feed-2"}, BODY)
    later = str(int(headers["webhook-timestamp"]) + 1)
    assert not check(SECRET, {**headers, "webhook-timestamp": later}, BODY)
    old = dict(signing.headers(KEYS, "feed-1", time.time() - 301, BODY))
    assert not check(SECRET, old, BODY)
    both = dict(signing.headers((b"x" * 32, *KEYS), "feed-1", time.time(), BODY))
    assert check(SECRET, both, BODY)


def test_everything_that_is_told_is_in_the_table() -> None:
    table = GUIDE.partition("## What is told")[2].partition("```json")[0]
    assert re.findall(r"^\| `([a-z_.]+)` \| (?!when)", table, re.MULTILINE) == [*TITLES]


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_the_examples_are_settings(example: str) -> None:
    assert from_mapping(yaml.safe_load(example)).webhooks
