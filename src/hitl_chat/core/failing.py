"""A check died: what the rules that name it make of that, by their `on_error`.

Pure. "Failed" is never "safe". One place says so, for the gate, for `explain` and for `score`.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from hitl_chat.core.events import CheckFailed
from hitl_chat.core.policy import Policy, Rule, blocks
from hitl_chat.core.types import Reason


def mistrusted(policy: Policy, check: str) -> tuple[Rule, ...]:
    """The rules that act when this check dies, each with what its `on_error` makes of it."""
    concerned = policy.about((check,))
    if not concerned:
        return (policy.default,)
    blocking = [rule for rule in concerned if blocks(rule)]
    lax = all(rule.on_error == "release" for rule in blocking)
    acting = () if lax else map(_at_failure, blocking)
    return (*acting, *quiet_at_failure(concerned))


def quiet_at_failure(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those that keep nothing back: a watch is recorded, a shadow says what it would have done."""
    quiet = (rule for rule in rules if not blocks(rule))
    shown = (rule for rule in quiet if not (rule.shadow and rule.on_error == "release"))
    return tuple(map(_at_failure, shown))


def _at_failure(rule: Rule) -> Rule:
    if rule.then == "watch":
        return rule
    return replace(rule, then="block" if rule.on_error == "block" else "hold")


def reason_of_failure(rule: Rule, failure: CheckFailed) -> Reason:
    code = "check_timed_out" if failure.timed_out else "check_failed"
    return Reason(rule.name, failure.check, code, detail=failure.why)
