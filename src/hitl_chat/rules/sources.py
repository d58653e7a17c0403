"""A rules file and those it includes, read as one document whose every value knows its file.

Owns which files may be included or quoted, what they may hold, and what they look like from
outside, so that a change is noticed. Of a rule it knows that it may name a `policy`, no more.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from hitl_chat.rules.excerpts import excerpt
from hitl_chat.rules.load import LARGEST, NOT_TEXT, Document, Finding, Refused, examine, refusal
from hitl_chat.rules.load import Path as Place

DEEPEST_INCLUDE = 4
MOST_INCLUDED = 50
LARGEST_TOGETHER = 4 * LARGEST
INCLUDE = "include"
POLICY = "policy"
LISTS = ("rules", "contacts")
MAPPINGS = ("checks",)
MAY_HOLD = (INCLUDE, *LISTS, *MAPPINGS)

_INCLUDED = re.compile("\n# included: ([^\n]+)\n")

Stamp = tuple[int, int, int] | None


def read(path: Path) -> str:
    """The text of a rules file, or a `ConfigError` that says why there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)  # the loader refuses what is longer
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal([Finding(str(path), line, 1, NOT_TEXT)]) from None
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise refusal([Finding(str(path), 1, 1, f"the file cannot be read: {reason}")]) from None


def stamp(path: Path) -> Stamp:
    """What changes with a file's content; None if there is no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@dataclass
class Sources:
    """One document made of several files. `text` is all that they say, in a fixed order.

    `stamps` are of the files that were included or should have been, from before they were read.
    """

    document: Document
    text: str
    stamps: dict[Path, Stamp] = field(default_factory=dict)


def gather(text: str, *, file: str) -> Sources:
    """The file with this text and what it includes; what is wrong is in the document's findings."""
    return _gathered(text, file, None)


def gather_recorded(text: str) -> Sources:
    """The files that a record kept as one text, whatever became of them on disk."""
    first, *more = _INCLUDED.split(text)
    return _gathered(first, "rules", dict(zip(more[::2], more[1::2], strict=True)))


def _gathered(text: str, file: str, kept: Mapping[str, str] | None) -> Sources:
    found = Sources(examine(text, file=file), text)
    if isinstance(found.document.value, dict) and not found.document.findings:
        gathering = _Gathering(found, Path(file).parent, kept)
        gathering.follow(found.document, (os.path.realpath(file),))
        gathering.quote()
    return found


