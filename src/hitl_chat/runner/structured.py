"""Whether an edit of a structured answer still is one: JSON that fits the asked-for schema.

Schemas come from customers' programs: nothing is fetched for them, and their regular expressions,
which may take forever, are not run.
"""

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from hitl_chat.core.fields import kind_of
from hitl_chat.core.remainder import Draft, Texts

_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "pattern": lambda *_: iter(()),
        "patternProperties": lambda *_: iter(()),
    },
)


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
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "it is not JSON"
    try:
        _Validator.check_schema(schema)
        _Validator(dict(schema), registry=Registry()).validate(value)
    except ValidationError as error:
        return f"{error.json_path}: {error.message}"
    except (SchemaError, Unresolvable, RecursionError):
        return ""  # the model was asked with a schema nobody can check: any JSON will do
    return ""
