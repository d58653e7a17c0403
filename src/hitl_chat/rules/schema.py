"""What may be written in a rules file, apart from its conditions (`conditions.py`).

Every key has its description here, and docs/rules.md speaks of each (a test says so). Knows no
position in a file, no check and nothing of how rules are run.
"""

import re
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from hitl_chat.core.types import (
    Action,
    FirstJudgement,
    Impact,
    NeedsSecond,
    OnDeadline,
    OnDisconnect,
    OnError,
    OnNoAgent,
    Others,
    Response,
    Strictness,
)
from hitl_chat.rules.hours import Hours
from hitl_chat.rules.risk_schema import Budget, Risk, Share
from hitl_chat.rules.strict import Strict, Word

LONGEST_WAIT = 7 * 24 * 3600.0
LONGEST_UNDO = 60.0
LONGEST_TEXT = 10_000
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?([smhd])")


def seconds(written: object) -> object:
    """`90`, `90s`, `5m`, `1h` or `1d` as seconds."""
    match = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if match:
        return float(match[1]) * _UNITS[match[2]]
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise ValueError(f"{written!r} is no length of time: write e.g. 90s, 5m or 1h")
    return float(written)


Text = Annotated[str, Field(strict=True, max_length=LONGEST_TEXT)]
Language = Annotated[str, Field(strict=True, pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")]
Duration = WithJsonSchema(
    {
        "anyOf": [
            {"type": "number", "minimum": 0},
            {"type": "string", "pattern": f"^{_DURATION.pattern}$"},
        ]
    }
)
Wait = Annotated[float, BeforeValidator(seconds), Field(gt=0, le=LONGEST_WAIT), Duration]
Undo = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=LONGEST_UNDO), Duration]
Limit = str | int | float
DEFAULT = "default"


def in_languages(written: object) -> str:
    return "languages" if isinstance(written, dict) else "text"


Spoken = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[dict[str, Text], Field(min_length=1, max_length=50), Tag("languages")],
    Discriminator(in_languages),
]


class Terms(Strict):
    """What a hold of a rule means for agents and customers; `defaults:` holds the same keys."""

    then: Response = Field(default="hold", description="hold, watch (send, review later) or block")
    strictness: Strictness = Field(
        default="segment",
        description="stop the stream there, keep the whole answer back, or only watch",
    )
    shadow: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="do nothing, and record what the rule would have done"
    )
    deadline: Wait = Field(default=120.0, description="how long a person may take")
    on_deadline: OnDeadline = Field(
        default="fallback_text", description="what happens when nobody decides"
    )
    on_no_agent: OnNoAgent = Field(
        default="fallback_text", description="what happens when nobody is there"
    )
    on_error: OnError = Field(default="hold", description="what happens when a check fails")
    on_disconnect: OnDisconnect = Field(
        default="keep", description="whether a hold outlives its customer"
    )
    fallback: Spoken | None = Field(
        default=None, description="what the customer gets instead of the answer"
    )
    fallback_after_text: Spoken | None = Field(
        default=None, description="the same, when part of the answer has been read already"
    )
    impact: Impact = Field(default="low", description="how bad a wrong answer would be")
    priority: Annotated[int, Field(strict=True, ge=-100, le=100)] = Field(
        default=0, description="higher is shown first, and speaks first when several rules fire"
    )
    route: Annotated[str, Field(strict=True, max_length=100)] = Field(
        default="", description="the team this hold is for"
    )
    skills: list[Word] = Field(
        default=[], max_length=20, description="what a person must be able to do for it"
    )
    languages: list[Language] = Field(
        default=[], max_length=20, description="what a person must speak for it, e.g. de"
    )
    others: Others = Field(
        default="warn", description="whether people without these may take it with a warning"
    )
    allowed_actions: list[Action] | None = Field(
        default=None, min_length=1, description="what an agent may do with it"
    )
    undo: Undo | None = Field(default=None, description="how long a decision can be taken back")
    first_judgement: FirstJudgement = Field(
        default="sampled", description="judge before seeing scores"
    )
    needs_second: list[NeedsSecond] = Field(
        default=[], max_length=3, description="what somebody else must confirm before it is sent"
    )


