"""What a prompt's front matter says its answer is: `text`, or one JSON object of a strict shape.

The shape is JSON Schema as far as providers hold a model to it: named properties of plain types,
all of them required and no others. Knows no file, and not what an answer is used for.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import yaml

TEXT = "text"
WRITE = f"write `output: {TEXT}`, or a JSON schema with type, properties, required and "
WRITE += "additionalProperties"

Schema = Mapping[str, Any]


class Property(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["string", "boolean", "integer", "number"]
    enum: Sequence[str] | None = None
    description: str = ""


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    type: Literal["object"]
    properties: Mapping[str, Property]
    required: Sequence[str]
    additional_properties: bool


def output(node: Any) -> Schema | None:  # noqa: ANN401 - PyYAML's nodes are untyped
    """None: plain text. Raises ValueError for what is neither that nor such a shape."""
    if isinstance(node, yaml.ScalarNode) and node.value == TEXT:
        return None
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"output is neither {TEXT!r} nor a schema: {WRITE}")
    schema: Schema = _data(node)
    if wrong := _wrong(schema):
        raise ValueError(f"output: {wrong}")
    return schema


def _wrong(schema: Schema) -> str:
    try:
        shape = msgspec.convert(schema, Shape)
    except msgspec.ValidationError as error:
        return f"{error}; {WRITE}"
    if shape.additional_properties:
        return "write `additionalProperties: false`: an answer holds what is named, and no more"
    names = list(shape.properties)
    if not names or sorted(shape.required) != sorted(names):
        return f"`required` has to name every property once: [{', '.join(names)}]"
    chosen = (name for name, its in shape.properties.items() if its.enum is not None)
    for name in chosen:
        its = shape.properties[name]
        if its.type != "string" or not its.enum:
            return f"{name!r} has an `enum`, so its type is string and it lists some words"
    return ""


def _data(node: Any) -> Any:  # noqa: ANN401
    """Plain values. Of scalars only `true` and `false` are more than the text they look like."""
    if isinstance(node, yaml.MappingNode):
        return {_data(key): _data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(part) for part in node.value]
    plain = node.style is None  # in quotes it is text, whatever it says
    return {"true": True, "false": False}.get(node.value, node.value) if plain else node.value
