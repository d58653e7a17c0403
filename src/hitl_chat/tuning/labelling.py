"""From the record to labels: what a person's decision says of an answer, and how it was drawn.

A decided hold has its label by that; an audited answer gets one from whoever reads it. Labels that
people wrote into the file are kept. Knows no statistics.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from hitl_chat.errors import ConfigError
from hitl_chat.store.labelling import Judged, PutBack
from hitl_chat.store.turns import Written

# Of an approved answer a person found nothing wrong, which is less than that nothing was.
LABELS = {"approve": 0, "edit": 1, "reject": 1, "take_over": 1}
AUDIT = "audit"
SHORT = 12
ANSWER = "0/content"

Row = dict[str, Any]
Found = tuple[Judged, Written | None]


def once(found: Iterable[Found]) -> Iterator[Found]:
    """Each turn once: of several holds, the first that somebody decided."""
    seen = ""
    for each in found:
        if each[0].turn != seen:
            yield each
        seen = each[0].turn


def row(judged: Judged, by_hand: Mapping[str, int], written: Written | None = None) -> Row:
    """One line of the file. `by_hand`: labels that people gave to audited answers."""
    held = bool(judged.action)
    made: Row = {
        "id": judged.turn,
        "conversation": judged.conv,
        "label": LABELS[judged.action] if held else by_hand.get(judged.turn),
        "how": "held" if held else AUDIT,
        "from": judged.action or AUDIT,
        "rate": 1.0 if held else judged.rate,
        "scores": judged.scores,
        "ruling": judged.ruling,
        "rules": judged.rules_version[:SHORT],
        "at": _moment(judged.began_at),
    }
    if held:
        made["by"] = judged.actor
        made["unedited"] = judged.action == "approve"
    if judged.channel:
        made["channel"] = judged.channel
    if written is not None:
        made |= {"model": judged.model, "messages": written.messages}
        made["draft"] = (written.draft or written.final or {}).get(ANSWER, "")
    return made


def put_back_row(back: PutBack) -> Row:
    """One line of the other file: who put what back."""
    return {
        "id": back.turn,
        "conversation": back.conv,
        "hold": back.hold,
        "held_by": back.rules,
        "by": back.by,
        "because": back.because,
        "at": _moment(back.at),
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def before(file: Path, option: str) -> list[Row]:
    """The rows of a file that was written before. `option`: which one names it."""
    try:
        lines = file.read_bytes().splitlines() if file.exists() else []
        return [msgspec.json.decode(line, type=Row) for line in lines if line.strip()]
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"{str(file)!r} is there, and no file of labels ({error}): name another {option}"
        raise ConfigError(msg) from None


def by_hand(file: Path) -> dict[str, int]:
    """The labels of audited answers in a file that was written before."""
    return {
        each["id"]: int(label)
        for each in before(file, "--out")
        if each.get("from") == AUDIT and (label := each.get("label")) in (0, 1)
    }
