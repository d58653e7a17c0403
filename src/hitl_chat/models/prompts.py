"""Our prompts: Jinja2 files with front matter, made of little and rendered in a sandbox.

Owns front matter, what a prompt may be made of, and that it gets exactly the inputs it names, as
plain text: what customers and agents wrote is an input, never a template. Must not know who asks a
model with the result.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError
from hitl_chat.models.front_matter import Front, front
from hitl_chat.models.prompt_output import Schema
from hitl_chat.models.prompt_probe import Probe
from hitl_chat.models.prompt_syntax import LONGEST, faults

FENCE = "---\n"


class PromptError(ValueError):
    """What is wrong with a prompt's text."""


class Source(Value, frozen=True):
    """A prompt as it is written. `version` says which text a recorded answer was asked with."""

    name: str
    version: int
    inputs: frozenset[str]
    text: str
    output: Schema | None = None  # of its answers, where they are not plain text
    probe: Probe | None = None

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    def admit(self, inputs: Mapping[str, str]) -> None:
        """Text is all that goes in: an object could be climbed."""
        if inputs.keys() != self.inputs:
            wanted = ", ".join(sorted(self.inputs)) or "nothing"
            msg = f"prompt {self.name!r} takes {wanted}, not {', '.join(sorted(inputs))}"
            raise TypeError(msg)
        for name, value in inputs.items():
            if type(value) is not str:
                msg = f"prompt {self.name!r}: {name} must be text, not {type(value).__name__}"
                raise TypeError(msg)


class Prompt:
    """A shipped prompt, rendered where it is used."""

    def __init__(self, source: Source) -> None:
        self.name, self.version, self.inputs = source.name, source.version, source.inputs
        self._source = source
        self._template = compiled(source.text)

    def render(self, **inputs: str) -> str:
        """The text for the model."""
        self._source.admit(inputs)
        return self._template.render(inputs).strip()


def load(folder: Path, name: str) -> Prompt:
    """Read and compile `NAME.j2`, or say what is wrong with it."""
    return Prompt(read(folder, name))


def read(folder: Path, name: str) -> Source:
    """Read `NAME.j2` without running anything of it, or say what is wrong with it."""
    path = folder / f"{name}.j2"
    try:
        head, text = _parts(path.read_text("utf-8"))
        _check(head, name, _used(text))
    except (OSError, ValueError, yaml.YAMLError, TemplateError, RecursionError) as problem:
        msg = f"prompt {str(path)!r}: {problem}"
        raise ConfigError(msg) from None
    return Source(name, head.version, head.inputs, text, head.output, head.probe)


def compiled(text: str) -> Template:
    _used(text)
    return _sandbox().from_string(text)


def _used(text: str) -> set[str]:
    """The variables of a template; raises for what a prompt must not be made of."""
    if len(text) > LONGEST:
        raise PromptError(f"longer than {LONGEST} characters")
    tree = _sandbox().parse(text)
    if found := faults(tree):
        raise PromptError("; ".join(found))
    return meta.find_undeclared_variables(tree)


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


def _parts(content: str) -> tuple[Front, str]:
    before, head, text = (*content.split(FENCE, 2), "", "")[:3]
    if before or not text.strip():
        msg = f"begin with front matter between two {FENCE.strip()!r} lines, then the text"
        raise PromptError(msg)
    return front(head), text


def _check(head: Front, name: str, used: set[str]) -> None:
    if head.name != name:
        raise PromptError(f"its name is {head.name!r}: name the file after it")
    if head.inputs != used:
        told = f"its inputs are {sorted(head.inputs)}, but its text uses {sorted(used)}"
        raise PromptError(told)
