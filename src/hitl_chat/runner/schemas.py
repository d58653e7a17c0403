"""Whether a value fits a JSON Schema that a stranger wrote: bounded in work, in size, and offline.

Schemas come from customers' programs: nothing is fetched for them, and their regular expressions,
which may take forever, are not run, nor what would run them in passing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

SHORT = 100  # characters
LARGEST = 256 * 1024  # bytes of a schema that is looked at; larger ones take seconds
MOST_WORK = 500_000  # a microsecond or two each; references to references can ask for any number
KEYWORD = 10  # what looking at one, or at one thing in it, costs
LETTERS = 4  # of a value cost one: every complaint quotes all of it
COMPARED = ("enum", "const", "uniqueItems")
NOT_RUN = ("pattern", "patternProperties", "unevaluatedProperties", "unevaluatedItems")

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


class _Endless(Exception):
    """The schema asks for more work than an answer is worth."""


class Misfit(NamedTuple):
    """How a value does not fit, where, and by which keyword; `wanted`: what that asks, if short."""

    says: str
    path: tuple[str | int, ...] = ()
    keyword: str = ""
    wanted: str | float | None = None


def misfit(schema: Mapping[str, Any], value: Any) -> Misfit | None:  # noqa: ANN401 (any JSON)
    """How the value does not fit; None where it does, or where nobody can check the schema."""
    if len(msgspec.json.encode(schema)) > LARGEST:
        return None
    try:
        _bounded(value)(dict(schema), registry=Registry()).validate(value)
    except ValidationError as error:
        return _told(error)
    except Exception:  # noqa: BLE001 (a stranger's schema, unchecked, may break in any way)
        return None  # the model was asked with a schema nobody can check: any JSON will do
    return None


def _told(error: ValidationError) -> Misfit:
    keyword, value = str(error.validator), cast("Any", error.instance)
    wanted = cast("Any", error.validator_value)
    missing: list[str] = []
    if keyword == "required":  # a stranger's list: only what is a name can be one's
        missing = [one for one in wanted if isinstance(one, str) and one not in value]
    short = isinstance(wanted, int | float) or (isinstance(wanted, str) and len(wanted) < SHORT)
    return Misfit(
        f"{error.json_path}: {error.message}",
        (*error.absolute_path, *missing[:1]),
        keyword,
        wanted if short else None,
    )


def _bounded(value: Any) -> Any:  # noqa: ANN401 (jsonschema makes its classes as it runs)
    """A validator for one look at one answer."""
    sizes: dict[int, int] = {}
    _measure(value, sizes)
    left = MOST_WORK

    def counted(name: str, keyword: Keyword) -> Keyword:
        def look(validator: Any, wanted: Any, here: Any, schema: Any) -> Any:  # noqa: ANN401 (theirs)
            nonlocal left
            size = len(here) if isinstance(here, str) else sizes.get(id(here), 1)
            left -= _work(name, wanted, here, size)
            if left < 0 or _is_searched(name, wanted):
                raise _Endless
            if name == "additionalProperties" and "patternProperties" in schema:
                return iter(())  # what is additional, only the patterns could tell
            return keyword(validator, wanted, here, schema)

        return look

    known = {name: counted(name, each) for name, each in Draft202012Validator.VALIDATORS.items()}
    unread = dict.fromkeys(NOT_RUN, lambda *_: iter(()))
    return extend(Draft202012Validator, known | unread)  # type: ignore[no-untyped-call]


def _work(name: str, wanted: Any, here: Any, size: int) -> int:  # noqa: ANN401 (any JSON)
    """What one keyword costs at most, apart from the keywords in it. `size`: of what it is of."""
    asked = len(wanted) if isinstance(wanted, list | dict) else 1
    given = len(here) if isinstance(here, list | dict) else 1
    if name in COMPARED:
        return KEYWORD + 3 * size * (given if name == "uniqueItems" else asked)
    return KEYWORD * (asked + given) + size // LETTERS


def _is_searched(name: str, wanted: Any) -> bool:  # noqa: ANN401 (any JSON)
    """A reference by a name, for which all of the schema is gone through each time."""
    return name == "$dynamicRef" or (name == "$ref" and wanted != "#" and wanted[:2] != "#/")


def _measure(value: Any, sizes: dict[int, int]) -> int:  # noqa: ANN401 (any JSON)
    """How long each part of a value is, by the part."""
    match value:
        case str():
            return 1 + len(value)
        case list():
            found = sum((_measure(each, sizes) for each in value), 1)
        case dict():
            found = sum((len(k) + _measure(each, sizes) for k, each in value.items()), 1)
        case _:
            return 1
    sizes[id(value)] = found
    return found
