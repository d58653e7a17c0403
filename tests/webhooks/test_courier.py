"""One webhook against a real receiver: what arrives, in which order, and what after failures."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from hitl_chat.core.hold import Hold
from hitl_chat.store import events, holds, outbox, stops
from hitl_chat.store.events import Note
from hitl_chat.store.outbox import Bounds, Standing
from hitl_chat.store.schema_outbox import outbox as table
from hitl_chat.store.schema_outbox import webhook
from hitl_chat.webhooks.carrier import Answer, Carrier
from hitl_chat.webhooks.courier import TIDY_EVERY, Courier, pause
from hitl_chat.webhooks.parcels import Hook, Packing
from tests.store.world import ACME, DRAFT, OTHER, Clock, decided, hold_of, opened
from tests.webhooks.receiver import Receiver

CONSOLE = "https://desk.example/console/"


class Post:
    """A record, a clock, and a courier to somebody's server."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.clock = Clock()
        self.db = opened(folder)
        self.receiver = receiver
        self.counted: list[str] = []
        self._carriers: list[Carrier] = []

    async def courier(self, hook: Hook, *, begin: bool = True, **bounds: Any) -> Courier:
        known = Bounds(**{"keep": 1000.0, "most": 1000, **bounds})
        if begin:
            await self.db.write(lambda conn: outbox.begin(conn, [hook.name]))
        self._carriers.append(carrier := Carrier(hook, patience=5))
        return Courier(
            Packing(hook, "feed", CONSOLE),
            carrier,
            self.db,
            self.clock,
            known,
            counted=lambda name, outcome: self.counted.append(outcome),
            chance=lambda: 1.0,
        )

    async def open(self, number: int = 1, **changes: Any) -> Hold:
        new = hold_of(number, opened_at=self.clock.time, **changes)
        await self.db.write(lambda conn: holds.insert(conn, new, DRAFT))
        return new

    async def move(self, before: Hold, after: Hold) -> Hold:
        await self.db.write(lambda conn: holds.save(conn, before, after, self.clock.time))
        return after

    async def decide(self, hold: Hold, by: str = "ana") -> Hold:
        return await self.move(hold, decided(hold, by, at=self.clock.time))

    async def stop(self, mode: Any, tenant: str = "") -> None:
        await self.db.write(lambda conn: stops.set_mode(conn, tenant, mode, "ana", self.clock.time))

    async def later(self, courier: Courier, seconds: float) -> None:
        self.clock.time += seconds
        await courier.once()

    async def standing(self) -> Standing:
        (found,) = await self.db.read(outbox.standings)
        return found

    def types(self) -> list[str]:
        return [each.message["type"] for each in self.receiver.got]

    async def close(self) -> None:
        for carrier in self._carriers:
            await carrier.close()
        await self.db.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def post(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Post]:
    post = Post(tmp_path, receiver)
    yield post
    await post.close()


def rung(courier: Courier) -> Courier:
    courier.ring()
    return courier


# --- what is told -----------------------------------------------------------------------------


async def test_a_hold_is_told_with_ids_and_codes_and_a_way_to_it(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook())
    await post.open()
    await rung(courier).once()
    (delivery,) = receiver.got
    assert delivery.message == {
        "id": delivery.ident,
        "type": "hold.opened",
        "title": "An answer waits for a person",
        "detail": "acme · refund · until 00:18:40 UTC",
        "at": "1970-01-01T00:16:40.000+00:00",
        "tenant": ACME,
        "hold": "hold_1",
        "turn": "turn_1",
        "conversation": "conv_1",
        "rules": ["refund"],
        "codes": ["refund: matched"],
        "deadline_at": "1970-01-01T00:18:40.000+00:00",
        "url": f"{CONSOLE}#hold:hold_1",
    }
    assert delivery.headers["content-type"] == "application/json"
    assert delivery.headers["webhook-timestamp"] == "1000"


