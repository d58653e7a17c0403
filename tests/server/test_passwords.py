"""Choosing a password by a link, signing in with it, changing it; sessions and their ends."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat.server.attempts import BOTH
from hitl_chat.settings import Waits
from hitl_chat.store import entrances, events, people
from tests.browser.world import TENANT, World, opened
from tests.server.people_world import (
    BETTER,
    FORM,
    GOOD,
    add,
    choose,
    come,
    seated,
    send,
    sign_in,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, Waits(key_cache=0)) as found:
        yield found


async def recorded(world: World) -> list[str]:
    page = await world.program.db.read(lambda conn: events.read(conn, TENANT, events.PEOPLE))
    told = [each.type.split(".") for each in page]
    return [what for about, what in told if about == "person"]


# --- choosing one by a link ---------------------------------------------------------------------


async def test_a_link_lets_a_person_choose_a_password_and_in(world: World) -> None:
    ana = await add(world, "Ana")
    secret = await world.program.sessions.link(ana)
    page = await world.http.get(f"/in/{secret}")
    assert 'autocomplete="new-password"' in page.text
    seat = await choose(world, ana)
    assert (seat.me["name"], seat.me["has_password"]) == ("Ana", True)
    again = await seated(world, await sign_in(world, "Ana"))
    assert again.person == ana.id
    assert again.cookie != seat.cookie
    assert await recorded(world) == ["added", "password_set", "signed_in", "signed_in"]


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "at least 12"),
        ("passwordpassword", "passwordpassword", "easy to guess"),
        (GOOD, BETTER, "differ"),
        (GOOD, "", "differ"),
        ("x y " * 60, "x y " * 60, "at most 200"),
    ],
)
async def test_a_bad_password_does_not_use_the_link_up(
    world: World, password: str, again: str, says: str
) -> None:
    ana = await add(world, "Ana")
    path = f"/in/{await world.program.sessions.link(ana)}/password"
    refused = await send(world, path, password=password, again=again)
    assert refused.status_code == 400
    assert says in refused.text
    assert 'role="alert"' in refused.text
    assert "set-cookie" not in refused.headers
    assert (await send(world, path, password=GOOD, again=GOOD)).status_code == 303
    assert (await send(world, path, password=BETTER, again=BETTER)).status_code == 410
    assert (await sign_in(world, "Ana", BETTER)).status_code == 401


async def test_a_link_of_somebody_shut_out_chooses_nothing(world: World) -> None:
    ana = await add(world, "Ana")
    secret = await world.program.sessions.link(ana)
    await world.program.db.write(lambda conn: entrances.revoke(conn, TENANT, ana.id, 1.0, "root"))
    assert (
        await send(world, f"/in/{secret}/password", password=GOOD, again=GOOD)
    ).status_code == 410


# --- signing in ---------------------------------------------------------------------------------


async def test_wrong_unknown_and_without_one_get_the_same_answer(world: World) -> None:
    await choose(world, await add(world, "Ana"))
    await add(world, "Ben")
    gone = await add(world, "Cleo")
    await choose(world, gone)
    await world.program.db.write(lambda conn: entrances.revoke(conn, TENANT, gone.id, 1.0, "root"))
    answers = [
        await sign_in(world, name, password)
        for name, password in (
            ("Ana", BETTER),
            ("Ana", ""),
            ("Ben", GOOD),
            ("Cleo", GOOD),
            ("Zoe", GOOD),
            ("' OR '1'='1", GOOD),
            (f"other/{'Ana'}", GOOD),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert not any("set-cookie" in answer.headers for answer in answers)
    problems = {answer.text.split('role="alert">')[1].split("<")[0] for answer in answers}
    assert problems == {"The name or the password is wrong."}


async def test_what_was_typed_as_a_name_is_text_on_the_page(world: World) -> None:
    answer = await sign_in(world, '"><img src=x onerror=alert(1)>')
    assert "<img" not in answer.text
    assert "&lt;img" in answer.text


async def test_a_name_in_two_tenants_needs_its_tenant(world: World) -> None:
    ana = await add(world, "Ana")
    twin = people.Person("twin", "other", "Ana", "agent")
    await world.program.db.write(lambda conn: people.add(conn, twin, 0.0))
    await choose(world, ana)
    assert (await sign_in(world, "Ana")).status_code == 303
    await choose(world, twin, BETTER)
    assert (await sign_in(world, "Ana")).status_code == 401
    assert (await sign_in(world, "Ana", BETTER)).status_code == 401
    mine = await seated(world, await sign_in(world, f"{TENANT}/Ana"))
    theirs = await seated(world, await sign_in(world, "other/Ana", BETTER))
    assert (mine.person, theirs.person) == (ana.id, "twin")


async def test_guessing_is_stopped_and_says_for_how_long(world: World) -> None:
    await choose(world, await add(world, "Ana"))
    for _ in range(BOTH):
        assert (await sign_in(world, "Ana", BETTER)).status_code == 401
    stopped = await sign_in(world, "Ana", GOOD)
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= 300
    assert "come back in 5 minutes" in stopped.text
    for same in (" ana ", f"{TENANT}/Ana", "/Ana"):
        assert (await sign_in(world, same, GOOD)).status_code == 429


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_no_other_page_signs_anybody_in(world: World, headers: dict[str, str]) -> None:
    ana = await add(world, "Ana")
    await choose(world, ana)
    body = "name=Ana&password=plum+kettle+9+road"
    refused = await world.http.post("/sign-in", content=body, headers=FORM | headers)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    secret = await world.program.sessions.link(ana)
    fields = "password=brown+otters+sing+late&again=brown+otters+sing+late"
    refused = await world.http.post(
        f"/in/{secret}/password", content=fields, headers=FORM | headers
    )
    assert refused.status_code == 403
    assert (await sign_in(world, "Ana")).status_code == 303


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"name=Ana&password=x", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"name=Ana&name=Ben&password=x", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(50)), 400),
        ("application/x-www-form-urlencoded", b"name=\xff", 400),
        ("application/x-www-form-urlencoded", b"name=%ff", 400),
        ("application/x-www-form-urlencoded", b"", 401),
    ],
)
async def test_a_bad_form_is_refused(world: World, kind: str, body: bytes, status: int) -> None:
    answer = await world.http.post("/sign-in", content=body, headers={"content-type": kind})
    assert answer.status_code == status


async def test_no_password_is_stored_or_logged(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seat = await choose(world, await add(world, "Ana"))
    await sign_in(world, "Ana")
    await sign_in(world, "Ana", BETTER)
    await seat.post("/console/password", {"old": GOOD, "new": BETTER})
    told = [each.getMessage() for each in caplog.records if not each.name.startswith("http")]
    for secret in (GOOD, BETTER, seat.cookie):
        assert secret.encode() not in _kept(tmp_path)
        assert secret not in str(told)


def _kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


# --- changing it, and sessions ------------------------------------------------------------------


async def test_who_knows_the_old_one_may_change_it_and_others_are_out(world: World) -> None:
    ana = await choose(world, await add(world, "Ana"))
    phone = await seated(world, await sign_in(world, "Ana"))
    wrong = await ana.post("/console/password", {"old": BETTER, "new": BETTER})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "wrong_password")
    weak = await ana.post("/console/password", {"old": GOOD, "new": "ana ana ana ana"})
    assert (weak.status_code, weak.json()["error"]["code"]) == (400, "weak_password")
    done = await ana.post("/console/password", {"old": GOOD, "new": BETTER})
    assert done.json() == {"changed": True}
    assert (await ana.get("/console/me")).status_code == 200
    assert (await phone.get("/console/me")).status_code == 401
    assert (await sign_in(world, "Ana", GOOD)).status_code == 401
    assert (await sign_in(world, "Ana", BETTER)).status_code == 303


async def test_a_stolen_session_cannot_guess_the_old_password_for_long(world: World) -> None:
    ana = await choose(world, await add(world, "Ana"))
    codes = [
        (await ana.post("/console/password", {"old": f"guess {n}", "new": BETTER})).status_code
        for n in range(BOTH + 2)
    ]
    assert codes == [401] * BOTH + [429] * 2


@pytest.mark.parametrize("path", ["ticket", "sign-out", "sessions/end", "password", "commands"])
async def test_every_change_needs_the_sessions_own_token(world: World, path: str) -> None:
    ana, ben = await come(world, await add(world, "Ana")), await come(world, await add(world, "B"))
    bodies = {"password": {"old": "x", "new": "y"}, "sessions/end": {"which": "all"}}
    for token in ("", ben.csrf):
        answer = await ana.post(f"/console/{path}", bodies.get(path), **{"x-csrf-token": token})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    answer = await ana.post(f"/console/{path}", bodies.get(path), origin="https://evil.example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site")
    assert (await ana.get("/console/me")).status_code == 200


async def test_sessions_are_listed_and_ended(world: World) -> None:
    who = await add(world, "Ana")
    ana = await choose(world, who)
    phone, tablet = [await seated(world, await sign_in(world, "Ana")) for _ in range(2)]
    listed = (await ana.get("/console/sessions")).json()
    assert len(listed) == 3
    assert [each["here"] for each in listed].count(True) == 1
    assert all(each["about"].startswith("python-httpx") for each in listed)
    link = await world.program.sessions.link(who)
    assert (await ana.post("/console/sessions/end", {"which": "others"})).status_code == 200
    assert (await ana.get("/console/me")).status_code == 200
    for seat in (phone, tablet):
        assert (await seat.get("/console/me")).status_code == 401
    assert (await world.http.get(f"/in/{link}")).status_code == 410
    gone = await ana.post("/console/sessions/end", {"which": "all"})
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert (await ana.get("/console/me")).status_code == 401


async def test_nobody_lists_or_ends_the_sessions_of_another(world: World) -> None:
    ana, ben = await come(world, await add(world, "Ana")), await come(world, await add(world, "B"))
    assert len((await ana.get("/console/sessions")).json()) == 1
    await ana.post("/console/sessions/end", {"which": "all"})
    assert (await ben.get("/console/me")).status_code == 200
