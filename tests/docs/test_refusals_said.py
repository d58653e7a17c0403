"""Whatever the server refuses a console has words in the console's other languages."""

import re
from pathlib import Path

from tests.docs.test_console_protocol import TEXT

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "src" / "hitl_chat"
SAID = re.findall(
    r"^  ([a-z_]+): \(", (ROOT / "web/src/text/refusals_de.ts").read_text("utf-8"), re.MULTILINE
)
SOURCES = [
    *SERVER.glob("core/*.py"),
    *(SERVER / "runner" / f"{name}.py" for name in ("asides", "buckets", "moves", "orders")),
    *(SERVER / "runner" / f"{name}.py" for name in ("directing", "reviewing", "transactions")),
    *(SERVER / "runner" / f"{name}.py" for name in ("personnel", "suggesting")),
    *(SERVER / "server" / f"{name}.py" for name in ("attempts", "passwords", "sessions")),
    *(SERVER / "store" / f"{name}.py" for name in ("holds", "inbox", "people", "writer")),
]
NOT_HERE = {
    "idempotency_mismatch",  # of a header, which no console sends
    "bad_ticket",  # of a socket, which asks for another one
    *("already_reviewed", "warned"),  # the lane has words of its own for them, in every language
}


def raised() -> set[str]:
    found = re.compile(r'(?:Refusal\(\s*|code=)"([a-z_]+)"')
    return {code for path in SOURCES for code in found.findall(path.read_text("utf-8"))}


def documented() -> set[str]:
    section = TEXT.partition("### Refusals")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    others = section.partition("\n`403`:")[2].partition("at [the wall]")[0]
    return set(re.findall(r"`([a-z_]+)`", " ".join(rows) + re.sub(r"\([^)]*\)", "", others)))


def test_every_refusal_is_said() -> None:
    codes = raised() | documented()
    assert {"claimed", "no_such_field", "hold_not_found", "store_busy"} <= codes
    assert codes - NOT_HERE - set(SAID) == set()


def test_nothing_is_said_that_no_server_refuses() -> None:
    assert set(SAID) - raised() - documented() - {"store_unavailable"} == set()


def test_they_stand_in_order_and_once() -> None:
    assert sorted(set(SAID)) == SAID