async def test_no_text_leaves(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    await post.decide(await post.open())
    await rung(courier).once()
    assert post.types() == ["hold.opened", "hold.decided"]
    told = b"".join(each.body for each in receiver.got)
    for text in (*DRAFT.sent.values(), *DRAFT.pending.values(), "5 euros", "Sorry"):
        assert text.strip().encode() not in told


@pytest.mark.parametrize(
    ("by", "type_"),
    [
        ("ana", "hold.decided"),
        ("system:deadline", "hold.expired"),
        ("system:no_agent", "hold.no_agent"),
        ("system:stop_switch", "hold.decided"),
    ],
)
async def test_who_decided_makes_the_difference(
    post: Post, receiver: Receiver, by: str, type_: str
) -> None:
    courier = await post.courier(receiver.hook())
    await post.decide(await post.open(), by)
    await rung(courier).once()
    assert post.types() == ["hold.opened", type_]
    assert receiver.got[-1].message["by"] == by


async def test_only_what_is_wanted_is_told(post: Post, receiver: Receiver) -> None:
    hook = receiver.hook(events=frozenset({"hold.expired", "stop_switch"}))
    courier = await post.courier(hook)
    await post.decide(await post.open())
    await post.stop("hold")
    await rung(courier).once()
    assert post.types() == ["stop_switch"]
    assert receiver.got[0].message["mode"] == "hold"


async def test_a_tenants_webhook_hears_of_no_other_tenant(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook(tenant=OTHER))
    await post.open()
    await post.stop("hold", ACME)
    await post.stop("block")
    await post.open(2, tenant=OTHER)
    await rung(courier).once()
    told = [(each.message["tenant"], each.message["type"]) for each in receiver.got]
    assert told == [("", "stop_switch"), (OTHER, "hold.opened")]


async def test_what_happened_before_a_webhook_was_there_is_not_told(
    post: Post, receiver: Receiver
) -> None:
    await post.open(1)
    courier = await post.courier(receiver.hook())
    await post.open(2)
    await rung(courier).once()
    assert [each.message["hold"] for each in receiver.got] == ["hold_2"]


# --- near a deadline --------------------------------------------------------------------------


async def test_the_end_of_a_holds_time_is_told_before_it_comes(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(near=20.0))
    await post.open()
    await rung(courier).once()
    await post.later(courier, 99.0)
    assert post.types() == ["hold.opened"]
    await post.later(courier, 1.0)
    assert post.types() == ["hold.opened", "hold.deadline_near"]
    assert len({each.ident for each in receiver.got}) == 2


async def test_what_was_decided_in_time_has_no_deadline_any_more(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(near=20.0))
    hold = await post.open()
    await rung(courier).once()
    await post.decide(hold)
    await post.later(rung(courier), 200.0)
    assert post.types() == ["hold.opened", "hold.decided"]
    assert (await post.standing()).waiting == 0


async def test_a_deadline_that_moved_is_told_once_at_its_new_time(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(near=20.0))
    hold = await post.open()
    await rung(courier).once()
    await post.move(hold, replace(hold, deadline_at=1_300.0, version=2))
    await post.later(rung(courier), 279.0)
    assert post.types() == ["hold.opened"]
    await post.later(courier, 1.0)
    assert post.types() == ["hold.opened", "hold.deadline_near"]


# --- failures ---------------------------------------------------------------------------------


async def test_a_failure_is_tried_again_later_and_later(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    receiver.answers(503, 500, 200)
    await post.open()
    await rung(courier).once()
    assert len(receiver.got) == 1
    assert (await post.standing()).error == "it answers 503"
    await post.later(courier, pause(0, 1.0) - 0.1)
    assert len(receiver.got) == 1
    await post.later(courier, 0.1)
    assert len(receiver.got) == 2
    await post.later(courier, pause(1, 1.0))
    assert len({each.ident for each in receiver.got}) == 1
    assert len(receiver.got) == 3
    standing = await post.standing()
    assert (standing.waiting, standing.failures, standing.error) == (0, 0, None)
    assert post.counted == ["failed", "failed", "sent"]


async def test_retry_after_is_obeyed(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    receiver.headers["retry-after"] = "120"
    receiver.answers(429)
    await post.open()
    await rung(courier).once()
    assert (await post.standing()).retry_at == post.clock.time + 120


async def test_while_it_is_away_one_message_tries_for_all(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})))
    receiver.answers(503)
    await post.open(1)
    await rung(courier).once()
    for number in range(2, 8):
        await post.open(number)
    receiver.answers(503)
    await post.later(rung(courier), pause(0, 1.0))
    assert len(receiver.got) == 2
    await post.later(courier, pause(1, 1.0))
    assert {each.message["hold"] for each in receiver.got} == {f"hold_{n}" for n in range(1, 8)}


