"""What a rule may know about a request before the model answers.

Plain frozen values; knows no wire format and no rule.
"""

from collections.abc import Mapping

from hitl_chat.core.policy import Policy
from hitl_chat.core.types import Value
from hitl_chat.ports import Check, Scanner


class RequestFacts(Value, frozen=True):
    """One request, as rules see it. `history` holds earlier turns as (role, text), oldest first.

    `at`: when it came, in seconds since 1970; None where nobody knows.
    """

    tenant: str = ""
    channel: str = ""
    tags: frozenset[str] = frozenset()
    model: str = ""
    customer_text: str = ""
    history: tuple[tuple[str, str], ...] = ()
    at: float | None = None


class Compiled(Value, frozen=True):
    """The rules that apply to one request: what to wait for, and who looks.

    `checks` are the asynchronous checks that `policy.segment` and `policy.whole` name; `criteria`
    is the version of what agents are told about the rules, `audit` the share of released answers
    that somebody is to look at, `budget` where its moving tests stand, `moved` which thresholds
    ("rule/check") somebody has moved for a time, and where to.
    """

    policy: Policy
    scanner: Scanner | None = None
    checks: tuple[Check, ...] = ()
    criteria: str = ""
    audit: float = 0.0
    budget: float | None = None
    moved: Mapping[str, float] = {}


class Excerpt(Value, frozen=True):
    """A part of the company's own policy."""

    title: str
    text: str


class Criteria(Value, frozen=True):
    """What an agent is shown with a hold so that decisions agree."""

    rule: str
    description: str = ""
    guidance: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    policy: Excerpt | None = None
