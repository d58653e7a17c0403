"""What checks do and tell beside their verdicts: read much before the first, notice a fault."""

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


@runtime_checkable
class Tells(Protocol):
    """A check that notices itself that it cannot do its work; "" while nothing is known."""

    def trouble(self) -> str: ...


@runtime_checkable
class Advises(Protocol):
    """A check that knows how it could do its work better; "" if it does not."""

    def advice(self) -> str: ...


def advised(checks: Iterable[Check]) -> Mapping[str, str]:
    """What somebody should look at, though each check can do its work."""
    told = {check.name: check.advice() for check in checks if isinstance(check, Advises)}
    return {name: what for name, what in told.items() if what}


def troubled(checks: Iterable[Check]) -> Mapping[str, str]:
    """Which checks know that they cannot do their work now, and why."""
    told = {check.name: check.trouble() for check in checks if isinstance(check, Tells)}
    return {name: why for name, why in told.items() if why}


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
