"""docs/console-protocol.md against the code: every frame, command, code and example."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hitl_chat.runner import commands
from hitl_chat.server import messages

PAGE = Path(__file__).parents[2] / "docs" / "console-protocol.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json (\w+)\n(.*?)\n```", TEXT, re.DOTALL)
KINDS = {
    "command": commands.AnyCommand,
    "inbound": messages.AnyInbound,
    "outbound": messages.AnyOutbound,
}


def structs(union: object) -> list[type[msgspec.Struct]]:
    return list(get_args(union))


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_every_example_is_what_it_says(kind: str, example: str) -> None:
    assert msgspec.json.decode(example, type=KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_and_command_is_there_with_its_fields(kind: str) -> None:
    for struct in structs(KINDS[kind]):
        assert f"`{struct.__struct_config__.tag}`" in TEXT
    if kind == "command":
        for struct in structs(KINDS[kind]):
            for field in struct.__struct_fields__:
                assert f"`{field}`" in TEXT, (struct, field)


def test_every_way_to_end_is_there() -> None:
    for name in ("BAD_FRAME", "TOO_LARGE", "RESTART", "SLOW", "SILENT", "SIGNED_OUT"):
        assert f"| {getattr(messages, name)} |" in TEXT
    assert f"| {messages.NOT_ALLOWED} |" in TEXT
    assert f"| {messages.BAD_TICKET} |" in TEXT


def test_every_refusal_of_the_core_is_there() -> None:
    core = Path(__file__).parents[2] / "src" / "hitl_chat"
    sources = [*core.glob("core/*.py"), core / "runner/orders.py", core / "runner/transactions.py"]
    codes = {
        code
        for source in sources
        for code in re.findall(r'(?:Refusal\(\s*|code=)"([a-z_]+)"', source.read_text("utf-8"))
    }
    assert len(codes) > 20
    missing = {code for code in codes if f"`{code}`" not in TEXT}
    assert missing == set()
