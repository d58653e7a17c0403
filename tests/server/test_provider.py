"""A provider that is slow, and one that changes its keys."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from joserfc import jwk, jwt

from hitl_chat.errors import Unauthorized, Unavailable
from hitl_chat.server.provider import AGAIN, AWAY, Asked, Client, Provider, is_safe
from tests.server import issuer as providers
from tests.server.clock import Clock
from tests.server.issuer import CLIENT, SECRET, Issuer, issuing, query

BACK = "http://127.0.0.1/sign-in/back"
ASKED = Asked("s", "n", "v" * 50, 1e9)


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000_000.0)


@pytest.fixture
async def issuer(clock: Clock) -> AsyncIterator[Issuer]:
    async with issuing(clock) as found:
        yield found


def provider(url: str, clock: Clock, patience: float = 5.0) -> Provider:
    return Provider(Client(url, CLIENT, SECRET, ("openid",)), clock, patience=patience)


async def code(known: Provider, issuer: Issuer) -> str:
    back = issuer.back(query(await known.address(ASKED, BACK)))
    return query(back)["code"]


async def test_one_that_never_answers_is_given_up() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(Unavailable, match="cannot be reached"):
            await provider(url, Clock(), patience=0.1).address(ASKED, BACK)


async def test_one_that_never_answers_is_asked_once_for_all_who_come() -> None:
    """Else each of them would wait for those before, and staff behind them all."""
    asked: list[str] = []

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append("about")
        await reader.read()
        writer.close()

    server, clock = await asyncio.start_server(hang, "127.0.0.1", 0), Clock()
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        away = provider(url, clock, patience=0.1)

        async def come(number: int) -> list[BaseException | str]:
            callers = [away.address(ASKED, BACK) for _ in range(number)]
            return await asyncio.gather(*callers, return_exceptions=True)

        assert {type(each) for each in await come(10)} == {Unavailable}
        assert {type(each) for each in await come(1)} == {Unavailable}
        assert len(asked) == 1
        clock.time += AWAY
        await come(1)
        assert len(asked) == 2


async def test_who_hangs_up_ends_the_asking_for_nobody_else(issuer: Issuer, clock: Clock) -> None:
    known = provider(issuer.url, clock)
    callers = [asyncio.create_task(known.address(ASKED, BACK)) for _ in range(3)]
    await asyncio.sleep(0)
    callers[0].cancel()
    assert await callers[1] == await callers[2]
    assert issuer.asked == ["discovery"]


async def test_its_new_keys_are_found_when_a_token_names_one(
    issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = provider(issuer.url, clock)
    assert (await known.claims(await code(known, issuer), ASKED, BACK))["sub"] == "u1"
    monkeypatch.setattr(providers, "REALLY", jwk.RSAKey.generate_key(2048, {"kid": "two"}))
    issuer.how = "two"
    with pytest.raises(Unauthorized):  # a flood of bad tokens does not make us ask again and again
        await known.claims(await code(known, issuer), ASKED, BACK)
    assert issuer.asked.count("keys") == 1
    clock.time += AGAIN
    assert (await known.claims(await code(known, issuer), ASKED, BACK))["sub"] == "u1"
    assert issuer.asked.count("keys") == 2


def test_a_token_of_the_tests_is_one() -> None:
    """The provider of the tests would be no proof if it signed nothing."""
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, {"sub": "u1"}, providers.REALLY)
    assert jwt.decode(signed, providers.REALLY, algorithms=["RS256"]).claims == {"sub": "u1"}


HERE, THERE = "http://127.0.0.1:9000", "https://login.example"


@pytest.mark.parametrize(
    ("endpoint", "issuer", "expected"),
    [
        (f"{THERE}/token", THERE, True),
        (f"{HERE}/token", HERE, True),
        ("http://[::1]:9000/token", HERE, True),
        (f"{THERE}/token", HERE, True),
        (f"{HERE}/token", THERE, False),
        ("http://localhost/token", THERE, False),
        ("http://login.example/token", THERE, False),
        ("http://login.example/token", HERE, False),
        ("http://127.0.0.1@evil.example/token", HERE, False),
        ("https:///token", THERE, False),
        ("https://[bad/token", THERE, False),
        ("ftp://127.0.0.1/token", HERE, False),
        (["https://login.example/token"], THERE, False),
        (None, THERE, False),
    ],
)
def test_an_issuer_on_the_network_names_no_door_of_this_machine(
    endpoint: object, issuer: str, expected: bool
) -> None:
    assert is_safe(endpoint, issuer) is expected


async def test_endpoints_on_the_network_are_https(issuer: Issuer, clock: Clock) -> None:
    issuer.about = {"token_endpoint": "http://login.example/token"}
    with pytest.raises(Unauthorized, match="its token_endpoint is no https address"):
        await provider(issuer.url, clock).address(ASKED, BACK)
