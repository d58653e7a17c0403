"""Turns that are over while checks that nobody waited for go on: what those say is recorded too.

Knows no wire and no gate.
"""

import logging
from collections.abc import Callable

from hitl_chat.errors import HitlError
from hitl_chat.runner.memory import Memory
from hitl_chat.runner.turn import Turn

log = logging.getLogger(__name__)


class Outlived:
    """`left` is told whose turn it was, once nobody speaks beside it any more."""

    def __init__(self, memory: Memory, left: Callable[[str], None]) -> None:
        self._memory, self._left = memory, left
        self._turns: set[Turn] = set()

    def listen(self, turn: Turn) -> None:
        """The turn's end has been recorded; who still speaks beside it is recorded later."""
        heard, corrected = len(turn.verdicts), turn.audience.correction

        def spoken() -> None:
            self._turns.discard(turn)
            self._left(turn.tenant)
            try:
                self._memory.overheard(turn, heard, corrected)
            except HitlError:  # the disk is full: the record has a gap
                log.exception("what was said beside turn %s could not be recorded", turn.id)

        if turn.checking is not None and turn.checking.outlive(spoken):
            self._turns.add(turn)
        else:
            self._left(turn.tenant)

    def close(self) -> None:
        """The process ends: who has spoken is recorded, nobody is waited for."""
        for turn in tuple(self._turns):
            turn.abandon()
