"""What somebody writes never becomes a frame of ours: in the chat, among the events, from a model.

Whoever reads server-sent events ends a line at CR, LF or both; some take any line end of Unicode.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat.core.command import Person
from hitl_chat.runner.orders import Agent
from tests.customer.front_end import following, talking, token
from tests.upstream import DONE, END, event, head
from tests.world import World
from tests.world_client import Answer, held
from tests.world_models import document, says
from tests.world_wire import check_stream

TEXTS = {
    "an end": "Fine.\n\ndata: [DONE]\n\n",
    "an end, said alone": "[DONE]",
    "an event": "Fine.\nevent: hold\ndata: {}\n\nMore.",
    "an id and a pause": "x\nid: 99\nretry: 1\n\ny",
    "carriage returns": "a\rdata: [DONE]\r\rb\r",
    "both": "a\r\n\r\ndata: [DONE]\r\n\r\nb",
    "line ends of Unicode": "a\u2028data: [DONE]\u2028\u2028b\u2029c\u0085d\x0b\x0c\x1ce",
    "a comment": "\n: beat\n\n: x",
    "a chunk": '\n\ndata: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n',
    "a byte order mark and NUL": "\ufeffdata: x\x00\n\n\ufeff",
    "an end of script": "</script><!-- \u2028 ]]>",
    "characters of four bytes": "\U0001f426\U00010348" * 9,
}
LINE = re.compile(rb"\r\n|\r|\n")

every = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path) as made:
        yield made


def check_frames(customer: Answer) -> None:
    """However its lines are ended, it is our frames and one end."""
    check_stream(customer)
    lines = [line for line in LINE.split(bytes(customer.body)) if line]
    assert lines.count(b"data: [DONE]") == 1
    assert all(line.startswith(b"data: {") for line in lines[:-1])


@every
@pytest.mark.parametrize("whole", [True, False])
async def test_a_model_s_words_are_words(world: World, text: str, whole: bool) -> None:
    world.upstream.script("m", says(text) if whole else says(*text))
    customer = await (await world.ask("m")).rest()
    check_frames(customer)
    assert customer.text == text
    assert (await (await world.ask("m", stream=False)).rest()).text == text


@every
async def test_so_are_a_person_s_and_what_they_let_go(world: World, text: str) -> None:
    for edited in (False, True):
        world.upstream.script("m", says("I guarantee it.", text))
        customer = await world.ask("m", f"May I? {edited}")
        ident = str((await customer.until(held)).hitl["hold_id"])
        if edited:
            await world.people.edit(ident, f"maybe.{text}|")
        else:
            await world.people.approve(ident)
        check_frames(await customer.rest())
        assert customer.text == ("I maybe." + text + "|" if edited else "I guarantee it." + text)


@every
async def test_so_is_what_is_told_beside_the_chat(world: World, text: str) -> None:
    mallory = Agent(Person("mal", text), "acme")
    mine = {"type": "hello", "token": await token(world, "c1")}
    async with following(world, "c1") as page, talking(world, "c1", mine) as socket:
        await page.until("reset")
        await socket.until("reset")
        epoch = await world.people.take_over("c1", mallory)
        await world.people.say("c1", epoch, text, mallory)
        await world.people.hand_back("c1", epoch, by=mallory)
        for told in (page, socket):
            assert (await told.until("takeover")).data["agent"]["display"] == text
            assert (await told.until("message")).data["text"] == text
            await told.until("handback")
        assert page.heard == socket.heard
        assert page.raw.isascii()


def words(text: str) -> bytes:
    return event(document({"content": text}))


ROLE, FINISH = event(document({"role": "assistant"})), event(document({}, "stop"))


async def test_every_byte_may_come_alone(world: World) -> None:
    said = ("Gr\u00fc\u00df ", "\U0001f426", "\u2028.")
    raw = b"".join([ROLE, *map(words, said), FINISH, DONE])
    world.upstream.script("m", [head(), *(bytes([byte]) for byte in raw), END])
    customer = await (await world.ask("m")).rest()
    check_frames(customer)
    assert customer.text == "".join(said)


async def test_what_a_model_says_behind_its_end_is_not_heard(world: World) -> None:
    more = [words(" I guarantee"), b"event: x\n\n", DONE]
    world.upstream.script("m", [head(), ROLE, words("Sure."), FINISH, DONE, *more, END])
    customer = await (await world.ask("m")).rest()
    check_frames(customer)
    assert customer.text == "Sure."


async def test_an_end_before_the_answer_ended_is_no_end(world: World) -> None:
    world.upstream.script("m", [head(), ROLE, words("Sure. Wait."), DONE, FINISH, END])
    customer = await (await world.ask("m")).rest()
    check_frames(customer)
    assert customer.states[-1] == "error"
