"""The agents' WebSocket over real sockets: streams, commands, and what it refuses."""

from pathlib import Path

from msgspec.structs import replace

from hitl_chat.core.remainder import Draft
from hitl_chat.runner import commands as do
from hitl_chat.store import stops
from tests.runner.desk_world import ANA, BEN, DRAFT, EVE, SUE, TERMS, FakeTurn
from tests.server.console_world import consoles

EVERYBODY = (ANA, BEN, SUE, EVE)
WAITS = replace(TERMS, on_no_agent="wait")


async def test_a_hold_from_its_opening_to_its_decision(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        await ana.until("queue_reset")
        turn = await server.here.held()
        assert turn.hold is not None
        ident = turn.hold.id
        opened = await ana.until("news", event="hold.opened")
        assert opened["hold"]["state"] == "open"
        await ana.send({"type": "follow", "stream": f"hold:{ident}"})
        card = (await ana.until("card_reset"))["card"]
        assert (card["sent"], card["pending"]) == (DRAFT.sent, DRAFT.pending)
        assert card["customer_text"] == "May I have a refund?"
        seen = {"version": card["hold"]["version"], "draft_sha256": card["draft_sha256"]}
        claimed = await ana.command("c1", "claim", hold=ident)
        assert claimed["body"]["claimed_by"] == {"id": "ana", "name": "Ana"}
        settling = await ana.command("c2", "decide", hold=ident, action="approve", fence=1, **seen)
        assert settling["body"]["state"] == "settling"
        await server.here.after(3)
        await ana.until("news", event="hold.decided")
        assert turn.decision.texts == DRAFT.pending
        assert ana.waiting == {}


async def test_a_refusal_says_who_won(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, EVERYBODY) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
    ):
        turn = await server.here.held()
        assert turn.hold is not None
        about = {"hold": turn.hold.id, "action": "reject", "version": 1, "undo": 0}
        won = await ana.command("c1", "decide", **about)
        lost = await ben.command("c1", "decide", **about)
        assert (won["ok"], lost["ok"]) == (True, False)
        assert lost["error"]["code"] == "decided"
        assert lost["error"]["details"]["display"] == "Ana"


async def test_who_decides_about_an_older_draft_can_compare_it_with_the_one_there_is(
    tmp_path: Path,
) -> None:
    """Row 71: followed again, the card says what the refusal is about."""
    more = Draft(DRAFT.sent, {"0/content": f"{DRAFT.pending['0/content']} And a car."})
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        turn = await server.here.held(state="streaming")
        assert turn.hold is not None
        ident = turn.hold.id
        follow = {"type": "follow", "stream": f"hold:{ident}"}
        await ana.send(follow)
        seen = (await ana.until("card_reset"))["card"]
        approve = {"hold": ident, "action": "approve", "draft_sha256": seen["draft_sha256"]}
        await server.here.whole(turn, more)
        old = await ana.command("c1", "decide", version=seen["hold"]["version"], **approve)
        assert old["error"]["code"] == "stale_version"
        await ana.send(follow)
        now = (await ana.until("card_reset"))["card"]
        assert now["pending"] == more.pending
        about = {"version": now["hold"]["version"], "draft_sha256": now["draft_sha256"]}
        assert old["error"]["details"] == about
        half = await ana.command("c2", "decide", **{**approve, "version": about["version"]})
        assert half["error"]["code"] == "stale_draft"
        assert half["error"]["details"] == about
        assert (await ana.command("c3", "decide", **{**approve, **about}))["ok"]


async def test_a_command_sent_again_after_a_lost_answer(tmp_path: Path) -> None:
    """Row 70: the tab died before it was told; the next one sends the same command."""
    async with consoles(tmp_path, EVERYBODY) as server:
        async with server.tab() as ana:
            turn = await server.here.held()
            assert turn.hold is not None
            about = {"hold": turn.hold.id, "action": "reject", "version": 1, "undo": 0}
            await ana.send({"type": "cmd", "id": "c1", "cmd": {"do": "decide", **about}})
            await turn.hears()
        async with server.tab() as again:
            result = await again.command("c1", "decide", **about)
            assert result["ok"]
            assert result["body"]["decision"]["by"]["id"] == "ana"
            assert len(turn.heard) == 1


async def test_two_tabs_of_one_person(tmp_path: Path) -> None:
    """Row 73."""
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as one:
        async with server.tab() as two:
            turn = await server.here.held()
            assert turn.hold is not None
            claimed = await one.command("c1", "claim", hold=turn.hold.id)
            assert (await two.command("c2", "claim", hold=turn.hold.id))["body"]["fence"] == 1
            assert claimed["body"]["fence"] == 1
        assert server.here.people.anyone("acme")
        await one.command("c3", "away", on=True)
        assert not server.here.people.anyone("acme")
    assert server.here.people.everyone("acme") == []


async def test_tenants_see_their_own(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, EVERYBODY) as server,
        server.tab("ana") as ana,
        server.tab("eve") as eve,
    ):
        await eve.until("queue_reset")
        turn = await server.here.held()
        assert turn.hold is not None
        await ana.until("news", event="hold.opened")
        for stream in (f"hold:{turn.hold.id}", "conv:conv_1"):
            await eve.send({"type": "follow", "stream": stream})
            gone = await eve.until("gone")
            assert gone["stream"] == stream
        refused = await eve.command("c1", "claim", hold=turn.hold.id)
        assert refused["error"]["code"] == "hold_not_found"
        assert eve.holds == {}
        assert [person["id"] for person in eve.people] == ["eve"]


