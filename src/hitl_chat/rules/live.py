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
from hitl_chat.rules.compile import compile_sources
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.sources import Sources, Stamp, gather, read, stamp

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks at the file


class LiveRules:
    """A rules file that may change while it is used, and so may those it includes."""

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
        self._stamps: dict[Path, Stamp] = {}
        sources = self._gather()
        self._seen = _sha(sources.text)
        self._current = _compiled(sources, checks)

    @property
    def current(self) -> Ruleset:
        """The rules to use for a request that begins now."""
        return self._current

    def _gather(self) -> Sources:
        """What the files say, and what they look like now: before they are read, so that what
        changes meanwhile is read again."""
        self._stamps = {self.path: stamp(self.path)}
        sources = gather(read(self.path), file=str(self.path))
        self._stamps |= sources.stamps
        return sources

    def _is_unchanged(self) -> bool:
        looks = {path: stamp(path) for path in self._stamps}
        return looks == self._stamps and None not in looks.values()

    def _read_anew(self) -> Ruleset | ConfigError | None:
        """The files' rules, or why there are none; None if nothing has changed."""
        if self._is_unchanged():
            return None
        try:
            sources = self._gather()
            sha = _sha(sources.text)
            if sha == self._seen and not self.refused:
                return None
            self._seen = sha
            return _compiled(sources, self._checks)
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

    async def watch(self, sleep: Sleep, every: float = EVERY) -> None:
        """Look at the file for ever, compiling beside the event loop."""
        while True:
            await sleep(every)
            try:
                self._take(await asyncio.to_thread(self._read_anew))
            except Exception:  # an error nobody thought of must not end the watching
                log.exception("rules: looking at %r failed", str(self.path))


def _compiled(sources: Sources, checks: Checks) -> Ruleset:
    """With what most requests need made ahead: it takes some ten milliseconds, and none waits."""
    made = compile_sources(sources, checks)
    made.for_request(RequestFacts())
    return made


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()
