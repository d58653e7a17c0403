"""Faults of models and the way to them, as customers see them (rows 29 to 39, 41, 42).

What the adapter makes of each is in tests/models; here it goes through the whole program.
"""

import asyncio
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_chat.models.scripted import Scripted
from hitl_chat.settings import Limits
from tests.upstream import Until
from tests.upstream_faults import SECRET
from tests.world import FAST, World, patient
from tests.world_client import Answer, held
from tests.world_models import chunks, document, replies, says, stream
from tests.world_rules import SORRY, STOP, hold_all, rule, rules, stop_at, words
from tests.world_wire import check_error, check_stream

APOLOGY = "I'm sorry, something went wrong. Please try again in a moment."
LATE = patient(FAST, commit_after=60.0, commit_whole=60.0, check_frame=60.0)
WORDS = "It is blue and so is that one over there"


def failed_closed(customer: Answer, said: str) -> None:
    """An error, or part of what was said and then an apology; never a clean end of half of it."""
    if customer.status != 200:
        assert customer.error.keys() == {"message", "type", "param", "code"}
        return
    check_stream(customer)
    assert customer.states[-1] == "error"
    before, _, _ = customer.text.partition(APOLOGY)
    assert said.startswith(before.rstrip("\n"))


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500, 503])
@pytest.mark.parametrize("streamed", [True, False])
async def test_no_secret_is_shown_or_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, streamed: bool
) -> None:
    """29."""
    caplog.set_level("DEBUG")
    async with World(tmp_path, waits=LATE) as world:
        customer = await (await world.ask(f"fault-status-{status}", stream=streamed)).rest()
        assert customer.status >= 400
        shown = customer.body.decode() + str(customer.headers) + caplog.text
        assert SECRET not in shown
        assert "internal.example" not in shown


async def test_one_failure_costs_nothing(tmp_path: Path) -> None:
    """29: the first connection is lost before a byte came; the second is answered."""
    async with World(tmp_path, waits=LATE) as world:
        customer = await (await world.ask("fault-drop-1", WORDS)).rest()
        check_stream(customer)
        assert customer.text == WORDS


async def test_a_first_word_that_never_comes(tmp_path: Path) -> None:
    """30: the call is given up, and told so."""
    async with World(tmp_path, waits=patient(LATE, first_token=0.1)) as world:
        customer = await (await world.ask("fault-silent")).rest()
        check_error(customer, 504, "upstream_timeout")
        await world.upstream.until(lambda up: up.running == 0)


@pytest.mark.parametrize("after", range(12))
async def test_it_stalls_at_every_chunk(tmp_path: Path, after: int) -> None:
    """31: an apology ends it, and nothing that was kept back is released."""
    waits = patient(FAST, between_chunks=0.2, first_token=0.2)
    async with World(tmp_path, waits=waits) as world:
        customer = await (await world.ask(f"fault-stall-{after}", WORDS)).rest()
        if after < 11:
            failed_closed(customer, WORDS)
        await world.upstream.until(lambda up: up.running == 0)


async def test_what_is_kept_back_stays_back_when_it_stalls(tmp_path: Path) -> None:
    """31: half a phrase may have become what the rule looks for."""
    waits = patient(FAST, between_chunks=0.2)
    async with World(tmp_path, waits=waits) as world:
        world.upstream.script("m", says("It is guarant", Until(asyncio.Event())))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == f"It is \n\n{APOLOGY}"
        assert b"guarant" not in customer.body


async def test_it_stalls_while_it_is_held(tmp_path: Path) -> None:
    """31: the hold stays; what is there cannot be approved, but everything else is possible."""
    waits = patient(FAST, between_chunks=0.2)
    async with World(tmp_path, waits=waits) as world:
        world.upstream.script("m", says("I guarantee ", Until(asyncio.Event())))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        row = await world.people.whole(ident)
        assert row.draft_state == "interrupted"
        with pytest.raises(Exception, match="broke off"):
            await world.people.approve(ident)
        await world.people.edit(ident, "hope so.")
        check_stream(await customer.rest())
        assert customer.text == "I hope so."


