"""Every wait of the desk, in seconds; filled from the settings by `app.py`."""

from hitl_chat.core.conversation import Waits as Absence
from hitl_chat.core.deciding import Limits
from hitl_chat.core.types import Value


class DeskWaits(Value, frozen=True):
    lease: float = 30.0
    undo_console: float = 3.0
    undo_http: float = 0.0
    recheck: float = 10.0
    overrun: float = 15.0
    cap: float = 600.0
    orphan: float = 60.0
    grace: float = 30.0  # an agent's connection may be gone so long before anybody is told
    absent: float = 120.0  # ... and so long before somebody else is looked for
    silence: float = 3600.0  # a person's conversation in which nobody speaks is the model's again
    delivery: float = 60.0  # a decision that nobody delivers is called undelivered after this
    attach: float = 600.0  # an undelivered decision waits so long for the request to come again
    remember: float = 86_400.0  # how long a command's answer is kept for its repetition
    sweep: float = 1.0
    poll: float = 1.0

    @property
    def limits(self) -> Limits:
        return Limits(lease=self.lease, recheck=self.recheck, overrun=self.overrun)

    @property
    def absence(self) -> Absence:
        return Absence(grace=self.grace, absent=self.absent)
