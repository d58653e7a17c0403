"""Faults of customers, their clients and the way to them (rows 1 to 15)."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import openai
import pytest
from msgspec.structs import replace

from hitl_chat.cli import probes
from hitl_chat.errors import HitlError
from hitl_chat.settings import Limits, Listen
from hitl_chat.store import turns
from tests.upstream import Until, chunk, event, head
from tests.world import FAST, World, patient, request
from tests.world_client import Socket, held, send
from tests.world_history import check
from tests.world_models import document, says, stream
from tests.world_network import Line
from tests.world_rules import rule, rules, stop_at
from tests.world_wire import check_error, check_stream, check_whole

DRAFT = "Sure. I guarantee it."


async def outcome(world: World, conv: str) -> Sequence[str]:
    """How the turns of a conversation ended, once they are recorded."""
    written = await world.program.db.write(lambda conn: turns.of_conversation(conn, "acme", conv))
    return [turn.outcome for turn in written]


async def test_a_customer_who_left_is_on_record(tmp_path: Path) -> None:
    """1: the model and the checks are cancelled, and the record says why."""
    judge = {"judge": {"kind": "scripted", "fails": "hangs", "timeout": 60}}
    text = rules(rule("j", {"check": "judge"}), checks=judge)
    async with World(tmp_path, text) as world:
        never = asyncio.Event()
        world.upstream.script("m", says("It is blue. ", "And so on. ", Until(never)))
        tasks = len(asyncio.all_tasks())
        customer = await world.ask("m", conv="c1")
        await world.upstream.until(lambda up: up.running == 1)
        await world.hangs_up(customer)
        await world.upstream.until(lambda up: up.gone == 1)
        assert await outcome(world, "c1") == ["gone"]
        async with asyncio.timeout(8):
            while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 (a task tells nobody)
                await asyncio.sleep(0)


async def test_what_was_decided_without_its_customer_can_be_fetched(tmp_path: Path) -> None:
    """2: the decided text, word for word, from GET /v1/holds/{id}."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.hangs_up(customer)
        held_still = await (await world.get(f"/v1/holds/{ident}")).rest()
        assert held_still.document["state"] == "held"
        assert "text" not in held_still.document
        assert b"guarantee" not in held_still.body
        await world.people.edit(ident, "hope so.")
        await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
        fetched = (await (await world.get(f"/v1/holds/{ident}")).rest()).document
        assert fetched["text"] == "Sure. I hope so."
        assert fetched["text_sha256"] == sha256(b"Sure. I hope so.").hexdigest()
        await check(world.program.db, customer, canaries=["guarantee"])


async def test_leaving_and_deciding_at_once(tmp_path: Path) -> None:
    """3: five hundred races; a hold is cancelled or decided, and the loser is told."""
    text = rules(stop_at(on_disconnect="cancel"))
    calm = patient(FAST, heartbeat=30.0, check_frame=30.0, commit_after=30.0)
    async with World(tmp_path, text, waits=calm, served=False) as world:
        world.upstream.script("m", says(DRAFT))
        ends = []
        for batch in range(10):
            ends += await asyncio.gather(*(race(world, batch * 50 + n) for n in range(50)))
        assert set(ends) <= {"cancelled", "decided"}
        await check(world.program.db)


async def race(world: World, number: int) -> str:
    customer = world.inside("m", f"Number {number}")
    ident = str((await customer.until(held)).hitl["hold_id"])
    await world.people.whole(ident)

    async def decide() -> str:
        try:
            await world.people.reject(ident)
        except HitlError as refused:
            return refused.code
        return "decided"

    if number % 2:
        said, _ = await asyncio.gather(decide(), customer.gone())
    else:
        _, said = await asyncio.gather(customer.gone(), decide())
    row = await world.people.hold(ident, lambda hold: not hold.alive)
    assert said == row.state
    return row.state


