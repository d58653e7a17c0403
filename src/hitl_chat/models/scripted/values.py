"""The smallest example that fits a JSON schema: what a scripted model puts into a form.

Pure; covers what schemas for tools and structured output use.
"""

from collections.abc import Mapping
from typing import Any

SIMPLE: Mapping[str, Any] = {"integer": 1, "number": 1.0, "boolean": True, "null": None}


def example(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any JSON
    root = schema if root is None else root
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    if "$ref" in schema:
        return example(_find(schema["$ref"], root), root)
    for several in ("anyOf", "oneOf", "allOf"):
        if schema.get(several):
            return example(schema[several][0], root)
    return _typed(schema, root)


def _typed(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example(inner, root) for name, inner in properties.items()}
    if kind == "array":
        item = example(schema.get("items", {}), root)
        return [item] * max(1, schema.get("minItems", 1))
    if kind in ("integer", "number"):
        return schema.get("minimum", SIMPLE[kind])
    if kind == "string":
        return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 999)]
    return SIMPLE.get(kind)


def _find(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name, {})
    return found if isinstance(found, Mapping) else {}
