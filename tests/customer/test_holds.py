"""GET /v1/holds/{id}: what became of an answer that had to wait, for the customer's own server."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from hitl_chat.runner import commands as do
from tests.customer.front_end import call, token
from tests.world import World
from tests.world_client import Socket, held
from tests.world_models import says
from tests.world_rules import SORRY_AFTER, rules, stop_at

DRAFT = ("Sure. I guar", "antee it. Trust me.")
ABOUT = {
    *("id", "object", "state", "delivery", "conversation_id", "delivery_id", "since", "expires"),
}


async def hold(world: World, **more: Any) -> tuple[Socket, str]:
    world.upstream.script("m", says(*DRAFT))
    customer = await world.ask("m", conv="c1", **more)
    return customer, str((await customer.until(held)).hitl["hold_id"])


async def look(world: World, ident: str) -> dict[str, Any]:
    answer = await call(world, "GET", f"/v1/holds/{ident}")
    assert answer.status_code == 200
    return dict(answer.json())


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def test_before_the_decision_there_is_no_text(world: World) -> None:
    customer, ident = await hold(world)
    row = await world.people.whole(ident)
    seen = await look(world, ident)
    assert seen.keys() == ABOUT | {"poll_after"}
    assert (seen["state"], seen["delivery"]) == ("held", "none")
    assert (seen["since"], seen["expires"]) == (int(row.opened_at), int(row.deadline_at))
    assert (seen["conversation_id"], seen["delivery_id"]) == ("c1", row.turn)
    assert seen["poll_after"] > 0
    await world.people.perform(do.Claim(ident))
    assert await look(world, ident) == seen  # nobody learns that somebody looks at it
    await customer.gone()


async def test_approved_and_delivered(world: World) -> None:
    customer, ident = await hold(world)
    await world.people.approve(ident)
    await customer.rest()
    await world.people.hold(ident, lambda hold: hold.delivery == "delivered")
    seen = await look(world, ident)
    assert seen.keys() == ABOUT | {"decision", "author", "text", "texts", "text_sha256"}
    assert (seen["state"], seen["delivery"]) == ("decided", "delivered")
    assert (seen["decision"], seen["author"]) == ("approved", "ai")
    assert seen["text"] == customer.text == "".join(DRAFT)
    assert seen["text_sha256"] == digest(customer.text)
    assert seen["texts"] == {"0/content": customer.text}
    tag = next(f.hitl for f in customer.frames if f.state == "released")
    assert seen["delivery_id"] == tag["delivery_id"]


async def test_edited_and_rejected(world: World) -> None:
    customer, ident = await hold(world)
    await world.people.edit(ident, "might.")
    assert await told(world, customer, ident) == ("Sure. I might.", "edited", "human")
    customer, ident = await hold(world, text="Another question.")
    await world.people.reject(ident)
    assert await told(world, customer, ident) == (f"Sure. I {SORRY_AFTER}", "rejected", "policy")


async def told(world: World, customer: Socket, ident: str) -> tuple[str, str, str]:
    """What a hold says of its decision; its text is what the customer got."""
    await customer.rest()
    seen = await look(world, ident)
    assert seen["text"] == customer.text
    return seen["text"], seen["decision"], seen["author"]


async def test_nobody_decided_in_time(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(deadline=0.2))) as world:
        customer, ident = await hold(world)
        assert await told(world, customer, ident) == (f"Sure. I {SORRY_AFTER}", "expired", "policy")


async def test_a_customer_who_left_can_be_told_later(world: World) -> None:
    customer, ident = await hold(world)
    await customer.gone()
    await world.people.event("hold.customer_left", hold=ident)
    await world.people.approve(ident)
    await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
    seen = await look(world, ident)
    assert (seen["state"], seen["delivery"]) == ("decided", "undelivered")
    assert seen["text_sha256"] == digest("".join(DRAFT))


async def test_not_once_a_person_speaks_instead(world: World) -> None:
    """After a takeover nothing that was decided before is given to anybody."""
    customer, ident = await hold(world)
    await customer.gone()
    await world.people.event("hold.customer_left", hold=ident)
    await world.people.approve(ident)
    await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
    epoch = await world.people.take_over("c1")
    for _ in range(2):
        seen = await look(world, ident)
        assert seen["superseded"] is True
        assert seen["decision"] == "approved"
        assert seen.keys().isdisjoint({"text", "texts", "text_sha256"})
        await world.people.hand_back("c1", epoch)
        epoch = await world.people.take_over("c1")


async def test_taken_over(world: World) -> None:
    customer, ident = await hold(world)
    await world.people.decide(ident, "take_over")
    await customer.until(lambda frame: frame.state == "human")
    seen = await look(world, ident)
    assert (seen["state"], seen["decision"], seen["author"]) == ("decided", "taken_over", "human")
    assert "text" not in seen


async def test_cancelled(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(on_disconnect="cancel"))) as world:
        customer, ident = await hold(world)
        await customer.gone()
        await world.people.event("hold.cancelled", hold=ident)
        seen = await look(world, ident)
        assert seen.keys() == ABOUT
        assert seen["state"] == "cancelled"


async def test_it_never_says_what_only_agents_may_know(world: World) -> None:
    customer, ident = await hold(world)
    bodies = [(await call(world, "GET", f"/v1/holds/{ident}")).text]
    await world.people.reject(ident)
    await customer.rest()
    bodies.append((await call(world, "GET", f"/v1/holds/{ident}")).text)
    for secret in ("no-promises", "patterns", "ana", "Ana", "score", "antee", "Trust"):
        assert [secret in body for body in bodies] == [False, False]


async def test_a_hold_that_is_not_there(world: World) -> None:
    for ident in ("hold_9", "x" * 300, "%00", "..%2f", "hold_9/events"):
        answer = await call(world, "GET", f"/v1/holds/{ident}")
        assert answer.status_code == 404


async def test_another_tenant_s_hold_is_not_there(world: World) -> None:
    _, ident = await hold(world)
    stranger = await world.new_key("other")
    answers = [
        (await call(world, "GET", f"/v1/holds/{name}", stranger)).json()["error"]
        for name in (ident, "hold_9")
    ]
    assert answers[0]["code"] == "hold_not_found"
    assert answers[0] == {**answers[1], "message": answers[1]["message"].replace("hold_9", ident)}


async def test_not_with_the_token_of_a_page(world: World) -> None:
    _, ident = await hold(world)
    refused = await call(world, "GET", f"/v1/holds/{ident}", await token(world, "c1"))
    assert refused.status_code == 403
