"""Pydantic's complaints in the words of a rules file: what is wrong, and what to write instead."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from hitl_chat.rules.load import Document, Finding, Path


def told(error: ValidationError, read: Document, at: Path, model: type[BaseModel]) -> list[Finding]:
    """Each complaint of `model` about the value at `at`, where it stands."""
    return [_told(one, read, at, model) for one in error.errors()]


def _told(one: Mapping[str, Any], read: Document, at: Path, model: type[BaseModel]) -> Finding:
    path = (*at, *_real(one["loc"], read, at))
    if one["type"] == "extra_forbidden":
        known = _keys_at(model, one["loc"][:-1])
        return read.finding(path, unknown("key", str(one["loc"][-1]), known), key=True)
    if one["type"] == "missing":
        return read.finding(path, f"{one['loc'][-1]!r} is missing here: add it")
    say = _SAYINGS.get(one["type"])
    return read.finding(path, say(one) if say else _plain(one))


def _real(loc: Iterable[str | int], read: Document, at: Path) -> Path:
    """The part of a location that stands in the file: pydantic also names union members."""
    path: Path = ()
    for part in loc:
        if (*at, *path, part) in read.values:
            path = (*path, part)
    return path


def unknown(what: str, written: str, known: Iterable[str]) -> str:
    """`unknown key "dealine", did you mean "deadline"?`"""
    known = sorted(known)
    close = get_close_matches(written, known, n=1, cutoff=0.6)
    if close:
        return f'unknown {what} "{written}", did you mean "{close[0]}"?'
    return f'unknown {what} "{written}": {_listed(known)}'


def _listed(known: list[str]) -> str:
    return f"known: {', '.join(known)}" if known else "none exist"


def _keys_at(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """The keys a model takes, at this place inside it."""
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if field is None:
            continue
        inner = [kind for kind in _kinds(field.annotation) if issubclass(kind, BaseModel)]
        model = inner[0] if inner else model
    return [field.alias or name for name, field in model.model_fields.items()]


def _kinds(annotation: Any) -> list[type]:  # noqa: ANN401 (annotations have no type)
    parts = getattr(annotation, "__args__", None)
    if parts:
        return [kind for part in parts for kind in _kinds(part)]
    return [annotation] if isinstance(annotation, type) else []


def _plain(one: Mapping[str, Any]) -> str:
    return f"{_shown(one['input'])}: {one['msg'][:1].lower()}{one['msg'][1:]}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _one_of(one: Mapping[str, Any]) -> str:
    allowed = [part.strip("' ") for part in one["ctx"]["expected"].replace(" or ", ", ").split(",")]
    close = get_close_matches(str(one["input"]), allowed, n=1, cutoff=0.6)
    hint = f'did you mean "{close[0]}"?' if close else f"write {', '.join(allowed)}"
    return f"{_shown(one['input'])} is not one of the values here, {hint}"


_SAYINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": _one_of,
    "value_error": lambda one: str(one["ctx"]["error"]),
    "string_type": lambda one: f"{_shown(one['input'])} is not a text: put it in quotes",
    "list_type": lambda one: f"{_shown(one['input'])} is not a list: write `- ` before each entry",
    "dict_type": lambda one: f"{_shown(one['input'])} is not a mapping: write `key: value` lines",
    "model_type": lambda one: f"{_shown(one['input'])} is not a mapping: write `key: value` lines",
    "string_pattern_mismatch": lambda one: (
        f"{_shown(one['input'])}: a name has small letters, digits, `-` and `_`, "
        "and begins with a letter or digit"
    ),
    "too_short": lambda _: "an empty list: give at least one, or leave the key out",
    "string_too_short": lambda one: (
        f"{_shown(one['input'])} is too short: {one['ctx']['min_length']} characters at least"
    ),
    "string_too_long": lambda one: f"too long: {one['ctx']['max_length']:,} characters at most",
    "too_long": lambda one: f"too many: {one['ctx']['max_length']} at most",
}