class _Gathering:
    """Files on their way into one document; those that are `kept` are not looked for on disk."""

    def __init__(self, found: Sources, folder: Path, kept: Mapping[str, str] | None) -> None:
        self.found = found
        self.whole = found.document
        self.folder = folder
        self.kept = kept
        self.by: dict[str, str] = {}  # the real path of each file, and where it was included
        self.policies: dict[Path, str] = {}

    def follow(self, of: Document, chain: tuple[str, ...]) -> None:
        """What this document includes; `chain` are the files that led here, itself the last."""
        for at, name in self._names(of):
            problem = _unfit(name) or self._too_many(chain)
            path = Path(of.file).parent / str(name)
            if not problem:
                self.found.stamps[path] = stamp(path)
                real = os.path.realpath(path)
                problem = self._unusable(path, real, chain)
            if problem:
                self._wrong(of, at, problem)
                continue
            self.by[real] = of.where(at)
            self._take(path, (*chain, real))

    def _names(self, of: Document) -> Iterator[tuple[Place, object]]:
        names = of.value.get(INCLUDE, [])
        if not isinstance(names, list):
            self._wrong(of, (INCLUDE,), f"{names!r} is not a list: write `- ` before each file")
            return
        for place, name in enumerate(names):
            yield (INCLUDE, place), name

    def _too_many(self, chain: tuple[str, ...]) -> str:
        if len(chain) > DEEPEST_INCLUDE:
            return f"included more than {DEEPEST_INCLUDE} files deep: include it further up"
        if len(self.by) >= MOST_INCLUDED:
            return f"more than {MOST_INCLUDED} included files: join some"
        return ""

    def _unusable(self, path: Path, real: str, chain: tuple[str, ...]) -> str:
        if real in chain:
            return f"{path.name!r} includes this file: files cannot include each other in a circle"
        if real in self.by:
            return f"{path.name!r} is included already, in {self.by[real]}: remove one"
        if not (path.is_file() if self.kept is None else self._name(path) in self.kept):
            return f"there is no file {str(path)!r}: names count from the file that includes them"
        return ""

    def _take(self, path: Path, chain: tuple[str, ...]) -> None:
        try:
            text = read(path) if self.kept is None else self.kept[self._name(path)]
        except Refused as refused:
            self.whole.findings += refused.findings
            return
        inner = examine(text, file=str(path))
        self.whole.findings += inner.findings
        self.found.text += f"\n# included: {self._name(path)}\n{text}"
        if len(self.found.text.encode()) > LARGEST_TOGETHER:
            message = f"all files together are larger than {LARGEST_TOGETHER:,} bytes: remove some"
            self._wrong(inner, (), message)
        elif not inner.findings:
            self._merge(inner)
            if isinstance(inner.value, dict):
                self.follow(inner, chain)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _merge(self, inner: Document) -> None:
        if not isinstance(inner.value, dict):
            self._wrong(inner, (), f"not an included file: it holds {', '.join(MAY_HOLD)}")
            return
        for key, value in inner.value.items():
            if key not in MAY_HOLD:
                message = f'"{key}" belongs in the file that includes this one'
                self._wrong(inner, (key,), f"{message}, here go {', '.join(MAY_HOLD)}", key=True)
            elif key in LISTS:
                self._lengthen(inner, key, value)
            elif key in MAPPINGS:
                self._widen(inner, key, value)

    def _lengthen(self, inner: Document, key: str, value: object) -> None:
        mine = self.whole.value.setdefault(key, [])
        if not isinstance(value, list):
            self._wrong(inner, (key,), f"{value!r} is not a list: write `- ` before each entry")
        elif isinstance(mine, list):  # else the file itself is wrong, and told so
            for place, one in enumerate(value):
                self.whole.adopt(inner, (key, place), (key, len(mine)))
                mine.append(one)

    def _widen(self, inner: Document, key: str, value: object) -> None:
        mine = self.whole.value.setdefault(key, {})
        if not isinstance(value, dict):
            self._wrong(inner, (key,), f"{value!r} is not a mapping: write `key: value` lines")
        elif isinstance(mine, dict):
            for name, one in value.items():
                if name in mine:
                    first = self.whole.where((key, name))
                    message = f'a second "{name}", the first is in {first}: rename one'
                    self._wrong(inner, (key, name), message, key=True)
                    continue
                self.whole.adopt(inner, (key, name), (key, name))
                mine[name] = one

    # --- policies that rules name ----------------------------------------------------------------

    def quote(self) -> None:
        """The part of each policy that a rule shows to agents."""
        rules = self.whole.value.get("rules")
        for place, rule in enumerate(rules if isinstance(rules, list) else ()):
            written = rule.get(POLICY) if isinstance(rule, dict) else None
            if isinstance(written, dict) and "file" in written:
                self._quote(("rules", place, POLICY), written["file"], written.get("heading", ""))

    def _quote(self, at: Place, name: object, heading: object) -> None:
        path = Path(self.whole.file_of(at)).parent / str(name)
        problem = _unfit(name) or self._unread(path)
        if problem:
            self._wrong(self.whole, (*at, "file"), problem)
        elif isinstance(heading, str):
            try:
                self.whole.quoted[at] = excerpt(self.policies[path], heading)
            except ValueError as error:
                key = "heading" if heading else "file"
                self._wrong(self.whole, (*at, key), f"{path.name}: {error}")

    def _unread(self, path: Path) -> str:
        """Why there is no text of this policy; "" once there is."""
        if path in self.policies:
            return ""
        self.found.stamps[path] = stamp(path)
        if not (path.is_file() if self.kept is None else self._name(path) in self.kept):
            return f"there is no file {str(path)!r}: names count from the file that names them"
        try:
            text = read(path) if self.kept is None else self.kept[self._name(path)]
        except Refused as refused:
            return refused.findings[0].message
        if len(text.encode()) > LARGEST:
            return f"{path.name!r} is larger than {LARGEST:,} bytes: keep the part in a smaller one"
        if _INCLUDED.search(f"\n{text}\n"):
            return f"{path.name!r} has a line that begins with `# included:`: write it otherwise"
        self.found.text += f"\n# included: {self._name(path)}\n{text}"
        if len(self.found.text.encode()) > LARGEST_TOGETHER:
            return f"all files together are larger than {LARGEST_TOGETHER:,} bytes: remove some"
        self.policies[path] = text
        return ""

    def _wrong(self, of: Document, at: Place, message: str, *, key: bool = False) -> None:
        self.whole.findings.append(of.finding(at, message, key=key))


def _unfit(name: object) -> str:
    """Why this is no name of a file beside or below the one that includes it."""
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        return f"{name!r} is not the name of a file"
    if "\\" in name:
        return f"{name!r}: write / between folders"
    if PureWindowsPath(name).anchor:
        return f"{name!r} is an absolute path: name a file beside or below this one"
    if ".." in PurePosixPath(name).parts:
        return f"{name!r} leads out of this folder: name a file beside or below this one"
    return ""
