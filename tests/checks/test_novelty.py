"""`novelty` through its door: what was never asked is far, and what was asked is not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.checks.novelty import Novelty, Options, build
from hitl_chat.checks.registry import default
from hitl_chat.checks.traffic import line, load
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.ports import Asked
from tests.checks.knowing import customer, verdict
from tests.checks.wording import Means, Wording

THINGS = ["tent", "lamp", "stove", "kettle", "rope", "boot", "mattress", "lantern"]
ASKS = ["May I return the {} after thirty days?", "Where is my {}? It was ordered on Monday."]
ASKS += ["Does the {} come with a printed manual?"]
USUAL = [ask.format(thing) for thing in THINGS for ask in ASKS]
STRANGE = "Which medicine helps against heavy headaches?"


class World:
    """A folder with recorded questions, and the check that reads them."""

    def __init__(self, folder: Path, *questions: str, **options: object) -> None:
        self.file = folder / "traffic.jsonl"
        self.embedder = Wording()
        self.means = Means(folder, self.embedder)
        self.file.write_bytes(b"".join(map(line, questions)))
        self.check = self.build(**options)

    def build(self, **options: object) -> Novelty:
        return build("novelty", Options.model_validate({"minimum": 20, **options}), self.means)

    def record(self, *lines: bytes) -> None:
        with self.file.open("ab") as file:
            file.write(b"".join(lines))

    async def judged(self, *said: str) -> Verdict:
        return verdict(await self.check.judge(asking(*said)))

    async def failed(self, *said: str) -> str:
        failure = await self.check.judge(asking(*said))
        assert isinstance(failure, CheckFailed), failure
        return failure.why

    def version(self) -> str:
        return load([self.file]).version


def asking(*said: str) -> Asked:
    return Asked(customer(*said), {CONTENT: "Let me look."}, final=True)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, *USUAL)


async def test_what_nobody_asked_is_far_and_what_is_asked_every_day_is_not(world: World) -> None:
    assert (await world.judged(STRANGE)).score > 0.7
    usual = await world.judged("May I return the compass after thirty days?")
    assert usual.score < 0.5
    assert usual.spans == ()


async def test_a_strange_sentence_is_not_covered_by_usual_ones(world: World) -> None:
    mixed = await world.judged(f"{USUAL[0]} {STRANGE} {USUAL[4]}")
    assert mixed.score >= (await world.judged(STRANGE)).score
    known = await world.judged("Where is my lamp? May I return the rope after thirty days?")
    assert known.score < mixed.score
    end = await world.judged(300 * "Where is my lamp? " + STRANGE)
    assert end.score >= 0.5


async def test_only_the_customers_last_words_are_looked_up(world: World) -> None:
    before = [*customer(STRANGE), {"role": "assistant", "content": STRANGE}]
    asked = Asked([*before, *customer(USUAL[0])], {CONTENT: STRANGE}, CONTENT, 0, 5)
    said = verdict(await world.check.judge(asked))
    assert (said.score, said.field, said.start, said.upto) == (0.0, CONTENT, 0, 5)


async def test_the_verdict_says_how_far_and_quotes_nothing(world: World) -> None:
    far, near = await world.judged(STRANGE), await world.judged(USUAL[0])
    assert far.detail.startswith("far from recorded traffic (0.")
    assert near.detail.startswith("like recorded traffic (0.00; 95 % of it is within 0.")
    for said in (far, near):
        assert said.detail.endswith(f"); traffic {world.version()}")
        assert not {"medicine", "headaches", "tent", "return"} & set(said.detail.split())


# --- what holds for all of it -----------------------------------------------------------------

WORDS = ["parcel", "refund", "size", "colour", "late", "broken", "gift", "card", "price", "shop"]
SAID = st.lists(st.sampled_from([*WORDS, "is it", "why?", "no."]), min_size=1, max_size=9).map(
    " ".join
)
TRAFFIC = st.lists(SAID, min_size=20, max_size=40, unique=True)


@settings(max_examples=25, deadline=None)
@given(TRAFFIC, st.data())
async def test_a_recorded_question_is_not_novel(
    tmp_path_factory: pytest.TempPathFactory, recorded: list[str], data: st.DataObject
) -> None:
    nearest = data.draw(st.integers(1, 10))
    world = World(tmp_path_factory.mktemp("traffic"), *recorded, nearest=nearest)
    for question in recorded[:5]:
        assert (await world.judged(question)).score == 0.0


@settings(max_examples=25, deadline=None)
@given(TRAFFIC, st.one_of(SAID, st.just(STRANGE)))
async def test_recording_a_question_lowers_its_own_score(
    tmp_path_factory: pytest.TempPathFactory, recorded: list[str], question: str
) -> None:
    world = World(tmp_path_factory.mktemp("traffic"), *recorded)
    before = await world.judged(question)
    world.record(line(question))
    await world.check.prepare()
    after = await world.judged(question)
    assert after.score == 0.0
    assert before.score > 0.0 or question != STRANGE


@settings(max_examples=25, deadline=None)
@given(TRAFFIC, SAID, st.data())
async def test_the_order_of_the_file_and_how_it_grew_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    recorded: list[str],
    question: str,
    data: st.DataObject,
) -> None:
    one = World(tmp_path_factory.mktemp("one"), *recorded)
    shuffled = data.draw(st.permutations([*recorded, recorded[0]]))
    other = World(tmp_path_factory.mktemp("other"), *USUAL)
    await other.check.prepare()
    other.file.write_bytes(b"".join(map(line, shuffled)))
    await other.check.prepare()
    assert await one.judged(question) == await other.judged(question)
    assert await one.judged(STRANGE) == await other.judged(STRANGE)


# --- it changes while serving -----------------------------------------------------------------


async def test_what_is_recorded_while_serving_is_no_longer_novel(world: World) -> None:
    before, version = await world.judged(STRANGE), world.version()
    world.record(line(STRANGE))
    await world.check.prepare()
    after = await world.judged(STRANGE)
    assert before.score > 0.5 > after.score
    assert before.detail.endswith(version)
    assert after.detail.endswith(world.version())
    assert version != world.version()


async def test_a_turn_that_begins_takes_in_what_is_new(world: World) -> None:
    world.check.begin(asking(STRANGE))
    assert (await world.judged(USUAL[0])).score == 0.0


async def test_only_new_texts_are_embedded(world: World) -> None:
    await world.check.prepare()
    world.embedder.asked.clear()
    world.record(line(STRANGE), line(USUAL[3]))
    await world.check.prepare()
    assert set(world.embedder.asked) == {STRANGE, "ready"}


async def test_a_broken_line_changes_nothing_and_is_told(world: World) -> None:
    before = await world.judged(STRANGE)
    world.record(b'{"question": "half')
    with pytest.raises(ConfigError, match=r"traffic\.jsonl:25: not a recorded question"):
        await world.check.prepare()
    after = await world.judged(STRANGE)
    assert after.score == before.score
    assert before.detail in after.detail
    assert "its files cannot be used" in after.detail
    world.record(b' an hour?"}\n')
    await world.check.prepare()
    assert (await world.judged("half an hour?")).detail.endswith(f"traffic {world.version()}")


async def test_vectors_of_two_models_never_meet(world: World) -> None:
    before = await world.judged(STRANGE)
    world.embedder.asked.clear()
    world.embedder.key = "another model"
    assert await world.judged(STRANGE) == before
    assert set(USUAL) <= set(world.embedder.asked)


# --- what is missing --------------------------------------------------------------------------


async def test_too_few_recorded_questions_say_how_many_are_needed(tmp_path: Path) -> None:
    world = World(tmp_path, *USUAL[:19], *USUAL[:19])
    why = await world.failed(STRANGE)
    assert "19 different recorded questions are too few" in why
    assert "20 are needed" in why
    assert world.embedder.asked == ["ready"]
    with pytest.raises(ConfigError, match="20 are needed"):
        await world.check.prepare()
    world.record(line(USUAL[20]))
    assert (await world.judged(STRANGE)).score > 0.5


async def test_without_an_embedder_it_fails_and_says_what_to_do() -> None:
    checks = default()
    check = checks.check("new", "novelty", checks.asynchronous["novelty"]())
    said = await check.judge(asking(STRANGE))
    assert isinstance(said, CheckFailed)
    assert (said.check, said.final) == ("new", True)
    assert "hitl-chat models" in said.why


async def test_an_embedder_that_comes_back_is_used_again(world: World) -> None:
    world.embedder.out = "The embedding worker died."
    with pytest.raises(Unavailable, match="worker died"):
        await world.check.prepare()
    assert await world.failed(STRANGE) == "The embedding worker died."
    world.embedder.out = ""
    assert (await world.judged(STRANGE)).score > 0.5
    world.embedder.out = "The embedding worker died."
    assert await world.failed(STRANGE) == "The embedding worker died."


async def test_traffic_that_is_not_there_is_a_failure_until_it_is(tmp_path: Path) -> None:
    world = World(tmp_path, *USUAL)
    kept = world.file.read_bytes()
    world.file.unlink()
    assert "`traffic`" in await world.failed(STRANGE)
    world.record(kept)
    assert (await world.judged(STRANGE)).score > 0.5


@pytest.mark.parametrize("said", [(), ("",), (" \n",)])
async def test_a_customer_without_words_is_no_usual_one(
    world: World, said: tuple[str, ...]
) -> None:
    assert "no words" in await world.failed(*said)


async def test_more_than_can_be_compared_is_no_verdict(world: World) -> None:
    assert "at most 20,000 are compared" in await world.failed("Where is it? " * 2_000)


@pytest.mark.parametrize(
    "options",
    [{"traffic": ""}, {"nearest": 0}, {"nearest": 11}, {"minimum": 19}, {"timeout": 0}, {"k": 3}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)
