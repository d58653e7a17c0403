"""What was sent was wrong: a person's text takes the place of all of the answer, for everybody.

Over the real server: customers over HTTP and their events, people over their consoles' WebSockets.
"""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.store import corrections, events, messages
from tests.customer.front_end import call, following
from tests.server.console_world import Frame, Tab
from tests.world import FAST, World, patient
from tests.world_client import Socket, held
from tests.world_console import console
from tests.world_models import says
from tests.world_rules import rules, stop_at

SENT = "You have 90 days. I "
HELD = "guarantee it."
RIGHT = "You have 30 days."
MARKED = f"\n\nBerichtigung: {RIGHT}"
SAID = {"text": RIGHT, "corrects": "Berichtigung:"}


async def ask(world: World, **more: Any) -> Socket:
    world.upstream.script("m", says(SENT, HELD))
    return await world.ask("m", "How long?", conv="c1", **more)


async def asked(world: World, **more: Any) -> tuple[Socket, str]:
    """A customer who has read half an answer, and its hold."""
    customer = await ask(world, **more)
    ident = str((await customer.until(held)).hitl["hold_id"])
    await world.people.whole(ident)
    return customer, ident


async def decide(world: World, tab: Tab, ident: str, **more: Any) -> Frame:
    row = await world.people.row(ident)
    about = {"hold": ident, "action": "edit", "version": row.version, **SAID, **more}
    return await tab.command(f"decide-{len(tab.frames)}", "decide", **about)


def corrected(customer: Socket) -> dict[str, Any]:
    (found,) = (frame.hitl for frame in customer.frames if frame.state == "corrected")
    return dict(found)


