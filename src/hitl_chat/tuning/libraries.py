"""Libraries of known answers, named on the command line instead of in the rules file.

Whoever builds the check that reads them builds it with these. Knows nothing of what they hold.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from hitl_chat.errors import ConfigError
from hitl_chat.ports import Check, Checks, Scanner, Use

KNOWN_BAD = "known_bad"


def with_libraries(checks: Checks, files: Sequence[Path]) -> Checks:
    """The checks as they are where no files were named."""
    if not files:
        return checks
    if KNOWN_BAD not in checks.asynchronous:
        msg = f"--known-bad and --known-good need the check {KNOWN_BAD!r}: it is not installed"
        raise ConfigError(msg)
    return _WithLibraries(checks, files)


class _WithLibraries:
    """`ports.Checks`."""

    def __init__(self, checks: Checks, files: Sequence[Path]) -> None:
        self._checks = checks
        self._files = files

    @property
    def synchronous(self) -> Mapping[str, type[BaseModel]]:
        return self._checks.synchronous

    @property
    def asynchronous(self) -> Mapping[str, type[BaseModel]]:
        return self._checks.asynchronous

    def scanner(self, uses: Sequence[Use]) -> Scanner:
        return self._checks.scanner(uses)

    @property
    def languages(self) -> Collection[str]:
        return self._checks.languages

    def language(self, text: str) -> str:
        return self._checks.language(text)

    def check(self, name: str, kind: str, options: BaseModel) -> Check:
        if kind == KNOWN_BAD:
            written = options.model_dump(exclude_unset=True)
            files = [str(file.absolute()) for file in self._files]
            options = type(options).model_validate({**written, "library": files})
        return self._checks.check(name, kind, options)
