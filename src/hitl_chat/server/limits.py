"""How many requests a key, a tenant, or a signed-in person may send per second.

Knows no HTTP and reads no clock of its own. The buckets are `runner.buckets`'s.
"""

from hitl_chat.errors import TooMany
from hitl_chat.ports import Clock
from hitl_chat.runner.buckets import Bucket

PAGES = 5.0  # seconds' worth: all pages of somebody that are loaded anew at once


class Limiter:
    """Refuses with 429 and says when to come back; a refused request costs nothing."""

    def __init__(
        self,
        clock: Clock,
        *,
        key_rate: float = 5000.0,
        tenant_rate: float = 5000.0,
        person_rate: float = 20.0,
    ) -> None:
        self.clock = clock
        self.keys = Bucket(key_rate)
        self.tenants = Bucket(tenant_rate)
        self.people = Bucket(person_rate, PAGES * person_rate)

    def take(self, key: str, tenant: str) -> None:
        now = self.clock.monotonic()
        wait = max(self.keys.wait(key, now), self.tenants.wait(tenant, now))
        if wait:
            msg = f"Too many requests: try again in {wait:.3f} s, or ask for a higher limit."
            raise TooMany(msg, retry_after=wait)
        self.keys.take(key, now)
        self.tenants.take(tenant, now)

    def person(self, ident: str) -> None:
        """One request of a signed-in person, in whichever browser."""
        now = self.clock.monotonic()
        if wait := self.people.wait(ident, now):
            msg = f"Too many requests: try again in {wait:.3f} s."
            raise TooMany(msg, retry_after=wait)
        self.people.take(ident, now)