@pytest.mark.parametrize("eighth", range(9))
async def test_a_delivery_that_breaks_at_any_point(tmp_path: Path, eighth: int) -> None:
    """4: not delivered until the transport took all of it; the retry gets all of it, once more."""
    text = "A long letter. " * 6000
    waits = patient(FAST, write_timeout=5.0)
    async with World(tmp_path, waits=waits, tight=True) as world:
        world.upstream.script("m", says("guarantee"))
        customer = await world.ask("m", conv="c1", small=True)
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.edit(ident, text)
        wanted = len(text) * eighth // 9
        while len(customer.body) < wanted:
            assert await customer.more()
        customer.reset()
        await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
        again = await (await world.ask("m", conv="c1")).rest()
        check_stream(again)
        assert again.text == text
        row = await world.people.hold(ident, lambda hold: hold.delivery == "delivered")
        assert row.turn == delivery_id(again)
        assert len(world.upstream.seen) == 1
        await check(world.program.db, again)


def delivery_id(customer: Socket) -> str:
    return next(str(f.hitl["delivery_id"]) for f in customer.frames if "delivery_id" in f.hitl)


async def test_a_customer_who_vanished(tmp_path: Path) -> None:
    """5: no FIN, no RST: what cannot be written in time tells it."""
    waits = patient(FAST, heartbeat=0.001, check_frame=0.002, write_timeout=0.3)
    async with World(tmp_path, waits=waits, tight=True) as world, Line(world.port) as line:
        world.upstream.script("m", says(DRAFT))
        headers = {"authorization": f"Bearer {world.key}", "content-type": "application/json"}
        customer = await send(line.port, request("m", "Hello"), headers, small=True)
        ident = (await customer.until(held)).hitl["hold_id"]
        line.silent()
        await world.people.event("hold.customer_left", hold=ident)
        await customer.gone()


async def test_a_customer_who_hardly_reads(tmp_path: Path) -> None:
    """6: the model is not read faster than its customer reads, and who stops is dropped."""
    sent = []

    def endless(_: object) -> object:
        yield head()
        for number in range(100_000):
            sent.append(number)
            yield chunk("word " * 2000)

    waits = patient(FAST, write_timeout=0.3)
    many = Limits(answer_characters=1 << 40)
    async with World(tmp_path, waits=waits, limits=many, tight=True) as world:
        world.upstream.script("m", endless)  # type: ignore[arg-type]
        customer = await world.ask("m", small=True)
        await customer.until(lambda frame: bool(frame.text))
        await world.upstream.until(lambda up: up.running == 0)
        assert len(sent) < 2000  # 20 MB of a flood of a gigabyte: what all buffers together hold
        assert not world.program.turns.running
        await customer.gone()


async def test_a_flood_is_refused_and_hurts_nobody_else(tmp_path: Path) -> None:
    """9."""
    few = Limits(key_rate=5.0)
    async with World(tmp_path, limits=few) as world:
        world.upstream.script("m", says("Yes."))
        flood = await asyncio.gather(*(world.ask("m") for _ in range(30)))
        refused = [one for one in [await each.rest() for each in flood] if one.status != 200]
        assert len(refused) >= 20
        check_error(refused[0], 429, "rate_limit_exceeded")
        assert int(refused[0].headers["retry-after"]) >= 1
        world.key = await world.new_key("other")
        assert (await (await world.ask("m")).rest()).text == "Yes."


async def test_more_turns_than_allowed(tmp_path: Path) -> None:
    """9: the queue has an end; whoever comes then is told to come again."""
    few = Limits(turns=3)
    async with World(tmp_path, limits=few) as world:
        world.upstream.script("m", says(DRAFT))
        customers = [await world.ask("m") for _ in range(3)]
        frames = [await customer.until(held) for customer in customers]
        refused = await (await world.ask("m")).rest()
        check_error(refused, 503, "overloaded")
        assert int(refused.headers["retry-after"]) >= 1
        await world.people.reject(frames[0].hitl["hold_id"])
        await customers[0].rest()
        await (await world.ask("m")).until(held)


@pytest.mark.parametrize("streamed", [True, False])
async def test_more_turns_than_allowed_told_in_words(tmp_path: Path, streamed: bool) -> None:
    """9: where the settings say so, as an answer every client shows."""
    few = Limits(turns=1)
    async with World(tmp_path, limits=few, on_overflow="fallback_text") as world:
        world.upstream.script("m", says(DRAFT))
        await (await world.ask("m")).until(held)
        told = await (await world.ask("m", stream=streamed)).rest()
        (check_stream if streamed else check_whole)(told)
        assert told.text == world.program.settings.apology
        assert len(world.upstream.seen) == 1


