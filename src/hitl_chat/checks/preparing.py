"""Checks that have much to read before their first look, such as a library of known answers."""

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from hitl_chat.errors import HitlError
from hitl_chat.ports import Check


@runtime_checkable
class Prepares(Protocol):
    """A check that can do so ahead of time; else it does with its first look."""

    async def prepare(self) -> None: ...


@runtime_checkable
class Reads(Protocol):
    """A check that can say what is wrong with its files, without reading them for good."""

    def unreadable(self) -> str: ...


def unreadable(checks: Iterable[Check]) -> Mapping[str, str]:
    """Which checks have files that cannot be used, and why."""
    told = {check.name: check.unreadable() for check in checks if isinstance(check, Reads)}
    return {name: why for name, why in told.items() if why}


async def prepare(checks: Iterable[Check]) -> Mapping[str, str]:
    """Waits for what takes longer than a check may; which checks it failed for, and why."""
    problems: dict[str, str] = {}
    for check in checks:
        try:
            if isinstance(check, Prepares):
                await check.prepare()
        except HitlError as error:
            problems[check.name] = error.message
    return problems
