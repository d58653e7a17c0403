"""`known_bad` through its door: what is asked, what is held against it, a library that grows."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.checks.contrast_weights import FILE
from hitl_chat.checks.known_bad import KnownBad, Options, asks, build
from hitl_chat.checks.library import Entry, line, load, removal
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.registry import default
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Asked
from tests.checks.wording import Means, Wording

RETURNS = "Can I return opened headphones?"
WRONG = "Yes, returns are possible within 90 days."
RIGHT = "Only faulty headphones, within 30 days of delivery."
TENT = Entry("kb_2", "May I cook inside the tent?", bad="Yes, with the door open it is fine.")
BOTH = Entry("kb_17", RETURNS, bad=WRONG, good=RIGHT, by="ana", decision="dec_9")


def customer(*words: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": said} for said in words]


def whole(draft: str, *said: str) -> Asked:
    return Asked(customer(*said), {CONTENT: draft}, final=True)


class World:
    """A folder with a library, and the check that reads it."""

    def __init__(self, folder: Path, *entries: Entry, **options: object) -> None:
        self.file = folder / "known_bad.jsonl"
        self.embedder = Wording()
        self.means = Means(folder, self.embedder)
        self.write(*map(line, entries))
        self.check = self.build(**options)

    def build(self, **options: object) -> KnownBad:
        return build("known_bad", Options.model_validate(options), self.means)

    def write(self, *lines: bytes) -> None:
        with self.file.open("ab") as file:
            file.write(b"".join(lines))

    async def judged(self, draft: str, *said: str) -> Verdict:
        return verdict(await self.check.judge(whole(draft, *(said or (RETURNS,)))))

    def version(self) -> str:
        return load([self.file]).version


def verdict(said: Verdict | CheckFailed) -> Verdict:
    assert isinstance(said, Verdict), said
    return said


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, BOTH, TENT)


@pytest.mark.parametrize("weights", ["shipped", "none"])
async def test_a_known_bad_answer_is_risky_and_the_good_one_is_not(
    tmp_path: Path, weights: str
) -> None:
    world = World(tmp_path, BOTH, TENT, weights=weights)
    bad, good = await world.judged(WRONG), await world.judged(RIGHT)
    assert bad.score > 0.9
    assert good.score < 0.2
    near = await world.judged("Yes, opened headphones: returns are possible within 90 days!")
    assert good.score < near.score <= bad.score


async def test_the_verdict_names_entries_and_the_version_and_quotes_nothing(world: World) -> None:
    bad = await world.judged(WRONG)
    assert bad.detail.startswith("resembles known-bad kb_17 (1.00) more than any good answer (0.")
    assert bad.detail.endswith(f"; library {world.version()}")
    good = await world.judged(RIGHT)
    assert good.detail.startswith("near known-bad kb_17 (0.")
    assert ", nearest good answer 1.00; library " in good.detail
    alone = await world.judged(TENT.bad, TENT.question)
    assert "known-bad kb_2 (1.00), no good answer is known" in alone.detail
    for said in (bad, good, alone):
        assert not {"90", "faulty", "door", "headphones"} & set(said.detail.split())


async def test_it_points_at_the_sentence_that_is_known_to_be_bad(world: World) -> None:
    text = f"Thank you for writing to us. {WRONG} Have a nice day with your new tent."
    said = await world.judged(text)
    assert said.score > 0.9
    assert [text[span.start : span.end].strip() for span in said.spans] == [WRONG]
    assert (await world.judged(RIGHT)).spans == ()


async def test_a_segment_is_judged_alone_and_its_span_is_in_the_whole_text(world: World) -> None:
    text = f"{WRONG} Anything else?"
    first = Asked(customer(RETURNS), {CONTENT: text}, CONTENT, 0, len(WRONG) + 1)
    later = Asked(customer(RETURNS), {CONTENT: text}, CONTENT, len(WRONG) + 1, len(text))
    bad, fine = verdict(await world.check.judge(first)), verdict(await world.check.judge(later))
    assert [(span.field, span.start, span.end) for span in bad.spans] == [(CONTENT, 0, first.upto)]
    assert (bad.upto, fine.start) == (first.upto, later.start)
    assert fine.score < 0.5


async def test_tool_calls_and_refusals_are_answers_and_thoughts_are_not(world: World) -> None:
    def of(field: str) -> Asked:
        return Asked(customer(RETURNS), {CONTENT: "Hello.", field: WRONG}, final=True)

    for field in ("0/refusal", "0/tool_calls/0/arguments", "1/content"):
        said = verdict(await world.check.judge(of(field)))
        assert [span.field for span in said.spans] == [field]
    assert verdict(await world.check.judge(of("0/reasoning"))).score < 0.5


@pytest.mark.parametrize(
    "draft",
    ["Your lamp is on its way.", "Yes.", "30 days.", "You are welcome to try, good luck."],
)
async def test_other_questions_are_not_compared_with(world: World, draft: str) -> None:
    said = await world.judged(draft, "Where is my lamp?")
    assert (said.score, said.spans) == (0.0, ())
    assert said.detail == f"no known-bad answer to this question; library {world.version()}"


async def test_a_bad_answer_in_its_own_words_is_seen_whatever_was_asked(world: World) -> None:
    assert (await world.judged(WRONG, "and how long do I have?")).score > 0.9
    assert (await world.judged("Yes.", "and how long do I have?")).score == 0.0


async def test_a_question_in_two_messages_is_one_question(world: World) -> None:
    said = await world.judged("Sure, 90 days.", "Can I return", "opened headphones?")
    assert "kb_17" in said.detail
    later = [*customer(RETURNS), {"role": "assistant", "content": "Which ones?"}]
    messages = [*later, *customer("opened ones")]
    found = verdict(await world.check.judge(Asked(messages, {CONTENT: "90 days."}, final=True)))
    assert "kb_17" in found.detail


def test_what_the_customer_asks() -> None:
    earlier = [*customer("One?"), {"role": "assistant", "content": "1"}]
    assert asks([*earlier, *customer("Two?")]) == ["Two?", "One?\nTwo?"]
    assert asks(customer("One?")) == ["One?"]
    assert asks([{"role": "system", "content": "Be kind."}]) == []
    parts = [{"role": "user", "content": [{"type": "text", "text": "One?"}]}]
    assert asks(parts) == ["One?"]


async def test_with_nothing_said_there_is_nothing_to_compare(world: World) -> None:
    for draft in ("", "  \n"):
        assert (await world.judged(draft)).detail == f"no answer; library {world.version()}"
    silent = Asked([], {CONTENT: "Yes."}, final=True)
    assert verdict(await world.check.judge(silent)).score == 0.0


async def test_the_gate_says_which_questions_are_the_same(tmp_path: Path) -> None:
    asked = "Can I return headphones?"
    narrow, wide = World(tmp_path, BOTH, gate=0.95), World(tmp_path, gate=0.5)
    assert "kb_17" not in (await narrow.judged("Yes, 90 days.", asked)).detail
    assert "kb_17" in (await wide.judged("Yes, 90 days.", asked)).detail


async def test_only_the_nearest_questions_count(tmp_path: Path) -> None:
    near = [Entry(f"kb_{n}", f"{RETURNS} {n * 'really '}", bad=f"Yes {n}.") for n in range(4)]
    world = World(tmp_path, *near, gate=0.1, top_k=2)
    said = await world.judged("Yes.")
    assert "kb_0" in said.detail
    assert sum(f"kb_{n} " in said.detail for n in range(4)) == 2


async def test_a_long_answer_is_read_to_its_end_in_a_bounded_number_of_parts(world: World) -> None:
    text = 300 * "Here is one more thing to think about. " + WRONG
    assert (await world.judged(text)).score > 0.5
    world.embedder.asked.clear()
    await world.judged(text)
    assert len(world.embedder.asked) <= 30


# --- a library that changes -------------------------------------------------------------------


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
    await world.judged(WRONG)
    world.embedder.key = "another model"
    said = await world.check.judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert "ask again" in said.why
    await world.check.prepare()
    world.embedder.asked.clear()
    assert (await world.judged(WRONG)).score > 0.9


# --- what is missing --------------------------------------------------------------------------


async def test_without_an_embedder_it_fails_and_says_what_to_do() -> None:
    checks = default()
    check = checks.check("known", "known_bad", checks.asynchronous["known_bad"]())
    said = await check.judge(whole(WRONG, RETURNS))
    assert isinstance(said, CheckFailed)
    assert said.check == "known"
    assert "hitl-chat models" in said.why
    assert NOTHING.folder == Path()


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


@pytest.mark.parametrize(
    "options",
    [{"gate": 1.5}, {"gate": "nan"}, {"library": []}, {"top_k": 0}, {"timeout": 0}, {"more": 1}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)
