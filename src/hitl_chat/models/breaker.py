"""Leaves a failing model alone for a moment, then tries it with one call.

Pure: the time comes in as a value.
"""

from hitl_chat.models import failures


class Breaker:
    """Opens after `limit` failures in a row; after `rest` seconds one call may probe."""

    def __init__(self, limit: int = 8, rest: float = 5.0) -> None:
        self._limit = limit
        self._rest = rest
        self._failed = 0
        self._until = 0.0

    def ask(self, now: float) -> None:
        """Raises `UpstreamError` while the model is left alone."""
        if self._failed < self._limit:
            return
        if now < self._until:
            raise failures.busy(self._until - now)
        self._until = now + self._rest  # this call is the probe; the others keep waiting

    def worked(self) -> None:
        self._failed = 0

    def failed(self, now: float) -> None:
        self._failed += 1
        self._until = now + self._rest
