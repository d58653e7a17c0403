"""JSON Schema of rules files, for editors: keys, values and what each of them means.

Made from the models that read the file, so it knows every check that is there. What only reading
can tell (are expressions sound, is a name known?) is left to `hitl-chat check`.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hitl_chat.core.fusion import RISK
from hitl_chat.ports import Checks
from hitl_chat.rules import schema
from hitl_chat.rules.conditions import BUDGET, DEFAULT_ABOVE, ENDINGS, WHEN_OPEN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def rules_schema(checks: Checks) -> Schema:
    """The schema of a whole rules file."""
    made = _Definitions()
    made.add(schema.Ruleset)
    made.found["Rule"]["properties"] |= {
        "when": {**_ref("when"), "description": _told(schema.Rule, "when")},
        "on": {**_ref("on"), "description": _told(schema.Rule, "on")},
    }
    made.found["Ruleset"]["properties"]["pass"]["const"] = "all"
    made.found["Check"] = _check(made, checks)
    made.found["when"] = {"anyOf": [{"const": "always"}, _when(made, checks)]}
    made.found["on"] = _on(made, checks)
    return _whole("Escalation rules", "Ruleset", made)


def model_schema(title: str, model: type[BaseModel]) -> Schema:
    """The schema of a file that is one model, no more."""
    made = _Definitions()
    made.add(model)
    return _whole(title, model.__name__, made)


def _whole(title: str, begins: str, made: "_Definitions") -> Schema:
    return {"$schema": DIALECT, "title": title, **_ref(begins), "$defs": made.found}


class _Definitions:
    """All models by name: a name that two of them have is told apart by who brings it."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}

    def add(self, model: type[BaseModel], prefix: str = "") -> Schema:
        """A reference to this model, which it keeps with all that it is made of."""
        made = model.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
        inner = made.pop("$defs", {})
        for name, one in {**inner, model.__name__: made}.items():
            self.found.setdefault(f"{prefix}{name}", _bare(one))
        return _ref(f"{prefix}{model.__name__}")


def _bare(made: Schema) -> Schema:
    """Without the titles that pydantic makes of names: they say nothing."""
    keys = {name: _untitled(one) for name, one in made.get("properties", {}).items()}
    return {**_untitled(made), **({"properties": keys} if keys else {})}


def _untitled(made: Schema) -> Schema:
    return {key: value for key, value in made.items() if key != "title"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _told(model: type[BaseModel], key: str) -> str:
    return model.model_fields[key].description or ""


# --- checks -----------------------------------------------------------------------------------


def _check(made: _Definitions, checks: Checks) -> Schema:
    """What may be said of a check depends on which one it is."""
    kinds = checks.asynchronous
    choices = []
    for kind, options in kinds.items():
        its = made.add(options, f"{kind}.")
        made.found[f"{kind}.{options.__name__}"]["properties"]["kind"] = {"const": kind}
        choices.append({"if": {"properties": {"kind": {"const": kind}}}, "then": its})
    return {
        "type": "object",
        "description": "an asynchronous check",
        "required": ["kind"],
        "properties": {"kind": {"enum": sorted(kinds), "description": _told(schema.Check, "kind")}},
        "allOf": choices,
    }


# --- conditions -------------------------------------------------------------------------------


def _when(made: _Definitions, checks: Checks) -> Schema:
    threshold = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
    tests: Mapping[str, Schema] = {
        **{kind: made.add(options, f"{kind}.") for kind, options in checks.synchronous.items()},
        "check": {
            "anyOf": [{"enum": sorted(checks.asynchronous)}, {"type": "string"}],
            "description": "true when this check's score is not below `above`",
        },
        "above": {
            **threshold,
            "default": DEFAULT_ABOVE,
            "description": "the score from which on the check's test is true",
        },
        RISK: {
            "anyOf": [threshold, {"const": BUDGET}],
            "description": "true when the risk of all checks is this high",
        },
        "ended": {**_words({"enum": ENDINGS}), "description": "the answer ended like this"},
        "always": {"const": True, "description": "always true"},
    }
    return {**_tree("when", tests), "dependentRequired": {"above": ["check"]}}


def _on(made: _Definitions, checks: Checks) -> Schema:
    patterns = checks.synchronous["patterns"]
    tests: Mapping[str, Schema] = {
        "tenant": {**_words(), "description": "the request's tenant is one of these"},
        "channel": {**_words(), "description": "the request's channel is one of these"},
        "tags": {**_words(), "description": "the request has one of these"},
        "model": {**_words(), "description": "the model's name fits one of these, e.g. `wick-*`"},
        "customer": {
            **made.add(patterns, "patterns."),
            "description": "what the customer wrote since the assistant last answered matches",
        },
        "hours": {"enum": WHEN_OPEN, "description": "the request comes when you are open, or not"},
    }
    return _tree("on", tests)


def _tree(name: str, tests: Mapping[str, Schema]) -> Schema:
    several = {"type": "array", "minItems": 1, "items": _ref(name)}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            **tests,
            "any": {**several, "description": "at least one of these is true"},
            "all": {**several, "description": "all of these are true"},
            "not": {**_ref(name), "description": "this is not true"},
        },
    }


def _words(one: Schema | None = None) -> Schema:
    word = one or {"type": "string", "minLength": 1}
    return {"anyOf": [word, {"type": "array", "minItems": 1, "items": word}]}
