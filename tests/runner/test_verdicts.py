"""One question to one check: a verdict about what was asked, or why there is none."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.evidence import Cluster, Evidence, KnownAnswer, Sample
from hitl_chat.errors import ConfigError, NotFound, Unavailable, UpstreamError
from hitl_chat.ports import Asked, Cost
from hitl_chat.runner.verdicts import judged

ASKED = Asked(messages=(), texts={"0/content": "Hello."}, field="0/content", start=1, upto=4)


class Says:
    """A check that does as it is told."""

    name = "says"
    timeout = 0.05
    cost: Cost = "free"

    def __init__(self, said: Callable[[], Awaitable[object]]) -> None:
        self._said = said

    def begin(self, asked: Asked) -> None: ...

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        return await self._said()  # type: ignore[return-value]  # plug-ins return what they like


def raising(error: BaseException) -> Says:
    async def raises() -> object:
        raise error

    return Says(raises)


def saying(said: object) -> Says:
    async def says() -> object:
        return said

    return Says(says)


async def test_a_verdict_is_about_what_was_asked_and_nothing_else() -> None:
    said = await judged(saying(Verdict("other", 0.4, "1/refusal", 7, 9, final=True)), ASKED)
    assert said == Verdict("says", 0.4, "0/content", 1, 4)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Unavailable("No model can be asked here."), "No model can be asked here."),
        (
            NotFound("The model 'x' is not configured here."),
            "The model 'x' is not configured here.",
        ),
        (ConfigError("no prompt 'x'"), "no prompt 'x'"),
        (UpstreamError("what the customer wrote", code="bad_answer"), "bad_answer"),
        (ValueError("what the customer wrote"), "ValueError"),
        (asyncio.CancelledError(), "it was cancelled by itself"),
    ],
    ids=repr,
)
async def test_an_error_is_told_without_texts(error: BaseException, why: str) -> None:
    said = await judged(raising(error), ASKED)
    assert said == CheckFailed("says", why, "0/content", 1, 4)


@pytest.mark.parametrize("said", [None, True, 0.5, "safe", ("says", 0.1)], ids=repr)
async def test_what_is_no_verdict_is_a_failure(said: object) -> None:
    told = await judged(saying(said), ASKED)
    assert isinstance(told, CheckFailed)
    assert told.why == "it returned no verdict with a score in 0..1"


async def test_its_time_is_over_some_time() -> None:
    told = await judged(Says(asyncio.Event().wait), ASKED)
    assert told == CheckFailed(
        "says", "no verdict within 0.05 s", "0/content", 1, 4, timed_out=True
    )


async def test_who_does_not_want_the_verdict_any_more_is_not_told_one() -> None:
    asking = asyncio.create_task(judged(Says(asyncio.Event().wait), ASKED))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_evidence_is_short_and_can_be_written_down() -> None:
    samples = tuple(Sample("x" * 9000 + "\ud800") for _ in range(20))
    known = KnownAnswer("kb_1", "Q\udc00?", "\ud83d\ude00", similarity=float("nan"))
    shown = Evidence((Cluster("", samples),), (known,))
    said = await judged(saying(Verdict("says", 0.9, evidence=shown)), ASKED)
    assert isinstance(said, Verdict)
    (cluster,), (kept,) = said.evidence.clusters, said.evidence.known
    assert len(cluster.samples) == 8
    assert cluster.samples[0].text == "x" * 4000
    assert (kept.question, kept.bad, kept.similarity) == ("Q\ufffd?", "\U0001f600", 0.0)
    assert msgspec.json.decode(msgspec.json.encode(said), type=Verdict) == said


@pytest.mark.parametrize("shown", [None, "text", Evidence(clusters=(object(),)), Evidence(known=3)])  # type: ignore[arg-type]
async def test_evidence_that_is_none_is_no_verdict(shown: object) -> None:
    said = await judged(saying(Verdict("says", 0.9, evidence=shown)), ASKED)  # type: ignore[arg-type]
    assert isinstance(said, CheckFailed)
    assert "its evidence makes no sense" in said.why
