"""What checks said of a turn, as rows: of its own record, and of what was said beside it later."""

from collections.abc import Iterator, Sequence

import msgspec

from hitl_chat.core.events import CheckFailed, Spared, Verdict
from hitl_chat.core.types import Value
from hitl_chat.store.dialect import Row

VERDICT = (
    *("tenant", "turn", "check", "field", "reason", "spans", "detail", "start", "upto"),
    *("score", "ms", "final", "timed_out"),
)


class Heard(Value, frozen=True):
    """What a check said, or that it failed, and how long it took."""

    said: Verdict | CheckFailed | Spared
    ms: float | None = None


def verdict_rows(tenant: str, turn_id: str, verdicts: Sequence[Heard]) -> Iterator[Row]:
    for heard in verdicts:
        said = heard.said
        if isinstance(said, Verdict):
            found = ("", msgspec.json.encode(said.spans).decode(), said.detail)
            score, timed_out = said.score, False
        elif isinstance(said, Spared):
            found, score, timed_out = ("", "[]", "spared: no rule needed it"), None, False
        else:
            found = (said.why, "[]", "")
            score, timed_out = None, said.timed_out
        about = (tenant, turn_id, said.check, said.field, *found, said.start, said.upto)
        yield (*about, score, heard.ms, said.final, timed_out)
