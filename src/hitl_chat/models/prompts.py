"""Our own prompts: Jinja2 files that ship with the program, rendered in a sandbox.

Owns front matter, and that a prompt gets exactly the inputs it names, as plain text. Only shipped
files are rendered here, so their loops need no limits; what customers and agents wrote is an
input, never a template. Must not know who asks a model with the result.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hitl_chat.errors import ConfigError

FENCE = "---\n"
HEAD = {"name": str, "version": int, "inputs": list}


class Prompt:
    """One prompt. `version` says which text a recorded answer was asked with."""

    def __init__(self, name: str, version: int, inputs: frozenset[str], template: Template) -> None:
        self.name, self.version, self.inputs = name, version, inputs
        self._template = template

    def render(self, **inputs: str) -> str:
        """The text for the model. Text is all that goes in: an object could be climbed."""
        if inputs.keys() != self.inputs:
            wanted = ", ".join(sorted(self.inputs)) or "nothing"
            msg = f"prompt {self.name!r} takes {wanted}, not {', '.join(sorted(inputs))}"
            raise TypeError(msg)
        for name, value in inputs.items():
            if type(value) is not str:
                msg = f"prompt {self.name!r}: {name} must be text, not {type(value).__name__}"
                raise TypeError(msg)
        return self._template.render(inputs).strip()


def load(folder: Path, name: str) -> Prompt:
    """Read `NAME.j2`, or say what is wrong with it."""
    path = folder / f"{name}.j2"
    try:
        head, text = _parts(path.read_text("utf-8"))
        environment = _sandbox()
        used = meta.find_undeclared_variables(environment.parse(text))
        _check(head, name, used)
        template = environment.from_string(text)
    except (OSError, ValueError, yaml.YAMLError, TemplateError) as problem:
        msg = f"prompt {str(path)!r}: {problem}"
        raise ConfigError(msg) from None
    return Prompt(name, head["version"], frozenset(head["inputs"]), template)


def _sandbox() -> ImmutableSandboxedEnvironment:
    """No loader, no globals: a prompt reaches no other file and calls nothing."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # read by a model as plain text, never by a browser
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    return environment


def _parts(content: str) -> tuple[Mapping[str, Any], str]:
    before, head, text = (*content.split(FENCE, 2), "", "")[:3]
    if before or not text.strip():
        msg = f"begin with front matter between two {FENCE.strip()!r} lines, then the text"
        raise ValueError(msg)
    found = yaml.safe_load(head)
    if not isinstance(found, dict) or found.keys() != HEAD.keys():
        msg = f"front matter holds exactly {', '.join(HEAD)}"
        raise ValueError(msg)
    return found, text


def _check(head: Mapping[str, Any], name: str, used: set[str]) -> None:
    for key, kind in HEAD.items():
        if type(head[key]) is not kind:
            msg = f"{key} must be of type {kind.__name__}, not {head[key]!r}"
            raise ValueError(msg)
    if head["name"] != name:
        msg = f"its name is {head['name']!r}: name the file after it"
        raise ValueError(msg)
    if set(head["inputs"]) != used:
        msg = f"its inputs are {sorted(head['inputs'])}, but its text uses {sorted(used)}"
        raise ValueError(msg)
