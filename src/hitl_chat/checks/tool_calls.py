"""The check `tool_calls`: which tools a model may call, and with what.

Owns what may be written about a tool. Hard limits, so the score is 0 or 1: a tool nobody listed,
arguments nobody can read and an argument out of bounds are all 1. Knows nothing of what tools do.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hitl_chat.checks.bounds import Argument, complaints, parsed
from hitl_chat.checks.plain import CALLED, Plain, Risk, Settings, of_draft, stretches, told
from hitl_chat.core.types import Field as FieldName
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Means

MOST_TOOLS = 200

Name = Annotated[str, Field(strict=True, min_length=1, max_length=128)]


def _or_bare(made: dict[str, Any]) -> None:
    """For editors: bounds may also stand there without `arguments` (see `_bare_bounds`)."""
    whole = {key: made.pop(key) for key in list(made)}
    bounds = whole["properties"]["arguments"]["additionalProperties"]
    made["anyOf"] = [whole, {"type": "object", "additionalProperties": bounds}]


class Tool(BaseModel):
    """What one tool may be called with. What is not described may be anything, unless `only`."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_or_bare)

    arguments: dict[Name, Argument] = Field(
        default={}, description="bounds, by the argument's name; `a.b` is b inside a"
    )
    only: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="no argument that is not described here"
    )


class Options(Settings):
    """What `checks:` may say of tool calls."""

    allow: list[Name] = Field(
        default=[], max_length=MOST_TOOLS, description="tools that may be called with anything"
    )
    tools: dict[Name, Tool] = Field(
        default={}, description="tools that may be called within bounds, by name"
    )

    @field_validator("tools", mode="before")
    @classmethod
    def _bare_bounds(cls, tools: object) -> object:
        """`issue_refund: {amount: {max: 100}}` is short for `{arguments: {amount: ...}}`."""
        if not isinstance(tools, Mapping):
            return tools
        return {name: _whole_tool(its) for name, its in tools.items()}

    @model_validator(mode="after")
    def _said_once(self) -> "Options":
        twice = sorted(set(self.allow) & set(self.tools))
        if twice:
            msg = f"{twice[0]!r} is under `allow` and under `tools`: keep one"
            raise ValueError(msg)
        return self


def _whole_tool(its: object) -> object:
    if isinstance(its, Mapping) and not its.keys() & Tool.model_fields.keys():
        return {"arguments": its}
    return its


def look(options: Options, asked: Asked) -> Risk:
    """Judges calls as far as they are written; half a name, or half an argument, is not yet one."""
    spans: list[Span] = []
    reasons: list[str] = []
    for name_field, arguments_field in _calls(asked):
        for field, start, end, reason in _judged(options, asked, name_field, arguments_field):
            spans.append(Span(field, start, end, reason.partition(":")[0]))
            reasons.append(reason)
    return Risk(1.0 if reasons else 0.0, tuple(spans), told(reasons))


def _calls(asked: Asked) -> Iterator[tuple[FieldName, FieldName]]:
    """Where the name and where the arguments of each call stand that is to be judged now."""
    bases = dict.fromkeys(s.field.rpartition("/")[0] for s in stretches(asked, CALLED))
    return ((f"{base}/name", f"{base}/arguments") for base in bases)


Complaint = tuple[FieldName, int, int, str]


def _judged(
    options: Options, asked: Asked, name_field: FieldName, arguments_field: FieldName
) -> Iterator[Complaint]:
    name = asked.texts.get(name_field, "")
    written = asked.texts.get(arguments_field, "")
    if not (asked.final or asked.upto == len(asked.texts.get(asked.field, ""))):
        return  # more of it came meanwhile: that will be asked about
    if name not in options.allow and name not in options.tools:
        yield name_field, 0, len(name), "unknown-tool"
        return
    tool = options.tools.get(name)
    if asked.field == name_field and not written:
        return  # its arguments are still to come
    value = parsed(written)
    if value is None:
        yield arguments_field, 0, len(written), "unreadable-arguments"
    elif tool is not None:
        for complaint in complaints(tool.arguments, value, written, only=tool.only):
            yield arguments_field, complaint.start, complaint.end, complaint.reason


def build(name: str, options: BaseModel, _means: Means) -> Plain[None]:
    return of_draft(name, partial(look, Options.model_validate(options, from_attributes=True)))
