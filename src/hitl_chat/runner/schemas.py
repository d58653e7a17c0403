"""Whether a value fits a JSON Schema that a stranger wrote: bounded in steps, in size, and offline.

Schemas come from customers' programs: nothing is fetched for them, and their regular expressions,
which may take forever, are not run.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

LARGEST = 256 * 1024  # bytes of a schema that is looked at; larger ones take seconds
MOST_STEPS = 10_000  # keywords looked at; references to references can ask for any number
NOT_RUN = dict.fromkeys(("pattern", "patternProperties"), lambda *_: iter(()))

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


class _Endless(Exception):
    """The schema asks for more work than an answer is worth."""


def misfit(schema: Mapping[str, Any], value: Any) -> str:  # noqa: ANN401 (any JSON)
    """How the value does not fit; "" where it does, or where nobody can check the schema."""
    if len(msgspec.json.encode(schema)) > LARGEST:
        return ""
    try:
        _bounded()(dict(schema), registry=Registry()).validate(value)
    except ValidationError as error:
        return f"{error.json_path}: {error.message}"
    except Exception:  # noqa: BLE001 (a stranger's schema, unchecked, may break in any way)
        return ""  # the model was asked with a schema nobody can check: any JSON will do
    return ""


def _bounded() -> Any:  # noqa: ANN401 (jsonschema makes its classes as it runs)
    """A validator for one look at one answer."""
    steps = count()

    def counted(keyword: Keyword) -> Keyword:
        def look(*asked: Any) -> Iterator[ValidationError] | None:  # noqa: ANN401 (theirs)
            if next(steps) > MOST_STEPS:
                raise _Endless
            return keyword(*asked)

        return look

    known = {name: counted(each) for name, each in Draft202012Validator.VALIDATORS.items()}
    return extend(Draft202012Validator, known | NOT_RUN)  # type: ignore[no-untyped-call]
