"""Samples are drawn once a turn, in time, for a bounded price; too few are an error."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from hitl_chat import assets
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.samples import Drawer, Drawing, Samples
from hitl_chat.errors import ConfigError, Unavailable, UpstreamError
from hitl_chat.models.prompts import load
from hitl_chat.ports import Alone, Question, Reply
from hitl_chat.runner.making import Making
from tests.checks.drawing import (
    MESSAGES,
    QUESTION,
    REWORD,
    Answering,
    Means,
    Written,
    about,
    always,
)

DOWN = UpstreamError("The model is down.", code="model_down")


def drawer(asker: Any, prompts: Any = None, **options: Any) -> Drawer:
    return Drawer(Drawing(**options), Means(asker, prompts))


class Stuck:
    """`ports.Asker` that answers the first question and hangs on all others."""

    def __init__(self) -> None:
        self.started = 0
        self.hanging = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def ask(self, _question: Question) -> Reply:
        self.started += 1
        if self.started == 1:
            return Reply("At 30 °C.")
        self.hanging.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        raise AssertionError


async def test_one_of_two_answers_the_question_in_other_words() -> None:
    asker = always("At 30 °C.")
    samples = await drawer(asker).samples(about())
    assert samples == Samples(("At 30 °C.",), ("At 30 °C.",), calls=3, tokens=30)
    reworded = [one.messages for one in asker.asked if one.messages[-1]["content"].isupper()]
    assert reworded == [[*MESSAGES[:-1], {"role": "user", "content": QUESTION.upper()}]]


class Answers:
    """`prompt_ports.Prompts` whose every prompt asks for JSON."""

    async def render(self, name: str, **_inputs: str) -> str:
        return name

    def version(self, _name: str) -> str:
        return "1"

    def take(self, name: str) -> Written:
        return Written(name, output={"type": "object"})


def test_a_question_in_other_words_is_a_text() -> None:
    with pytest.raises(ConfigError, match="'paraphrase' must have `output: text`"):
        drawer(always("At 30 °C."), Answers())
    drawer(always("At 30 °C."), Answers(), paraphrased=0)


async def test_samples_cost_once_whoever_compares_with_them() -> None:
    drawing, shared = drawer(always("At 30 °C.")), Making()
    samples = await drawing.samples(about(shared=shared))
    assert await drawing.bill(about(shared=shared), samples) == (3, 30)
    assert await drawing.bill(about(shared=shared), samples) == (0, 0)
    assert await drawing.bill(about(), samples) == (3, 30)


async def test_the_turns_model_is_asked_unless_another_is_named() -> None:
    for model, asked in (("", "wick-1"), ("small", "small")):
        asker = always("Yes.")
        await drawer(asker, model=model, temperature=0.5).samples(about())
        assert {(one.model, one.temperature) for one in asker.asked} == {(asked, 0.5)}


async def test_all_samples_together_keep_within_the_tokens() -> None:
    asker = always("Yes.")
    await drawer(asker, samples=4, paraphrased=0, tokens=200).samples(about())
    assert [one.max_tokens for one in asker.asked] == [50] * 4


async def test_who_asks_again_gets_the_same_samples() -> None:
    asker = always("Yes.")
    asked = about()
    first, second = drawer(asker), drawer(asker)
    first.begin(asked)
    assert await first.samples(asked) is await second.samples(asked)
    assert len(asker.asked) == 3


async def test_nothing_is_started_for_who_shares_with_nobody() -> None:
    asker = always("Yes.")
    drawer(asker).begin(about(shared=Alone()))
    gc.collect()  # a coroutine nobody awaited would warn, and warnings are errors
    assert asker.asked == []
    assert (await drawer(asker).samples(about(shared=Alone()))).answers == ("Yes.",)


async def test_without_a_prompt_the_question_stays_as_it_is() -> None:
    samples = await drawer(always("Yes."), NOTHING).samples(about())
    assert samples == Samples(("Yes.", "Yes."), (), calls=2, tokens=20)


async def test_without_words_of_a_customer_there_is_nothing_to_reword() -> None:
    asked = about(messages=[{"role": "user", "content": ""}])
    assert (await drawer(always("Yes.")).samples(asked)).paraphrased == ()


async def test_fewer_than_the_quorum_are_no_evidence() -> None:
    def half(words: str) -> str | Exception:
        return DOWN if words.startswith(REWORD) else "Yes."

    assert (await drawer(Answering(half)).samples(about())).every == ("Yes.",)
    with pytest.raises(Unavailable, match="1 of 2 samples came, 2 wanted: model_down"):
        await drawer(Answering(half), quorum=2).samples(about())


async def test_each_check_has_its_own_quorum_whoever_drew_the_samples() -> None:
    def half(words: str) -> str | Exception:
        return DOWN if words.startswith(REWORD) else "Yes."

    shared = Making()
    lax, strict = drawer(Answering(half)), drawer(NOTHING, quorum=2)
    lax.begin(about(shared=shared))
    with pytest.raises(Unavailable, match="1 of 2 samples came, 2 wanted: model_down"):
        await strict.samples(about(shared=shared))
    assert (await lax.samples(about(shared=shared))).every == ("Yes.",)


@pytest.mark.parametrize(
    ("asker", "why"),
    [
        (Answering(lambda _: DOWN), "0 of 2 samples came, 1 wanted: model_down"),
        (Answering(lambda _: " \n"), "0 of 2 samples came, 1 wanted: empty"),
        (NOTHING, "0 of 2 samples came, 1 wanted: no_model"),
    ],
)
async def test_no_samples_are_an_error_with_its_reason(asker: Any, why: str) -> None:
    with pytest.raises(Unavailable, match=why):
        await drawer(asker).samples(about())


async def test_given_samples_without_a_word_are_no_samples() -> None:
    shared = Making()
    await shared.once("samples", given(Samples(("",))))
    with pytest.raises(Unavailable, match="0 samples came, 1 wanted"):
        await drawer(NOTHING).samples(about(shared=shared))


async def test_when_patience_ends_those_that_came_must_do() -> None:
    asker = Stuck()
    drawing = drawer(asker, NOTHING, patience=0.01)
    assert (await drawing.samples(about())).every == ("At 30 °C.",)
    with pytest.raises(Unavailable, match="wanted: late"):
        await drawer(Stuck(), NOTHING, patience=0.01, quorum=2).samples(about())


async def test_samples_end_with_the_turn() -> None:
    asker, shared = Stuck(), Making()
    drawer(asker, NOTHING).begin(about(shared=shared))
    await asker.hanging.wait()
    shared.cancel()
    async with asyncio.timeout(5):
        await asker.cancelled.wait()


async def test_samples_nobody_wants_any_more_fail_unheard() -> None:
    heard: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    shared = Making()
    drawer(Answering(lambda _: RuntimeError("a bug"))).begin(about(shared=shared))
    with pytest.raises(RuntimeError):
        await shared.once("samples", given(Samples()))
    gc.collect()
    assert heard == []


def test_options_that_cannot_be_are_refused() -> None:
    for wrong in ({"samples": 0}, {"paraphrased": 3}, {"quorum": 3}, {"temprature": 1}):
        with pytest.raises(ValidationError):
            Drawing.model_validate(wrong)


def test_the_shipped_prompt_fences_the_question() -> None:
    text = load(assets.prompts(), "paraphrase").render(question=QUESTION)
    assert f"==========\n{QUESTION}\n==========" in text


def given(samples: Samples) -> Callable[[], Any]:
    async def make() -> Samples:
        return samples

    return make
