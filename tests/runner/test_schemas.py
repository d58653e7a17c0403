"""Schemas that strangers wrote: what fits them, and that none keeps the database's thread busy."""

from typing import Any

import pytest

from hitl_chat.runner import schemas

Schema = dict[str, Any]


def misfit(schema: Schema, value: object) -> str:
    wrong = schemas.misfit(schema, value)
    return wrong.says if wrong else ""


ROW: Schema = {
    "type": "object",
    "required": ["a", "b"],
    "additionalProperties": False,
    "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}},
}
ROWS: Schema = {"type": "array", "items": {"$ref": "#/$defs/row"}, "$defs": {"row": ROW}}


def test_what_does_not_fit_is_named_by_its_place() -> None:
    rows = [{"a": number, "b": "x"} for number in range(500)]
    assert misfit(ROWS, rows) == ""
    assert misfit(ROWS, [*rows, {"a": 1}]) == "$[500]: 'b' is a required property"
    assert "unexpected" in misfit(ROW, {"a": 1, "b": "x", "c": 2})
    assert "non-unique" in misfit({"uniqueItems": True}, [{"a": 1}, {"b": 1}, {"a": 1}])
    assert "was expected" in misfit({"const": {"a": 1}}, {"a": 2})


def test_names_that_are_none_hide_no_missing_one() -> None:
    wrong = schemas.misfit({"required": ["days", ["x"], "why"]}, {"why": 1})
    assert wrong is not None
    assert wrong.path == ("days",)


SLOW: Schema = {"(a+)+$": {}}  # against the text below: longer than anybody lives
TEXT = "a" * 40 + "!"
MANY: list[Schema] = [{"n": number} for number in range(8000)]

ENDLESS: dict[str, tuple[Schema, object]] = {
    "a pattern": ({"pattern": "(a+)+$"}, TEXT),
    "patterns of names": ({"patternProperties": SLOW}, {TEXT: 1}),
    "names beside patterns": (
        {"patternProperties": SLOW, "additionalProperties": False},
        {TEXT: 1},
    ),
    "unevaluated": ({"patternProperties": SLOW, "unevaluatedProperties": False}, {TEXT: 1}),
    "unevaluated items": ({"allOf": [{"contains": {"pattern": "(a+)+$"}}]}, [TEXT]),
    "all different": ({"uniqueItems": True}, MANY),
    "one of many": ({"items": {"enum": MANY}}, MANY[-1:] * 8000),
    "nothing, often": ({"items": {"allOf": [{}] * 30_000}}, [1] * 8000),
    "long complaints": ({"anyOf": [{"type": "integer"}] * 10_000}, "x" * 100_000),
    "references by name": (
        {"$defs": {f"d{n}": {"$anchor": f"a{n}"} for n in range(5000)}, "items": {"$ref": "#a7"}},
        [1] * 5000,
    ),
    "references for ever": ({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, 1),
}


@pytest.mark.parametrize(("schema", "value"), ENDLESS.values(), ids=ENDLESS)
def test_a_schema_that_asks_for_too_much_is_not_checked(schema: Schema, value: object) -> None:
    assert misfit(schema, value) == ""
