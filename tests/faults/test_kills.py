"""kill -9 at every step of a hold (rows 16 to 19): nothing is lost, nothing undecided gets out."""

import json
from pathlib import Path

import pytest

from hitl_chat import failpoints
from tests.world_client import Answer, held
from tests.world_history import check
from tests.world_models import says
from tests.world_process import Outside
from tests.world_rules import SORRY_AFTER, rules, stop_at
from tests.world_wire import check_stream

DRAFT = "Sure. I guarantee it."


async def asked(world: Outside, **more: str) -> Answer:
    """A customer of conversation c1 who will see the server die."""
    world.upstream.script("m", says(DRAFT))
    return await world.ask("m", conv="c1", **more)


async def verified(world: Outside, *customers: Answer) -> None:
    async with world.database() as db:
        await check(db, *customers, canaries=["guarantee"])


async def test_before_a_hold_is_committed(tmp_path: Path) -> None:
    """16: the customer sees the connection drop, the console nothing, the retry is new."""
    async with Outside(tmp_path) as world:
        await world.start("before_hold_commit:kill")
        customer = await (await asked(world)).rest()
        await world.died()
        assert customer.ended == "cut"
        assert not any(held(frame) for frame in customer.frames)
        await world.start()
        assert await world.queue() == []
        again = await asked(world)
        ident = (await again.until(held)).hitl["hold_id"]
        assert (await world.decide(ident, "edit", text="hope so.")).status == 200
        assert (await again.rest()).text == "Sure. I hope so."
        await world.kill()
        await verified(world, customer, again)


@pytest.mark.parametrize("keyed", [True, False])
async def test_after_a_hold_is_committed(tmp_path: Path, keyed: bool) -> None:
    """17: nobody was told yet, and still the hold is there and the retry finds it."""
    key = "order-17" if keyed else ""
    async with Outside(tmp_path) as world:
        await world.start("after_hold_commit:kill")
        customer = await (await asked(world, key=key)).rest()
        await world.died()
        assert customer.ended == "cut"
        await world.start()
        (card,) = await world.queue()
        again = await asked(world, key=key)
        frame = await again.until(held)
        assert frame.hitl["hold_id"] == card["id"]
        assert (await world.decide(card["id"], "edit", text="hope so.")).status == 200
        check_stream(await again.rest())
        assert again.text == "Sure. I hope so."
        assert len(world.upstream.seen) == 1
        await world.kill()
        await verified(world, customer, again)


async def test_a_hold_whose_customer_never_returns_expires(tmp_path: Path) -> None:
    """17: by its deadline, though the program that opened it is dead."""
    async with Outside(tmp_path, rules(stop_at(deadline=1.0))) as world:
        await world.start("after_hold_commit:kill")
        await (await asked(world)).rest()
        await world.died()
        await world.start()
        again = await (await asked(world)).rest()
        assert again.text in (f"Sure. I {SORRY_AFTER}", DRAFT.partition("guarantee")[0])
        assert await world.queue() == []
        await world.kill()
        await verified(world, again)


async def test_half_a_draft_is_not_approved_after_a_kill(tmp_path: Path) -> None:
    """17: the model died with the process; what is there can be edited or rejected."""
    async with Outside(tmp_path) as world:
        await world.start("after_hold_commit:kill")
        await (await asked(world)).rest()
        await world.died()
        await world.start()
        (card,) = await world.queue()
        refused = await world.decide(card["id"], "approve")
        assert (refused.status, refused.error["code"]) == (409, "draft_interrupted")
        again = await asked(world)
        await again.until(held)
        assert (await world.decide(card["id"], "reject")).status == 200
        assert (await again.rest()).text == f"Sure. I {SORRY_AFTER}"


async def test_before_a_decision_is_committed(tmp_path: Path) -> None:
    """18: it never was; the hold is open as before, and can be decided otherwise."""
    async with Outside(tmp_path) as world:
        await world.start("before_decision_commit:kill")
        customer = await asked(world)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.decide(ident, "reject")
        await world.died()
        await world.start()
        (card,) = await world.queue()
        assert (card["id"], card["state"]) == (ident, "open")
        again = await asked(world)
        await again.until(held)
        assert (await world.decide(ident, "edit", text="hope so.")).status == 200
        assert (await again.rest()).text == "Sure. I hope so."
        await world.kill()
        await verified(world, await customer.rest(), again)


async def test_an_edit_that_is_still_being_read_survives(tmp_path: Path) -> None:
    """18: the proposal is durable, so its re-check is run again and the decision made."""
    async with Outside(tmp_path) as world:
        await world.start("before_decision_commit:kill")
        customer = await asked(world)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.decide(ident, "edit", text="hope so.")
        await world.died()
        await world.start()
        again = await (await asked(world)).rest()
        check_stream(again)
        assert again.text == "Sure. I hope so."
        await world.kill()
        await verified(world, await customer.rest(), again)


async def test_after_a_decision_is_committed(tmp_path: Path) -> None:
    """18: the retry gets the decided text, and so does whoever asks for the hold."""
    async with Outside(tmp_path) as world:
        await world.start("after_decision_commit:kill")
        customer = await asked(world)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.decide(ident, "edit", text="hope so.")
        await world.died()
        assert (await customer.rest()).ended == "cut"
        assert "hope" not in customer.text
        await world.start()
        again = await (await asked(world)).rest()
        check_stream(again)
        assert again.text == "Sure. I hope so."
        status = json.loads((await world.get(f"/v1/holds/{ident}")).body)
        assert (status["state"], status["text"]) == ("decided", "Sure. I hope so.")
        await world.kill()
        await verified(world, customer, again)


async def test_between_the_attempt_and_its_first_byte(tmp_path: Path) -> None:
    """19: the attempt is on record; the retry gets the whole text, under the same delivery id."""
    async with Outside(tmp_path) as world:
        await world.start("before_release:kill")
        customer = await asked(world)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.decide(ident, "edit", text="hope so.")
        await world.died()
        await customer.rest()
        assert "hope" not in customer.text
        await world.start()
        again = await (await asked(world)).rest()
        check_stream(again)
        assert again.text == "Sure. I hope so."
        await world.kill()
        await verified(world, customer, again)


def test_every_failpoint_is_used_by_a_test() -> None:
    """A place that no test kills at is a place nobody knows about."""
    folder = Path(__file__).parent.parent
    written = "".join(
        path.read_text()
        for path in folder.rglob("test_*.py")
        if not {"clients", "node_modules", ".venv"}.intersection(path.parts)
    )
    written += "".join(path.read_text() for path in (folder / "store").glob("*.py"))
    assert [name for name in failpoints.NAMES if name not in written] == []
