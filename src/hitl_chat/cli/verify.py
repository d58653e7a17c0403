"""hitl-chat verify: the whole record, read and compared with its chain."""

import asyncio
from argparse import Namespace

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import record
from hitl_chat.cli.out import say
from hitl_chat.oversight.audit import verify


def run(arguments: Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: Namespace) -> int:
    async with record(load(arguments.config), readonly=True) as database:
        report = await verify(database)
    for problem in report.problems:
        say(f"{problem.where}: {problem.code}: {problem.sentence}")
    if report.untold:
        say(f"and {report.untold} more")
    say(
        f"{report.events} events in {report.streams} streams, {report.texts} texts"
        f" ({report.shredded} erased), {report.decisions} decisions,"
        f" {report.checkpoints} checkpoints: "
        + ("all as they were written" if report.good else "NOT as they were written")
    )
    return 0 if report.good else 1
