"""Which checks there are, by the names rules use.

Adding a check is one file and one line here: a synchronous one brings `NAME`, `Options` and
`finders`, an asynchronous one `NAME`, `Options` and `build`. Other packages bring theirs as
plugins. Knows no rule.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from pydantic import BaseModel

from hitl_chat.checks import (
    ambiguity,
    asks_for_person,
    consistency,
    frustration,
    grounding,
    hedging,
    injection,
    judge,
    known_bad,
    language,
    length,
    logprobs,
    missing_data,
    novelty,
    patterns,
    pii,
    plugins,
    refusal,
    scripted,
    sensitive_moment,
    tongue,
    tool_calls,
)
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


Known = Synchronous | Asynchronous

SHIPPED: tuple[Known, ...] = (
    Asynchronous(ambiguity.NAME, ambiguity.Options, ambiguity.build),
    Asynchronous(consistency.NAME, consistency.Options, consistency.build),
    Synchronous(patterns.NAME, patterns.Options, patterns.finders),
    Synchronous(pii.NAME, pii.Options, pii.finders),
    Asynchronous(judge.NAME, judge.Options, judge.build),
    Asynchronous(known_bad.NAME, known_bad.Options, known_bad.build),
    Asynchronous(novelty.NAME, novelty.Options, novelty.build),
    Asynchronous(sensitive_moment.NAME, sensitive_moment.Options, sensitive_moment.build),
    *(
        Asynchronous(free.NAME, free.Options, free.build)
        for free in (
            asks_for_person,
            frustration,
            grounding,
            hedging,
            injection,
            language,
            length,
            logprobs,
            missing_data,
            refusal,
            tool_calls,
        )
    ),
    Asynchronous(scripted.NAME, scripted.Options, scripted.build),
)


class Registry:
    """`ports.Checks`."""

    def __init__(self, known: Iterable[Known], means: Means = NOTHING) -> None:
        every = tuple(known)
        self._means = means
        self._synchronous = {one.name: one for one in every if isinstance(one, Synchronous)}
        self._asynchronous = {one.name: one for one in every if isinstance(one, Asynchronous)}

    @property
    def synchronous(self) -> Mapping[str, type[BaseModel]]:
        return {name: one.options for name, one in self._synchronous.items()}

    @property
    def asynchronous(self) -> Mapping[str, type[BaseModel]]:
        return {name: one.options for name, one in self._asynchronous.items()}

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
