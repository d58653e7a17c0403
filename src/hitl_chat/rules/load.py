"""YAML, read strictly: what the author sees is what is meant, and every value knows its place.

Refuses what makes YAML dangerous or surprising: anchors, aliases, merge keys, tags, keys given
twice, tabs, endless nesting. Only YAML 1.2's true, false, null and plain numbers are not text, so
that NO, on, 010 and 12:30 stay as they look. Owns no meaning: `schema.py` does.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

import yaml

from hitl_chat.errors import ConfigError

LARGEST = 256 * 1024
DEEPEST = 20
MOST_NODES = 20_000
NOT_TEXT = "not UTF-8 text: save the file as UTF-8"
MOST_FINDINGS = 50  # shown; a file with more is not read to the end by anybody

Path = tuple[str | int, ...]
Level = Literal["error", "warning"]

_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_NULL = {"", "~", "null", "Null", "NULL"}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,3})?")
_TAB = re.compile(r"^[ ]*\t", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Finding:
    """Something to put right (or to know), and where it stands."""

    file: str
    line: int
    column: int
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        warning = "warning: " if self.level == "warning" else ""
        return f"{self.file}:{self.line}:{self.column} {warning}{self.message}"


class Refused(ConfigError):
    """A file that cannot be used; `findings` say why, one by one."""

    def __init__(self, shown: list[str], findings: list[Finding]) -> None:
        super().__init__("\n".join(shown), code="rules_refused", details={"findings": shown})
        self.findings = findings


def refusal(findings: list[Finding]) -> Refused:
    """All that is wrong with a file, as one error."""
    wrong = sorted(finding for finding in findings if finding.level == "error")
    shown = [str(finding) for finding in wrong[:MOST_FINDINGS]]
    if len(wrong) > MOST_FINDINGS:
        shown.append(f"and {len(wrong) - MOST_FINDINGS} more")
    return Refused(shown, wrong)


@dataclass
class Document:
    """A file's value, and the line and column of every key and value, from 1.

    `origins` are the values that other files brought, `quoted` title and text of what rules name
    in files that hold no rules.
    """

    file: str
    value: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    origins: dict[Path, str] = field(default_factory=dict)
    quoted: dict[Path, tuple[str, str]] = field(default_factory=dict)

    def adopt(self, other: "Document", there: Path, here: Path) -> None:
        """Take over where everything in this value of another file stands."""
        for mine, its in ((self.values, other.values), (self.keys, other.keys)):
            for path, place in its.items():
                if path[: len(there)] == there:
                    mine[(*here, *path[len(there) :])] = place
        self.origins[here] = other.file

    def file_of(self, path: Path) -> str:
        return self.origins.get(path[:2], self.file)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Of this value (or its key), or of the nearest thing around it that stands in the file."""
        while path and path not in self.values:
            path, key = path[:-1], False
        return (self.keys.get(path) if key else None) or self.values.get(path, (1, 1))

    def where(self, path: Path) -> str:
        line, column = self.place(path)
        return f"{self.file_of(path)}:{line}:{column}"

    def finding(
        self, path: Path, message: str, *, key: bool = False, level: Level = "error"
    ) -> Finding:
        return Finding(self.file_of(path), *self.place(path, key=key), message, level)


def document(text: str, *, file: str) -> Document:
    """The file's value, or a `ConfigError` with everything that is wrong with its YAML."""
    read = examine(text, file=file)
    if read.findings:
        raise refusal(read.findings)
    return read


def examine(text: str, *, file: str) -> Document:
    """The file's value and what is wrong with its YAML; never raises."""
    read = Document(file)
    too_big = _too_big(text)
    if too_big:
        read.findings.append(Finding(file, 1, 1, too_big))
        return read
    for tab in _TAB.finditer(text):
        line = text.count("\n", 0, tab.start()) + 1
        column = tab.end() - tab.start()
        read.findings.append(
            Finding(file, line, column, "a tab in the indentation: use spaces, as everywhere else")
        )
    if not read.findings:
        _Builder(read).build(text)
    return read


