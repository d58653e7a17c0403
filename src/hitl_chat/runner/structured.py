"""Whether an edit of a structured answer still is one: JSON that fits the asked-for schema."""

import json
from collections.abc import Mapping
from typing import Any

from hitl_chat.core.fields import kind_of
from hitl_chat.core.remainder import Draft, Texts


def complaint(schema: Mapping[str, Any] | None, draft: Draft, texts: Texts) -> str:
    """What is wrong with the answers once `texts` follow what was sent; "" if nothing is."""
    if schema is None:
        return ""
    for name, text in texts.items():
        if kind_of(name) == "content" and text:
            wrong = _wrong(schema, draft.sent.get(name, "") + text)
            if wrong:
                return f"{name}: {wrong}"
    return ""


def _wrong(schema: Mapping[str, Any], text: str) -> str:
    # Here and not above: few answers are structured, and every start would pay for the library.
    from hitl_chat.runner.schemas import misfit

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "it is not JSON"
    return misfit(schema, value)
