"""What checks and the runner need of our prompts, as Protocols.

`models` implements them; only `app.py` and the command line know how.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

Probe = Mapping[str, str]  # criteria, question, an answer that is `bad` and one that is `fine`


class Prompt(Protocol):
    """A prompt as its file was when it was taken; `version` is for the record.
    `inputs`: the variables that it takes, all of which it has to be given.
    `output`: the JSON schema that its front matter asks answers to have; None: they are text.
    `probe`: what shows whether a model judges by it, if its front matter says so."""

    @property
    def version(self) -> str: ...

    @property
    def inputs(self) -> Collection[str]: ...

    @property
    def output(self) -> Mapping[str, Any] | None: ...

    @property
    def probe(self) -> Probe | None: ...

    async def render(self, **inputs: str) -> str: ...


class Prompts(Protocol):
    """Our prompt files, rendered where a bad one harms nobody.
    `render` and `version` are those of the prompt that `take` takes.
    All raise `errors.ConfigError` for a prompt that cannot be used."""

    def take(self, name: str) -> Prompt: ...

    async def render(self, name: str, **inputs: str) -> str: ...

    def version(self, name: str) -> str: ...
