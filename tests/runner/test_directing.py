"""Thresholds end when their time is over; calls reach consoles, those that were away too."""

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import Connection
from sqlalchemy.event import listen

from hitl_chat.core.adjusting import LONGEST, Adjustment
from hitl_chat.core.command import Person
from hitl_chat.core.policy import Rule, Test, policy_of
from hitl_chat.errors import Conflict
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.runner.directing import Directing
from hitl_chat.runner.orders import Agent
from hitl_chat.store import directions, events
from tests.runner.desk_world import ANA, BEN, World, world
from tests.server.console_world import consoles

if TYPE_CHECKING:
    from hitl_chat.rules.ruleset import Ruleset

DEE = Agent(Person("dee", "Dee", "supervisor"), "acme")
RULE = Rule(name="refund", when=Test("known_bad", 0.7))
FACTS = RequestFacts(tenant="acme")


class Rules:
    """One rule, without a certificate."""

    certified_at = 1.0

    def for_request(self, facts: RequestFacts) -> Compiled:
        return Compiled(policy_of([RULE]))


def directing(here: World) -> Directing:
    plans = cast("Ruleset", SimpleNamespace(planned=[SimpleNamespace(rule=RULE)]))
    return Directing(here.desk, Rules(), lambda: plans)


async def test_nothing_is_to_be_done_for_a_threshold_to_end(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        made = directing(here)
        await made.move(DEE, "refund", "known_bad", 0.9, 60)
        here.clock.time += 59
        compiled = made.for_request(FACTS)
        assert compiled.moved == {"refund/known_bad": 0.9}
        assert cast("Test", compiled.policy.rules[0].when).above == 0.9
        after = directing(here)  # the server was restarted meanwhile
        await after.load()
        assert after.for_request(FACTS) == compiled
        here.clock.time += 1
        for each in (made, after):
            assert each.for_request(FACTS).policy.rules == (RULE,)
            assert [one.above for one in each.thresholds("acme")] == [None]


async def test_a_restart_goes_through_what_may_stand_and_no_more(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        made = directing(here)
        await made.move(DEE, "refund", "known_bad", 0.8, LONGEST)
        here.clock.time += LONGEST - 1
        after = directing(here)
        await after.load()
        assert [one.above for one in after.thresholds("acme")] == [0.8]
        here.clock.time += 1
        asked: list[object] = []
        now = here.clock.now()

        def read(conn: Connection) -> object:
            listen(conn, "before_cursor_execute", lambda *told: asked.append(told[3]))
            return directions.standing(conn, now)

        assert await here.db.read(read) == {}
        assert asked == [(now - LONGEST,)]  # what is older is not looked at


async def test_thresholds_are_not_moved_for_ever(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        made = directing(here)
        one = Adjustment("t0", "refund", "known_bad", 0.8, 0.0)
        now = here.clock.now()

        def many(conn: Connection) -> None:
            for _ in range(directions.MOST - 1):
                directions.move(conn, "acme", one, 0.7, now)

        await here.db.write(many)
        await made.move(DEE, "refund", "known_bad", 0.9, 60)
        with pytest.raises(Conflict) as refused:
            await made.move(DEE, "refund", "known_bad", 0.95, 60)
        assert refused.value.code == "too_many_moves"
        assert [each.above for each in made.thresholds("acme")] == [0.9]
        await made.end(DEE, made.thresholds("acme")[0].id)  # ending is always possible
        here.clock.time += LONGEST
        await made.move(DEE, "refund", "known_bad", 0.95, 60)


async def test_calls_reach_consoles_and_those_who_were_away(tmp_path: Path) -> None:
    people = (ANA, DEE)
    async with consoles(tmp_path, people) as desk, desk.tab("ana") as ana:
        await ana.until("queue_reset")
        here = directing(desk.here)
        await here.call(DEE, "ana", " Please come back. ")
        news = await ana.until("news", event="call")
        call: dict[str, Any] = news["call"]
        assert (call["to"], call["text"]) == ("ana", "Please come back.")
        assert call["by"] == {"id": "dee", "name": "Dee"}
        missed = news["seq"]
        await here.call(DEE, "", "Lunch is late.")
        await here.call(DEE, "", "Lunch is ready.")
        async with desk.tab("ana", {"queue": missed}, ana.feed) as again:
            recovered = await again.until("recovered")
            told = [each["call"]["text"] for each in recovered["news"]]
            assert told == ["Lunch is late.", "Lunch is ready."]
        recorded = await desk.here.db.read(lambda conn: events.read(conn, "acme", events.SYSTEM))
        assert [each.type for each in recorded] == ["call"] * 3
        assert not any("Lunch" in str(each.body) for each in recorded)


async def test_a_call_to_one_person_is_for_their_consoles_only(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, (ANA, BEN, DEE)) as desk,
        desk.tab("ana") as ana,
        desk.tab("ana") as tablet,
        desk.tab("ben") as ben,
    ):
        for tab in (ana, tablet, ben):
            await tab.until("queue_reset")
        seen = ben.seqs["queue"]
        here = directing(desk.here)
        await here.call(DEE, "ana", "Your customer complained about you.")
        await here.call(DEE, "", "Lunch is ready.")
        for tab in (ana, tablet):
            told = [(await tab.until("news"))["call"]["text"] for _ in range(2)]
            assert told == ["Your customer complained about you.", "Lunch is ready."]
        assert (await ben.until("news"))["call"]["text"] == "Lunch is ready."
        assert "complained" not in str(ben.frames)
        async with desk.tab("ben", {"queue": seen}, ben.feed) as again:
            await again.until("recovered")
            assert [each["call"]["to"] for each in again.frames[-1]["news"]] == [""]
            assert "complained" not in str(again.frames)
