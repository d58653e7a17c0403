"""The only place that prints. Nothing printed can move the cursor or forge a line."""

import sys
import time

WIDTH = 30
PAUSE = 0.1  # seconds: nobody reads faster


def say(text: str) -> None:
    """A result, on standard output: what another program may read."""
    print(_plain(text), flush=True)  # noqa: T201 - the one place that prints


def note(text: str) -> None:
    """A remark for the person who typed the command, on standard error."""
    print(_plain(text), file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints


def complain(text: str) -> None:
    """Why the command was not carried out."""
    note(f"hitl-chat: {text}")


class Bar:
    """How far a long command is: one line of a terminal, and nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = ""
        self._next = 0.0
        self._terminal = sys.stderr.isatty()

    def move(self, share: float, text: str) -> None:
        """Shown now, unless the last one was just now."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        bar = "#" * int(share * WIDTH)
        self._show(f"[{bar:{WIDTH}}] {text}")

    def note(self, text: str) -> None:
        """A remark, above the bar."""
        self.clear()
        note(text)

    def clear(self) -> None:
        self._show("")

    def _show(self, line: str) -> None:
        if self._terminal and line != self._shown:
            self._shown = line
            sys.stderr.write(f"\r\x1b[K{_plain(line)}")
            sys.stderr.flush()


def _plain(text: str) -> str:
    return "\n".join(
        "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in line)
        for line in text.split("\n")
    )