@pytest.mark.parametrize(
    "header",
    ["x-tenant", "x-hitl-tenant", "x-forwarded-for", "x-forwarded-user", "x-role", "forwarded"],
)
async def test_headers_that_lie(tmp_path: Path, header: str) -> None:
    """12."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", headers={header: "other", "role": "agent"})
        ident = (await customer.until(held)).hitl["hold_id"]
        assert (await world.people.row(ident)).tenant == "acme"
        assert header not in world.upstream.seen[0].headers


async def test_a_balancer_that_cuts_what_is_silent(tmp_path: Path) -> None:
    """13: a long hold of an answer that is not streamed lives through it."""
    async with World(tmp_path) as world, Line(world.port, idle=0.5) as line:
        world.upstream.script("m", says(DRAFT))
        headers = {"authorization": f"Bearer {world.key}", "content-type": "application/json"}
        customer = await send(line.port, request("m", "Hello", stream=False), headers)
        await customer.beat(30)  # three times as long as the balancer is patient
        await world.people.approve((await world.people.opened()).id)
        check_whole(await customer.rest())
        assert customer.text == DRAFT
        assert line.cut == 0


async def test_openai_s_own_client_through_a_hold(tmp_path: Path) -> None:
    """14: it retries what fails and what takes too long: one model call, one hold, one answer."""
    async with World(tmp_path) as world, Line(world.port) as line:
        world.upstream.script("m", says(DRAFT))
        client = openai.AsyncOpenAI(
            api_key=world.key, base_url=f"http://127.0.0.1:{line.port}/v1", max_retries=2
        )
        async with client:
            asking = asyncio.create_task(
                client.chat.completions.create(
                    model="m",
                    messages=[{"role": "user", "content": "Hello"}],
                    extra_headers={"x-hitl-conversation-id": "c1"},
                    timeout=0.4,
                )
            )
            ident = (await world.people.opened()).id
            line.silent()
            await world.people.event("hold.customer_left", hold=ident)
            line.speak()
            await world.people.event("hold.customer_back", hold=ident)
            await world.people.approve(ident)
            answer = await asking
        assert answer.choices[0].message.content == DRAFT
        assert len(world.upstream.seen) == 1


async def test_a_chunk_that_is_none_fails_closed(tmp_path: Path) -> None:
    """15."""
    async with World(tmp_path) as world:
        strange = [{"object": "chat.completion.chunk", "text": "guarantee"}, ["guarantee"]]
        for one in map(event, strange):
            world.upstream.script("m", stream(document({"role": "assistant"}), one))
            customer = await (await world.ask("m")).rest()
            assert b"guarantee" not in customer.body
            check_error(customer, 502, "upstream_malformed")


async def test_fields_nobody_knows_are_stripped(tmp_path: Path) -> None:
    """15, 35: what cannot be checked does not pass; it is counted, and `doctor` names it."""
    async with World(tmp_path, serves="wick-*") as world:
        said = document({"role": "assistant", "content": "Yes.", "thoughts": "guarantee"})
        world.upstream.script("wick-9", stream({**said, "debug": "guarantee"}))
        customer = await (await world.ask("wick-9")).rest()
        check_stream(customer)
        assert customer.text == "Yes."
        assert b"guarantee" not in customer.body
        metrics = (await (await world.get("/metrics")).rest()).body.decode()
        for field in ("debug", "delta.thoughts"):
            line = f'hitl_stripped_fields_total{{model="wick-*",field="{field}"}} 1'
            assert line in metrics.splitlines()
        settings = replace(world.settings(), listen=Listen(port=world.port))
        found = [finding async for finding in probes.server(settings, {})]
        assert [f.what for f in found if f.about == "model wick-*"] == [
            "unknown field 'debug' was stripped 1 times",
            "unknown field 'delta.thoughts' was stripped 1 times",
        ]
