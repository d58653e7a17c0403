"""A message in the shape that somebody else wants: a JSON file whose strings hold {names}.

Values go into strings that were parsed already, so no value can change the shape, and nothing is
evaluated (docs/adr says why this and not Jinja).
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Self

import msgspec

from hitl_chat.errors import ConfigError

MOST = 64 * 1024
NAME = re.compile(r"\{([A-Za-z_]+)\}")
NAMES = (
    *(
        "id",
        "type",
        "title",
        "detail",
        "at",
        "tenant",
        "url",
        "hold",
        "conversation",
        "turn",
        "rules",
    ),
    *("codes", "deadline_at", "action", "by", "because", "owner", "mode", "version"),
)


class Template:
    """Read and checked once, at the start."""

    def __init__(self, shape: object, file: str = "template") -> None:
        self._shape = shape
        for name in sorted(set(_names(shape)) - set(NAMES)):
            meant = get_close_matches(name, NAMES, n=1)
            fix = f"did you mean {meant[0]!r}?" if meant else f"there are {', '.join(NAMES)}"
            msg = f"{file}: {{{name}}} is nothing a message holds: {fix}"
            raise ConfigError(msg)

    @classmethod
    def read(cls, file: Path) -> Self:
        try:
            content = file.read_bytes()
            if len(content) > MOST:
                msg = f"the template {str(file)!r} is larger than {MOST // 1024} KiB"
                raise ConfigError(msg)
            return cls(msgspec.json.decode(content), str(file))
        except OSError as problem:
            msg = f"the template {str(file)!r} cannot be read ({problem.strerror})"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            msg = f"the template {str(file)!r} is no JSON: {problem}"
        raise ConfigError(msg)

    def render(self, message: Mapping[str, object]) -> bytes:
        return msgspec.json.encode(_filled(self._shape, message))


def _names(shape: object) -> list[str]:
    match shape:
        case str():
            return NAME.findall(shape)
        case list():
            return [name for each in shape for name in _names(each)]
        case dict():
            return [name for pair in shape.items() for each in pair for name in _names(each)]
        case _:
            return []


def _filled(shape: object, message: Mapping[str, object]) -> object:
    match shape:
        case str():
            return NAME.sub(lambda found: _said(message.get(found[1])), shape)
        case list():
            return [_filled(each, message) for each in shape]
        case dict():
            return {str(_filled(k, message)): _filled(v, message) for k, v in shape.items()}
        case _:
            return shape


def _said(value: object) -> str:
    """What is not known is left out."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
