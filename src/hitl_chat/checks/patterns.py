"""The check `patterns`: fixed texts and regular expressions the author of a rule does not want.

Owns what may be written under `patterns:` and what excuses a match. How texts are searched is the
finders' business, what a match leads to the rule's.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from hitl_chat.checks.finding import CONTEXT, Accept, Cursor, Finder, Hit
from hitl_chat.checks.literals import INSIDE, Literals, Phrase
from hitl_chat.checks.normalise import key
from hitl_chat.checks.regex_forms import longest
from hitl_chat.checks.regexes import Expression, Regexes, check_source, expression, is_bounded
from hitl_chat.ports import Use

LONGEST_LITERAL = 200
LONGEST_SAYING = 100
MOST_EXPRESSIONS = 100  # of one use; more of them are words, and belong under `literals:`
LONGEST_MATCH = 1000  # characters a streaming rule may keep back to see a match through

Text = Annotated[str, Field(strict=True, min_length=1)]


def _literal(text: str) -> str:
    if not key(text.removeprefix(INSIDE)):
        raise ValueError(f"{text!r} has nothing visible to look for: write a word")
    if len(text) > LONGEST_LITERAL:
        raise ValueError(f"a literal of {len(text)} characters: {LONGEST_LITERAL} at most")
    return text


class Searched(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    literals: list[Text] = Field([], description="fixed texts; found where a word begins")
    regex: list[Text] = Field(
        [], max_length=MOST_EXPRESSIONS, description="RE2 expressions; found anywhere"
    )
    match_case: bool = Field(default=False, strict=True, description="upper and lower case differ")

    @field_validator("literals")
    @classmethod
    def _literals_are_visible(cls, literals: list[str]) -> list[str]:
        return [_literal(text) for text in literals]

    @field_validator("regex")
    @classmethod
    def _expressions_run(cls, sources: list[str], info: ValidationInfo) -> list[str]:
        streaming = bool((info.context or {}).get("streaming"))
        for source in sources:
            _expression(source, streaming=streaming)
        return sources

    @model_validator(mode="after")
    def _something(self) -> "Searched":
        if not self.literals and not self.regex:
            raise ValueError("nothing to look for: write `literals:` or `regex:`")
        return self


def _expression(source: str, *, streaming: bool) -> None:
    node = check_source(source)
    if not streaming:
        return
    if not is_bounded(node):
        raise ValueError(
            f"{source!r} has no longest match, so no text could ever leave: "
            "bound it, e.g. `.{0,40}` for `.*`, or use strictness: answer"
        )
    if (longest(node) or 0) > LONGEST_MATCH:
        raise ValueError(
            f"{source!r} can be {longest(node)} characters long, more than {LONGEST_MATCH}: "
            "bound it, or use strictness: answer"
        )


class Near(Searched):
    """Context that must be there for a match to count."""

    within: int = Field(60, strict=True, ge=1, le=CONTEXT - 20, description="characters away")


class Options(Searched):
    """A rule's `patterns:`."""

    exceptions: list[Text] = Field(
        [], alias="except", description="matches that are allowed, e.g. known codes"
    )
    say: str = Field(
        "", max_length=LONGEST_SAYING, strict=True, description="what agents read instead of it"
    )
    near: Near | None = Field(None, description="count a match only near one of these")


class Excuse:
    """Decides whether a match counts: not when it is excepted, nor away from its context."""

    def __init__(self, options: Options) -> None:
        self._allowed = frozenset(map(key, options.exceptions))
        self._within = options.near.within if options.near else 0
        self._near = _finders(options.near, "near", _always) if options.near else ()

    def __call__(self, text: str, hit: Hit, final: bool) -> bool | None:
        if self._allowed and key(text[hit.start : hit.end]) in self._allowed:
            return False
        return True if not self._within else self._is_near(text, hit, final)

    def _is_near(self, text: str, hit: Hit, final: bool) -> bool | None:
        start, end = max(hit.start - self._within - 1, 0), hit.end + self._within
        complete = final or end < len(text)
        around = text[start:end]
        for finder in self._near:
            cursor = Cursor()
            cursor.clear = min(start, 1)  # one character of context, for a word's edge
            if finder.find(around, cursor, final=complete):
                return True
        return False if complete else None


def _always(_text: str, _hit: Hit, _final: bool) -> bool:
    return True


def finders(uses: Sequence[Use]) -> list[Finder]:
    """One finder for all literals and one for all expressions of these uses."""
    phrases: list[Phrase] = []
    expressions: list[Expression] = []
    for use in uses:
        options = Options.model_validate(use.options)
        accept = Excuse(options)
        phrases += _phrases(options, use.name, accept, options.say)
        expressions += _expressions(options, use.name, accept, options.say)
    return _gathered(phrases, expressions)


def _phrases(options: Searched, use: str, accept: Accept, said: str = "") -> list[Phrase]:
    return [Phrase(use, text, accept, options.match_case, said) for text in options.literals]


def _expressions(options: Searched, use: str, accept: Accept, said: str = "") -> list[Expression]:
    case = options.match_case
    return [expression(use, text, accept, match_case=case, said=said) for text in options.regex]


def _finders(options: Searched, use: str, accept: Accept) -> list[Finder]:
    return _gathered(_phrases(options, use, accept), _expressions(options, use, accept))


def _gathered(phrases: list[Phrase], expressions: list[Expression]) -> list[Finder]:
    made: list[Finder] = []
    for match_case in (False, True):
        some = [phrase for phrase in phrases if phrase.match_case is match_case]
        if some:
            made.append(Literals(some, match_case=match_case))
    bounded = [e for e in expressions if is_bounded(e.node)]
    late = [e for e in expressions if not is_bounded(e.node)]
    if bounded:
        made.append(Regexes(bounded))
    if late:
        made.append(Regexes(late, late=True))
    return made
