"""A server's storing life in one process, to be killed: says on stdout what it was promised.

`python -m tests.store.crash FOLDER START` works until it is killed, or done. A line is printed only
after the database has answered: whatever is printed must be there when the file is opened again.
"""

import asyncio
import sys
from functools import partial
from pathlib import Path

from hitl_chat.store import conversations, holds, messages
from hitl_chat.store.messages import Message
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, DRAFT, decided, hold_of, opened

ROUNDS = 12


def promise(what: str, ident: str) -> None:
    sys.stdout.write(f"{what} {ident}\n")
    sys.stdout.flush()


async def one_hold(database: SqliteDatabase, number: int) -> None:
    hold = hold_of(number)
    database.later(Began(ACME, hold.turn, hold.conv, 1.0, b"[]", "m"))
    await database.write(partial(holds.insert, new=hold, drafted=DRAFT))
    promise("opened", hold.id)
    after = decided(hold)
    assert await database.write(partial(holds.save, before=hold, after=after, now=1_010.0))
    promise("decided", hold.id)
    await database.write(partial(conversations.ensure, tenant=ACME, ident=hold.conv, now=1.0))
    said = Message(f"msg_{number}", "human", "Hi.", 1.0)
    await database.write(partial(messages.say, tenant=ACME, conv=hold.conv, new=said))
    promise("said", f"msg_{number}")
    database.later(Ended(ACME, hold.turn, hold.conv, 2.0, "held", draft_ref=f"{hold.id}/draft"))


async def live(folder: Path, start: int) -> None:
    database = opened(folder)
    for round_ in range(ROUNDS):
        await asyncio.gather(*(one_hold(database, start + 4 * round_ + n) for n in range(4)))
        await database.checkpoint()
        if round_ % 4 == 3:
            await database.forget(1_005.0)
    await database.close()
    promise("closed", "-")


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
