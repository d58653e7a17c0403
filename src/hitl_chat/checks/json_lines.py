"""Files of JSON lines that people and programs append to: what is wrong with one is told by line.

Must not know what a line says.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from hitl_chat.errors import ConfigError

MOST_TOLD = 5

Take = Callable[[bytes], Iterable[str]]  # takes what a line says; what is wrong with it comes out
Content = tuple[str, bytes]


def contents(files: Sequence[Path], noun: str, fix: str) -> Iterator[Content]:
    """Names and contents; raises `ConfigError` with the fix."""
    for file in files:
        try:
            yield str(file), file.read_bytes()
        except OSError as error:
            msg = f"the {noun} {str(file)!r} cannot be read ({error.strerror}): {fix}"
            raise ConfigError(msg) from None


def each_line(files: Iterable[Content], take: Take) -> None:
    """Has every line taken that is not blank; raises `ConfigError` with all that is wrong."""
    wrong: list[str] = []
    for name, content in files:
        for number, written in enumerate(content.split(b"\n"), 1):
            if written.strip():
                wrong += (f"{name}:{number}: {why}" for why in take(written))
    if wrong:
        rest = f" (and {len(wrong) - MOST_TOLD} more)" if len(wrong) > MOST_TOLD else ""
        raise ConfigError("\n".join(wrong[:MOST_TOLD]) + rest)
