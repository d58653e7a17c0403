"""Texts become vectors in one thread beside the loop; nothing is lost without a word."""

import asyncio
import sys
import threading

import numpy as np
import pytest
from msgspec.structs import replace

from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import LONGEST, Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.models.embeddings.worker import BATCH, REST
from tests.models.embeddings.fakes import Clock, Scripted, vector


async def test_each_text_gets_its_row(local: Options, scripted: Scripted) -> None:
    embeddings = Embeddings(local, scripted)
    texts = [f"text {number}" for number in range(20)]
    found = await embeddings.embed(texts)
    assert np.array_equal(found, np.stack([vector(text) for text in texts]))
    embeddings.close()


async def test_no_texts_are_no_rows(local: Options, scripted: Scripted) -> None:
    assert len(await Embeddings(local, scripted).embed([])) == 0
    assert scripted.loads == 0


async def test_vectors_are_made_in_one_thread_that_is_not_the_loop_s(
    local: Options, scripted: Scripted
) -> None:
    embeddings = Embeddings(local, scripted)
    await asyncio.gather(*(embeddings.embed([f"text {number}"]) for number in range(9)))
    assert scripted.threads == {"embeddings"}
    assert threading.current_thread().name not in scripted.threads
    embeddings.close()


async def test_the_loop_goes_on_while_a_vector_is_made(local: Options, scripted: Scripted) -> None:
    scripted.free.clear()
    embeddings = Embeddings(local, scripted)
    asked = asyncio.ensure_future(embeddings.embed(["slow"]))
    await asyncio.to_thread(scripted.busy.wait)
    assert not asked.done()
    scripted.free.set()
    assert len(await asked) == 1
    embeddings.close()


async def test_what_waits_is_taken_together_a_few_at_a_time(
    local: Options, scripted: Scripted
) -> None:
    scripted.free.clear()
    embeddings = Embeddings(local, scripted)
    first = asyncio.ensure_future(embeddings.embed(["first"]))
    await asyncio.to_thread(scripted.busy.wait)
    others = [asyncio.ensure_future(embeddings.embed([f"{number}"])) for number in range(BATCH + 2)]
    await asyncio.sleep(0)
    scripted.free.set()
    await asyncio.gather(first, *others)
    assert [len(batch) for batch in scripted.seen] == [1, BATCH, 2]
    embeddings.close()


# --- the cache --------------------------------------------------------------------------------


async def test_a_text_that_comes_again_is_not_made_again(
    local: Options, scripted: Scripted
) -> None:
    embeddings = Embeddings(local, scripted)
    before = await embeddings.embed(["a", "b", "a"])
    assert np.array_equal(await embeddings.embed(["b", "a", "b"]), before[[1, 0, 1]])
    assert scripted.seen == [["a", "b"]]
    embeddings.close()


async def test_the_cache_is_bounded_and_keeps_what_was_used_last(
    local: Options, scripted: Scripted
) -> None:
    embeddings = Embeddings(replace(local, cache=2), scripted)
    for text in ("a", "b", "a", "c", "a", "b"):
        await embeddings.embed([text])
    assert scripted.seen == [["a"], ["b"], ["c"], ["b"]]
    embeddings.close()


async def test_without_a_cache_every_text_is_made_anew(local: Options, scripted: Scripted) -> None:
    embeddings = Embeddings(replace(local, cache=0), scripted)
    await embeddings.embed(["a"])
    await embeddings.embed(["a"])
    assert scripted.seen == [["a"], ["a"]]
    embeddings.close()


# --- too much ---------------------------------------------------------------------------------


async def test_overload_is_refused_with_what_to_do_and_nothing_waiting_is_dropped(
    local: Options, scripted: Scripted
) -> None:
    scripted.free.clear()
    embeddings = Embeddings(replace(local, waiting=8), scripted)
    first = asyncio.ensure_future(embeddings.embed(["in hand"]))
    await asyncio.to_thread(scripted.busy.wait)
    waiting = [asyncio.ensure_future(embeddings.embed([f"{number}"])) for number in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match=r"8 texts wait.*embeddings\.waiting") as refused:
        await embeddings.embed(["one too many"])
    assert refused.value.code == "embeddings_busy"
    scripted.free.set()
    assert all(len(rows) == 1 for rows in await asyncio.gather(first, *waiting))
    assert ["one too many"] not in scripted.seen
    embeddings.close()


async def test_a_call_of_many_texts_leaves_room_for_others(
    local: Options, scripted: Scripted
) -> None:
    scripted.free.clear()
    embeddings = Embeddings(replace(local, waiting=2 * BATCH, timeout=60.0), scripted)
    first = asyncio.ensure_future(embeddings.embed(["in hand"]))
    await asyncio.to_thread(scripted.busy.wait)
    many = asyncio.ensure_future(embeddings.embed([f"{number}" for number in range(500)]))
    one = asyncio.ensure_future(embeddings.embed(["one"]))
    await asyncio.sleep(0)
    scripted.free.set()
    assert [len(rows) for rows in await asyncio.gather(first, many, one)] == [1, 500, 1]
    made = [text for batch in scripted.seen for text in batch]
    assert made.index("one") < made.index(f"{BATCH}")
    embeddings.close()


