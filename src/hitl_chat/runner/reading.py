"""Reads a text again, as the checks would read a draft: for the edits of people.

Only the synchronous checks read here; they are the ones that cost nothing.
"""

from collections.abc import Sequence
from typing import Protocol

from hitl_chat.core.events import Verdict
from hitl_chat.core.policy import holds_true
from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Reason
from hitl_chat.rules.facts import Compiled, RequestFacts


class Rules(Protocol):
    def for_request(self, facts: RequestFacts) -> Compiled: ...


def read_again(rules: Rules, tenant: str, texts: Texts) -> Sequence[Reason]:
    """Why a rule would hold this text; () if none would."""
    compiled = rules.for_request(RequestFacts(tenant=tenant))
    if compiled.scanner is None:
        return ()
    scan = compiled.scanner.start()
    for field, text in texts.items():
        scan.feed(field, text)
    scan.end()
    found = scan.found()
    scores = {verdict.check: verdict.score for verdict in found}
    named = {
        rule.name
        for rule in compiled.policy.about(scores)
        if holds_true(rule.when, scores) and rule.then != "watch"
    }
    return [_reason(verdict) for verdict in found if _rule(verdict) in named]


def _rule(verdict: Verdict) -> str:
    return verdict.check.partition(":")[2]


def _reason(verdict: Verdict) -> Reason:
    return Reason(
        _rule(verdict), verdict.check, "matched", verdict.score, verdict.spans, verdict.detail
    )
