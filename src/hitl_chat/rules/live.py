"""The rules a server runs by: the newest version of the file that can be used.

A file that cannot be used changes nothing but `refused`, which says why; there are always rules.
Owns when the file is read. Time and waiting are handed in.
"""

import asyncio
import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from hitl_chat.errors import ConfigError
from hitl_chat.ports import Checks, Sleep
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.load import LARGEST, NOT_TEXT, Finding, refusal
from hitl_chat.rules.ruleset import Ruleset

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks at the file


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


class LiveRules:
    """A rules file that may change while it is used."""

    def __init__(
        self,
        path: Path,
        checks: Checks,
        on_change: Callable[[Ruleset], None] | None = None,
        on_refused: Callable[[str], None] | None = None,
    ) -> None:
        """Raises `ConfigError` if there is nothing to begin with."""
        self.path = path
        self.refused = ""
        self._checks = checks
        self._on_change = on_change
        self._on_refused = on_refused
        self._stamp = self._look()
        text = read(path)
        self._seen = _sha(text)
        self._current = compile_ruleset(text, file=str(path), checks=checks)

    @property
    def current(self) -> Ruleset:
        """The rules to use for a request that begins now."""
        return self._current

    def _read_anew(self) -> Ruleset | ConfigError | None:
        """The file's rules, or why there are none; None if nothing has changed."""
        stamp = self._look()
        if stamp == self._stamp and stamp is not None:
            return None
        self._stamp = stamp
        try:
            text = read(self.path)
            sha = _sha(text)
            if sha == self._seen and not self.refused:
                return None
            self._seen = sha
            return compile_ruleset(text, file=str(self.path), checks=self._checks)
        except ConfigError as error:
            return error

    def _take(self, made: Ruleset | ConfigError | None) -> None:
        if isinstance(made, ConfigError):
            self._refuse(made.message)
            return
        if made is None:
            return
        self.refused = ""
        if made.version == self._current.version:
            return
        self._current = made
        log.info("rules: %s is in force, %d rules", made.version[:12], len(made.rules))
        if self._on_change:
            self._on_change(made)

    def _refuse(self, why: str) -> None:
        if why == self.refused:
            return
        self.refused = why
        log.warning("rules: %s stays in force; refused: %s", self._current.version[:12], why)
        if self._on_refused:
            self._on_refused(why)

    def _look(self) -> tuple[int, int, int] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    async def watch(self, sleep: Sleep, every: float = EVERY) -> None:
        """Look at the file for ever, compiling beside the event loop."""
        while True:
            await sleep(every)
            try:
                self._take(await asyncio.to_thread(self._read_anew))
            except Exception:  # an error nobody thought of must not end the watching
                log.exception("rules: looking at %r failed", str(self.path))


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()