async def test_a_live_takeover(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, EVERYBODY) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
    ):
        await server.here.held(FakeTurn("turn_2", "conv_2"))
        taken = await ana.command("c1", "take_over", conversation="conv_2")
        assert taken["body"]["owner"]["name"] == "Ana"
        await ben.send({"type": "follow", "stream": "conv:conv_2"})
        await ben.until("talk_reset")
        epoch = taken["body"]["epoch"]
        await ana.command("c2", "typing", conversation="conv_2", epoch=epoch, on=True)
        assert (await ben.until("typing"))["name"] == "Ana"
        text = "Hi, this is Ana."
        await ana.command("c3", "say", conversation="conv_2", epoch=epoch, text=text)
        said = await ben.until("news", event="message")
        while said["messages"][0]["author"] != "human":
            said = await ben.until("news", event="message")
        assert said["messages"][0]["text"] == text
        await ben.until("news", event="message.delivered")
        assert [m["delivered"] for m in ben.talks["conv:conv_2"].values()] == [True, True]
        await ana.command("c4", "hand_back", conversation="conv_2", epoch=epoch)
        back = await ben.until("news", event="conversation.handed_back", stream="conv:conv_2")
        assert not back["conversation"]["human"]
        await ben.send({"type": "unfollow", "stream": "conv:conv_2"})
        late = await ben.command("c5", "say", conversation="conv_2", epoch=9, text="x")
        assert late["error"]["code"] == "not_taken_over"


async def test_a_draft_grows_before_the_agents_eyes(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server, server.tab() as ana:
        turn = await server.here.held(state="streaming", draft=Draft({}, {"0/content": "You"}))
        assert turn.hold is not None
        await ana.until("news", event="hold.opened")
        stream = f"hold:{turn.hold.id}"
        await ana.send({"type": "follow", "stream": stream})
        await ana.until("card_reset")
        text = "You"
        for more in (" get", " 5", " €"):
            text += more
            server.here.desk.grow(turn.hold.id, {"0/content": text})
            await ana.until("grown")
            assert ana.cards[stream]["pending"] == {"0/content": text}
        await server.here.whole(turn, Draft({}, {"0/content": text + "."}))
        card = (await ana.until("card_reset"))["card"]
        assert card["hold"]["draft_state"] == "whole"
        assert card["draft_sha256"] == Draft({}, {"0/content": text + "."}).sha256()


async def test_what_was_missed_is_sent_or_everything_is(tmp_path: Path) -> None:
    async with consoles(tmp_path, EVERYBODY) as server:
        async with server.tab(streams={"queue": None, "conv:conv_1": None}) as ana:
            await ana.until("gone", stream="conv:conv_1")
            first = await server.here.held()
            await ana.until("news")
            at, feed = ana.seqs["queue"], ana.feed
        await server.here.decide(BEN, first, "reject")
        wanted: dict[str, int | None] = {"queue": at, "conv:conv_1": 1}
        second = await server.here.held(FakeTurn("turn_2", "conv_1"), WAITS)
        assert second.hold is not None
        wanted = {"queue": at, "conv:conv_1": 1}
        async with server.tab(streams=wanted, feed=feed) as again:
            recovered = await again.until("recovered", stream="queue")
            assert {news["hold"]["state"] for news in recovered["news"]} == {"decided", "open"}
            talk = await again.until("recovered", stream="conv:conv_1")
            events = [news["event"] for news in talk["news"]]
            assert events[0] == "hold.decided"
            assert events[-1] == "hold.opened"
            await again.send({"type": "ack", "stream": "queue", "seq": again.seqs["queue"]})
            await again.send({"type": "pong"})
        for known, seq in (("another", at), (feed, 10**9)):
            async with server.tab(streams={"queue": seq}, feed=known) as reset:
                queue = (await reset.until("queue_reset"))["queue"]
                assert [hold["id"] for hold in queue["holds"]] == [second.hold.id]


async def test_every_console_of_a_tenant_is_told_how_the_stop_switch_stands(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, EVERYBODY) as server,
        server.tab("ana") as ana,
        server.tab("eve") as eve,
    ):
        await ana.until("queue_reset")
        await eve.until("queue_reset")
        here = server.here
        await here.perform(SUE, do.Stop("pass"))
        assert (await ana.until("stop"))["mode"] == "pass"
        async with server.tab("ben") as ben:
            assert (await ben.until("stop"))["mode"] == "pass"
        now = here.clock.now()
        await here.db.write(lambda conn: stops.set_mode(conn, stops.EVERYONE, "hold", "cli", now))
        await here.desk.feed.ring()
        assert (await eve.until("stop"))["mode"] == "hold"  # the first that another tenant hears
        assert (await ana.until("stop"))["mode"] == "hold"
        await here.db.write(lambda conn: stops.set_mode(conn, stops.EVERYONE, "", "cli", now))
        await here.desk.feed.ring()
        assert (await eve.until("stop"))["mode"] == ""
        await ana.until("stop", mode="pass")
