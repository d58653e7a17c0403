"""Whatever comes as a command's fields: an answer, or a close, and never an error of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from hitl_chat.runner import commands as do
from hitl_chat.server.messages import BAD_FRAME
from tests.runner.desk_world import ANA, BEN, SUE
from tests.server.console_world import consoles

ODD: list[Any] = [
    *("", " ", "x" * 200, "x" * 201, "\x00", "\u202e", "a\nb", "%", "' OR 1=1 --", "../../etc"),
    *("desk\x1fana\x1fk", "__proto__", "\ufdfa" * 50, "hold_none", "queue", "key:1", "system:x"),
    *(0, -1, 2**53 - 1, 2**53, 2**63, -(2**63), 10**400, 1.5, -0.0, 1e308, 30.0, 30.1),
    *(True, False, None, [], {}, [[]], ["x"] * 10, ["a" * 81], {"0/content": "x"}, {"": ""}),
    *({"__proto__": "x"}, {f"{n}/content": "x" for n in range(500)}, "approve", "fine", "off"),
]
SURROGATE = '"\\ud800"'
USUAL = {
    "conversation": "conv_1",
    "answer": "turn_1",
    "to": "ben",
    "action": "edit",
    "version": 1,
    "fence": 1,
    "epoch": 1,
    "text": "x",
    "agree": True,
    "judgement": "fine",
    "on": True,
    "verdict": "correct",
    "mode": "off",
}
KINDS = {kind.__struct_config__.tag: kind for kind in get_args(do.AnyCommand)}


def odd(kind: type[do.Command], hold: str) -> Iterator[str]:
    """Each field with everything odd, the others as usual."""
    names = kind.__struct_fields__
    usual = {name: value for name, value in {**USUAL, "hold": hold}.items() if name in names}
    tag = kind.__struct_config__.tag
    for name in names:
        for value in ODD:
            yield json.dumps({"do": tag, **usual, name: value})
        yield json.dumps({"do": tag, **usual, name: "@"}).replace('"@"', SURROGATE)


def is_one(command: str) -> bool:
    """Whether the frame's decoder takes it."""
    try:
        msgspec.json.decode(command, type=do.AnyCommand)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("tag", KINDS)
async def test_odd_fields(tmp_path: Path, tag: str) -> None:
    async with consoles(tmp_path, (ANA, BEN, SUE)) as server:
        turn = await server.here.held()
        assert turn.hold is not None
        wrong = 0
        for number, command in enumerate(odd(KINDS[tag], turn.hold.id)):
            good = is_one(command)
            wrong += not good
            if not good and wrong % 20 != 1:
                continue  # what is no command is refused alike: some of it over the wire
            async with server.tab("sue", {}) as tab:
                await tab.socket.send(f'{{"type": "cmd", "id": "c{number}", "cmd": {command}}}')
                if not good:
                    assert await tab.closed() == BAD_FRAME, command[:200]
                    continue
                frame = await tab.until("result")
                assert frame["ok"] or frame["error"]["code"] != "internal_error", command[:200]