@pytest.mark.parametrize("ending", ["rst", "fin"])
async def test_it_dies_at_every_byte(tmp_path: Path, ending: str) -> None:
    """32: whatever had come, it is never taken for the whole answer."""
    said = "It is blue"
    for at in range(60, 1100, 65):  # a world each: one model would be left alone after a few
        (folder := tmp_path / f"{at}").mkdir()
        async with World(folder) as world:
            customer = await (await world.ask(f"fault-{ending}-{at}", said)).rest()
            if not (customer.status == 200 and customer.text == said):
                failed_closed(customer, said)


@pytest.mark.parametrize("fault", ["nofinish", "cut-4", "nothing"])
async def test_an_end_before_the_end(tmp_path: Path, fault: str) -> None:
    """32."""
    async with World(tmp_path) as world:
        failed_closed(await (await world.ask(f"fault-{fault}", WORDS)).rest(), WORDS)


@pytest.mark.parametrize("at", [0, 1, 5])
async def test_an_error_in_the_middle(tmp_path: Path, at: int) -> None:
    """33: it is an error, not a chunk; and it shows no secret."""
    async with World(tmp_path) as world:
        customer = await (await world.ask(f"fault-error-{at}", WORDS)).rest()
        failed_closed(customer, WORDS)
        assert SECRET.encode() not in customer.body


@pytest.mark.parametrize(
    "fault",
    ["badjson-3", "nonchunk-3", "nochoices-3", "html-3", "hugeline-3", "badutf8-3", "deep-3"],
)
async def test_what_cannot_be_read_fails_closed(tmp_path: Path, fault: str) -> None:
    """34."""
    async with World(tmp_path) as world:
        customer = await (await world.ask(f"fault-{fault}", WORDS)).rest()
        failed_closed(customer, WORDS)
        assert b"hidden" not in customer.body
        assert b"aaaa" not in customer.body


@pytest.mark.parametrize("fault", ["crlf", "cr", "bom", "comments", "lines", "tight", "unknown"])
async def test_unusual_streams_are_read(tmp_path: Path, fault: str) -> None:
    """34, 35: and what nobody asked for is gone."""
    async with World(tmp_path) as world:
        customer = await (await world.ask(f"fault-{fault}", WORDS)).rest()
        check_stream(customer)
        assert customer.text == WORDS
        assert b"hidden" not in customer.body


@settings(max_examples=10)
@given(places=st.lists(st.integers(1, 20), min_size=1, max_size=6, unique=True), data=st.data())
def test_a_phrase_is_found_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, places: list[int], data: st.DataObject
) -> None:
    """36: release lags the earliest match that may still grow."""
    before = data.draw(st.sampled_from(["", "So I ", "gua "]))
    text = f"{before}{STOP}. More."
    cuts = sorted({0, len(text), *places})
    parts = [document({"content": text[a:b]}) for a, b in pairwise(cuts)]

    async def example() -> None:
        model = Scripted(lambda call: chunks(*parts))
        folder = tmp_path_factory.mktemp("cut")
        async with World(folder, models={"m": model}, served=False) as world:
            customer = world.inside("m")
            ident = (await customer.until(held)).hitl["hold_id"]
            assert customer.text == before
            await world.people.reject(ident)
            await customer.rest()
            assert STOP not in customer.text
            await customer.gone()

    asyncio.run(example())


async def test_an_endless_answer_is_cut_and_held(tmp_path: Path) -> None:
    """37: more than max_output is not released; what the rule did not object to was."""
    overlong = rule("overlong", {"ended": "max_output"}, on_no_agent="wait", fallback=SORRY)
    few = Limits(answer_characters=200_000)
    async with World(tmp_path, rules(overlong), limits=few) as world:
        customer = await world.ask("fault-flood-2")
        ident = (await customer.until(held)).hitl["hold_id"]
        row = await world.people.whole(ident)
        assert row.draft_state == "interrupted"
        await world.upstream.until(lambda up: up.running == 0)
        await world.people.edit(ident, "That is all.")
        await customer.rest()
        assert customer.frames[-1].done
        assert customer.finishes == ["stop"]
        assert 0 < len(customer.text) < 400_000