async def test_what_a_hold_did_is_told_in_order_and_another_does_not_wait(
    post: Post, receiver: Receiver
) -> None:
    wanted = frozenset({"hold.opened", "hold.decided"})
    courier = await post.courier(receiver.hook(events=wanted))
    receiver.answers(503)
    first = await post.open(1)
    await rung(courier).once()
    await post.decide(first)
    await post.open(2)
    for _ in range(4):
        await post.later(rung(courier), 10.0)
    told = [(each.message["hold"], each.message["type"]) for each in receiver.got[1:]]
    assert [type_ for hold, type_ in told if hold == "hold_1"] == ["hold.opened", "hold.decided"]
    assert ("hold_2", "hold.opened") in told


async def test_a_message_that_always_fails_keeps_no_other_back(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})))
    receiver.answers(500)
    await post.open(1)
    await rung(courier).once()
    for number in range(2, 6):
        receiver.answers(200)
        await post.open(number)
        await post.later(rung(courier), 2.0)
    delivered = {each.message["hold"] for each in receiver.got[1:]}
    assert delivered >= {f"hold_{n}" for n in range(2, 6)}


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_what_would_be_refused_again_is_dead_at_once(
    post: Post, receiver: Receiver, status: int
) -> None:
    courier = await post.courier(receiver.hook())
    receiver.answers(status)
    await post.decide(await post.open())
    await rung(courier).once()
    assert post.types() == ["hold.opened", "hold.decided"]
    standing = await post.standing()
    assert (standing.waiting, standing.dead) == (0, 1)
    assert post.counted == ["dead", "sent"]


async def test_a_redirect_is_not_followed(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    receiver.headers["location"] = "/elsewhere"
    receiver.answers(307)
    await post.open()
    await rung(courier).once()
    assert len(receiver.got) == 1
    assert "redirects" in str((await post.standing()).error)


# --- bounds -----------------------------------------------------------------------------------


async def test_what_nobody_took_in_time_is_dead_and_can_be_revived(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})), keep=100.0)
    receiver.answers(503)
    await post.open()
    await rung(courier).once()
    await post.later(courier, 101.0)
    standing = await post.standing()
    assert (standing.waiting, standing.dead, len(receiver.got)) == (0, 1, 1)
    assert post.counted == ["failed", "dead"]
    revived = await post.db.write(lambda conn: outbox.revive(conn, "team", post.clock.time))
    await courier.once()
    assert (revived, len(receiver.got), (await post.standing()).dead) == (1, 2, 0)


async def test_only_so_many_wait_the_oldest_are_given_up(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})), most=3)
    receiver.answers(503, 503, 503)
    for number in range(1, 6):
        await post.open(number)
    await rung(courier).once()
    standing = await post.standing()
    assert (standing.waiting, standing.dead) == (3, 2)
    for _ in range(3):
        await post.later(courier, 60.0)
    assert {each.message["hold"] for each in receiver.got[3:]} == {"hold_3", "hold_4", "hold_5"}


async def test_the_last_one_given_up_says_why_though_it_is_older(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})), keep=100.0)
    receiver.answers(503, 400, 503)
    for number in (1, 2):
        await post.open(number)
    await rung(courier).once()
    standing = await post.standing()
    assert (standing.waiting, standing.dead) == (1, 1)
    assert "(400)" in str(standing.lost)
    await post.later(courier, 60.0)
    await post.later(courier, 101.0)
    standing = await post.standing()
    assert (standing.dead, standing.lost) == (2, "it answers 503")


async def test_dead_messages_are_forgotten_after_a_week(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook(events=frozenset({"hold.opened"})))
    receiver.answers(400)
    await post.open()
    await rung(courier).once()
    await post.later(courier, outbox.REMEMBERED_FOR + 1)
    assert (await post.standing()).dead == 0


async def test_a_webhook_that_is_gone_takes_its_messages_with_it(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook())
    receiver.answers(503)
    await post.open()
    await rung(courier).once()
    await post.db.write(lambda conn: outbox.begin(conn, []))
    assert await post.db.read(outbox.standings) == []
    await post.later(rung(courier), 100.0)
    assert len(receiver.got) == 1


# --- nothing is lost --------------------------------------------------------------------------


async def test_whoever_starts_again_tells_what_was_not_told(post: Post, receiver: Receiver) -> None:
    await post.courier(receiver.hook())
    await post.open()
    courier = await post.courier(receiver.hook())  # another program, the same record
    await courier.once()
    assert post.types() == ["hold.opened"]


