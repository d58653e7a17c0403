"""The certificate that a server's rules name, looked at again and again while it serves.

Void is one that rests on other rules, prompts, models or files than there are, or on other answers
than come now. Then no threshold is moved above where the rules put it, it is said once in the log,
and `/readyz` and the metrics say it until it holds again. Nothing stops because of it.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from hitl_chat.app.drifting import drift
from hitl_chat.app.footing import void
from hitl_chat.errors import ConfigError, HitlError
from hitl_chat.ports import Clock, Database, Sleep
from hitl_chat.rules.certificate import Certificate, read
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.budgeting import Budgeting
from hitl_chat.settings import Settings

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between two looks at what a certificate rests on
DRIFT_EVERY = 600.0  # seconds between two looks at the answers that came

Standing = tuple[str, Certificate | None]  # why it is void, or what it says


class Certified:
    def __init__(
        self,
        rules: Callable[[], Ruleset],
        settings: Settings,
        budgeting: Budgeting,
        told: Callable[[float], None],
        db: Database,
        clock: Clock,
    ) -> None:
        self._rules, self._settings, self._budgeting = rules, settings, budgeting
        self._told, self._db, self._clock = told, db, clock
        self._looked_at: Ruleset | None = None
        self._drift_of: Certificate | None = None
        self._drift, self._drift_at = "", 0.0
        self.void = ""

    async def look(self) -> None:
        """Files are read and answers compared in other threads: no turn waits for it."""
        ruleset = self._rules()
        self._looked_at = ruleset
        if not ruleset.certificate:
            self._say(ruleset, "")
            return
        why, certificate = await asyncio.to_thread(self._standing, ruleset)
        if certificate is not None:
            why = await self._drifted(certificate)
        self._budgeting.certified(
            ruleset, None if why or certificate is None else certificate.threshold
        )
        self._say(ruleset, why)

    def _say(self, ruleset: Ruleset, why: str) -> None:
        if why != self.void:
            self.void = why
            if why:
                log.warning("the certificate %r is void: %s", ruleset.certificate, why)
            else:
                log.info("no certificate is void any more")
        self._told(float(bool(why)))

    def _standing(self, ruleset: Ruleset) -> Standing:
        folder = Path(self._settings.rules).parent
        try:
            found = read(folder / ruleset.certificate)
            why = void(found, self._settings, ruleset, folder)
        except ConfigError as error:
            return error.message, None
        except OSError as error:
            return f"what it rests on cannot be read: {error.strerror}", None
        except Exception as error:  # nobody thought of it, so nobody found the certificate good
            log.exception("the certificate could not be looked at")
            return f"it could not be looked at ({type(error).__name__})", None
        return (why, None) if why else ("", found)

    async def _drifted(self, certificate: Certificate) -> str:
        """As it was found last, unless that is long ago or of another certificate.

        A record that cannot be read is asked again at the next look; an answer that was never
        compared is no reason to move a threshold up.
        """
        now, same = self._clock.monotonic(), certificate == self._drift_of
        if same and now - self._drift_at < DRIFT_EVERY:
            return self._drift
        try:
            found = await drift(self._db, certificate) or ""
        except HitlError as error:  # the record says itself what is wrong with it
            why = f"nobody knows whether answers drift: {error.message}"
            log.warning("%s", why)
            return self._drift if same else why
        self._drift_of, self._drift, self._drift_at = certificate, found, now
        return found

    async def watch(self, sleep: Sleep, tick: float) -> None:
        """New rules are looked at within a `tick`, everything else once a minute."""
        waited = 0.0
        while True:
            await sleep(tick)
            waited += tick
            if waited >= EVERY or self._rules() is not self._looked_at:
                waited = 0.0
                try:
                    await self.look()
                except Exception:  # an error nobody thought of must not end the looking
                    log.exception("the certificate could not be looked at")
