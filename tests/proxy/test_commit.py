"""When an answer commits: before, a failure is a real HTTP error; after, it is told in words.

Never ends as if it were whole what is not.
"""

import asyncio
from pathlib import Path

import pytest

from tests.upstream import Close, Until, body, event, head
from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_models import document, says
from tests.world_wire import check_error, check_stream, check_whole

APOLOGY = "I'm sorry, something went wrong. Please try again in a moment."
LATE = patient(FAST, commit_after=60.0, commit_whole=60.0, check_frame=60.0)  # never by time


def failing(status: int = 500, code: str = "overloaded") -> list[object]:
    error = {"message": "Too much to do.", "type": "server_error", "param": None, "code": code}
    return list(body({"error": error}, status))


@pytest.mark.parametrize("stream_", [True, False])
@pytest.mark.parametrize(
    ("status", "seen"), [(400, 400), (404, 404), (429, 429), (500, 502), (503, 503)]
)
async def test_a_failure_before_the_commit_keeps_its_status(
    tmp_path: Path, stream_: bool, status: int, seen: int
) -> None:
    async with World(tmp_path, waits=LATE) as world:
        world.upstream.script("m", failing(status))  # type: ignore[arg-type]
        customer = await (await world.ask("m", stream=stream_)).rest()
        check_error(customer, seen, "overloaded")
        assert customer.ended == "whole"


@pytest.mark.parametrize("stream_", [True, False])
async def test_nobody_at_the_model_s_address(tmp_path: Path, stream_: bool) -> None:
    async with World(tmp_path, waits=LATE) as world:
        await world.upstream.__aexit__()
        customer = await (await world.ask("m", stream=stream_)).rest()
        check_error(customer, 502, "upstream_unreachable")
        assert str(world.upstream.port) not in customer.error["message"]


@pytest.mark.parametrize("stream_", [True, False])
async def test_no_first_word_in_time(tmp_path: Path, stream_: bool) -> None:
    waits = patient(LATE, first_token=0.1, whole_answer=0.1)
    async with World(tmp_path, waits=waits) as world:
        customer = await (await world.ask("fault-silent", stream=stream_)).rest()
        check_error(customer, 504, "upstream_timeout")


async def test_the_first_released_text_commits(tmp_path: Path) -> None:
    async with World(tmp_path, waits=LATE) as world:
        never = asyncio.Event()
        world.upstream.script("m", says("Sure. ", Until(never)))
        customer = await (await world.ask("m")).head()
        assert customer.status == 200
        never.set()
        check_stream(await customer.rest())


async def test_the_opening_of_a_hold_commits(tmp_path: Path) -> None:
    async with World(tmp_path, waits=LATE) as world:
        never = asyncio.Event()
        world.upstream.script("m", says("guarantee ", Until(never)))
        customer = await world.ask("m")
        assert held(await customer.until(lambda frame: True))


async def test_the_check_frame_commits(tmp_path: Path) -> None:
    async with World(tmp_path, waits=patient(LATE, check_frame=0.05)) as world:
        never = asyncio.Event()
        world.upstream.script("m", says("guarant", Until(never)))
        customer = await world.ask("m")
        frame = await customer.until(lambda frame: True)
        assert (frame.state, frame.delta) == ("checking", {"role": "assistant"})


