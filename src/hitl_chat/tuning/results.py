"""The file of scores: one JSON line per row, in order, each on disk before the next is scored.

Owns resuming: what stands there already is not scored again, half a last line is taken back, and
scores that were made otherwise are never mixed. Knows no check.
"""

import fcntl
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from hitl_chat.errors import ConfigError
from hitl_chat.tuning.rows import key

ANEW = "name another --out, or remove it"
BEGINS = b'{"id":'


class Results:
    """`version` names how scores are made; `repaired`: half a line was taken back."""

    def __init__(self, path: Path, version: str) -> None:
        self.done: set[str] = set()
        self.repaired = False
        self._version = version
        self._path = path
        if path.exists() and not path.is_file():
            raise ConfigError(f"{str(path)!r} is no file that could be gone on with: {ANEW}")
        try:
            self._file = path.open("a+b")
        except OSError as error:
            msg = f"{str(path)!r} cannot be written ({error.strerror}): {ANEW}"
            raise ConfigError(msg) from None
        try:
            self._resume()
        except ConfigError:
            self._file.close()
            raise

    def __enter__(self) -> "Results":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what could not be written was told
            self._file.close()

    def write(self, scored: Mapping[str, Any]) -> None:
        try:
            self._file.write(orjson.dumps({**scored, "version": self._version}) + b"\n")
            self._file.flush()
        except OSError as error:
            msg = f"{str(self._path)!r} cannot be written ({error.strerror}): free it, and go on"
            raise ConfigError(msg) from None

    def _resume(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            msg = f"{str(self._path)!r} is being written by another program: wait, or {ANEW}"
            raise ConfigError(msg) from None
        self._file.seek(0)
        if not BEGINS.startswith(self._file.read(len(BEGINS))):
            raise self._strange(1)
        self._file.seek(0)
        whole = 0
        for number, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                self.repaired = True
                break
            self._known(number, line)
            whole += len(line)
        self._file.truncate(whole)
        self._file.seek(0, os.SEEK_END)

    def _strange(self, number: int) -> ConfigError:
        return ConfigError(f"{str(self._path)!r}, line {number}: no row of scores: {ANEW}")

    def _known(self, number: int, line: bytes) -> None:
        try:
            row = orjson.loads(line)
            ident, version = row["id"], row["version"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise self._strange(number) from None
        if version != self._version:
            msg = (
                f"{str(self._path)!r} was made with other rules, checks or libraries "
                f"({version}, now {self._version}): {ANEW}"
            )
            raise ConfigError(msg)
        self.done.add(key(ident))
