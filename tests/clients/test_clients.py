"""Every client through the real proxy: approved, edited, rejected, expired, taken over, tools.

The cases are those that the scripted server plays to prove the frames; here the frames come from
the product, and a person at the desk decides. All cells of the matrix are played at once.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hitl_chat.core.hold import Hold
from hitl_chat.models.scripted import Call, Reply, Scripted
from hitl_chat.ports import ModelCall
from hitl_chat.settings import Desk as Staffing
from hitl_chat.store.events import Event
from tests.clients import scripts
from tests.clients.contract import Job, Result
from tests.clients.judge import differences
from tests.clients.matrix import CLIENTS, play_all
from tests.clients.scenarios import CASES, Case
from tests.world import FAST, World
from tests.world_people import ANA, People

pytestmark = pytest.mark.slow

MODEL = "support"
RULES = f"""
version: 1
rules:
  - name: asked-to-hold
    on: {{customer: {{literals: ["please hold"]}}}}
    when: always
    strictness: answer
    fallback: "{scripts.FALLBACK}"
  - name: soon-over
    on: {{customer: {{literals: ["please expire"]}}}}
    when: always
    strictness: answer
    deadline: 1s
    fallback: "{scripts.FALLBACK}"
  - name: half-sent
    on: {{customer: {{literals: ["please stop in the middle"]}}}}
    when: {{patterns: {{literals: ["{scripts.ANSWER[12:22]}"]}}}}
"""
ASKED = {
    "plain": "hello",
    "held_approved": "please hold",
    "held_edited": "please hold",
    "held_rejected": "please hold",
    "expired": "please expire",
    "half_sent": "please stop in the middle",
    "takeover": "please hold",
    "tool_call": "please hold",
    "structured": "please hold",
    "structured_rejected": "please hold",
}


def expected(case: Case, states: Sequence[str], plain: str) -> Case:
    """The case, as the proxy tells it: its states, and its own count of tokens."""
    told = replace(case.expected, states=tuple(states), plain_state=plain, total_tokens=None)
    return replace(case, expected=told)


# No state but those of the hold, and time for a second message on a busy machine.
WAITS = msgspec.structs.replace(
    FAST, check_frame=60.0, commit_after=60.0, commit_whole=60.0, heartbeat=5.0, linger=4.0
)
HELD = ("held", "released", "final")
PLAYED = {
    name: expected(CASES[name], HELD, "final")
    for name in ASKED
    if name not in ("plain", "takeover")
}
PLAYED["plain"] = expected(CASES["plain"], (), "")
PLAYED["takeover"] = expected(CASES["takeover"], ("held", "human", "final"), "final")

Cell = tuple[str, str, bool]
CELLS: list[Cell] = [
    (client.name, name, stream)
    for client in CLIENTS.values()
    for name, case in PLAYED.items()
    if client.plays(case)
    for stream in (True, False)
]


def named(cell: Cell) -> str:
    client, case, stream = cell
    return f"{client}.{case}.{'stream' if stream else 'plain'}"


def speak(call: ModelCall) -> Reply:
    if "tools" in call.body:
        arguments = json.dumps(scripts.ARGUMENTS, ensure_ascii=False)
        return Reply(calls=(Call(scripts.TOOL, arguments),), ending="tool_calls")
    structured = "response_format" in call.body
    return Reply(content=scripts.STRUCTURED if structured else scripts.ANSWER)


class Desk:
    """Decides every hold as its case wants it, as soon as it may be decided."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._deciding: set[asyncio.Task[None]] = set()

    async def heard(self, page: Sequence[Event]) -> None:
        for event in page:
            if event.type == "hold.opened":
                task = asyncio.create_task(self._decide(event.body["hold"]))
                self._deciding.add(task)

    async def settled(self) -> None:
        await asyncio.gather(*self._deciding)

    async def _decide(self, ident: str) -> None:
        hold = await self._people.row(ident)
        case = hold.conv.split(".")[1]
        match case:
            case "expired":
                return
            case "held_edited":
                await self._people.edit(ident, scripts.EDITED)
            case "half_sent":
                draft = await self._people.draft(ident)
                sent = len(draft.sent.get("0/content", ""))
                await self._people.edit(ident, scripts.ANSWER[sent:])
            case "held_rejected" | "structured_rejected":
                await self._people.reject(ident)
            case "takeover":
                await self._talk(hold)
            case _:
                await self._people.approve(ident)

    async def _talk(self, hold: Hold) -> None:
        await self._people.decide(hold.id, "take_over")
        epoch = self._people.epoch(hold.conv)
        for text in scripts.HUMAN:
            await self._people.say(hold.conv, epoch, text.strip())


async def play_every_cell(folder: Path) -> dict[Cell, Result]:
    model = Scripted(speak)
    tireless = Staffing(capacity=100)
    async with World(folder, RULES, models={MODEL: model}, waits=WAITS, desk=tireless) as world:
        world.people.come(ANA)
        desk = Desk(world.people)
        world.program.desk.feed.follow(desk.heard)
        jobs = [
            Job(
                client,
                f"http://127.0.0.1:{world.port}/v1",
                world.key,
                PLAYED[case].ask(
                    stream=stream,
                    model=MODEL,
                    timeout=40.0,  # connecting too may take its time on a busy machine
                    messages=({"role": "user", "content": ASKED[case]},),
                    headers={"x-hitl-conversation-id": named((client, case, stream))},
                ),
            )
            for client, case, stream in CELLS
        ]
        results = await play_all(jobs)
        await desk.settled()
        return dict(zip(CELLS, results, strict=True))


@pytest.fixture(scope="module")
def played(clients_built: str, tmp_path_factory: pytest.TempPathFactory) -> dict[Cell, Result]:
    return asyncio.run(play_every_cell(tmp_path_factory.mktemp("clients")))


@pytest.mark.parametrize("cell", CELLS, ids=named)
def test_the_client_reads_what_the_desk_decided(played: dict[Cell, Result], cell: Cell) -> None:
    name, case, stream = cell
    client = CLIENTS[name]
    if case == "plain":  # nothing of ours is in an answer that simply passed
        client = replace(client, hitl="none")
    found = differences(client, PLAYED[case], played[cell], stream=stream)
    assert not found, "\n".join(found)
