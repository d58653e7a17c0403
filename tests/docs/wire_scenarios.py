"""What the guide's example frames are compared with: the same stories, played by the real program.

Each story is a function of a world; what its customer got comes back with ids and times replaced
by those of the guide.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from hitl_chat.runner import commands as do
from tests.customer.front_end import Telling
from tests.upstream import Close, Step, Until, event, head
from tests.world import FAST, World, patient
from tests.world_client import Answer, held
from tests.world_models import document, says
from tests.world_rules import rule, rules, stop_at, words

CALM = patient(FAST, heartbeat=30.0, commit_after=30.0, check_frame=30.0, linger=0.0)
GUIDE_RULES = rules(
    stop_at(
        fallback="I cannot promise that.", fallback_after_text="Let me check that with a colleague."
    ),
    rule("watch", words("blue"), then="watch", fallback_after_text="It is green."),
)
LIVELY = patient(FAST, heartbeat=0.05, check_frame=0.1, linger=0.0)
NAMES = {
    "hold_id": "hold_1",
    "conversation_id": "conv_1",
    "delivery_id": "turn_1",
    "since": 1763628000,
    "expires": 1763628120,
    "at": 1763628000,
}
Story = Callable[[World], Awaitable[Answer]]


async def play(folder: Path, story: Story, waits: Any = CALM, said: str = GUIDE_RULES) -> Answer:
    async with World(folder, said, waits=waits) as world:
        return await (await story(world)).rest()


def lines(answer: Answer) -> list[Any]:
    """The frames as the guide writes them: parsed, and "[DONE]"."""
    seen: dict[str, str] = {}
    return [(frame.chunk and _named(frame.chunk, seen)) or "[DONE]" for frame in answer.frames]


def named(value: Any) -> Any:
    """A document with the guide's ids and times."""
    return _named(value, {})


def _named(value: Any, seen: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(each, seen) for each in value]
    if not isinstance(value, Mapping):
        return value
    named = {name: NAMES.get(name) or _named(each, seen) for name, each in value.items()}
    if "created" in named:
        named |= {"id": "chatcmpl-1", "created": 1763628000, "model": "m"}
    if named.get("object") == "hold":
        named["id"] = "hold_1"
    if message := named.get("message_id"):
        named["message_id"] = seen.setdefault(str(message), f"msg_{len(seen) + 1}")
    return named


async def asked(world: World, *texts: str | Until, **more: Any) -> Answer:
    world.upstream.script("m", says(*texts))
    return await world.ask("m", "May I have my money back?", conv="conv_1", **more)


async def stopped(world: World, **more: Any) -> tuple[Answer, str]:
    customer = await asked(world, "Sure. ", "Guaranteed, of course.", **more)
    return customer, str((await customer.until(held)).hitl["hold_id"])


# --- the stories ------------------------------------------------------------------------------


async def passed(world: World) -> Answer:
    return await asked(world, "Sure. ", "It is red.", stream_options={"include_usage": True})


async def approved(world: World) -> Answer:
    customer, ident = await stopped(world)
    await world.people.approve(ident)
    return customer


async def edited(world: World) -> Answer:
    customer, ident = await stopped(world)
    await world.people.edit(ident, "I will ask for it.")
    return customer


async def rejected(world: World) -> Answer:
    customer, ident = await stopped(world)
    await world.people.reject(ident)
    return customer


async def corrected(world: World) -> Answer:
    return await asked(world, "It is blue", ".")


async def withdrawn(world: World) -> Answer:
    """What was sent is wrong, says the person who reads the rest."""
    customer, ident = await stopped(world)
    mark = "Correction:"
    await world.people.decide(ident, "edit", text="I will ask for it.", corrects=mark)
    return customer


async def taken_over(world: World) -> Answer:
    customer, ident = await stopped(world)
    await world.people.decide(ident, "take_over")
    await customer.until(lambda frame: frame.state == "human")
    epoch = world.people.epoch("conv_1")
    await world.people.perform(do.Typing("conv_1", epoch, on=True))
    await customer.until(lambda frame: frame.state == "human")
    await world.people.say("conv_1", epoch, "Hi, this is Ana.")
    return customer


async def handed_back(world: World) -> Answer:
    customer, ident = await stopped(world)
    await world.people.decide(ident, "take_over")
    await customer.until(lambda frame: frame.state == "human")
    world.upstream.script("m", says("You get it back."))
    await world.people.hand_back("conv_1", world.people.epoch("conv_1"))
    return customer


async def broken(world: World) -> Answer:
    """The model breaks off in the middle."""
    spoken = (document({"role": "assistant"}), document({"content": "Sure. "}))
    steps: list[Step] = [head(), *map(event, spoken), Close()]
    world.upstream.script("m", lambda seen: steps)
    return await world.ask("m", conv="conv_1")


async def whole(world: World) -> Answer:
    """Not streamed, held and edited."""
    world.upstream.script("m", says("Sure. ", "Guaranteed, of course."))
    customer = await world.ask("m", conv="conv_1", stream=False)
    await world.people.edit((await world.people.opened()).id, "I will ask for it.")
    return customer


async def waiting(world: World) -> Answer:
    """The model takes its time before its first word."""
    go_on = asyncio.Event()
    customer = await asked(world, Until(go_on), "Sure.")
    await customer.beat(2)
    go_on.set()
    return customer


async def checking(world: World) -> Answer:
    """Text that may become a match waits for the rest of it; before any text, and after some."""
    first, second = asyncio.Event(), asyncio.Event()
    customer = await asked(world, "guar", Until(first), "d. I guar", Until(second), "d it.")
    await customer.beat(2)
    first.set()
    await customer.until(lambda frame: "d. I" in frame.text)
    await customer.beat(2)
    second.set()
    return customer


async def beating(world: World) -> Answer:
    customer, ident = await stopped(world)
    await customer.beat(2)
    await world.people.reject(ident)
    return customer


async def spoken_to(world: World, page: Telling) -> None:
    """A hold, a takeover, a message and a hand-back, as somebody sees it who follows."""
    customer, ident = await stopped(world)
    await page.until("hold")
    await world.people.decide(ident, "take_over")
    await page.until("takeover")
    epoch = world.people.epoch("conv_1")
    await world.people.perform(do.Typing("conv_1", epoch, on=True))
    await page.until("typing")
    await world.people.say("conv_1", epoch, "Hi, this is Ana.")
    await page.until("message")
    await world.people.hand_back("conv_1", epoch)
    await page.until("handback")
    await customer.rest()
