"""Whether an edit of a structured answer, or of a tool call, is one: JSON that fits its schema."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_chat.core.command import Refusal
from hitl_chat.core.fields import kind_of
from hitl_chat.core.remainder import CALLS, Draft, Texts
from hitl_chat.core.types import Field

if TYPE_CHECKING:
    from hitl_chat.runner.schemas import Misfit


class Asked(NamedTuple):
    """What a request wants: an answer of this schema, arguments of each tool of that."""

    schema: Mapping[str, Any] | None = None
    tools: Mapping[str, Mapping[str, Any]] = {}


def asked(envelope: Mapping[str, Any]) -> Asked:
    """As it is on record with the turn."""
    return Asked(envelope.get("schema"), envelope.get("tools") or {})


def schemas(asked: Asked, texts: Texts) -> dict[str, Mapping[str, Any]]:
    """The schema of each of these fields that has one."""
    found = {name: _schema(asked, name, texts) for name in texts}
    return {name: schema for name, schema in found.items() if schema is not None}


def complaint(asked: Asked, draft: Draft, texts: Texts) -> str:
    """What is wrong with the answers once `texts` follow what was sent; "" if nothing is."""
    found = _found(asked, draft, texts)
    return f"{found[0]}: {found[1].says}" if found else ""


def refusal(asked: Asked, draft: Draft, texts: Texts) -> Refusal | None:
    """The same for whoever wrote them, with the place."""
    found = _found(asked, draft, texts)
    if found is None:
        return None
    name, wrong = found
    return Refusal(
        "invalid_text",
        f"the edit does not fit the asked-for format: {name}: {wrong.says}",
        {"field": name, "path": wrong.path, "keyword": wrong.keyword, "wanted": wrong.wanted},
    )


def _found(asked: Asked, draft: Draft, texts: Texts) -> "tuple[Field, Misfit] | None":
    for name, text in texts.items():
        schema = _schema(asked, name, texts)
        if schema is not None and (text or kind_of(name) in CALLS):
            wrong = _wrong(schema, draft.sent.get(name, "") + text)
            if wrong:
                return name, wrong
    return None


def _schema(asked: Asked, name: Field, texts: Texts) -> Mapping[str, Any] | None:
    if kind_of(name) == "content":
        return asked.schema
    call, _, part = name.rpartition("/")
    if kind_of(name) not in CALLS or part != "arguments":
        return None
    return asked.tools.get(texts.get(f"{call}/name", ""))


def _wrong(schema: Mapping[str, Any], text: str) -> "Misfit | None":
    # Here and not above: few answers are structured, and every start would pay for the library.
    from hitl_chat.runner.schemas import Misfit, misfit

    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a character, escaped, is none
    except (ValueError, RecursionError):
        return Misfit("it is not JSON")
    return misfit(schema, value)
