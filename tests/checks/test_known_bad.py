"""`known_bad` through its door: what is asked, and what is held against it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hitl_chat.checks.known_bad import Options, asks
from hitl_chat.checks.library import Entry
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked
from tests.checks.knowing import BOTH, RETURNS, RIGHT, TENT, WRONG, World, customer, verdict


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


@pytest.mark.parametrize("weights", ["shipped", "none"])
@pytest.mark.parametrize("draft", ["Thank you for writing to us.", "Let me look.", "Of course!"])
async def test_what_speaks_neither_for_nor_against_is_not_held(
    tmp_path: Path, weights: str, draft: str
) -> None:
    assert (await World(tmp_path, BOTH, weights=weights).judged(draft)).score < 0.4


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


async def test_a_question_is_found_among_other_words(world: World) -> None:
    words = f"Hi, my order came today, thank you so much for the quick delivery. {RETURNS} Best, Jo"
    assert "kb_17" in (await world.judged("Sure, 90 days.", words)).detail


def test_what_the_customer_asks() -> None:
    earlier = [*customer("One?"), {"role": "assistant", "content": "1"}]
    assert asks([*earlier, *customer("Two?")]) == ["Two?", "One?\nTwo?"]
    assert asks(customer("One?")) == ["One?"]
    long = "Hello there. My kettle came broken today. May I return the kettle? Thanks."
    alone = ["May I return the kettle?", "My kettle came broken today."]
    assert asks(customer(long)) == [long, *alone]
    assert len(asks(customer(50 * long))) < 10
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


async def test_a_long_answer_is_read_to_its_end_in_parts_a_model_can_read(world: World) -> None:
    filler = 300 * "Here is one more thing to think about. "
    await world.check.prepare()
    world.embedder.asked.clear()
    await world.judged(filler + WRONG)
    parts = world.embedder.asked[2:]
    assert all(len(part) <= 600 for part in parts)
    assert len(parts) < 30
    assert parts[-1].endswith(WRONG)
    await world.judged(100_000 * "x" + WRONG)
    assert world.embedder.asked[-1].endswith(WRONG)


@pytest.mark.parametrize(
    "options",
    [{"gate": 1.5}, {"gate": "nan"}, {"library": []}, {"top_k": 0}, {"timeout": 0}, {"more": 1}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)