@pytest.mark.parametrize("fault", ["gzip", "type", "redirect", "nohttp", "badframe"])
async def test_another_encoding_is_not_unpacked(tmp_path: Path, fault: str) -> None:
    """38: we asked for none; a bomb stays packed."""
    async with World(tmp_path) as world:
        customer = await (await world.ask(f"fault-{fault}", WORDS)).rest()
        failed_closed(customer, WORDS)
        assert "gzip" not in world.upstream.seen[0].headers.get("accept-encoding", "")


@pytest.mark.parametrize(
    ("ended", "finish", "text"),
    [
        ("length", "length", "It is"),
        ("content_filter", "content_filter", ""),
        ("empty", "stop", ""),
    ],
)
@pytest.mark.parametrize("streamed", [True, False])
async def test_how_it_ended_is_a_reason_to_hold(
    tmp_path: Path, ended: str, finish: str, text: str, streamed: bool
) -> None:
    """39: rules may ask about it; without a rule the customer's client is told as it was."""
    asking = rule("ending", {"ended": ended}, on_no_agent="wait", fallback=SORRY)
    async with World(tmp_path, rules(asking)) as world:
        world.upstream.script("m", replies({"content": text}, finish))
        customer = await world.ask("m", stream=streamed)
        await world.people.reject((await world.people.opened()).id)
        await customer.rest()
        assert customer.text.endswith(SORRY)
    async with World(tmp_path, rules(stop_at())) as world:
        world.upstream.script("m", replies({"content": text}, finish))
        customer = await (await world.ask("m", stream=streamed)).rest()
        ends = customer.finishes or [customer.document["choices"][0]["finish_reason"]]
        assert ends == [finish]


async def test_another_model_than_the_one_that_was_asked(tmp_path: Path) -> None:
    """39."""
    asking = rule("other", {"ended": "model_mismatch"}, on_no_agent="wait", fallback=SORRY)
    async with World(tmp_path, rules(asking)) as world:
        world.upstream.script("big", stream({**document({"content": "Yes."}), "model": "tiny"}))
        customer = await world.ask("big")
        await world.people.reject((await world.people.opened()).id)
        assert (await customer.rest()).text.endswith(SORRY)


async def test_the_same_id_twice(tmp_path: Path) -> None:
    """39: two tool calls with one id stay two."""
    async with World(tmp_path, rules(hold_all())) as world:
        customer = await world.ask("fault-dupids")
        await world.people.approve((await world.people.opened()).id)
        await customer.rest()
        calls = [part for f in customer.frames for part in f.delta.get("tool_calls") or ()]
        assert len({part["index"] for part in calls}) == 2


async def test_a_thousand_answers_are_never_swapped(tmp_path: Path) -> None:
    """41: each gets the echo of its own words."""
    numbers = count()
    async with World(tmp_path, served=False) as world:

        async def one() -> None:
            text = f"my number is {next(numbers)} of many"
            customer = world.inside("scripted-echo", text)
            assert (await customer.rest()).text == text
            await customer.gone()

        for _ in range(10):
            await asyncio.gather(*(one() for _ in range(100)))
        assert len(world.upstream.seen) == 1000


async def test_tool_arguments_are_text_like_any_other(tmp_path: Path) -> None:
    """42."""
    asking = rules(rule("no", words(STOP), on_no_agent="fallback_text", fallback=SORRY))
    async with World(tmp_path, asking) as world:
        call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"a": "guar'}}
        rest = {"index": 0, "function": {"arguments": 'antee"}'}}
        parts = [document({"tool_calls": [part]}) for part in (call, rest)]
        world.upstream.script("m", stream(*parts, finish="tool_calls"))
        customer = await (await world.ask("m", tools=[])).rest()
        check_stream(customer)
        assert b"guar" not in customer.body
        assert customer.text == SORRY
