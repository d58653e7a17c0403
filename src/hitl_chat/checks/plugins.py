"""Checks of other packages, found by their entry points in the group `hitl_chat.checks`.

An entry point names a `registry.Synchronous` or `registry.Asynchronous`. One that cannot be loaded
is no check: rules that name it are refused, and `hitl-chat doctor` says why. Loads nothing else.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple, TypeVar

GROUP = "hitl_chat.checks"
Known = TypeVar("Known")

log = logging.getLogger(__name__)


class Found(NamedTuple):
    """An installed plugin: where it comes from, and why it is no check, if it is none."""

    name: str
    origin: str
    problem: str = ""


def load(
    known: Callable[[object], Known | None],
    taken: Collection[str],
    points: Iterable[EntryPoint] | None = None,
) -> tuple[list[Known], list[Found]]:
    """The checks among the installed plugins, and what became of each. `known`: a check, or not."""
    checks: list[Known] = []
    found: list[Found] = []
    names = set(taken)
    for point in sorted(entry_points(group=GROUP) if points is None else points):
        try:
            check = known(point.load())
        except Exception as error:  # noqa: BLE001 (whatever another package does while it is loaded)
            problem = f"it cannot be loaded: {type(error).__name__}: {error}"
        else:
            problem = _problem(check, point, names)
            if check is not None and not problem:
                names.add(point.name)
                checks.append(check)
        if problem:
            log.error("check %r of %s is left out: %s", point.name, point.value, problem)
        found.append(Found(point.name, point.value, problem))
    return checks, found


def _problem(check: object, point: EntryPoint, taken: Collection[str]) -> str:
    if check is None:
        return "it is no Synchronous or Asynchronous of hitl_chat.checks.registry"
    if getattr(check, "name", None) != point.name:
        return f"its name is {getattr(check, 'name', None)!r}: name the entry point like that"
    if point.name in taken:
        return "there is a check of that name already: choose another"
    return ""
