"""docs/wire-protocol.md against the program: its frames are what a customer gets, byte by byte."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hitl_chat import errors
from hitl_chat.errors import HitlError
from hitl_chat.models.request import FIELDS
from hitl_chat.runner import customer, customer_news, identity
from hitl_chat.runner.hold_status import HoldStatus
from hitl_chat.server import customer_events
from hitl_chat.server import errors as http_errors
from hitl_chat.server.asgi import EXPOSED
from hitl_chat.server.conversations import HELLO_WITHIN, Granted
from hitl_chat.server.models import UNGUARDED
from hitl_chat.settings import Limits, Settings, Waits
from tests.customer.front_end import call, following
from tests.docs import wire_scenarios as stories
from tests.world import World

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/wire-protocol.md").read_text("utf-8")
BLOCK = re.compile(r"<!-- (?P<kind>[a-z: _]+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
BLOCKS = [(found["kind"], found["text"]) for found in BLOCK.finditer(GUIDE)]
ENVELOPE = '"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763628000,"model":"m"'


def blocks(kind: str) -> list[tuple[str, str]]:
    return [(name.partition(": ")[2], text) for name, text in BLOCKS if name.startswith(kind)]


def block(kind: str) -> str:
    (found,) = [text for name, text in BLOCKS if name == kind]
    return found


def frames(text: str) -> list[Any]:
    """The frames of an example, the envelope written out."""
    found = [line.removeprefix("data: ") for line in text.splitlines()]
    return [line.strip("[]") and _json(line) for line in found]


def _json(line: str) -> Any:
    return line if line == "[DONE]" else json.loads(line.replace("{E", "{" + ENVELOPE))


# --- the stream -------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text"), blocks("story"))
async def test_the_frames_of_a_story_are_the_last_a_customer_gets(
    tmp_path: Path, name: str, text: str
) -> None:
    told = frames(text)
    seen = stories.lines(await stories.play(tmp_path, getattr(stories, name)))
    assert seen[-len(told) :] == told


@pytest.mark.parametrize(("name", "text"), blocks("among"))
async def test_single_frames_are_among_those_a_customer_gets(
    tmp_path: Path, name: str, text: str
) -> None:
    waits = stories.CALM if name == "handed_back" else stories.LIVELY
    seen = stories.lines(await stories.play(tmp_path, getattr(stories, name), waits))
    for told in frames(text):
        assert unnumbered(told) in [unnumbered(each) for each in seen]


def unnumbered(frame: Any) -> Any:
    """How often we beat before it is a matter of time."""
    if isinstance(frame, str) or "hitl" not in frame:
        return frame
    return {**frame, "hitl": {**frame["hitl"], "seq": 0}}


async def test_an_answer_that_is_not_streamed(tmp_path: Path) -> None:
    answer = await stories.play(tmp_path, stories.whole)
    assert stories.named(answer.document) == json.loads(block("whole: whole"))


def test_every_state_and_decision_is_explained() -> None:
    source = (ROOT / "src/hitl_chat/server").glob("[rsw]*.py")
    said = {
        state
        for path in source
        for state in re.findall(r'_hitl\(\s*"([a-z]+)"', path.read_text("utf-8"))
    }
    assert said <= set(re.findall(r"^\| `([a-z]+)` \|", GUIDE, re.MULTILINE))
    assert [each for each in customer_news.DECISIONS.values() if f"`{each}`" not in GUIDE] == []
    assert "`cancelled`" in GUIDE


# --- the request ------------------------------------------------------------------------------


def test_every_source_of_a_conversation_is_named() -> None:
    named = [identity.OWN_HEADER, *identity.KNOWN_HEADERS, *identity.USERS, "litellm_session_id"]
    named += [f"metadata.{key}" for key in identity.IN_METADATA]
    assert [name for name in named if f"`{name}`" not in GUIDE] == []
    assert [path for path in UNGUARDED if f"`{path}`" not in GUIDE] == []


def test_what_is_told_of_fields_is_true() -> None:
    assert "metadata" not in FIELDS  # read by us, never passed on


# --- numbers ----------------------------------------------------------------------------------


def test_the_table_of_times_has_the_true_defaults() -> None:
    rows = re.findall(r"^\| `waits\.(\w+)` \| ([\d.]+) s \|", GUIDE, re.MULTILINE)
    assert len(rows) > 10
    assert {name: float(given) for name, given in rows} == {
        name: getattr(Waits(), name) for name, _ in rows
    }


def test_settings_that_are_mentioned_exist() -> None:
    for section, known in (("waits", Waits()), ("limits", Limits())):
        for name in re.findall(rf"`{section}\.(\w+)`", GUIDE):
            assert hasattr(known, name), name


def test_other_numbers_are_true() -> None:
    assert f"At most {customer.FOLLOWERS} connections" in GUIDE
    assert f"more than {customer.MISSED} records" in GUIDE
    assert f"within {HELLO_WITHIN:g} seconds" in GUIDE
    assert f"at\nmost {Limits().socket_frame_bytes // 1024} KiB" in GUIDE
    assert Settings().apology in GUIDE


# --- headers ----------------------------------------------------------------------------------


async def test_the_headers_of_an_answer(tmp_path: Path) -> None:
    table = GUIDE.partition("## Headers of an answer")[2].partition("## ")[0]
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", table, re.MULTILINE))
    answer = await stories.play(tmp_path, stories.passed)
    exposed = "access-control-expose-headers"
    assert rows.keys() - {exposed} <= answer.headers.keys()
    for name in ("content-type", "cache-control", "x-accel-buffering"):
        assert f"`{answer.headers[name]}`" in rows[name]
    for name in EXPOSED.decode().split(", "):
        assert name in rows or f"`{name}`".lower() in GUIDE.lower()


# --- the side channel -------------------------------------------------------------------------


async def test_the_events_of_a_conversation(tmp_path: Path) -> None:
    async with World(tmp_path, stories.GUIDE_RULES, waits=stories.CALM) as world:
        await call(world, "POST", "/v1/conversations", json={"conversation_id": "conv_1"})
        async with following(world, "conv_1") as page:
            await page.until("reset")
            await stories.spoken_to(world, page)
        seen = {each.name: each for each in page.heard}
        told = events(block("events"))
        assert list(seen) == [name for name, _, _ in told]
        for name, data, has_id in told:
            assert stories.named(seen[name].data) == data
            assert bool(seen[name].id) == has_id or name == "reset"


def events(text: str) -> list[tuple[str, Any, bool]]:
    """Name, data and whether there is an id."""
    found = []
    for each in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in each.splitlines())
        found.append((fields["event"], json.loads(fields["data"]), "id" in fields))
    return found


def test_every_event_and_its_data_is_in_the_table() -> None:
    table = GUIDE.partition("### Events")[2].partition("<!--")[0]
    rows = dict(re.findall(r"^\| `([a-z]+)` \| .* \| (.*) \|$", table, re.MULTILINE))
    source = "".join(
        Path(module.__file__ or "").read_text("utf-8") for module in (customer_news, customer)
    )
    said = set(re.findall(r'Told\(\s*"([a-z]+)"', source)) | {"expired", "released"}
    assert said == rows.keys()
    for name, data, _ in events(block("events")):
        assert {f"`{key}`" for key in data} == set(rows[name].split(", "))


async def test_a_token_and_a_hold(tmp_path: Path) -> None:
    async with World(tmp_path, stories.GUIDE_RULES, waits=stories.CALM) as world:
        made = await call(world, "POST", "/v1/conversations", json={"conversation_id": "conv_1"})
        granted = json.loads(block("granted"))
        assert made.json().keys() == granted.keys()
        assert set(Granted.__struct_fields__) == granted.keys()
        same = ("id", "events", "socket", "object")
        assert [made.json()[name] for name in same] == [granted[name] for name in same]
        customer, ident = await stories.stopped(world)
        held = (await call(world, "GET", f"/v1/holds/{ident}")).json()
        assert stories.named(held) == json.loads(block("hold: held"))
        await world.people.edit(ident, "I will ask for it.")
        await customer.rest()
        await world.people.hold(ident, lambda hold: hold.delivery == "delivered")
        decided = (await call(world, "GET", f"/v1/holds/{ident}")).json()
        assert stories.named(decided) == json.loads(block("hold: decided"))


def test_every_field_of_a_hold_is_told() -> None:
    section = GUIDE.partition("### Holds")[2].partition("## Errors")[0]
    for name in HoldStatus.__struct_fields__:
        assert f'"{name}"' in section or f"`{name}" in section, name


def test_the_hello_is_one_and_every_way_to_end_is_there() -> None:
    hello = json.loads(block("hello"))
    msgspec.json.decode(block("hello"), type=customer_events.Hello)
    assert hello.keys() - {"type"} == set(customer_events.Hello.__struct_fields__)
    documented = {int(code) for code in re.findall(r"^\| ([14]\d{3}) \|", GUIDE, re.MULTILINE)}
    closing = {customer_events.BAD_FRAME, customer_events.RESTART, 1009}
    assert documented == closing | set(customer_events.CODES.values())


# --- errors -----------------------------------------------------------------------------------

# What only people at the desk, operators and the command line meet.
ELSEWHERE = (
    *("cli", "core", "rules", "oversight", "settings", "telemetry", "app", "demo"),
    *("server/sessions.py", "server/signin.py", "server/console.py", "server/connection.py"),
    *("server/admin.py", "server/who.py", "runner/agents.py", "runner/orders.py"),
    *("server/account.py", "server/attempts.py", "server/forms.py", "server/hashing.py"),
    *("server/oidc.py", "server/passwords.py", "server/people.py", "server/provider.py"),
    *("runner/buckets.py", "runner/personnel.py", "runner/staff.py", "runner/taking.py"),
    *("runner/asides.py", "runner/directing.py", "runner/moves.py", "runner/suggesting.py"),
    *("store/opening.py", "store/place.py", "store/migrate.py", "store/keys.py"),
    *("store/people.py", "store/api_keys.py", "store/retention.py", "store/rulesets.py"),
    "store/directions.py",
    *("checks", "tuning", "models/embeddings", "models/asker.py", "models/rendering"),
)
NEVER_SENT = {"config_error", "old_sqlite", "records_lost"}  # told when a process begins or ends


def test_every_error_code_that_a_client_can_see_is_documented() -> None:
    table = GUIDE.partition("## Errors")[2]
    documented = {
        code
        for cells in re.findall(r"^\| [0-9x, ]+ \| (.*?) \|", table, re.MULTILINE)
        for code in re.findall(r"`([a-z_]+)`", cells)
    }
    assert documented == codes()


def codes() -> set[str]:
    source = ROOT / "src/hitl_chat"
    said = {
        code
        for path in source.rglob("*.py")
        if not str(path.relative_to(source)).startswith(ELSEWHERE)
        for code in re.findall(r'\bcode\s*=\s*"([a-z_]+)"', path.read_text("utf-8"))
    }
    tree = {
        thing.code
        for module in (errors, http_errors)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, HitlError)
    }
    return (said | tree) - NEVER_SENT
