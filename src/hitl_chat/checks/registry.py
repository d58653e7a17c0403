"""Which checks there are, by the names rules use.

Adding a check is one file and its name here: a synchronous one brings `Options` and `finders`, an
asynchronous one `Options` and `build`. A file is imported when a rule first names its check: a
server waits for none that it does not use. Other packages bring theirs as plugins. Knows no rule.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

from pydantic import BaseModel

from hitl_chat.checks import plugins, tongue
from hitl_chat.checks.finding import Finder
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.stream import StreamScanner
from hitl_chat.ports import Check, Means, Use


class Synchronous(NamedTuple):
    """A check that reads the stream as it comes, at no visible delay."""

    name: str
    options: type[BaseModel]
    finders: Callable[[Sequence[Use]], Iterable[Finder]]


class Asynchronous(NamedTuple):
    """A check that takes its time: one object for each configured use."""

    name: str
    options: type[BaseModel]
    build: Callable[[str, BaseModel, Means], Check]


class Shipped:
    """A check of ours, whose file is named after it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def options(self) -> type[BaseModel]:
        options: type[BaseModel] = self._file.Options
        return options

    @property
    def _file(self) -> Any:  # noqa: ANN401 - what a check's file must have is tested
        return import_module(f"{__package__}.{self.name}")


class ShippedSynchronous(Shipped):
    def finders(self, uses: Sequence[Use]) -> Iterable[Finder]:
        found: Iterable[Finder] = self._file.finders(uses)
        return found


class ShippedAsynchronous(Shipped):
    def build(self, name: str, options: BaseModel, means: Means) -> Check:
        check: Check = self._file.build(name, options, means)
        return check


Reading = Synchronous | ShippedSynchronous
Asking = Asynchronous | ShippedAsynchronous
Known = Reading | Asking

SHIPPED: tuple[Known, ...] = (
    *map(ShippedSynchronous, ("patterns", "pii")),
    *map(
        ShippedAsynchronous,
        (
            "ambiguity",
            "consistency",
            "judge",
            "known_bad",
            "novelty",
            "sensitive_moment",
            "asks_for_person",
            "frustration",
            "grounding",
            "hedging",
            "injection",
            "language",
            "length",
            "logprobs",
            "missing_data",
            "refusal",
            "tool_calls",
            "scripted",
        ),
    ),
)


class Options(Mapping[str, type[BaseModel]]):
    """What may be said of each check; looked up when somebody asks about that check."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known

    def __getitem__(self, name: str) -> type[BaseModel]:
        return self._known[name].options

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known


class Registry:
    """`ports.Checks`."""

    def __init__(self, known: Iterable[Known], means: Means = NOTHING) -> None:
        every = tuple(known)
        self._means = means
        self._synchronous = {one.name: one for one in every if isinstance(one, Reading)}
        self._asynchronous = {one.name: one for one in every if isinstance(one, Asking)}

    @property
    def synchronous(self) -> Mapping[str, type[BaseModel]]:
        return Options(self._synchronous)

    @property
    def asynchronous(self) -> Mapping[str, type[BaseModel]]:
        return Options(self._asynchronous)

    def scanner(self, uses: Sequence[Use]) -> StreamScanner:
        finders = chain.from_iterable(
            one.finders(wanted)
            for name, one in self._synchronous.items()
            if (wanted := [use for use in uses if use.kind == name])
        )
        return StreamScanner(finders, (use.name for use in uses if use.holds_back))

    def check(self, name: str, kind: str, options: BaseModel) -> Check:
        return self._asynchronous[kind].build(name, options, self._means)

    @property
    def languages(self) -> Collection[str]:
        return tongue.LANGUAGES

    def language(self, text: str) -> str:
        said = tongue.tell(text)
        return said.language if said else ""


def default(*more: Known, means: Means = NOTHING) -> Registry:
    """The shipped checks, those of installed plugins, and more where there are."""
    plugged, _ = installed()
    return Registry((*SHIPPED, *plugged, *more), means)


def known(thing: object) -> Known | None:
    return thing if isinstance(thing, Synchronous | Asynchronous) else None


@cache
def installed() -> tuple[tuple[Known, ...], tuple[plugins.Found, ...]]:
    """The checks of installed plugins, and what became of each plugin."""
    taken = {check.name for check in SHIPPED}
    loaded: tuple[list[Known], list[plugins.Found]] = plugins.load(known, taken)
    return tuple(loaded[0]), tuple(loaded[1])
