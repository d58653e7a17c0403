"""One recorded turn, told in lines: what came of it and why, what its checks said and cost.

Texts are left out, and so is who found nothing, unless everything is asked for. Why a check was
spared is worked out again from the rules the turn ran under.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Policy
from hitl_chat.core.types import Reason, Value, is_shadow
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Checks
from hitl_chat.rules import sparing
from hitl_chat.rules.compile import compile_recorded
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.store.turns import Judged, Turn

SHORT = 12
MOST = 200
THRESHOLD = "threshold "


class Recorded(Value, frozen=True):
    """`rules`: the text of the rules it ran under; None if they are not in this record."""

    turn: Turn
    verdicts: Sequence[Judged]
    reasons: Sequence[Reason]
    rules: str | None


def lines(found: Recorded, checks: Checks, *, everything: bool = False) -> Iterator[str]:
    turn = found.turn
    yield f"{turn.id}: {_outcome(turn)}"
    for reason in found.reasons:
        yield f"  ! {_why(reason)}"
    yield from _verdicts(found.verdicts, everything=everything)
    for name, used in sorted(turn.check_usage.items()):
        yield f"  {name}: {_cost(used)}"
    yield from _cascade(found, checks)
    if (stood := turn.envelope.get("budget")) is not None:
        yield f"  budget: `risk: budget` stood at {stood:.4g}"
    for noted, stood in turn.envelope.items():
        if noted.startswith(THRESHOLD):
            yield f"  {noted}: moved for a time, it stood at {stood:.4g}"
    yield f"  rules {turn.rules_version[:SHORT]}, model {turn.model}"


def _verdicts(verdicts: Sequence[Judged], *, everything: bool) -> Iterator[str]:
    quiet = Counter(v.check for v in verdicts if v.score == 0.0 and not everything)
    told = [v for v in verdicts if everything or v.score != 0.0]
    for verdict in told[:MOST]:
        yield f"  {_said(verdict)}"
    if len(told) > MOST:
        yield f"  and {len(told) - MOST} more verdicts"
    if quiet:
        often = (
            f"{check} ({times} times)" if times > 1 else check for check, times in quiet.items()
        )
        yield f"  said 0: {', '.join(often)}; --all shows where"


def _said(verdict: Judged) -> str:
    part = f"{verdict.field} {verdict.start}..{verdict.upto}" if verdict.field else "request"
    where = "whole answer" if verdict.final else part
    about = f"{verdict.check}, {where}"
    took = "" if verdict.ms is None else f" in {verdict.ms:.1f} ms"
    if verdict.score is not None:
        return f"{about}: {verdict.score:.2f}{took}" + _bracketed(verdict.detail)
    if verdict.reason:
        how = "timed out" if verdict.timed_out else "failed"
        return f"{about}: {how}{took}" + _bracketed(verdict.reason)
    return f"{about}: {verdict.detail}"


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def _cost(used: Mapping[str, float]) -> str:
    asked, calls = int(used.get("asked", 0)), int(used.get("calls", 0))
    spent = f"asked {asked} times, {used.get('ms', 0.0):.1f} ms"
    return spent + (f", {calls} model calls, {int(used.get('tokens', 0))} tokens" if calls else "")


def _cascade(found: Recorded, checks: Checks) -> Iterator[str]:
    """Of each check that costs something: why it was asked, or not."""
    policy = _policy(found, checks)
    if policy is None:
        yield "  why checks were asked is not known: the record does not hold these rules whole"
        return
    scores = _scores(found.verdicts)
    if policy.fusion is not None:
        scores[RISK] = policy.fusion.risk(scores)
    for check in sorted(policy.costly):
        yield f"  {check}: {sparing.told(policy, scores, check)}"


def _policy(found: Recorded, checks: Checks) -> Policy | None:
    if found.rules is None:
        return None
    try:
        ruleset = compile_recorded(found.rules, checks)
    except ConfigError:  # a check they name is not installed any more
        return None
    turn = found.turn
    facts = RequestFacts(
        tenant=turn.tenant, channel=turn.channel, model=turn.model, at=turn.began_at
    )
    return ruleset.for_request(facts).policy


def _scores(verdicts: Sequence[Judged]) -> dict[str, float]:
    highest: dict[str, float] = {}
    for verdict in verdicts:
        if verdict.score is not None:
            highest[verdict.check] = max(verdict.score, highest.get(verdict.check, 0.0))
    return highest


def _why(reason: Reason) -> str:
    score = "" if reason.score is None else f" {reason.score:.2f}"
    if is_shadow(reason):
        would = reason.code.partition(":")[2]
        return f"{reason.rule}: would {would} (a shadow), {reason.check}{score}"
    by = f", {reason.check}{score}" if reason.check else ""
    return f"{reason.rule}: {reason.code}{by}" + _bracketed(reason.detail)


def _outcome(turn: Turn) -> str:
    if not turn.outcome:
        return "it has not ended"
    total = turn.timings.get("total")
    took = "" if total is None else f" after {total:.2f} s"
    audit = ", marked for a look" if turn.envelope.get("audit") else ""
    return f"{turn.outcome}, ruling {turn.ruling}{took}{audit}"