async def test_time_commits_though_nothing_came(tmp_path: Path) -> None:
    """The client would give up on a server without headers."""
    async with World(tmp_path, waits=patient(LATE, commit_after=0.05)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", lambda seen: [Until(go_on), *says("Sure.")(seen)])
        customer = await world.ask("m")
        first = await customer.until(lambda frame: True)
        assert first.delta == {"role": "assistant"}
        assert first.hitl
        await customer.beat(2)
        go_on.set()
        check_stream(await customer.rest())
        assert customer.text == "Sure."


async def test_an_envelope_of_our_own_is_kept(tmp_path: Path) -> None:
    """We spoke before the model did: its chunks come under our envelope."""
    async with World(tmp_path, waits=patient(LATE, commit_after=0.05)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", lambda seen: [Until(go_on), *says("Sure.")(seen)])
        customer = await world.ask("m")
        first = await customer.until(lambda frame: True)
        assert first.chunk["id"].startswith("chatcmpl")
        assert first.chunk["model"] == "m"
        go_on.set()
        check_stream(await customer.rest())
        assert {f.chunk["id"] for f in customer.frames[:-1]} == {first.chunk["id"]}


async def test_after_the_commit_a_failure_is_an_apology(world: World) -> None:
    go_on = asyncio.Event()
    first = document({"role": "assistant", "content": "Sure. "})
    world.upstream.script("m", [head(), event(first), Until(go_on), Close()])
    customer = await world.ask("m")
    await customer.until(lambda frame: frame.text == "Sure. ")
    go_on.set()
    check_stream(await customer.rest())
    assert customer.text == f"Sure. \n\n{APOLOGY}"
    assert customer.states[-1] == "error"
    assert customer.finishes == ["stop"]


async def test_an_error_is_never_the_first_event(tmp_path: Path) -> None:
    """Committed by time, failed before a word: an apology, no error object."""
    async with World(tmp_path, waits=patient(LATE, commit_after=0.05)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", [Until(go_on), Close()])
        customer = await world.ask("m")
        await customer.until(lambda frame: True)
        go_on.set()
        check_stream(await customer.rest())
        assert customer.text == APOLOGY
        assert b'"error":{' not in customer.body.replace(b" ", b"")


async def test_a_whole_answer_that_fails_after_its_commit(tmp_path: Path) -> None:
    waits = patient(LATE, commit_whole=0.05)
    async with World(tmp_path, waits=waits) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", [Until(go_on), Close()])
        customer = await world.ask("m", stream=False)
        await customer.beat(1)
        go_on.set()
        check_whole(await customer.rest())
        assert customer.text == APOLOGY
        assert customer.document["hitl"]["state"] == "error"
        assert customer.document["choices"][0]["finish_reason"] == "stop"


async def test_a_structured_answer_that_fails_is_a_refusal(tmp_path: Path) -> None:
    waits = patient(LATE, commit_whole=0.05, commit_after=0.05)
    form = {"type": "json_object"}
    async with World(tmp_path, waits=waits) as world:
        for streamed in (True, False):
            go_on = asyncio.Event()
            world.upstream.script("m", [Until(go_on), Close()])
            customer = await world.ask("m", stream=streamed, response_format=form)
            await customer.beat(1)
            go_on.set()
            await customer.rest()
            assert customer.of(0, "refusal") == APOLOGY
            assert customer.text == ""


async def test_an_impatient_client_gets_its_beats_in_time(tmp_path: Path) -> None:
    """A third of what the client says it waits for, whatever the setting."""
    slow = patient(FAST, heartbeat=3600.0, commit_after=60.0, commit_whole=60.0)
    async with World(tmp_path, waits=slow) as world:
        world.upstream.script("m", says("guarantee"))
        patience = {"x-stainless-read-timeout": "0.1"}  # clamped: a second at least
        customer = await world.ask("m", headers=patience)
        await customer.until(held)
        await customer.beat(1)


@pytest.mark.parametrize("said", ["nan", "inf", "-1", "soon", "0"])
async def test_a_senseless_patience_is_ignored(world: World, said: str) -> None:
    world.upstream.script("m", says("Sure."))
    customer = await (await world.ask("m", headers={"x-stainless-read-timeout": said})).rest()
    assert customer.text == "Sure."


async def test_an_unfinished_answer_is_cut_when_the_server_stops(tmp_path: Path) -> None:
    async with World(tmp_path, waits=patient(FAST, drain=0.1)) as world:
        world.upstream.script("m", says("Sure. I guarantee it."))
        customer = await world.ask("m")
        await customer.until(held)
        await world.stop()
        await customer.rest()
        assert customer.ended == "cut"
        assert not any(frame.done for frame in customer.frames)
        assert customer.text == "Sure. I "


async def test_what_can_still_end_ends_while_the_server_drains(tmp_path: Path) -> None:
    async with World(tmp_path, waits=patient(FAST, drain=5.0)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", says("Sure. ", Until(go_on)))
        customer = await world.ask("m")
        await customer.until(lambda frame: bool(frame.text))
        stopping = asyncio.create_task(world.stop())
        await asyncio.sleep(0)
        go_on.set()
        check_stream(await customer.rest())
        await stopping