async def test_who_waits_too_long_is_told_and_the_text_is_not_made_for_nobody(
    local: Options, scripted: Scripted
) -> None:
    scripted.free.clear()
    embeddings = Embeddings(replace(local, timeout=0.01), scripted)
    outcomes = await asyncio.gather(
        embeddings.embed(["in hand"]), embeddings.embed(["late"]), return_exceptions=True
    )
    assert [getattr(outcome, "code", "") for outcome in outcomes] == ["embeddings_late"] * 2
    scripted.free.set()
    patient = Embeddings(local, scripted)
    await patient.embed(["after"])
    embeddings.close()
    assert ["late"] not in scripted.seen[1:]
    patient.close()


# --- a thread that dies -----------------------------------------------------------------------


class Killed(BaseException):
    """What no `except Exception` stops."""


@pytest.mark.parametrize("broken", [RuntimeError("a customer's words"), Killed(), MemoryError()])
async def test_a_dead_worker_tells_all_that_wait_and_starts_anew(
    local: Options, scripted: Scripted, broken: BaseException
) -> None:
    scripted.free.clear()
    embeddings = Embeddings(local, scripted)
    first = asyncio.ensure_future(embeddings.embed(["in hand"]))
    await asyncio.to_thread(scripted.busy.wait)
    second = asyncio.ensure_future(embeddings.embed(["in the queue"]))
    await asyncio.sleep(0)
    scripted.breaks = broken
    scripted.free.set()
    for failed in await asyncio.gather(first, second, return_exceptions=True):
        assert isinstance(failed, Unavailable)
        assert failed.code == "embeddings_died"
        assert type(broken).__name__ in failed.message
        assert "customer" not in failed.message
    assert len(await embeddings.embed(["in hand"])) == 1
    assert scripted.loads == 2
    embeddings.close()


@pytest.mark.parametrize("made", [[[np.nan] * 8], [[0.0] * 8], [[2.0] * 8]])
async def test_vectors_that_are_none_are_never_handed_out(
    local: Options, scripted: Scripted, made: list[list[float]]
) -> None:
    scripted.returns = np.array(made, dtype=np.float32)
    embeddings = Embeddings(local, scripted)
    with pytest.raises(Unavailable, match="vectors that are none"):
        await embeddings.embed(["text"])
    embeddings.close()


async def test_a_model_that_cannot_be_loaded_is_left_alone_for_a_moment(
    local: Options, scripted: Scripted
) -> None:
    clock = Clock()
    scripted.refuses = OSError("the disk is gone")
    embeddings = Embeddings(local, scripted, now=clock)
    for _ in range(3):
        with pytest.raises(Unavailable, match="the disk is gone"):
            await embeddings.embed(["text"])
    assert scripted.loads == 1
    scripted.refuses = None
    clock.time += REST
    assert len(await embeddings.embed(["text"])) == 1
    assert scripted.loads == 2
    embeddings.close()


async def test_a_model_exchanged_while_serving_is_refused_after_a_restart(
    local: Options,
) -> None:
    from hitl_chat.models.embeddings.loading import load

    embeddings = Embeddings(local, load)
    key = embeddings.key
    assert local.path is not None
    (local.path / "model.safetensors").write_text("other weights")
    with pytest.raises(Unavailable, match="is not the model it should be") as refused:
        await embeddings.embed(["text"])
    assert refused.value.code == "wrong_digest"
    assert embeddings.key == key
    embeddings.close()


async def test_after_closing_nobody_waits_for_ever(local: Options, scripted: Scripted) -> None:
    scripted.free.clear()
    embeddings = Embeddings(local, scripted)
    asked = [asyncio.ensure_future(embeddings.embed([text])) for text in ("a", "b")]
    await asyncio.to_thread(scripted.busy.wait)
    closing = asyncio.get_running_loop().run_in_executor(None, embeddings.close)
    scripted.free.set()
    await closing
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, np.ndarray | Unavailable) for one in outcomes)
    with pytest.raises(Unavailable, match="stopping"):
        await embeddings.embed(["c"])


# --- no model ---------------------------------------------------------------------------------


async def test_without_a_model_every_call_says_what_to_do(local: Options) -> None:
    embeddings = Embeddings(replace(local, path=None))
    for _ in range(2):
        with pytest.raises(Unavailable, match="hitl-chat models fetch"):
            await embeddings.embed(["text"])
    assert "hitl-chat models fetch" in await embeddings.ready()
    with pytest.raises(Unavailable, match="hitl-chat models fetch"):
        _ = embeddings.key
    embeddings.warm()  # says nothing, and raises nothing: whoever wants a vector is told


@pytest.mark.parametrize("text", ["", " ", "\ud800 alone", "\x00", "x" * 1_000_000])
async def test_any_text_can_be_asked_about(local: Options, scripted: Scripted, text: str) -> None:
    """Lone surrogates come out of JSON; they reach no library, and no text is endless."""
    embeddings = Embeddings(local, scripted)
    assert len(await embeddings.embed([text])) == 1
    ((asked,),) = scripted.seen
    assert len(asked.encode()) <= LONGEST
    embeddings.close()


async def test_the_thread_gives_the_interpreter_back_in_time(
    local: Options, scripted: Scripted
) -> None:
    """Python's usual interval is as long as the event loop may lag at most."""
    before = sys.getswitchinterval()
    embeddings = Embeddings(local, scripted)
    try:
        sys.setswitchinterval(0.005)
        await embeddings.embed(["text"])
        assert sys.getswitchinterval() == pytest.approx(0.0005)
    finally:
        sys.setswitchinterval(before)
        embeddings.close()
