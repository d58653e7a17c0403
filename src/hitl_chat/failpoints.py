"""Named places where a test can kill, fail or delay the program. Without the switch: nothing.

HITL_CHAT_FAILPOINTS="after_decision_commit:kill,before_commit@3:raise,before_answer:delay=0.2"
`@3` means the third time only. Every place is listed in NAMES; `doctor` warns when any is armed.
"""

import os
import signal
import threading
from collections.abc import Mapping
from itertools import count

SWITCH = "HITL_CHAT_FAILPOINTS"

NAMES: Mapping[str, str] = {
    "before_hold_commit": "hold, texts and event are written, the transaction is still open",
    "after_hold_commit": "the hold is durable, nobody was told yet",
    "before_decision_commit": "decision and event are written, the transaction is still open",
    "after_decision_commit": "the decision is durable, no byte of it was delivered",
    "before_release": "the attempt to deliver is durable, the turn has not heard of its decision",
    "before_commit": "the store's writer is about to commit a group",
    "after_commit": "the store's writer has committed, no caller has its answer",
    "before_records": "the store's writer is about to write queued records",
    "in_checkpoint": "a checkpoint's rows are written, the transaction is still open",
    "in_retention": "texts are shredded, the transaction is still open",
    "after_webhook_commit": "what webhooks are told waits in the outbox, nothing was sent",
    "after_webhook_delivery": "a webhook took a message, the outbox has not heard of it",
}


class Failpoint(RuntimeError):
    """Raised where a failpoint was armed with `raise`."""


class _Armed:
    def __init__(self, name: str, nth: int, action: str) -> None:
        if name not in NAMES:
            msg = f"{SWITCH}: no failpoint is called {name!r}; there are {', '.join(NAMES)}"
            raise ValueError(msg)
        kind, _, seconds = action.partition("=")
        if kind not in ("kill", "raise", "delay"):
            msg = f"{SWITCH}: {name!r} can kill, raise or delay=SECONDS, not {action!r}"
            raise ValueError(msg)
        self.name, self.nth, self.kind, self.seconds = name, nth, kind, float(seconds or 0)
        self._hits = count(1)

    def fire(self) -> None:
        if self.nth not in (0, next(self._hits)):
            return
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind == "raise":
            raise Failpoint(self.name)
        threading.Event().wait(self.seconds)


_armed: dict[str, _Armed] = {}


def arm(spec: str) -> None:
    """Arm exactly what `spec` names; an empty one disarms everything."""
    armed = {}
    for entry in filter(None, map(str.strip, spec.split(","))):
        place, _, action = entry.partition(":")
        name, _, nth = place.partition("@")
        armed[name] = _Armed(name, int(nth or 0), action)
    _armed.clear()
    _armed.update(armed)


def armed() -> tuple[str, ...]:
    return tuple(_armed)


def hit(name: str) -> None:
    """Mark a place. Costs one look at an empty dict when nothing is armed."""
    if _armed and (found := _armed.get(name)) is not None:
        found.fire()


arm(os.environ.get(SWITCH, ""))
