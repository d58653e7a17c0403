"""What the people page asks of the server: who works here, and changes that count at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.command import Person
from hitl_chat.core.roles import MAY, may
from hitl_chat.runner.moves import Moved
from hitl_chat.runner.personnel import Personnel
from hitl_chat.settings import Waits
from hitl_chat.store import entrances, events, holds, people
from tests.browser.world import TENANT, World, opened
from tests.server.people_world import GOOD, Seat, add, choose, come, seated, send, sign_in

ABLE = {"skills": ["law"], "languages": ["de"], "capacity": 3}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, Waits(key_cache=0, undo_console=0)) as found:
        yield found


async def seat(world: World, name: str, role: str) -> Seat:
    return await come(world, await add(world, name, role))


async def listed(by: Seat) -> dict[str, dict[str, Any]]:
    answer = await by.get("/console/people/list")
    assert answer.status_code == 200
    return {each["name"]: each for each in answer.json()["people"]}


# --- the matrix (row 86) ------------------------------------------------------------------------

CALLS: dict[str, tuple[str, str, object]] = {
    "read": ("GET", "/console/queue", None),
    "decide": ("POST", "/console/commands", {"do": "next"}),
    "force": ("POST", "/console/commands", {"do": "claim", "hold": "x", "force": True}),
    "stop": ("POST", "/console/commands", {"do": "stop", "mode": "off"}),
    "colleagues": ("GET", "/console/people/list", None),
    "staff": ("POST", "/console/people/{ben}", ABLE),
    "people": ("POST", "/console/people/{ben}/reset", None),
}


@pytest.mark.parametrize("role", MAY)
async def test_each_role_may_do_its_own_over_http_and_nothing_else(world: World, role: str) -> None:
    ben = await add(world, "Ben")
    ana = await seat(world, "Ana", role)
    for act, (method, path, body) in CALLS.items():
        where = path.format(ben=ben.id)
        answer = await (ana.get(where) if method == "GET" else ana.post(where, body))
        refused = answer.status_code == 403
        assert refused is not may(role, act), (act, answer.text)
        if refused:
            assert answer.json()["error"]["code"] == "forbidden"
    await world.program.tasks.settled()
    page = await world.program.db.read(lambda conn: events.read(conn, "", events.SYSTEM))
    denied = [each for each in page if each.type == "denied"]
    assert {each.body["who"] for each in denied} <= {ana.person}
    assert denied


@pytest.mark.parametrize("role", ["supervisor", "auditor", "agent", "engineer"])
async def test_only_admins_invite_give_roles_and_shut_out(world: World, role: str) -> None:
    ben, ana = await add(world, "Ben"), await seat(world, "Ana", role)
    calls: list[tuple[str, object]] = [
        ("", {"name": "Zoe"}),
        (f"/{ben.id}", {**ABLE, "role": "admin"}),
        (f"/{ben.id}/reset", None),
        (f"/{ben.id}/deactivate", None),
        (f"/{ana.person}", {**ABLE, "role": "admin"}),
    ]
    for path, body in calls:
        assert (await ana.post(f"/console/people{path}", body)).status_code == 403
    assert (await seat(world, "Sue", "supervisor")).me["role"] == "supervisor"
    assert (await ana.get("/console/me")).json()["role"] == role


@pytest.mark.parametrize("path", ["", "/{ben}", "/{ben}/reset", "/{ben}/deactivate"])
async def test_every_change_needs_the_token_and_our_page(world: World, path: str) -> None:
    ben, amy = await add(world, "Ben"), await seat(world, "Amy", "admin")
    where = "/console/people" + path.format(ben=ben.id)
    for headers in ({"x-csrf-token": ""}, {"origin": "https://evil.example"}):
        assert (await amy.post(where, {"name": "Zoe"}, **headers)).status_code == 403
    assert (await listed(amy))["Ben"]["state"] == "offline"
    assert "Zoe" not in await listed(amy)


# --- seeing and inviting ------------------------------------------------------------------------


async def test_an_admin_invites_and_the_link_lets_in_once(world: World) -> None:
    amy = await seat(world, "Amy", "admin")
    answer = await amy.post("/console/people", {"name": " Zoe ", "role": "agent", **ABLE})
    made = answer.json()
    assert made["name"] == "Zoe"
    zoe = await seated(world, await send(world, made["link"]))
    assert (zoe.person, zoe.me["role"]) == (made["person"], "agent")
    assert (await send(world, made["link"])).status_code == 410
    row = (await listed(amy))["Zoe"]
    assert {name: row[name] for name in ABLE} == ABLE
    assert (row["state"], row["has_password"], row["load"]) == ("offline", False, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "  "}, 400),
        ({"name": "a/b"}, 400),
        ({"name": "a\u202eb"}, 400),
        ({"name": "x" * 101}, 400),
        ({"name": "Amy"}, 409),
        ({"name": "Zoe", "role": "root"}, 400),
        ({"name": "Zoe", "skills": ["No Good"]}, 400),
        ({"name": "Zoe", "languages": ["german"]}, 400),
        ({"name": "Zoe", "capacity": -1}, 400),
        ({"name": "Zoe", "capacity": 1000}, 400),
        ({"name": "Zoe", "admin": True}, 400),
        ({}, 400),
        ([], 400),
    ],
)
async def test_a_bad_invitation_makes_nobody(world: World, body: object, status: int) -> None:
    amy = await seat(world, "Amy", "admin")
    answer = await amy.post("/console/people", body)
    assert answer.status_code == status
    assert [*await listed(amy)] == ["Amy"]


async def test_another_tenants_people_are_not_there(world: World) -> None:
    amy = await seat(world, "Amy", "admin")
    eve = people.Person("eve", "other", "Eve", "agent")
    await world.program.db.write(lambda conn: people.add(conn, eve, 0.0))
    assert (await listed(amy)).keys() == {"Amy"}
    for path, body in (("", ABLE), ("/reset", None), ("/deactivate", None)):
        assert (await amy.post(f"/console/people/eve{path}", body)).status_code == 404


# --- changing -----------------------------------------------------------------------------------


async def test_a_lowered_role_counts_at_once_and_is_on_record(world: World) -> None:
    amy, sue = await seat(world, "Amy", "admin"), await seat(world, "Sue", "supervisor")
    assert (await sue.do("stop", mode="off")).status_code == 200
    done = await amy.post(f"/console/people/{sue.person}", {**ABLE, "role": "auditor"})
    assert done.status_code == 200
    assert (await sue.do("stop", mode="off")).status_code == 403
    assert (await sue.get("/console/queue")).status_code == 200
    page = await world.program.db.read(lambda conn: events.read(conn, TENANT, events.PEOPLE))
    (told,) = [each.body for each in page if each.type == "person.changed"]
    assert (told["person"], told["by"], told["role"]) == (sue.person, amy.person, "auditor")


async def test_an_admin_cannot_lock_themselves_out(world: World) -> None:
    amy = await seat(world, "Amy", "admin")
    for path, body in (("", {**ABLE, "role": "agent"}), ("/deactivate", None)):
        answer = await amy.post(f"/console/people/{amy.person}{path}", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own")
    assert (await amy.get("/console/people/list")).status_code == 200


async def test_a_reset_ends_password_and_sessions_and_gives_a_link(world: World) -> None:
    amy = await seat(world, "Amy", "admin")
    ben = await choose(world, await add(world, "Ben"))
    link = (await amy.post(f"/console/people/{ben.person}/reset")).json()["link"]
    assert (await ben.get("/console/me")).status_code == 401
    assert (await sign_in(world, "Ben", GOOD)).status_code == 401
    again = await send(world, f"{link}/password", password=GOOD, again=GOOD)
    assert (await seated(world, again)).person == ben.person


# --- shutting out -------------------------------------------------------------------------------


async def claimed(world: World, by: Seat) -> str:
    """A hold that this person has claimed."""
    world.stage.says("I guarantee you a full refund.")
    world.ask("Will you refund me?")
    while not (found := (await by.do("next")).json().get("id")):
        pass
    return str(found)


async def test_who_is_shut_out_is_out_and_keeps_nothing(world: World) -> None:
    amy, ben = await seat(world, "Amy", "admin"), await seat(world, "Ben", "agent")
    sue = await seat(world, "Sue", "supervisor")
    world.program.people.enter("tab", _person(sue), TENANT)
    ident = await claimed(world, ben)
    assert (await listed(amy))["Ben"]["load"] == 1
    link = await world.program.sessions.link(await _row(world, ben))
    done = await amy.post(f"/console/people/{ben.person}/deactivate")
    assert done.status_code == 200
    assert (await ben.get("/console/me")).status_code == 401
    assert (await world.http.get(f"/in/{link}")).status_code == 410
    row = await world.program.db.read(lambda conn: holds.get(conn, TENANT, ident))
    assert row is not None
    assert (row.state, row.claimed_by) == ("open", "")
    shown = (await listed(amy))["Ben"]
    assert (shown["state"], shown["load"]) == ("shut_out", 0)
    assert (await amy.post(f"/console/people/{ben.person}/reset")).status_code == 409


RELIEVED = [("/deactivate", None), ("", {**ABLE, "role": "auditor"})]


@pytest.mark.parametrize(("path", "body"), RELIEVED)
async def test_the_conversations_of_who_may_not_speak_look_for_somebody_else(
    world: World, path: str, body: object
) -> None:
    amy, ben = await seat(world, "Amy", "admin"), await seat(world, "Ben", "agent")
    world.program.people.enter("tab", _person(ben), TENANT)
    ident = await claimed(world, ben)
    card = (await ben.get(f"/console/holds/{ident}")).json()["hold"]
    taking = {"hold": ident, "action": "take_over", "version": card["version"]}
    assert (await ben.do("decide", **taking, fence=card["fence"])).status_code == 200
    conv = card["conversation"]
    await amy.post(f"/console/people/{ben.person}{path}", body)
    sue = await seat(world, "Sue", "supervisor")
    here = (await sue.get(f"/console/conversations/{conv}")).json()["conversation"]
    assert (here["human"], here["unattended"], here["owner"]) == (True, True, None)


async def test_sessions_end_before_anything_is_given_back(world: World) -> None:
    """Else who was shut out could take it again meanwhile."""
    ben, sue = await seat(world, "Ben", "agent"), await seat(world, "Sue", "supervisor")
    world.program.people.enter("tab", _person(sue), TENANT)
    ident = await claimed(world, ben)
    happened: list[str] = []

    def moved(told: Moved) -> None:
        if told.before.state != told.after.state:  # not: its draft was written to the end
            happened.append(f"{told.after.id} is {told.after.state}")

    world.program.desk.transactions.on_move.append(moved)
    personnel = Personnel(world.program.desk, lambda ident: happened.append(f"{ident} is out"))
    await personnel.deactivate(TENANT, ben.person, "amy")
    assert happened == [f"{ben.person} is out", f"{ident} is open"]


async def test_from_the_commit_on_nobody_decides_who_is_shut_out(tmp_path: Path) -> None:
    """Whoever is still believed to be signed in, here or on another node."""
    async with opened(tmp_path, Waits(key_cache=5, undo_console=0)) as world:
        ben, sue = await seat(world, "Ben", "agent"), await seat(world, "Sue", "supervisor")
        world.program.people.enter("tab", _person(sue), TENANT)
        ident = await claimed(world, ben)
        card = (await ben.get(f"/console/holds/{ident}")).json()
        seen = {"version": card["hold"]["version"], "draft_sha256": card["draft_sha256"]}
        await _write(world, lambda conn: entrances.revoke(conn, TENANT, ben.person, 1.0, "amy"))
        for do, about in (
            ("decide", {"hold": ident, "action": "approve", **seen}),
            ("take_over", {"conversation": card["hold"]["conversation"]}),
            ("release", {"hold": ident, "fence": card["hold"]["fence"]}),
        ):
            answer = await ben.do(do, **about)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
        assert (await ben.get("/console/me")).status_code == 200  # believed, for some seconds
        row = await world.program.db.read(lambda conn: holds.get(conn, TENANT, ident))
        assert row is not None
        assert row.state == "claimed"


@pytest.mark.parametrize(("path", "body"), RELIEVED)
async def test_what_they_decided_and_nobody_sent_yet_is_decided_anew(
    tmp_path: Path, path: str, body: object
) -> None:
    async with opened(tmp_path, Waits(key_cache=5, undo_console=30)) as world:
        amy, ben = await seat(world, "Amy", "admin"), await seat(world, "Ben", "agent")
        sue = await seat(world, "Sue", "supervisor")
        world.program.people.enter("tab", _person(sue), TENANT)
        ident = await claimed(world, ben)
        version = (await ben.get(f"/console/holds/{ident}")).json()["hold"]["version"]
        about = {"action": "edit", "text": "It is all free.", "version": version, "undo": 30}
        assert (await ben.do("decide", hold=ident, **about)).json()["state"] == "settling"
        assert (await amy.post(f"/console/people/{ben.person}{path}", body)).status_code == 200
        card = (await sue.get(f"/console/holds/{ident}")).json()
        assert (card["hold"]["state"], card["proposed"]) == ("open", {})
        steps = [
            (step["what"], step["by"] and step["by"]["name"])
            for step in card["background"]["trail"]
        ]
        assert ("undone", "Amy") in steps


@pytest.mark.parametrize("head_start", range(8))
async def test_whichever_is_first_nobody_decides_after_they_were_shut_out(
    world: World, head_start: int
) -> None:
    amy, ben = await seat(world, "Amy", "admin"), await seat(world, "Ben", "agent")
    sue = await seat(world, "Sue", "supervisor")
    world.program.people.enter("tab", _person(sue), TENANT)
    ident = await claimed(world, ben)
    card = (await ben.get(f"/console/holds/{ident}")).json()
    about = {"version": card["hold"]["version"], "draft_sha256": card["draft_sha256"]}

    async def decides() -> int:
        for _ in range(head_start):
            await asyncio.sleep(0)
        return (await ben.do("decide", hold=ident, action="approve", **about)).status_code

    path = f"/console/people/{ben.person}/deactivate"
    code, out = await asyncio.gather(decides(), amy.post(path))
    assert out.status_code == 200
    here = events.of_conversation(card["hold"]["conversation"])
    told = await world.program.db.read(
        lambda conn: [*events.read(conn, TENANT, here), *events.read(conn, TENANT, events.PEOPLE)]
    )
    (revoked,) = [one.id for one in told if one.type == "person.revoked"]
    decided = [one.id for one in told if one.type == "hold.decided"]
    assert len(decided) == (code == 200)
    assert all(ident < revoked for ident in decided)


async def test_nothing_is_given_to_who_is_shut_out(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(key_cache=5, undo_console=0)) as world:
        ben, sue = await seat(world, "Ben", "agent"), await seat(world, "Sue", "supervisor")
        for each in (ben, sue):
            world.program.people.enter(each, _person(each), TENANT)
        ident = await claimed(world, sue)
        await _write(world, lambda conn: entrances.revoke(conn, TENANT, ben.person, 1.0, "amy"))
        answer = await sue.do("assign", hold=ident, to=ben.person)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_online")


async def test_a_lowered_role_counts_from_its_commit_on(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(key_cache=5)) as world:
        sue = await seat(world, "Sue", "supervisor")
        assert (await sue.do("stop", mode="off")).status_code == 200
        lower = replace(await _row(world, sue), role="auditor")
        await _write(world, lambda conn: people.change(conn, lower, 1.0, "amy"))
        answer = await sue.do("stop", mode="pass")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "role_changed")
        assert (await sue.get("/console/stop")).json() == {"mode": "off"}


async def _write(world: World, query: Callable[[Connection], object]) -> None:
    await world.program.db.write(query)


def _person(who: Seat) -> Person:
    return Person(who.person, str(who.me["name"]), str(who.me["role"]))


async def _row(world: World, who: Seat) -> people.Person:
    found = await world.program.register.person(who.person)
    assert found is not None
    return found
