"""A damaged text keeps no other word of its conversation from the customer."""

import pytest
from sqlalchemy import update

from hitl_chat.store import events, schema, texts
from tests.customer.front_end import following
from tests.customer.test_events import begun, taken
from tests.world import World


async def spoil(world: World, said: str) -> None:
    """A disk that lost some bytes."""
    row = update(schema.text).where(schema.text.c.bytes == texts.encoded(said))
    made = await world.program.db.write(lambda conn: conn.execute(row.values(bytes=b"\xffne")))
    assert made.rowcount == 1


@pytest.mark.parametrize("returning", [False, True])
async def test_the_words_after_a_damaged_one_are_told(world: World, *, returning: bool) -> None:
    async with following(world, await begun(world)) as page:
        await page.until("reset")
    epoch = await taken(world)
    for said in ("One.", "Two."):
        await world.people.say("c1", epoch, said)
    await spoil(world, "One.")
    async with following(world, "c1", page.last_id if returning else "") as page:
        assert (await page.until("message")).data["text"] == "Two."


async def test_an_event_that_tells_of_nothing_ends_no_news(world: World) -> None:
    async with following(world, await begun(world)) as page:
        await page.until("reset")
        await world.program.db.write(
            lambda conn: events.append(conn, "acme", "conv:c1", "hold.decided", {}, 0.0)
        )
        await world.people.say("c1", await taken(world), "Two.")
        assert (await page.until("message")).data["text"] == "Two."
