"""What the agents' WebSocket refuses, and whom it lets go."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hitl_chat.core.remainder import Draft
from hitl_chat.errors import Unavailable
from hitl_chat.runner import commands as do
from hitl_chat.server.connection import Limits
from hitl_chat.server.outgoing import Outgoing
from tests.runner.desk_world import ANA, BEN, EVE, SUE
from tests.server.console_world import Signed, consoles

EVERYBODY = (ANA, BEN, SUE, EVE)


async def test_a_session_that_ends_closes_its_sockets(tmp_path: Path) -> None:
    """Row 80."""
    limits = Limits(check=0.05)
    async with consoles(tmp_path, EVERYBODY, limits) as server:
        async with server.tab("ana") as ana, server.tab("ben") as ben:
            del server.sessions.people["ana"]
            assert await ana.closed() == 4401
            server.sessions.people["ben"] = Signed("ben", "acme", "Ben", "admin")
            assert await ben.closed() == 4403
        async with server.tab("sue") as sue:
            server.sessions.people["sue"] = Signed("sue", "acme", "Sue", "agent")
            assert await sue.closed() == 1012
        async with server.tab("sue") as sue:
            turn = await server.here.held()
            assert turn.hold is not None
            await server.here.work(BEN, do.Claim(turn.hold.id))
            forced = await sue.command("c1", "claim", hold=turn.hold.id, force=True)
            assert forced["error"]["code"] == "forbidden"


async def test_one_person_has_only_so_many_consoles(tmp_path: Path) -> None:
    """Each may have a megabyte waiting for it."""
    async with consoles(tmp_path, EVERYBODY, Limits(consoles=2)) as server:
        async with server.tab("ana"), server.tab("ana") as second:
            async with server.socket() as third:
                hello = {"type": "hello", "ver": 1, "ticket": "ana-third", "streams": {}}
                await third.send(hello)
                assert await third.closed() == 4429  # a page that knows it does not knock again
            async with server.tab("ben"):
                pass
            assert (await second.command("c", "next"))["ok"]
        while True:  # until the server has seen that they are gone
            async with server.socket() as again:
                ticket = f"ana-{len(again.frames)}-{id(again)}"
                await again.send({"type": "hello", "ver": 1, "ticket": ticket, "streams": {}})
                try:
                    assert (await again.next())["type"] == "welcome"
                except ConnectionClosed:
                    continue
                break


async def test_every_command_is_authorised_anew(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        turn = await server.here.held()
        assert turn.hold is not None
        del server.sessions.people["ana"]
        await ana.send({"type": "cmd", "id": "c", "cmd": {"do": "claim", "hold": turn.hold.id}})
        assert await ana.closed() == 4401
        assert (await server.here.hold(turn)).state == "open"


BAD = [
    "",
    "{",
    "[]",
    "null",
    '"hello"',
    "{}",
    '{"type": "hello"}',
    '{"type": "nonsense"}',
    '{"type": "cmd", "id": "c", "cmd": {"do": "nonsense"}}',
    '{"type": "cmd", "id": "", "cmd": {"do": "next"}}',
    '{"type": "cmd", "id": "c", "cmd": {"do": "next", "extra": 1}}',
    '{"type": "cmd", "id": "c", "cmd": {"do": "claim", "hold": 7}}',
    '{"type": "cmd", "id": "c", "cmd": {"do": "renew", "hold": "h", "fence": -1}}',
    '{"type": "cmd", "id": "c", "cmd": {"do": "decide", "hold": "h", "action": "x", "version": 1}}',
    '{"type": "cmd", "id": "\\ud800", "cmd": {"do": "next"}}',
    '{"type": "follow", "stream": "everything"}',
    '{"type": "follow", "stream": "queue", "seq": -1}',
    '{"type": "follow", "stream": "queue", "seq": 9223372036854775808}',
    '{"type": "ack", "stream": "queue", "seq": 99}',
    "[" * 60_000,
]


@pytest.mark.parametrize("frame", BAD)
async def test_a_bad_frame_ends_the_connection(tmp_path: Path, frame: str) -> None:
    """Row 79."""
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        await ana.until("queue_reset")
        await ana.socket.send(frame)
        assert await ana.closed() == 1008


async def test_bytes_floods_and_large_frames(tmp_path: Path) -> None:
    """Row 79."""
    async with consoles(tmp_path, EVERYBODY) as server:
        async with server.tab() as ana:
            await ana.socket.send(b"{}")
            assert await ana.closed() == 1008
        async with server.tab() as ana:
            await ana.socket.send(json.dumps({"type": "pong", "x": "y" * 70_000}))
            assert await ana.closed() == 1009
        async with server.tab() as ana:
            for _ in range(30):
                await ana.send({"type": "pong"})
            assert await ana.closed() == 1008


async def test_a_smaller_limit_than_the_sockets_own_counts_too(tmp_path: Path) -> None:
    """Row 79: whatever serves us may let more through."""
    limits = Limits(frame=1000)
    async with consoles(tmp_path, EVERYBODY, limits) as server, server.tab() as ana:
        await ana.socket.send(json.dumps({"type": "pong", "x": "\u00fc" * 600}, ensure_ascii=False))
        assert await ana.closed() == 1009


async def test_hello_comes_first_once_in_time_and_with_a_ticket(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY, Limits(hello=0.05)) as server:
        async with server.socket() as silent:
            assert await silent.closed() == 1008
        async with server.socket() as rude:
            await rude.send({"type": "pong"})
            assert await rude.closed() == 1008
    async with consoles(tmp_path, EVERYBODY) as server:
        hello = {"type": "hello", "ver": 1, "ticket": "zoe-1", "streams": {}}
        for wrong, code in ((hello, 4408), ({**hello, "ver": 2}, 1008)):
            async with server.socket() as tab:
                await tab.send(wrong)
                assert await tab.closed() == code
        async with server.tab(away=True, streams={}) as ana:
            assert not server.here.people.anyone("acme")
            await ana.send({**hello, "ticket": "ana-9"})
            assert await ana.closed() == 1008


async def test_a_page_of_another_site_cannot_connect(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server:
        with pytest.raises(InvalidStatus):
            async with server.socket(origin="https://evil.example"):
                pass
        own = f"http://127.0.0.1:{server.port}"
        async with server.socket(origin=own) as tab:
            await server.hello(tab)


async def test_a_console_that_says_nothing_is_let_go(tmp_path: Path) -> None:
    limits = Limits(check=0.02, ping=20)
    async with consoles(tmp_path, EVERYBODY, limits) as server, server.tab() as ana:
        server.here.clock.time += 21
        await ana.until("ping")
        server.here.clock.time += 21
        assert await ana.closed() == 4009


async def test_a_console_that_does_not_read_is_let_go(tmp_path: Path) -> None:
    """Row 78: closed with 4008, and resumes; nobody else waits for it."""
    async with consoles(tmp_path, EVERYBODY) as server:
        async with server.tab("ana") as ana, server.tab("ben") as ben:
            turn = await server.here.held(draft=Draft({}, {"0/content": "x" * 400_000}))
            assert turn.hold is not None
            ident = turn.hold.id
            await ana.send({"type": "follow", "stream": f"hold:{ident}"})
            await ana.until("card_reset")
            ana.socket.transport.pause_reading()
            while len(server.here.people.everyone("acme")) == 2:
                await server.here.desk.customer_left(ident, "keep")
                await server.here.desk.customer_back(ident)
                await ben.until("news", event="hold.customer_back")
            ana.socket.transport.resume_reading()
            assert await ana.closed() in (4008, 1006)
        async with server.tab("ana", {"queue": ana.seqs["queue"]}, ana.feed) as again:
            assert (await again.next())["type"] in ("recovered", "queue_reset")


async def test_a_store_that_cannot_be_read_asks_to_come_again(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        await ana.until("queue_reset")
        await asyncio.to_thread(server.here.db._readers.close)
        await ana.send({"type": "follow", "stream": "conv:conv_1"})
        assert await ana.closed() == 1012


async def test_a_console_follows_only_so_much(tmp_path: Path) -> None:
    wanted: dict[str, int | None] = {"queue": None, "hold:hold_x": None}
    limits = Limits(streams=1)
    async with consoles(tmp_path, EVERYBODY, limits) as server, server.tab(streams=wanted) as ana:
        assert await ana.closed() == 1008


async def test_a_store_that_is_away_when_somebody_comes(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server:
        server.sessions.trouble = Unavailable("the disk is full")
        async with server.socket() as tab:
            await tab.send({"type": "hello", "ver": 1, "ticket": "ana-1", "streams": {}})
            assert await tab.closed() == 1012
        server.sessions.trouble = None
        async with server.tab("ana") as ana:
            server.sessions.trouble = Unavailable("the disk is full")
            await ana.until("queue_reset")
            await ana.send({"type": "cmd", "id": "c", "cmd": {"do": "next"}})
            assert await ana.closed() == 1012


async def test_a_server_that_stops_says_so(tmp_path: Path) -> None:
    """Row 20."""
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        server.running.server.started = False
        stopping = asyncio.create_task(server.running.server.shutdown())
        assert await ana.closed() == 1012
        await stopping


async def test_what_waits_is_bounded() -> None:
    sent: list[str] = []
    blocked, may_go = asyncio.Event(), asyncio.Event()

    async def send(frame: str) -> None:
        blocked.set()
        await may_go.wait()
        sent.append(frame)

    out = Outgoing(send, frames=3, size=10)
    writing = asyncio.create_task(out.write())
    out.put("x" * 100)  # alone, anything goes
    await blocked.wait()
    for frame in ("some", "news"):  # ... and half the room stays for what follows it
        out.put(frame)
    assert not out.too_slow.is_set()
    out.put("a")
    assert out.too_slow.is_set()
    out.put("b")
    may_go.set()
    writing.cancel()
    await asyncio.wait([writing])
    out = Outgoing(send, frames=3, size=10)
    for frame in ("é", "é", "é"):
        out.put(frame)
    assert not out.too_slow.is_set()
    out.put("é")
    assert out.too_slow.is_set()
    assert sent == []
