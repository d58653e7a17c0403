"""Following a conversation: what a customer is told of it, in order, without a gap and once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.command import Person
from hitl_chat.runner import commands as do
from hitl_chat.runner.customer import FOLLOWERS, MISSED
from hitl_chat.runner.customer_news import AUTHORS, DECISIONS
from hitl_chat.runner.orders import Agent
from hitl_chat.store import events, people
from tests.customer.front_end import Follower, after, call, following
from tests.upstream import Until
from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_models import says
from tests.world_people import ANA, BEN
from tests.world_rules import rule, rules, stop_at, words

DRAFT = ("Sure. I guar", "antee it. Trust me.")


async def hold(world: World, conv: str = "c1", *texts: str) -> str:
    """A held answer in this conversation; its customer stays."""
    world.upstream.script("m", says(*(texts or DRAFT)))
    customer = await world.ask("m", "May I have a refund?", conv=conv)
    return str((await customer.until(held)).hitl["hold_id"])


async def begun(world: World, conv: str = "c1") -> str:
    """A conversation in which nothing was said yet."""
    await call(world, "POST", "/v1/conversations", json={"conversation_id": conv})
    return conv


async def taken(world: World, conv: str = "c1", by: Any = ANA) -> int:
    """A person speaks in this conversation, and nobody asked anything yet."""
    return await world.people.take_over(await begun(world, conv), by)


# --- what is told -----------------------------------------------------------------------------


async def test_a_hold_and_its_release(world: World) -> None:
    ident = await hold(world)
    async with following(world, "c1") as page:
        first = await page.until("hold")
        row = await world.people.row(ident)
        assert first.data == {
            "hold_id": ident,
            "delivery_id": row.turn,
            "since": int(row.opened_at),
            "expires": int(row.deadline_at),
        }
        await world.people.approve(ident)
        told = await page.until("released")
        assert (
            told.data.items()
            >= {
                "hold_id": ident,
                "decision": "approved",
                "author": "ai",
            }.items()
        )


async def test_no_word_of_an_undecided_draft_no_rule_no_reviewer(world: World) -> None:
    async with following(world, await begun(world)) as page:
        ident = await hold(world)
        await page.until("hold")
        await world.people.perform(do.Claim(ident))
        await world.people.edit(ident, "cannot say.")
        await page.until("released")
        for secret in ("antee", "Trust", "no-promises", "patterns", "Ana", "ana", "score"):
            assert secret not in page.raw


@pytest.mark.parametrize(
    ("terms", "event", "decision"),
    [
        ({"on_deadline": "fallback_text"}, "expired", "expired"),
        ({"on_deadline": "block"}, "expired", "blocked"),
        ({"on_deadline": "release"}, "released", "auto_released"),
    ],
)
async def test_nobody_decided_in_time(
    tmp_path: Path, terms: dict[str, str], event: str, decision: str
) -> None:
    async with (
        World(tmp_path, rules(stop_at(deadline=0.2, **terms))) as world,
        following(world, await begun(world)) as page,
    ):
        await hold(world)
        told = await page.until("expired", "released")
        assert (told.name, told.data["decision"]) == (event, decision)


async def test_a_hold_that_nobody_needs_any_more_is_released_as_cancelled(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(on_disconnect="cancel"))) as world:
        world.upstream.script("m", says(*DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = str((await customer.until(held)).hitl["hold_id"])
        async with following(world, "c1") as page:
            await page.until("hold")
            await customer.gone()
            told = await page.until("released")
            assert (told.data["hold_id"], told.data["decision"]) == (ident, "cancelled")


async def test_a_person_takes_over_types_speaks_and_leaves(world: World) -> None:
    epoch = await taken(world)
    async with following(world, "c1") as page:
        assert (await page.until("takeover")).data == {"agent": {"display": "Ana", "away": False}}
        await world.people.perform(do.Typing("c1", epoch, on=True))
        typing = await page.until("typing")
        assert typing.data == {"agent": {"display": "Ana"}, "typing": True}
        assert typing.id == ""
        await world.people.say("c1", epoch, "Your parcel\nis here.")
        said = await page.until("message")
        assert said.data["text"] == "Your parcel\nis here."
        assert said.data["agent"] == {"display": "Ana"}
        assert str(said.data["message_id"]).startswith("msg_")
        await world.people.hand_back("c1", epoch, "He is angry.")
        assert (await page.until("handback")).data["reason"] == "handed_back"
        assert "angry" not in page.raw


async def test_a_colleague_continues(world: World) -> None:
    world.people.come(BEN)
    epoch = await taken(world)
    async with following(world, "c1") as page:
        await page.until("takeover")
        await world.people.perform(do.Transfer("c1", epoch, "ben"))
        assert (await page.until("takeover")).data["agent"] == {"display": "Ben", "away": False}


async def test_a_person_who_is_away_and_a_person_who_is_looked_for(world: World) -> None:
    world.people.come(ANA)
    await taken(world)
    async with following(world, "c1") as page:
        await page.until("takeover")
        world.people.go(ANA)
        assert (await page.until("takeover")).data["agent"] == {"display": "Ana", "away": True}
        assert (await page.until("takeover")).data == {"agent": None}


async def test_the_customer_s_and_the_model_s_words_are_not_told_again(world: World) -> None:
    async with following(world, await begun(world)) as page:
        world.upstream.script("m", says("It is blue."))
        await (await world.ask("m", conv="c1")).rest()
        await hold(world)
        await page.until("hold")
        assert page.names == ["reset", "hold"]


async def test_a_withdrawn_answer_is_corrected(tmp_path: Path) -> None:
    watching = rule(
        "watch", words("guarantee"), then="watch", fallback_after_text="We promise nothing."
    )
    async with World(tmp_path, rules(watching)) as world:
        async with following(world, await begun(world)) as page:
            world.upstream.script("m", says("I guarantee it", ". ", "More."))
            customer = await (await world.ask("m", conv="c1")).rest()
            told = await page.until("corrected")
        tag = next(f.hitl for f in customer.frames if f.state == "corrected")
        assert told.data["replace"] == tag["replace"]
        assert str(told.data["delivery_id"]).startswith("turn_")


def test_every_decision_has_an_author() -> None:
    assert AUTHORS.keys() == DECISIONS.keys()


# --- a person's words arrive once -------------------------------------------------------------


async def test_what_a_follower_was_told_is_not_said_again_in_the_next_answer(world: World) -> None:
    epoch = await taken(world)
    async with following(world, "c1") as page:
        await world.people.say("c1", epoch, "Your parcel is here.")
        told = await page.until("message")
        await world.people.event("message.delivered", messages=[told.data["message_id"]])
    await world.people.hand_back("c1", epoch)
    world.upstream.script("m", says("It is blue."))
    assert (await (await world.ask("m", conv="c1")).rest()).text == "It is blue."


async def test_what_nobody_heard_comes_with_the_next_answer_and_not_again(world: World) -> None:
    epoch = await taken(world)
    await world.people.say("c1", epoch, "Your parcel is here.")
    await world.people.hand_back("c1", epoch)
    world.upstream.script("m", says("It is blue."))
    customer = await (await world.ask("m", conv="c1")).rest()
    assert customer.text == "Your parcel is here.\n\nIt is blue."
    await world.people.event("message.delivered")
    async with following(world, "c1") as page:
        await page.beat()
        assert page.names == ["reset"]


async def test_what_nobody_heard_is_told_to_the_first_follower(world: World) -> None:
    epoch = await taken(world)
    await world.people.say("c1", epoch, "One.")
    await world.people.say("c1", epoch, "Two.")
    async with following(world, "c1") as page:
        assert [(await page.until("message")).data["text"] for _ in range(2)] == ["One.", "Two."]
        await world.people.event("message.delivered")
    async with following(world, "c1") as later:
        await later.beat()
        assert later.names == ["reset", "takeover"]


async def test_the_model_is_told_of_the_hand_back_with_or_without_a_note(world: World) -> None:
    for note, told in (("He is angry.", "He is angry."), ("", "(none)")):
        await world.people.hand_back("c1", await taken(world), note)
        world.upstream.script("m", says("It is blue."))
        await (await world.ask("m", f"And now, {note}?", conv="c1")).rest()
        last = world.upstream.seen[-1].body["messages"][-1]
        assert last["role"] == "system"
        assert "handed the conversation back to you" in last["content"]
        assert last["content"].endswith(told)
        await world.people.event("conversation.handed_back")


# --- no gap, nothing twice --------------------------------------------------------------------


async def test_a_new_follower_is_told_how_things_stand(world: World) -> None:
    ident = await hold(world)
    async with following(world, "c1") as page:
        reset = await page.until()
        assert (reset.name, reset.id) == ("reset", "")
        assert reset.data == {"reason": "start", "conversation_id": "c1"}
        first = await page.until()
        assert (first.name, first.data["hold_id"]) == ("hold", ident)
        assert first.id  # only now everything is said


async def known(world: World) -> None:
    """Ana signs in, as people do outside of tests."""
    ana = people.Person("ana", "acme", "Ana", "agent")
    await world.program.db.write(lambda conn: people.add(conn, ana, 0.0))


async def everything(world: World, page: Follower) -> None:
    """A conversation with one event of every kind that has a position."""
    ident = await hold(world)
    await world.people.approve(ident)
    await page.until("released")
    epoch = await world.people.take_over("c1")
    for text in ("One.", "Two."):
        await world.people.say("c1", epoch, text)
    await world.people.hand_back("c1", epoch)
    await page.until("handback")


async def test_whoever_returns_is_told_exactly_what_they_missed(world: World) -> None:
    """From every position, whatever was the last that arrived."""
    await known(world)
    async with following(world, await begun(world)) as page:
        await everything(world, page)
    assert page.names == [
        *("reset", "hold", "released", "takeover", "message", "message", "handback")
    ]
    for seen in page.heard:
        missed = after(page.heard, seen.id)
        async with following(world, "c1", last_id=seen.id) as again:
            for expected in missed:
                assert await again.until() == expected
            await again.beat()
            assert again.heard == missed


async def test_what_happens_while_somebody_returns_is_told_once(world: World) -> None:
    """Followers come and go while a person speaks; together they hear all of it, in order."""
    epoch = await taken(world)
    texts = [f"Message {number}." for number in range(40)]
    heard: list[str] = []
    last = ""

    async def say() -> None:
        for text in texts:
            await world.people.say("c1", epoch, text)

    saying = asyncio.create_task(say())
    while len(heard) < len(texts):
        async with following(world, "c1", last_id=last) as page:
            told = await page.until("message")
            assert page.names.count("reset") == (not last)
            heard.append(str(told.data["text"]))
            last = page.last_id or last
            if not told.id:  # part of how things stood: the rest of that comes with it
                while not page.last_id:
                    heard.append(str((await page.until("message")).data["text"]))
                last = page.last_id
    await saying
    assert heard == texts


async def test_a_position_of_elsewhere_means_nothing(world: World) -> None:
    await taken(world, "c2")
    async with following(world, "c2") as other:
        foreign = (await other.until("takeover")).id
    await begun(world)
    stale = foreign.rpartition("-")[0] + "-fffffff"
    for conv, ident, why in (
        ("c1", foreign, "unknown_position"),
        ("c1", "nonsense", "unknown_position"),
        ("c2", stale, "too_old"),
    ):
        async with following(world, conv, last_id=ident) as page:
            reset = await page.until()
            assert (reset.name, reset.data["reason"]) == ("reset", why)


async def test_a_position_of_another_record_means_nothing(world: World) -> None:
    await taken(world)
    async with following(world, "c1") as page:
        last = (await page.until("takeover")).id
    world.program.desk.feed.epoch = "another"
    async with following(world, "c1", last_id=last) as page:
        assert (await page.until()).data["reason"] == "unknown_position"


async def test_who_missed_too_much_begins_anew(world: World) -> None:
    await taken(world)
    async with following(world, "c1") as page:
        last = (await page.until("takeover")).id
    stream = events.of_conversation("c1")
    notes = [events.Note("acme", stream, "turn", 1.0, {"turn": "t"})] * (MISSED + 1)
    await world.program.db.write(lambda conn: events.append_all(conn, notes))
    async with following(world, "c1", last_id=last) as page:
        assert (await page.until()).data["reason"] == "too_old"
        assert (await page.until()).name == "takeover"


async def test_who_spoke_then_keeps_their_name(world: World) -> None:
    """Names are looked up when they are told; the record itself holds none."""
    await known(world)
    script = Agent(Person("key:1", "A colleague"), "acme")
    async with following(world, await begun(world)) as page:
        start = (await page.until("reset")).id
        for who in (ANA, script):
            await world.people.hand_back("c1", await world.people.take_over("c1", who), by=who)
            await page.until("handback")
    async with following(world, "c1", last_id=start) as again:
        agents = [(await again.until("takeover")).data["agent"] for _ in range(2)]
        assert [agent["display"] for agent in agents] == ["Ana", "A colleague"]


# --- signs of life, and the end ---------------------------------------------------------------


async def test_a_quiet_conversation_beats(world: World) -> None:
    async with following(world, await begun(world)) as page:
        await page.beat(3)
        assert page.names == ["reset"]


async def test_who_reads_slowly_misses_nothing(world: World) -> None:
    """They are told when they read: what waits is in the record, not in memory."""
    epoch = await taken(world)
    async with following(world, "c1") as page:
        await page.until("takeover")
        texts = [f"{number} " + "x" * 20_000 for number in range(60)]
        for text in texts:
            await world.people.say("c1", epoch, text)
        for text in texts:
            assert (await page.until("message")).data["text"] == text


async def test_a_turn_that_has_just_begun_can_be_followed(tmp_path: Path) -> None:
    """Its conversation is on its way to the record."""
    async with World(tmp_path, waits=patient(FAST, record_flush=30.0)) as world:
        never = asyncio.Event()
        world.upstream.script("m", says("Sure. ", Until(never)))
        customer = await (await world.ask("m")).head()
        async with following(world, customer.conversation) as page:
            assert (await page.until()).name == "reset"


async def test_the_server_stops(world: World) -> None:
    async with following(world, await begun(world)) as page:
        await page.until("reset")
        await world.program.drain()
        await page.rest()
        assert page.names == ["reset"]


async def test_at_most_so_many_may_follow(world: World) -> None:
    await begun(world)

    async def follow(number: int) -> None:
        async with following(world, "c1") as page:
            await page.until("reset")
            if number:
                await follow(number - 1)
                return
            refused = await call(world, "GET", "/v1/conversations/c1/events")
            assert refused.status_code == 429
            assert refused.json()["error"]["code"] == "too_many_followers"
            assert refused.headers["retry-after"]

    await follow(FOLLOWERS - 1)
    async with following(world, "c1") as page:
        await page.until("reset")
