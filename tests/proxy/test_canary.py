"""The claim: not a byte of a draft that nobody decided about reaches a client.

In every field, in every chunking, streamed or not. The canaries are letters that no frame of ours
has, so that a single one that gets out is seen: as UTF-8, escaped, or as numbers.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl_chat.models.scripted import Scripted
from tests.upstream import body
from tests.world import FAST, World, patient
from tests.world_client import Answer, Inside, held
from tests.world_models import PIECES, call, chunks, document, says, whole
from tests.world_rules import SORRY, STOP, hold_all, rules, stop_at

CANARIES = "鍵匙密"
TRACES = [
    trace.encode()
    for letter in CANARIES
    for trace in (
        letter,
        f"\\u{ord(letter):04x}",
        ",".join(map(str, letter.encode())),
        ", ".join(map(str, letter.encode())),
    )
]
SAFE = "So it is. "
SECRET = f" {CANARIES} and {CANARIES}"
CALM = patient(FAST, commit_after=0.2, heartbeat=30.0, check_frame=30.0)
FIELDS = sorted(PIECES)
# Every piece of these is a thing of its own: two of them never read as one phrase.
APART = ("0/annotations (title)", "0/annotations (url)", "0/logprobs/top")


def leaked(answer: Answer) -> list[bytes]:
    return [trace for trace in TRACES if trace in answer.body]


class House:
    """A program without a server, asked again and again; its model says what is set last."""

    def __init__(self, folder: Path, rules_text: str) -> None:
        self.runner = asyncio.Runner()
        self.says: Sequence[tuple[float, bytes]] = ()
        model = Scripted(lambda call: self.says)
        self.world = World(folder, rules_text, models={"m": model}, waits=CALM, served=False)
        self.runner.run(self.world.__aenter__())

    def close(self) -> None:
        self.runner.run(self.world.__aexit__())
        self.runner.close()

    async def held(self, **more: Any) -> tuple[Inside, str]:
        number = sum(e.type == "hold.opened" for e in self.world.people.events) + 1
        customer = self.world.inside("m", **more)
        hold = await self.world.people.opened(number)
        await self.world.people.whole(hold.id)
        return customer, hold.id


@contextmanager
def house(folder: Path, rules_text: str) -> Iterator[House]:
    made = House(folder, rules_text)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def stopping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("stopping"), rules(stop_at())) as made:
        yield made


@pytest.fixture(scope="module")
def withholding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("withholding"), rules(hold_all())) as made:
        yield made


def cut(text: str, at: Sequence[int]) -> list[str]:
    """The text in pieces, cut at these places."""
    places = sorted({0, len(text), *(place % (len(text) + 1) for place in at)})
    return [text[start:end] for start, end in pairwise(places)]


def pieces(name: str, text: str, at: Sequence[int]) -> list[Any]:
    made = PIECES[name]
    return [made(part, number == 0) for number, part in enumerate(cut(text, at))]


CUTS = st.lists(st.integers(0, 60), max_size=12)
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", FIELDS)
@FEW
@given(at=CUTS, streamed_role=st.booleans())
def test_what_follows_an_objection_stays(
    stopping: House, name: str, at: list[int], streamed_role: bool
) -> None:
    async def example() -> None:
        text = SAFE + STOP + SECRET
        opening = [document({"role": "assistant"})] if streamed_role else []
        parts = pieces(name, text, () if name in APART else at)
        stopping.says = chunks(*opening, *parts, choices=2)
        customer, ident = await stopping.held(n=2)
        await customer.until(held)
        assert leaked(customer) == []
        assert STOP.encode() not in customer.body
        await stopping.world.people.reject(ident)
        await customer.rest()
        assert leaked(customer) == []
        await customer.gone()

    stopping.runner.run(example())


@pytest.mark.parametrize("name", FIELDS)
@FEW
@given(at=CUTS)
def test_nothing_leaves_before_the_answer_is_judged(
    withholding: House, name: str, at: list[int]
) -> None:
    async def example() -> None:
        withholding.says = chunks(*pieces(name, SECRET, at), choices=2)
        customer, ident = await withholding.held(n=2)
        assert leaked(customer) == []
        await withholding.world.people.reject(ident)
        await customer.rest()
        assert leaked(customer) == []
        assert customer.text == SORRY
        await customer.gone()

    withholding.runner.run(example())


@FEW
@given(order=st.permutations(FIELDS), at=CUTS, approved=st.booleans(), stop=st.sampled_from(FIELDS))
def test_one_objection_stops_all_other_fields(
    stopping: House, order: list[str], at: list[int], approved: bool, stop: str
) -> None:
    async def example() -> None:
        others = [piece for name in order for piece in pieces(name, SECRET, at)]
        stopping.says = chunks(*pieces(stop, f"{STOP}.", ()), *others, choices=2)
        customer, ident = await stopping.held(n=2)
        await customer.until(held)
        assert leaked(customer) == []
        people = stopping.world.people
        await (people.approve(ident) if approved else people.reject(ident))
        await customer.rest()
        assert bool(leaked(customer)) is approved
        await customer.gone()

    stopping.runner.run(example())


@FEW
@given(at=CUTS)
def test_approved_every_field_arrives_whole(withholding: House, at: list[int]) -> None:
    async def example() -> None:
        named = ("content", "refusal", "reasoning", "reasoning_content")
        drafted = [piece for name in named for piece in pieces(f"0/{name}", SECRET, at)]
        withholding.says = chunks(*drafted, *pieces("1/content", SAFE, at), choices=2)
        customer, ident = await withholding.held(n=2)
        await withholding.world.people.approve(ident)
        await customer.rest()
        assert {customer.of(0, name) for name in named} == {SECRET}
        assert customer.of(1) == SAFE
        await customer.gone()

    withholding.runner.run(example())


def messages(text: str) -> dict[str, dict[str, Any]]:
    """Whole answers with a text in each field; the log-probabilities stand beside the message."""
    tokens = {"content": [{"token": text, "logprob": 0, "bytes": [], "top_logprobs": []}]}
    url = {"type": "url_citation", "url_citation": {"url": text, "title": "t"}}
    return {
        "content": {"message": {"content": text}},
        "refusal": {"message": {"refusal": text}},
        "reasoning": {"message": {"reasoning": text}},
        "reasoning_content": {"message": {"reasoning_content": text}},
        "arguments": {"message": {"tool_calls": [call("look", text)]}},
        "name": {"message": {"tool_calls": [call(text, "{}")]}},
        "function_call": {"message": {"function_call": {"name": "f", "arguments": text}}},
        "annotations": {"message": {"content": "a", "annotations": [url]}},
        "audio": {"message": {"audio": {"id": "a", "transcript": text}}},
        "logprobs": {"message": {"content": "a"}, "logprobs": tokens},
    }


@pytest.mark.parametrize("name", sorted(messages("")))
async def test_a_whole_answer_stays_whole_behind(world: World, name: str) -> None:
    answer = whole(**messages(f"{SAFE}{STOP}{SECRET}")[name])
    world.upstream.script("m", body(answer))
    customer = await world.ask("m", stream=False)
    ident = (await world.people.opened()).id
    await customer.beat(2)
    assert customer.body.strip() == b""
    await world.people.reject(ident)
    await customer.rest()
    assert leaked(customer) == []
    assert STOP not in customer.text


@pytest.mark.parametrize("cut_at", range(1, len(STOP)))
async def test_over_a_real_connection(world: World, cut_at: int) -> None:
    world.upstream.script("m", says(SAFE, STOP[:cut_at], STOP[cut_at:], SECRET))
    customer = await world.ask("m")
    await customer.until(held)
    await customer.beat(1)
    assert customer.text == SAFE
    assert leaked(customer) == []
    await world.people.reject((await world.people.opened()).id)
    assert leaked(await customer.rest()) == []
