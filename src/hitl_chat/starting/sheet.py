"""A YAML file of ours as text and as value, so that it can be changed and keeps its comments.

Knows where things begin and end, not what they mean. Blocks are written in lines, as in
`examples/rules`: one key or list item a line, not a file in one pair of braces.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from hitl_chat.rules.load import Document, Path, document

INDENT = "  "


class Part(NamedTuple):
    """Some lines of a file, from 0, and what they say."""

    start: int
    end: int
    value: Any


class Change(NamedTuple):
    """These lines give way to that text; where `start` is `end` it is put in between."""

    start: int
    end: int
    text: str


class Sheet:
    def __init__(self, text: str, file: str) -> None:
        self.lines: Sequence[str] = text.splitlines()
        self.document: Document = document(text, file=file)
        self.value: Mapping[str, Any] = self.document.value

    def block(self, key: str) -> Part:
        """A top-level key and all that stands below it, without what speaks of the next one."""
        starts = sorted(self._line((name,)) for name in self.value)
        start = self._line((key,))
        after = next((line for line in starts if line > start), len(self.lines))
        return Part(start, self._trimmed(after), self.value[key])

    def items(self, key: str) -> Sequence[Part]:
        """The items of a top-level list or mapping, in their order."""
        block = self.block(key)
        names = range(len(block.value)) if isinstance(block.value, list) else list(block.value)
        starts = [self._line((key, name)) for name in names]
        ends = [*(self._trimmed(line) for line in starts[1:]), block.end]
        values = [block.value[name] for name in names]
        return [Part(*part) for part in zip(starts, ends, values, strict=True)]

    def slices(self, key: str) -> Sequence[str]:
        """The same as texts, each with the comments in front of it."""
        items = self.items(key)
        begins = [self.block(key).start + 1, *(item.end for item in items[:-1])]
        return [
            "\n".join(self.lines[begin : item.end])
            for begin, item in zip(begins, items, strict=True)
        ]

    def heading(self) -> Sequence[str]:
        """The comments at the top."""
        return self.lines[: min(self._line((name,)) for name in self.value)]

    def changed(self, changes: Iterable[Change]) -> str:
        lines = list(self.lines)
        for change in sorted(changes, reverse=True):
            lines[change.start : change.end] = change.text.splitlines()
        return "\n".join(lines) + "\n"

    def _line(self, path: Path) -> int:
        return self.document.place(path, key=True)[0] - 1

    def _trimmed(self, line: int) -> int:
        """The end of what stands in front of this line: comments belong to what follows them."""
        while line and not self.lines[line - 1].split("#")[0].strip():
            line -= 1
        return line


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name nobody has: the wanted one, or the same with `own-` before it."""
    found, names = wanted, set(taken)
    while found in names:
        found = f"own-{found}"
    return found
