"""The library of `known_bad`: it changes while serving, it breaks, it is not there."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hitl_chat.checks.contrast_weights import FILE
from hitl_chat.checks.library import Entry, line, removal
from hitl_chat.checks.registry import default
from hitl_chat.core.events import CheckFailed
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Asked
from tests.checks.knowing import BOTH, RETURNS, RIGHT, TENT, WRONG, World, customer, whole
from tests.checks.wording import Wording


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, BOTH, TENT)


async def test_what_is_added_while_serving_counts_and_what_is_removed_does_not(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, TENT)
    assert (await world.judged(WRONG)).score == 0.0
    before = world.version()
    world.write(line(BOTH))
    await world.check.prepare()
    bad = await world.judged(WRONG)
    assert bad.score > 0.9
    assert bad.detail.endswith(f"; library {world.version()}")
    assert world.version() != before
    world.write(removal("kb_17", by="dee"))
    await world.check.prepare()
    gone = await world.judged(WRONG)
    assert gone.score == 0.0
    assert gone.detail.endswith(f"; library {before}")


async def test_only_new_texts_are_embedded(world: World) -> None:
    await world.check.prepare()
    world.embedder.asked.clear()
    world.write(line(Entry("kb_3", RETURNS, bad="Never.", good=RIGHT)))
    await world.check.prepare()
    assert set(world.embedder.asked) <= {"Never.", "ready"}


async def test_a_turn_that_begins_reads_what_is_new(world: World) -> None:
    world.check.begin(Asked(customer(RETURNS), {}))
    assert (await world.judged(WRONG)).score > 0.9


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([WRONG, RIGHT, "Yes.", "No, never.", "90 days"]), max_size=4),
    st.sampled_from([WRONG, "Yes, of course you can.", "Returns are free, always."]),
    st.sampled_from(["shipped", "none"]),
)
async def test_adding_a_bad_answer_never_lowers_the_score_of_the_same_draft(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], draft: str, weights: str
) -> None:
    entries = [
        Entry(f"kb_{at}", RETURNS, bad=text, good="" if at % 2 else RIGHT)
        for at, text in enumerate(known)
    ]
    world = World(tmp_path_factory.mktemp("library"), *entries, weights=weights)
    before = await world.judged(draft)
    world.write(line(Entry("new", RETURNS, bad=draft)))
    await world.check.prepare()
    assert (await world.judged(draft)).score >= before.score
    world.write(removal("new"))
    await world.check.prepare()
    assert await world.judged(draft) == before


async def test_a_broken_line_changes_nothing_and_is_told(world: World) -> None:
    before = await world.judged(WRONG)
    world.write(b'{"question": "half')
    with pytest.raises(ConfigError, match=r"known_bad\.jsonl:3: not an entry"):
        await world.check.prepare()
    after = await world.judged(WRONG)
    assert after.score == before.score
    assert before.detail in after.detail
    assert "known_bad.jsonl:3: not an entry" in after.detail
    world.file.write_bytes(line(BOTH))
    await world.check.prepare()
    assert (await world.judged(WRONG)).detail.endswith(f"; library {world.version()}")


class Slow(Wording):
    """Waits, for the library only, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if RIGHT in texts:
            await self.go.wait()
        return await super().embed(texts)


async def test_a_new_version_is_used_when_it_is_whole(tmp_path: Path) -> None:
    world = World(tmp_path, TENT)
    world.means.embedder = slow = Slow()
    world.check = world.build()
    await world.check.prepare()
    before = world.version()
    world.write(line(BOTH))
    for _ in range(3):  # nobody waits for it
        assert (await world.judged("Yes.")).detail.endswith(before)
    slow.go.set()
    await world.check.prepare()
    assert (await world.judged(WRONG)).detail.endswith(world.version())


async def test_whoever_gives_up_on_the_first_version_does_not_stop_it(tmp_path: Path) -> None:
    world = World(tmp_path, BOTH)
    world.means.embedder = slow = Slow()
    world.check = world.build()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await world.judged(WRONG)
    slow.go.set()
    assert (await world.judged(WRONG)).score > 0.9
    assert slow.asked.count(RIGHT) == 1


