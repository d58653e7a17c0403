"""Every client takes the frames of the wire protocol as its design says.

The server here is a script, not the product: what is proven is that the frames are well chosen.
All cells of the matrix are played once, at the same time; each is a test of its own.
"""

import asyncio
from dataclasses import dataclass

import pytest

from tests.clients.contract import Job, Result
from tests.clients.judge import differences
from tests.clients.matrix import CLIENTS, play_all
from tests.clients.scenarios import CASES
from tests.clients.scripted_server import Received, ScriptedServer
from tests.clients.scripts import SCRIPTS

pytestmark = pytest.mark.slow

Cell = tuple[str, str, bool]  # client, case, streaming
CELLS: list[Cell] = [
    (client.name, case.name, stream)
    for client in CLIENTS.values()
    for case in CASES.values()
    if client.plays(case)
    for stream in (True, False)
]
RETRYING = sorted(client.name for client in CLIENTS.values() if "retry" in client.can)


def name(cell: Cell) -> str:
    client, case, stream = cell
    return f"{client}-{case}-{'stream' if stream else 'plain'}"


@dataclass(frozen=True)
class Played:
    results: dict[Cell, Result]
    received: list[Received]

    def sent_by(self, cell: Cell) -> list[Received]:
        """The client's requests as the server got them."""
        return [one for one in self.received if one.headers["x-hitl-conversation-id"] == name(cell)]


async def play_every_cell() -> Played:
    async with ScriptedServer(SCRIPTS) as server:
        jobs = [
            Job(
                client,
                server.base_url,
                "sk-made-up",
                CASES[case].ask(
                    stream=stream,
                    headers={"x-hitl-conversation-id": name((client, case, stream))},
                ),
            )
            for client, case, stream in CELLS
        ]
        results = await play_all(jobs)
        return Played(dict(zip(CELLS, results, strict=True)), server.requests)


@pytest.fixture(scope="module")
def played(clients_built: str) -> Played:
    return asyncio.run(play_every_cell())


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_the_client_takes_the_frames_as_designed(played: Played, cell: Cell) -> None:
    client, case, stream = cell
    found = differences(CLIENTS[client], CASES[case], played.results[cell], stream=stream)
    assert not found, "\n".join(found)
    assert case == "silent" or len(played.sent_by(cell)) == 1, "the client asked again"


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "plain"])
@pytest.mark.parametrize("client", RETRYING)
def test_a_retry_is_the_same_request_again_byte_for_byte(
    played: Played, client: str, stream: bool
) -> None:
    cell = (client, "silent", stream)
    requests = played.sent_by(cell)
    assert len(requests) > 1
    assert len({request.body for request in requests}) == 1
    assert all("idempotency-key" not in request.headers for request in requests)
    if CLIENTS[client].requests:
        assert played.results[cell].requests == len(requests)
