"""The only place that prints. Nothing printed can move the cursor or forge a line."""

import sys


def say(text: str) -> None:
    """A result, on standard output: what another program may read."""
    print(_plain(text), flush=True)  # noqa: T201 - the one place that prints


def note(text: str) -> None:
    """A remark for the person who typed the command, on standard error."""
    print(_plain(text), file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints


def complain(text: str) -> None:
    """Why the command was not carried out."""
    note(f"hitl-chat: {text}")


def _plain(text: str) -> str:
    return "\n".join(
        "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in line)
        for line in text.split("\n")
    )