class Policy(Strict):
    """A part of the company's own policy, written here or in a file."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["file"]}],
            "dependentRequired": {"heading": ["file"]},
        }
    )

    title: Annotated[str, Field(strict=True, max_length=200)] = Field(
        default="", description="what it is called; without it, the heading"
    )
    text: Text = Field(default="", description="what it says, in Markdown")
    file: Annotated[str, Field(strict=True, max_length=300)] = Field(
        default="", description="a Markdown file beside or below this one that says it"
    )
    heading: Annotated[str, Field(strict=True, max_length=300)] = Field(
        default="", description="the heading in that file under which it stands, or its anchor"
    )

    @model_validator(mode="after")
    def in_one_place(self) -> Self:
        if bool(self.text) == bool(self.file):
            raise ValueError("write either the `text`, or the `file` that has it")
        if self.heading and not self.file:
            raise ValueError("a `heading` is looked for in a `file`: name it, or use `title`")
        return self


class Rule(Terms):
    """One rule. `on` and `when` are read by `conditions.py`."""

    name: Word = Field(description="how logs, holds and records name the rule")
    description: Text = Field(default="", description="one line for people")
    on: Any = Field(default=None, description="for which requests the rule is there at all")
    when: Any = Field(description="what in the answer makes it fire")
    guidance: Text = Field(default="", description="what an agent should consider, in Markdown")
    good: list[Text] = Field(default=[], max_length=20, description="answers that are right")
    bad: list[Text] = Field(default=[], max_length=20, description="answers that are wrong")
    policy: Policy | None = Field(
        default=None, description="the part of the company's policy that the agent should know"
    )
    limits: dict[str, Limit] = Field(
        default={}, max_length=20, description="what an agent may grant"
    )
    reasons: list[Annotated[str, Field(strict=True, min_length=1, max_length=80)]] = Field(
        default=[], max_length=9, description="the reasons an agent chooses from, one key each"
    )


class Check(BaseModel):
    """One configured asynchronous check. What else it takes is the check's own business."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: Word = Field(description="which check it is")


def contact(written: str) -> str:
    if "*" in written:
        raise ValueError(f"{written!r}: write the whole address or number, or @domain")
    return written


Contact = Annotated[str, Field(strict=True, min_length=3, max_length=300), AfterValidator(contact)]


class Ruleset(Strict):
    """A whole file."""

    version: str | int | float = Field(
        default="", description="the author's own name for this version"
    )
    description: Text = Field(default="", description="what the rules are for")
    pass_: Any = Field(
        default=None,
        alias="pass",
        description="`all`: let every answer through; only without rules",
    )
    include: list[Annotated[str, Field(strict=True, min_length=1)]] = Field(
        default=[], max_length=50, description="files beside or below this one that bring rules"
    )
    defaults: Terms = Field(
        default=Terms(), description="terms for every rule that does not say otherwise"
    )
    checks: dict[Word, Check] = Field(
        default={}, description="asynchronous checks, by the name rules use"
    )
    contacts: list[Contact] = Field(
        default=[],
        max_length=1000,
        description="the company's own addresses, numbers, links and @whole-domains",
    )
    hours: Hours | None = Field(default=None, description="when the company is open")
    risk: Risk | None = Field(
        default=None, description="one risk from several checks, which rules test with `risk:`"
    )
    budget: Budget | None = Field(
        default=None, description="how many holds there may be, for rules with `risk: budget`"
    )
    certificate: Annotated[str, Field(strict=True, max_length=300)] = Field(
        default="", description="a file of `hitl-chat calibrate`, beside this one"
    )
    audit: Share = Field(
        default=0.0, description="share of released answers that are marked for a look at random"
    )
    rules: list[Rule] = Field(default=[], max_length=500, description="the rules")
