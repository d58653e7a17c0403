"""Rule tests as they are written: which keys a case has, and the words for what is wrong with one.

`shop.tests.yaml` holds the tests of `shop.yaml` beside it. Knows no check, and of the rules their
names only.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hitl_chat.core.types import Value
from hitl_chat.rules.json_schema import model_schema
from hitl_chat.rules.load import Document, Finding, document, refusal
from hitl_chat.rules.load import Path as Place
from hitl_chat.rules.sources import read
from hitl_chat.rules.wording import told, unknown
from hitl_chat.tuning.rows import Ending, Line, Row, ToolCall, moment

TESTS = ".tests.yaml"
RULES = ".yaml"
MOST = 500


def a_moment(written: str) -> str:
    moment(written)
    return written


Text = Annotated[str, Field(strict=True, max_length=100_000)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Score = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Moment = Annotated[Text, AfterValidator(a_moment)]
Expected = Literal["pass", "watch", "hold", "block"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(BaseModel):
    """One message of the request, as clients send them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(
        description="who wrote it"
    )
    content: str | list[dict[str, Any]] | None = Field(default=None, description="its text")


class Call(_Strict):
    """A tool that the answer calls."""

    name: Word = Field(description="the tool")
    arguments: dict[str, Any] | Text = Field(default={}, description="what it is called with")


class Case(_Strict):
    """One example, and what the rules are to do with it."""

    name: Word = Field(description="what is tried, in a few words")
    customer: Text | None = Field(default=None, description="what the customer wrote last")
    messages: list[Message] = Field(default=[], description="what was said before that")
    documents: list[Text] = Field(default=[], description="texts the answer may rely on")
    draft: Text = Field(default="", description="the model's answer")
    tool_calls: list[Call] = Field(default=[], description="the tools that the answer calls")
    ended: Ending | None = Field(default=None, description="how the answer ended, if not as usual")
    tenant: Text = Field(default="", description="the request's tenant")
    channel: Text = Field(default="", description="the request's channel")
    tags: list[Word] = Field(default=[], description="the request's tags")
    model: Text = Field(default="", description="the model's name")
    at: Moment | None = Field(
        default=None, description="when the request came, e.g. 2026-12-24T10:00+01:00"
    )
    samples: list[Text] | None = Field(default=None, description="other answers to the question")
    paraphrase_samples: list[Text] | None = Field(
        default=None, description="answers to the question in other words"
    )
    scores: dict[Word, Score] = Field(
        default={}, description="what a check that asks a model would have said"
    )
    expect: Expected = Field(description="what the rules are to do")
    rules: list[Word] | None = Field(default=None, description="the rules that fire, no others")
    never_sends: list[Word] | Word = Field(
        default=[], description="words of the draft that must not leave before a person looked"
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.expect == "pass" and self.rules:
            msg = "`expect: pass` with `rules`: where one fires, it is watch, hold or block"
            raise ValueError(msg)
        if self.expect != "pass" and self.rules == []:
            msg = f"`expect: {self.expect}` with no rules: name those that fire"
            raise ValueError(msg)
        for words in self.kept_back:
            if words not in self.draft:
                msg = f"never_sends: {words!r} is not in the draft"
                raise ValueError(msg)
        return self

    @property
    def kept_back(self) -> list[str]:
        return [self.never_sends] if isinstance(self.never_sends, str) else self.never_sends


class Suite(_Strict):
    """A whole file of tests."""

    description: Text = Field(default="", description="what the tests are about")
    scores: dict[Word, Score] = Field(
        default={}, description="what checks that ask a model say where a test says nothing"
    )
    tests: list[Case] = Field(min_length=1, max_length=MOST, description="the tests")


class Tests(Value, frozen=True):
    """A file of tests, read. `lines` are where its cases begin."""

    __test__ = False  # not a pytest class
    path: Path
    suite: Suite
    document: Document
    lines: tuple[int, ...]

    @property
    def rules(self) -> Path:
        return self.path.with_name(self.path.name.removesuffix(TESTS) + RULES)


def tests_of(path: Path) -> Tests:
    """The tests in a file, or a `ConfigError` with everything that is wrong with them."""
    written = document(read(path), file=str(path))
    if not isinstance(written.value, dict):
        raise refusal([written.finding((), "not a file of rule tests: it begins with `tests:`")])
    try:
        suite = Suite.model_validate(written.value)
    except ValidationError as error:
        raise refusal(told(error, written, (), Suite)) from None
    lines = tuple(written.place(("tests", place))[0] for place in range(len(suite.tests)))
    found = list(_twice(suite, written))
    if found:
        raise refusal(found)
    return Tests(path, suite, written, lines)


def tests_schema() -> dict[str, Any]:
    """JSON Schema of files of rule tests, for editors."""
    return model_schema("Rule tests", Suite)


def _twice(suite: Suite, written: Document) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for place, case in enumerate(suite.tests):
        path = ("tests", place, "name")
        if case.name in first:
            message = f'a second test "{case.name}", the first is in line {first[case.name]}'
            yield written.finding(path, f"{message}: rename one")
        first.setdefault(case.name, written.place(path)[0])


def strangers(tests: Tests, rules: Collection[str], scored: Collection[str]) -> Iterator[Finding]:
    """Names in the tests that no rule, or no check that asks a model, goes by."""
    written = tests.document
    yield from _unscored(tests.suite.scores, ("scores",), written, scored)
    for at, case in enumerate(tests.suite.tests):
        for place, name in enumerate(case.rules or ()):
            if name not in rules:
                yield written.finding(("tests", at, "rules", place), unknown("rule", name, rules))
        yield from _unscored(case.scores, ("tests", at, "scores"), written, scored)


def _unscored(
    scores: Collection[str], at: Place, written: Document, scored: Collection[str]
) -> Iterator[Finding]:
    for name in scores:
        if name not in scored:
            message = f"{unknown('check', name, scored)} (only those that ask a model are scored)"
            yield written.finding((*at, name), message, key=True)


def line_of(case: Case, line: int) -> Line:
    """The case as a row that can be scored."""
    return Line(
        line,
        Row(
            id=line,
            draft=case.draft,
            question=case.customer,
            messages=[message.model_dump(exclude_unset=True) for message in case.messages],
            documents=case.documents,
            samples=case.samples,
            paraphrase_samples=case.paraphrase_samples,
            tenant=case.tenant,
            channel=case.channel,
            tags=case.tags,
            model=case.model,
            tool_calls=[ToolCall(call.name, call.arguments) for call in case.tool_calls],
            ended=case.ended,
            at=case.at,
        ),
    )
