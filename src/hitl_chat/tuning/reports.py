"""What one check said of one draft, as it stands in a row of scores.

Pure. Owns that a check that failed anywhere has no score: an error stands in its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.types import Span, Value
from hitl_chat.tuning.rows import Range

Said = Verdict | CheckFailed


class Report(Value, frozen=True):
    """`score` is the highest that was given, also beside an `error`: rules go by both."""

    name: str
    score: float | None
    error: str
    written: Mapping[str, Any]


def of_check(name: str, counting: Sequence[Said], parts: Sequence[Said]) -> Report:
    """An asynchronous check. `parts`: what it said of each segment, `counting`: what rules hear."""
    verdicts = [said for said in counting if isinstance(said, Verdict)]
    error = next((said.why for said in counting if isinstance(said, CheckFailed)), "")
    highest = max(verdicts, key=lambda verdict: verdict.score, default=None)
    segments = [{**_scored(said), "start": said.start, "end": said.upto} for said in parts]
    if error or highest is None:
        written: dict[str, Any] = {"error": error, "segments": segments}
    else:
        written = {
            "score": highest.score,
            "segments": segments,
            "reason": highest.detail,
            "spans": _spans(verdicts),
        }
    return Report(name, highest.score if highest else None, error, written)


def of_scan(kind: str, found: Iterable[Verdict], places: Sequence[Range]) -> Report:
    """A synchronous check: found or not, in each segment that a match reaches into."""
    mine = [verdict for verdict in found if verdict.check.partition(":")[0] == kind]
    spans = _spans(mine)
    segments = [
        {
            "score": float(any(span["start"] < end and start < span["end"] for span in spans)),
            "start": start,
            "end": end,
        }
        for start, end in places
    ]
    score = max((verdict.score for verdict in mine), default=0.0)
    reason = mine[0].detail if mine else ""
    return Report(
        kind, score, "", {"score": score, "segments": segments, "reason": reason, "spans": spans}
    )


def _scored(said: Said) -> Mapping[str, Any]:
    return {"error": said.why} if isinstance(said, CheckFailed) else {"score": said.score}


def _spans(verdicts: Iterable[Verdict]) -> Sequence[Mapping[str, Any]]:
    every = {span for verdict in verdicts for span in verdict.spans if _is_in_draft(span)}
    ordered = sorted(every, key=lambda span: (span.start, span.end, span.kind))
    return [{"start": span.start, "end": span.end, "kind": span.kind} for span in ordered]


def _is_in_draft(span: Span) -> bool:
    return span.field == CONTENT and 0 <= span.start < span.end
