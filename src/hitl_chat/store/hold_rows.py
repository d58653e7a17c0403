"""A hold as rows and back: its own row, a proposal's, a decision's. Texts are elsewhere.

Knows no SQL statement. A row that cannot be read raises `Unreadable`, so that one bad row stops
neither the sweep nor the queue.
"""

from collections.abc import Mapping
from math import inf, isinf
from typing import Any

import msgspec

from hitl_chat.core.hold import Hold
from hitl_chat.core.proposal import Decided, Proposal
from hitl_chat.core.remainder import Texts
from hitl_chat.store.texts import Unreadable

# Columns that carry the very fields of the value, under the same name.
SAME = (
    *("id", "tenant", "conv", "turn", "epoch", "opened_at", "deadline_at", "cap_at", "draft_state"),
    *("choices", "decline_as", "state", "version", "fence", "band", "requeued", "orphan_at"),
    *("claimed_by", "claimed_name", "claim_until", "delivery"),
    *("declined_by", "declined_name", "escalated_by", "escalated_name", "undone_by"),
    "put_back_for",
)
PROPOSAL = (
    *("display", "action", "at", "settle_at", "until", "recheck", "fence", "version"),
    *("seen_sha", "idem_key", "second", "seconder", "seconder_name", "corrects", "hurried_by"),
)
DECISION = (
    *("display", "action", "text_sha", "at", "seen_version", "seen_sha", "idem_key", "recheck"),
    *("seconder", "seconder_name", "corrects", "hurried_by"),
)
CODES = ("because", "helped")  # lists, as JSON

# msgspec looks a type up when it is first read, and two threads that do so at once crash the
# process: so it is looked up here, by the one thread that imports.
msgspec.json.Decoder(Hold)


def json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def row_of(hold: Hold) -> dict[str, object]:
    """What may change while a hold lives, and what it is from the start."""
    row: dict[str, object] = {name: getattr(hold, name) for name in SAME}
    row["delivered"] = hold.offset
    row["terms"] = json(hold.terms)
    row["reasons"] = json(hold.reasons)
    row["outstanding"] = json(hold.outstanding)
    row["asked"] = json(hold.asked)
    row["due_at"] = None if isinf(hold.due_at) else hold.due_at
    return row


def proposal_row(hold: Hold, proposal: Proposal, ref: str) -> dict[str, object]:
    row = _columns(proposal, PROPOSAL)
    return {"hold": hold.id, "tenant": hold.tenant, "actor": proposal.by, "text_ref": ref, **row}


def decision_row(hold: Hold, made: Decided, ref: str) -> dict[str, object]:
    row = _columns(made, DECISION)
    return {"hold": hold.id, "tenant": hold.tenant, "actor": made.by, "text_ref": ref, **row}


def _columns(made: Proposal | Decided, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(made, name) for name in names} | {
        name: json(getattr(made, name)) for name in CODES
    }


def hold_of(
    row: Mapping[str, Any],
    proposal: Mapping[str, Any] | None,
    decision: Mapping[str, Any] | None,
    texts: Mapping[str, Texts],
) -> Hold:
    """The hold that these rows say. `texts` holds what their refs stand for."""
    try:
        said = {name: row[name] for name in SAME}
        said["offset"] = row["delivered"]
        said["terms"] = _terms(row["terms"])
        said["reasons"] = msgspec.json.decode(row["reasons"])
        said["outstanding"] = msgspec.json.decode(row["outstanding"])
        said["asked"] = msgspec.json.decode(row["asked"])
        said["proposal"] = proposal and _joined(proposal, PROPOSAL, texts)
        said["decision"] = decision and _joined(decision, DECISION, texts)
        return msgspec.convert(said, Hold)
    except (msgspec.MsgspecError, TypeError) as error:
        msg = f"the rows of hold {row['id']!r} make no sense: {error}"
        raise Unreadable(msg, details={"hold": row["id"]}) from error


def _terms(stored: str) -> dict[str, Any]:
    """JSON knows no infinity: a rule without a deadline comes back as null."""
    said = msgspec.json.decode(stored, type=dict[str, Any])
    if said.get("deadline", 0.0) is None:
        said["deadline"] = inf
    return said


def _joined(
    row: Mapping[str, Any], names: tuple[str, ...], texts: Mapping[str, Texts]
) -> dict[str, Any]:
    said = {name: row[name] for name in names}
    said |= {name: msgspec.json.decode(row[name]) for name in CODES}
    return {**said, "by": row["actor"], "texts": texts.get(row["text_ref"], {})}
