"""Prepared replies, in `replies.yaml` beside the rules: per language, for agents to begin with.

Read when they are wanted, so a change needs no restart. Knows nothing of what rules are.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from hitl_chat.core.types import Value
from hitl_chat.rules.load import document, refusal
from hitl_chat.rules.sources import read

FILE = "replies.yaml"
DEFAULT = "default"

Text = Annotated[str, Meta(min_length=1, max_length=10_000)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]


class Reply(Value, frozen=True, forbid_unknown_fields=True):
    """One of them. `text` has one text, or one for each language (`en`, `de`, `default`).

    `{customer.name}` and the like stand for what the front end says of the customer,
    `{agent.name}` for who sends it.
    """

    name: Name
    text: Text | dict[str, Text]

    @property
    def texts(self) -> dict[str, str]:
        return self.text if isinstance(self.text, dict) else {DEFAULT: self.text}


class Prepared(Value, frozen=True):
    """As consoles get it."""

    name: str
    texts: dict[str, str]


def replies(folder: Path) -> list[Prepared]:
    """Those of this folder; none without the file. Raises `ConfigError` with line and fix."""
    path = folder / FILE
    if not path.is_file():
        return []
    found = document(read(path), file=str(path))
    try:
        written = msgspec.convert(found.value, list[Reply])
    except msgspec.ValidationError as error:
        msg = f"{error}: write a list of `name` and `text`"
        raise refusal([found.finding((), msg)]) from None
    return [Prepared(each.name, each.texts) for each in written]
