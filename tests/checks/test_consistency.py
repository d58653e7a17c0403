"""A draft that the model would not write again is risky, and the check shows where and why."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks import consistency
from hitl_chat.checks.comparing import Beside, compare
from hitl_chat.checks.consistency import look
from hitl_chat.checks.lexical_weights import SHIPPED, load
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.samples import Samples
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Asked
from tests.checks.drawing import MESSAGES, Answering, Means, about, always

SENTENCES = ("Wash it gently with down soap. ", "Rinse it twice. ", "Then tumble dry at 90 °C.")
DRAFT = "".join(SENTENCES)
PLACES = [(0, 31), (31, 47), (47, len(DRAFT))]
THIRTY = (
    "Use a gentle cycle with down soap, rinse it twice, then tumble dry at 30 °C.",
    "Wash it gently with down soap, rinse twice and tumble dry at 30 °C at most.",
)
WEIGHTS = load()


def check(asker: Any = NOTHING, folder: Path | None = None, **options: Any) -> Beside:
    means = Means(asker, NOTHING, folder)
    return consistency.build("again", consistency.Options(**options), means)


def answering(*answers: str) -> Answering:
    left = list(answers)
    return Answering(lambda _: left.pop(0))


async def verdict(asked: Asked, *answers: str, **options: Any) -> Verdict:
    said = await check(answering(*answers), **options).judge(asked)
    assert isinstance(said, Verdict)
    return said


async def test_the_wrong_number_is_found_in_the_middle_of_a_stream() -> None:
    asker = answering(*THIRTY)
    again, shared = check(asker), about().shared
    asks = [about(DRAFT[:upto], start, upto, shared=shared) for start, upto in PLACES]
    again.begin(asks[0])
    said = [await again.judge(asked) for asked in asks]
    assert len(asker.asked) == 2
    scores = [one.score for one in said if isinstance(one, Verdict)]
    assert max(scores[:2]) < 0.5 < 0.7 < scores[2]
    last = said[-1]
    assert isinstance(last, Verdict)
    assert [DRAFT[span.start : span.end] for span in last.spans] == ["90"]
    assert last.detail == "0 of 2 samples agree on 1 number"
    assert (last.check, last.field, last.start, last.upto) == ("again", CONTENT, *PLACES[2])


async def test_a_whole_answer_is_as_risky_as_its_riskiest_segment() -> None:
    whole = await verdict(about(DRAFT, final=True), *THIRTY)
    part = await verdict(about(DRAFT, *PLACES[2]), *THIRTY)
    assert whole.score >= part.score
    assert whole.final


async def test_a_segment_scores_the_same_in_a_stream_and_in_a_stored_draft() -> None:
    start, upto = PLACES[1]
    streamed = await verdict(about(DRAFT[:upto], start, upto), *THIRTY)
    stored = await verdict(about(DRAFT, start, upto), *THIRTY)
    assert streamed.score == stored.score


async def test_in_a_long_answer_only_what_came_shortly_before_bears_on_a_segment() -> None:
    long = "Marta paid 12 times in Oslo. " * 1200
    asked = about(long + DRAFT, len(long), len(long) + PLACES[0][1])
    near = about(long[-7250:] + DRAFT, 7250, 7250 + PLACES[0][1])
    assert (await verdict(asked, *THIRTY)).score == (await verdict(near, *THIRTY)).score
    whole = await verdict(about(long + DRAFT, final=True), *THIRTY)
    assert whole.score >= (await verdict(asked, *THIRTY)).score


async def test_samples_that_agree_let_a_short_answer_pass() -> None:
    agreed = await verdict(about("In Dublin.", final=True), "Dublin.", "It was in Dublin.")
    apart = await verdict(about("In Dublin.", final=True), "Galway.", "It was in Cork.")
    assert agreed.score < 0.3 < 0.6 < apart.score
    assert apart.detail == "0 of 2 samples agree on 1 name; samples apart: 1 + 1"


async def test_the_untrained_scorer_can_be_asked_for_alone() -> None:
    asked = about(DRAFT, *PLACES[2])
    trained = await verdict(asked, *THIRTY)
    untrained = await verdict(about(DRAFT, *PLACES[2]), *THIRTY, trained=False)
    assert trained.score != untrained.score


async def test_what_has_no_words_has_nothing_to_compare() -> None:
    for texts in ({CONTENT: " \n"}, {}, {"0/tool_calls/0/arguments": '{"amount": 240}'}):
        asked = Asked(MESSAGES, texts, final=True)
        said = await verdict(asked, *THIRTY)
        assert (said.score, said.spans, said.detail) == (0, (), "no text to compare")


async def test_all_fields_of_a_whole_answer_count() -> None:
    texts = {CONTENT: "At 30 °C.", "1/content": "At 90 °C."}
    said = await verdict(Asked(MESSAGES, texts, final=True), *THIRTY)
    assert [span.field for span in said.spans] == ["1/content"]
    assert said.detail == "0 of 2 samples agree on 1 number"


@pytest.mark.parametrize("options", [{}, {"trained": False}, {"samples": 1, "paraphrased": 0}])
async def test_without_a_model_it_fails_and_says_so(options: dict[str, Any]) -> None:
    said = await check(**options).judge(about(DRAFT, *PLACES[0]))
    assert isinstance(said, CheckFailed)
    assert "no_model" in said.why
    assert (said.start, said.upto) == PLACES[0]


async def test_own_weights_lie_beside_the_rules(tmp_path: Path) -> None:
    flat = json.loads(SHIPPED.read_text())
    flat["weights"] = dict.fromkeys(flat["weights"], 0.0)
    (tmp_path / "flat.json").write_text(json.dumps({**flat, "bias": 0.0}))
    again = check(always(THIRTY[0] * 10), tmp_path, weights="flat.json")
    said = await again.judge(about(DRAFT, *PLACES[2]))
    assert isinstance(said, Verdict)
    assert said.score == 0.5
    with pytest.raises(ConfigError, match=r"none\.json"):
        check(NOTHING, tmp_path, weights="none.json")


TEXTS = st.text(max_size=80) | st.sampled_from([DRAFT, *THIRTY, "1", "天天", "?!"])


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS, st.booleans(), st.booleans())
def test_every_verdict_can_be_built_and_every_mark_lies_in_what_was_asked(
    draft: str, answers: list[str], question: str, final: bool, trained: bool
) -> None:
    middle = len(draft) // 2
    asked = Asked([], {CONTENT: draft}, CONTENT, middle, len(draft), final)
    compared = compare(Samples(tuple(answers)), question)
    risk = look(asked, compared, WEIGHTS if trained else None)
    assert 0 <= risk.score <= 1
    first = 0 if final else middle
    assert all(first <= span.start < span.end <= len(draft) for span in risk.spans)
    assert risk.detail