async def test_who_can_replace_is_told_what_and_all_others_read_it_after_what_they_read(
    tmp_path: Path,
) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        customer, ident = await asked(world)
        shown = await decide(world, ana, ident)
        assert shown["ok"]
        await customer.rest()
        assert customer.text == SENT + MARKED
        said = corrected(customer)
        assert said["replace"] == {"from": 0, "text": RIGHT}
        assert (said["decision"], said["author"]) == ("edited", "human")
        assert said["delivery_id"] == customer.headers["x-hitl-delivery-id"]
        assert customer.states == ["held", "corrected", "final"]
        assert customer.frames[-2].hitl["author"] == "human"
        numbers = [frame.hitl["seq"] for frame in customer.frames if frame.hitl]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_whoever_follows_the_events_is_told_too(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana, AsyncExitStack() as stack:
        customer, ident = await asked(world)
        page = await stack.enter_async_context(following(world, "c1"))
        await page.until("hold")
        await decide(world, ana, ident)
        await page.until("released")
        said = await page.until("corrected")
        await customer.rest()
        assert said.data["delivery_id"] == customer.headers["x-hitl-delivery-id"]
        assert said.data["replace"] == {"from": 0, "text": RIGHT}
        assert "Ana" not in page.raw


async def test_the_record_has_what_was_read_and_what_stands(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        customer, ident = await asked(world)
        await decide(world, ana, ident)
        await customer.rest()
        read = world.program.db.read
        turn = (await world.people.event("turn.corrected")).body["turn"]
        made = (await world.people.event("hold.decided", hold=ident)).body
        assert made["corrects"]
        assert RIGHT not in str(made)
        text = await read(lambda conn: corrections.text(conn, "acme", "c1", turn))
        assert text == RIGHT
        said = await read(lambda conn: messages.transcript(conn, "acme", "c1", limit=9))
        assert (said[-1].author, said[-1].text) == ("human", SENT + MARKED)
        status = (await call(world, "GET", f"/v1/holds/{ident}")).json()
        assert (status["text"], status["corrected"]) == (SENT + MARKED, RIGHT)
        assert status["delivery"] == "delivered"
        view = ana.holds.get(ident, {})
        while not view.get("decision"):
            view = (await ana.until("news", event="hold.decided"))["hold"]
        assert view["decision"]["corrects"] is True


async def test_a_blank_announcement_is_none(tmp_path: Path) -> None:
    """Else the customer would read the whole answer behind the half that was wrong."""
    async with World(tmp_path) as world, console(world) as ana:
        customer, ident = await asked(world)
        refused = await decide(world, ana, ident, corrects="  ")
        assert (refused["ok"], refused["error"]["code"]) == (False, "text_needed")
        assert "corrects" in refused["error"]["message"]
        assert (await decide(world, ana, ident))["ok"]
        assert (await customer.rest()).text == SENT + MARKED


async def test_it_can_be_undone_until_it_is_sent(tmp_path: Path) -> None:
    async with (
        World(tmp_path, waits=patient(FAST, undo_console=5.0)) as world,
        console(world) as ana,
    ):
        customer, ident = await asked(world)
        settling = (await decide(world, ana, ident))["body"]
        assert settling["proposal"]["corrects"] is True
        undone = await ana.command("undo", "undo", hold=ident)
        assert undone["body"]["proposal"] is None
        assert (await decide(world, ana, ident, corrects="", text="look at it.", undo=0))["ok"]
        assert (await customer.rest()).text == SENT + "look at it."
        assert await read_events(world, "turn.corrected") == []


async def test_who_comes_back_is_told_what_to_replace(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        key = {"idempotency-key": "k1"}
        customer, ident = await asked(world, headers=key)
        await decide(world, ana, ident)
        await customer.rest()
        again = await (await ask(world, headers=key)).rest()
        assert again.text == SENT + MARKED
        assert corrected(again)["replace"] == {"from": 0, "text": RIGHT}
        assert again.frames[-2].hitl["author"] == "human"


async def test_a_decision_that_outlived_its_program_is_told_alike(tmp_path: Path) -> None:
    slow = patient(FAST, drain=0.05, undo_console=5.0)
    async with World(tmp_path, waits=slow) as world, console(world) as ana:
        customer, ident = await asked(world)
        await decide(world, ana, ident)
        key = world.key
    assert RIGHT not in customer.text
    async with World(tmp_path, waits=slow) as later:
        later.key = key
        again = await (await ask(later)).rest()
        assert again.text == SENT + MARKED
        assert corrected(again)["replace"] == {"from": 0, "text": RIGHT}


async def test_a_second_person_reads_that_it_takes_the_place_of_what_was_sent(
    tmp_path: Path,
) -> None:
    two = rules(stop_at(needs_second=["edit"]))
    async with (
        World(tmp_path, two) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        customer, ident = await asked(world)
        wanted = (await decide(world, ana, ident))["body"]["proposal"]
        assert (wanted["second"], wanted["corrects"]) == ("wanted", True)
        await world.people.hold(ident, lambda hold: hold.proposal is not None)
        await ben.send({"type": "follow", "stream": f"hold:{ident}", "seq": None})
        card = (await ben.until("card_reset"))["card"]
        assert card["proposed"] == {"0/content": MARKED}
        seen = card["proposed_sha256"]
        confirmed = await ben.command("s", "second", hold=ident, agree=True, text_sha256=seen)
        assert confirmed["ok"]
        assert (await customer.rest()).text == SENT + MARKED


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        (SENT, {"action": "reject"}, "text_unexpected"),
        (SENT, {"action": "reject", "text": None}, "text_unexpected"),
        (SENT, {"text": " "}, "text_needed"),
        (SENT, {"text": None, "texts": {"0/refusal": "No."}}, "no_such_field"),
        ("", {}, "nothing_to_correct"),
    ],
)
async def test_what_cannot_be_corrected_is_refused(
    tmp_path: Path, text: str, more: dict[str, Any], code: str
) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        world.upstream.script("m", says(text, HELD))
        customer = await world.ask("m", "How long?", conv="c1")
        ident = str((await customer.until(held)).hitl["hold_id"])
        await world.people.whole(ident)
        refused = await decide(world, ana, ident, **more)
        assert refused["error"]["code"] == code


async def test_one_of_several_choices_is_not_corrected(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        _, ident = await asked(world, n=2)
        refused = await decide(world, ana, ident)
        assert refused["error"]["code"] == "nothing_to_correct"


async def read_events(world: World, kind: str) -> list[str]:
    stream = events.of_conversation("c1")
    found = await world.program.db.read(lambda conn: events.read(conn, "acme", stream))
    return [event.type for event in found if event.type == kind]
