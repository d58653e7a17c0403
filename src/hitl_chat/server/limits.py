"""How many requests a key, and a tenant, may send per second.

One number per key (the generic cell rate algorithm): the time at which its bucket is full again.
Knows no HTTP and reads no clock of its own.
"""

from hitl_chat.errors import TooMany
from hitl_chat.ports import Clock

BURST = 1.0  # seconds' worth of requests that may come at once
REMEMBERED = 10_000


class Bucket:
    """A token bucket for each of many names, all with the same rate."""

    def __init__(self, rate: float) -> None:
        self.each = 1.0 / rate
        self.burst = max(BURST, self.each)
        self.full_at: dict[str, float] = {}

    def wait(self, name: str, now: float) -> float:
        """Seconds until a request would be accepted; 0 when it is accepted now."""
        full_at = max(self.full_at.get(name, now), now)
        return max(0.0, full_at + self.each - self.burst - now)

    def take(self, name: str, now: float) -> None:
        if name not in self.full_at and len(self.full_at) >= REMEMBERED:
            self.full_at = {name: at for name, at in self.full_at.items() if at > now}
        self.full_at[name] = max(self.full_at.get(name, now), now) + self.each


class Limiter:
    """Refuses with 429 and says when to come back; a refused request costs nothing."""

    def __init__(
        self, clock: Clock, *, key_rate: float = 5000.0, tenant_rate: float = 5000.0
    ) -> None:
        self.clock = clock
        self.keys = Bucket(key_rate)
        self.tenants = Bucket(tenant_rate)

    def take(self, key: str, tenant: str) -> None:
        now = self.clock.monotonic()
        wait = max(self.keys.wait(key, now), self.tenants.wait(tenant, now))
        # Sums of small floats: a bucket that is full to the last nanosecond is not overdrawn.
        if wait > 1e-9:
            msg = f"Too many requests: try again in {wait:.3f} s, or ask for a higher limit."
            raise TooMany(msg, retry_after=wait)
        self.keys.take(key, now)
        self.tenants.take(tenant, now)