async def test_an_event_nobody_can_read_stops_nothing(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    note = {"hold": "hold_9"}
    await post.db.write(lambda c: events.append(c, ACME, "conv:c", "hold.unheard_of", note, 1.0))
    await post.open()
    await rung(courier).once()
    assert post.types() == ["hold.opened"]


POISON = {"hold": "hold_9", "rules": ["refund"], "deadline_at": 1e300}  # no calendar has it


async def poisoned(post: Post) -> None:
    await post.db.write(lambda c: events.append(c, ACME, "conv:c", "hold.opened", POISON, 1.0))


async def test_an_event_of_which_no_message_can_be_made_is_given_up_in_sight(
    post: Post, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    courier = await post.courier(receiver.hook())
    await poisoned(post)
    await post.open()
    await rung(courier).once()
    assert post.types() == ["hold.opened"]
    assert receiver.got[0].message["hold"] == "hold_1"
    assert post.counted == ["dead", "sent"]
    standing = await post.standing()
    assert (standing.dead, standing.error) == (1, None)  # others have arrived since
    assert str(standing.lost).startswith("no message could be made of event 1")
    assert "webhook team: no message could be made of event 1, 'hold.opened'" in caplog.text
    await post.open(2)
    await rung(courier).once()
    assert len(receiver.got) == 2


async def test_what_is_no_message_is_not_revived(post: Post, receiver: Receiver) -> None:
    courier = await post.courier(receiver.hook())
    await poisoned(post)
    await rung(courier).once()
    standing = await post.standing()
    assert str(standing.error).startswith("no message could be made of event 1, 'hold.opened' (")
    assert await post.db.write(lambda conn: outbox.revive(conn, "team", post.clock.time)) == 0
    await courier.once()
    assert (len(receiver.got), (await post.standing()).dead) == (0, 1)


async def test_a_message_that_cannot_be_written_stands_in_nobody_s_way(
    post: Post, receiver: Receiver
) -> None:
    courier = await post.courier(receiver.hook())
    await post.open(1)
    receiver.answers(503)
    await rung(courier).once()
    await post.db.write(lambda conn: conn.execute(update(table).values(body='{"half": ')))
    await post.open(2)
    await post.later(rung(courier), 60.0)
    assert [each.message["hold"] for each in receiver.got] == ["hold_1", "hold_2"]
    assert sorted(post.counted) == ["dead", "failed", "sent"]


class Broken:
    """A carrier with an error nobody thought of."""

    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise RuntimeError


async def test_an_error_nobody_thought_of_waits_like_any_other(
    post: Post, receiver: Receiver
) -> None:
    hook = receiver.hook()
    await post.courier(hook)
    packing, bounds = Packing(hook, "feed", CONSOLE), Bounds(1000.0, 100)
    await post.open()
    await Courier(packing, Broken(), post.db, post.clock, bounds, chance=lambda: 1.0).once()
    standing = await post.standing()
    assert (standing.waiting, standing.dead) == (1, 0)
    assert standing.error == "it cannot be told (RuntimeError)"
    assert standing.retry_at == post.clock.time + 2.0


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pauses_grow_and_end(chance: float) -> None:
    pauses = [pause(failures, chance) for failures in range(200)]
    assert pauses == sorted(pauses)
    assert 1.0 <= pauses[0] <= 2.0
    assert 450.0 <= pauses[-1] <= 900.0


async def test_quiet_records_are_looked_through_while_there_is_time(
    post: Post, receiver: Receiver
) -> None:
    """A night of passed answers must not be gone through when the first hold of the day is told."""

    def quiet(conn: Connection) -> None:
        notes = [Note(ACME, "conv:1", "turn", post.clock.time, {}) for _ in range(20)]
        events.append_all(conn, notes)

    def cursor(conn: Connection) -> int:
        return int(conn.execute(select(webhook.c.cursor)).scalar_one())

    courier = await post.courier(receiver.hook())
    await post.later(courier, 0)
    await post.db.write(quiet)
    await post.later(courier, TIDY_EVERY)
    assert await post.db.read(cursor) == await post.db.read(events.position) >= 20
    await post.open()
    courier.ring()
    await post.later(courier, 0)
    assert post.types() == ["hold.opened"]