async def test_vectors_of_two_models_never_meet(world: World) -> None:
    before = await world.judged(WRONG)
    world.embedder.asked.clear()
    world.embedder.key = "another model"
    assert await world.judged(WRONG) == before
    assert {BOTH.bad, BOTH.good, TENT.bad} <= set(world.embedder.asked)


class Changing(Wording):
    """Becomes another model with every call."""

    async def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.key += "+"
        return await super().embed(texts)


async def test_a_model_that_changes_meanwhile_is_no_model(tmp_path: Path) -> None:
    world = World(tmp_path, BOTH)
    world.means.embedder = Changing()
    said = await world.build().judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert "ask again" in said.why


# --- what is missing --------------------------------------------------------------------------


async def test_without_an_embedder_it_fails_and_says_what_to_do() -> None:
    checks = default()
    check = checks.check("known", "known_bad", checks.asynchronous["known_bad"]())
    said = await check.judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert said.check == "known"
    assert "hitl-chat models" in said.why


async def test_an_embedder_that_comes_back_is_used_again(world: World) -> None:
    world.embedder.out = "The embedding worker died."
    said = await world.check.judge(whole(WRONG, RETURNS))
    assert said == CheckFailed("known_bad", "The embedding worker died.", final=True)
    world.embedder.out = ""
    assert (await world.judged(WRONG)).score > 0.9
    world.embedder.out = "The embedding worker died."
    assert isinstance(await world.check.judge(whole(WRONG, RETURNS)), CheckFailed)


async def test_a_library_that_is_not_there_is_a_failure_until_it_is(tmp_path: Path) -> None:
    world = World(tmp_path, BOTH)
    world.file.unlink()
    said = await world.check.judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert "known_bad.jsonl" in said.why
    assert "`library`" in said.why
    world.write(line(BOTH))
    assert (await world.judged(WRONG)).score > 0.9


async def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    assert (await World(tmp_path).judged(WRONG)).score == 0.0


async def test_several_files_are_one_library(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(line(Entry("b", RETURNS, bad=WRONG)))
    (tmp_path / "good.jsonl").write_bytes(line(Entry("g", RETURNS, good=RIGHT)))
    files = ["bad.jsonl", str(tmp_path / "good.jsonl")]
    world = World(tmp_path, library=files)
    assert (await world.judged(WRONG)).score > 0.9
    assert (await world.judged(RIGHT)).score < 0.2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        ("{}", "origin"),
        (FILE.read_text().replace('"bad_words": ', '"bad_words": -'), "bad_words"),
        (FILE.read_text().replace('"bad_words"', '"bad_letters"'), "bad_letters"),
        (FILE.read_text().replace('"bad_words": ', '"bad_words": "no", "x": '), "bad_words"),
    ],
)
async def test_weights_that_are_none_are_refused(
    tmp_path: Path, content: str | None, told: str
) -> None:
    world = World(tmp_path, BOTH, weights="own.json")
    if content is not None:
        (tmp_path / "own.json").write_text(content)
    said = await world.check.judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert "own.json" in said.why
    assert told in said.why
    assert "bench.train_known_bad" in said.why


async def test_own_weights_are_used(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_bytes(FILE.read_bytes())
    own = World(tmp_path, BOTH, weights="own.json")
    shipped = World(tmp_path)
    assert (await own.judged("90 days.")).score == (await shipped.judged("90 days.")).score


async def test_a_person_sees_the_answers_it_is_like_and_where_they_came_from(
    tmp_path: Path,
) -> None:
    noted = replace(BOTH, at="2026-03-01", why="promised 90 days")
    world = World(tmp_path, noted, TENT)
    said = await world.judged(WRONG)
    (known,) = said.evidence.known
    assert (known.id, known.question, known.bad, known.good) == ("kb_17", RETURNS, WRONG, RIGHT)
    assert (known.by, known.at, known.why, known.decision) == (
        "ana",
        "2026-03-01",
        "promised 90 days",
        "dec_9",
    )
    assert known.similarity > 0.9
    assert WRONG not in said.detail


async def test_what_would_have_been_right_may_stand_in_another_line(tmp_path: Path) -> None:
    bad, good = replace(BOTH, good=""), replace(BOTH, id="kb_18", bad="")
    said = await World(tmp_path, bad, good).judged(WRONG)
    assert [one.good for one in said.evidence.known] == [RIGHT]
