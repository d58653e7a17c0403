"""hitl-chat labels: what people decided about held answers, and which others wait for a look.

And what they put back, for which reason, in a file of its own.
"""

import asyncio
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import record, tenant
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.store import labelling, turns
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.tuning.labelling import AUDIT, Found, Row, before, by_hand, once, put_back_row, row
from hitl_chat.tuning.rows import moment


def run(arguments: Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: Namespace) -> int:
    out = Path(arguments.out)
    kept = by_hand(out)
    back = _other(out, arguments.put_back) if arguments.put_back else None
    since = _since(arguments.since) if arguments.since else 0.0
    async with record(load(arguments.config), readonly=True) as database:
        whose = await tenant(database, arguments.tenant)
        found = await _found(database, partial(_page, arguments.texts, whose, since))
        nobody = await database.read(partial(labelling.undecided, tenant=whose, since=since))
        returned = await database.read(partial(labelling.put_back, tenant=whose, since=since))
    rows = [row(judged, kept, written) for judged, written in once(found)]
    _write(out, rows)
    if back:
        _write(back, list(map(put_back_row, returned)))
    _tell(rows, nobody)
    _tell_put_back(returned)
    return 0


def _other(out: Path, named: str) -> Path:
    """Where holds that were put back are written: no file of something else is lost by that."""
    file = Path(named)
    if file.resolve() == out.resolve():
        msg = f"--put-back and --out both name {named!r}: name two files"
        raise ConfigError(msg)
    if any("from" in row for row in before(file, "--put-back")):
        msg = f"{named!r} holds labels: name another --put-back"
        raise ConfigError(msg)
    return file


async def _found(
    database: SqliteDatabase, page: Callable[[str, Connection], tuple[list[Found], str]]
) -> list[Found]:
    found, after = await database.read(partial(page, ""))
    while after:
        more, after = await database.read(partial(page, after))
        found += more
    return found


def _page(
    texts: bool, whose: str, since: float, after: str, conn: Connection
) -> tuple[list[Found], str]:
    judged, upto = labelling.judged(conn, whose, since, after)
    said = (turns.written(conn, whose, each.turn) if texts else None for each in judged)
    return list(zip(judged, said, strict=True)), upto


def _since(written: str) -> float:
    try:
        return moment(written if "T" in written else f"{written}T00:00+00:00").timestamp()
    except ValueError:
        msg = f"--since {written!r}: write a day like 2026-11-20, or a time with its offset"
        raise ConfigError(msg) from None


def _write(out: Path, rows: Sequence[Row]) -> None:
    """All of it or nothing: labels that people wrote are in the old file until then."""
    fresh = out.with_name(f"{out.name}.new")
    try:
        fresh.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in rows))
        fresh.replace(out)
    except OSError as error:
        raise ConfigError(f"{str(out)!r} cannot be written ({error.strerror})") from None


def _tell(rows: Sequence[Row], nobody: int) -> None:
    audited = [each for each in rows if each["from"] == AUDIT]
    bare = sum(each["label"] is None for each in audited)
    say(f"{len(rows) - len(audited)} decided holds, {len(audited)} audited answers")
    if bare:
        note(f"{bare} audited answers have no label yet: write 1 (it should have been held) or 0")
    if not audited:
        note("No audited answers: without some, nobody knows what was missed (`audit:` in rules)")
    if nobody:
        note(f"{nobody} holds ended without a person's decision, and are left out")


def _tell_put_back(returned: Sequence[labelling.PutBack]) -> None:
    if returned:
        often = Counter(reason for each in returned for reason in each.because)
        told = ", ".join(f"{reason} ({times})" for reason, times in often.most_common())
        note(f"{len(returned)} times a hold was put back: {told}")