def _too_big(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return NOT_TEXT
    return f"{size:,} bytes, more than {LARGEST:,}: split the file" if size > LARGEST else ""


class _Stop(Exception):
    """What follows is not worth reading."""


class _Builder:
    """Walks the parser's events; depth is bounded, so recursion is."""

    def __init__(self, read: Document) -> None:
        self.read = read
        self.nodes = 0
        self.events: Iterator[Any] = iter(())

    def build(self, text: str) -> None:
        try:
            self.events = yaml.parse(text, Loader=yaml.SafeLoader)
            self.documents()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.wrong(mark, _plainly(error.problem or str(error)))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            sign = f"U+{error.character:04X}" if isinstance(error.character, int) else "a byte"
            self.read.findings.append(
                Finding(self.read.file, line, 1, f"{sign} may not stand in a YAML file: remove it")
            )
        except _Stop:
            pass

    def wrong(self, mark: Any, message: str) -> None:  # noqa: ANN401 (yaml.Mark has no types)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.read.findings.append(Finding(self.read.file, line, column, message))

    def documents(self) -> None:
        found = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                found += 1
                if found > 1:
                    self.wrong(event.start_mark, "a second document (`---`): one per file")
                    raise _Stop
                self.read.value = self.node(next(self.events), (), 1)

    def node(self, event: Any, path: Path, depth: int) -> Any:  # noqa: ANN401
        self.count(event, depth)
        self.read.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self.wrong(event.start_mark, f"the alias `*{event.anchor}`: write the value out")
            return None
        self.refuse(event)
        if isinstance(event, yaml.ScalarEvent):
            return scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path, depth)
        return self.mapping(path, depth)

    def count(self, event: Any, depth: int) -> None:  # noqa: ANN401
        self.nodes += 1
        if depth > DEEPEST:
            self.wrong(event.start_mark, f"nested deeper than {DEEPEST}: flatten it")
            raise _Stop
        if self.nodes > MOST_NODES:
            self.wrong(event.start_mark, f"more than {MOST_NODES:,} values: split the file")
            raise _Stop

    def refuse(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor:
            self.wrong(event.start_mark, f"the anchor `&{event.anchor}`: write the value out")
        if event.tag:
            self.wrong(event.start_mark, f"the tag {event.tag!r}: values need no tags, remove it")

    def sequence(self, path: Path, depth: int) -> list[Any]:
        values: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self.node(event, (*path, len(values)), depth + 1))
        return values

    def mapping(self, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, path, values)
            value = self.node(next(self.events), (*path, key), depth + 1)
            values.setdefault(key, value)
        return values

    def key(self, event: Any, path: Path, values: Mapping[str, Any]) -> str:  # noqa: ANN401
        if not isinstance(event, yaml.ScalarEvent):
            self.wrong(event.start_mark, "a key that is no plain word: keys are words")
            raise _Stop
        self.count(event, 1)
        self.refuse(event)
        mark: Any = event.start_mark
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            self.wrong(mark, "the merge key `<<`: write the keys out")
        elif key in values:
            first = self.read.keys[(*path, key)][0]
            self.wrong(mark, f"{key!r} is given twice, first in line {first}: keep one")
            return f"{key} (line {mark.line + 1})"
        self.read.keys[(*path, key)] = (mark.line + 1, mark.column + 1)
        return key


def scalar(text: str) -> str | bool | int | float | None:
    """YAML 1.2's core values, written plainly; all else is the text it looks like."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and isfinite(float(text)):
        return float(text)
    return text


def _plainly(problem: str) -> str:
    """The parser's complaint, with what to do about it."""
    for sign, told in _ADVICE.items():
        if sign in problem:
            return told
    return f"this is not YAML: {problem}"


_ADVICE = {
    "mapping values are not allowed here": "a `:` where none can stand: put the text in quotes",
    "could not find expected ':'": "a line without `:`, or a text that should be in quotes",
    "'\\t'": "a tab: use spaces",
    "expected <block end>": "the indentation does not fit the lines above",
    "'@'": "a text that begins with `@`: put it in quotes",
    "'`'": "a text that begins with a backquote: put it in quotes",
    "'%'": "a text that begins with `%`: put it in quotes",
    "unknown escape character": "in double quotes a backslash is doubled: use single quotes",
    "found undefined alias": "an alias: write the value out",
    "found duplicate anchor": "an anchor: write the value out",
}
