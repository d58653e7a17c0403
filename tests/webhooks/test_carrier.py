"""The way out: only where it may lead, whatever names resolve to, and never longer than allowed."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from hitl_chat.webhooks.carrier import MOST_READ, Answer, Carrier
from hitl_chat.webhooks.parcels import Hook
from tests.webhooks.receiver import HERE, Receiver

CERTIFICATE = Path(__file__).parents[1] / "models" / "tls" / "localhost.pem"


class Names(AbstractResolver):
    """A name server that lies: one list of addresses a look-up, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None: ...


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


async def sent(hook: Hook, **more: Any) -> Answer:
    carrier = Carrier(hook, **{"patience": 5.0, **more})
    try:
        return await carrier.deliver(b"{}", {"webhook-id": "1"})
    finally:
        await carrier.close()


async def test_what_is_sent(receiver: Receiver) -> None:
    assert await sent(receiver.hook()) == Answer()
    (delivery,) = receiver.got
    assert delivery.body == b"{}"
    headers = dict(delivery.headers)
    del headers["accept"], headers["accept-encoding"]
    assert headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "content-type": "application/json",
        "content-length": "2",
        "user-agent": "hitl-chat",
        "webhook-id": "1",
    }


async def test_no_proxy_of_the_environment_sees_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be told everything, and reach what we do not."""
    async with Receiver() as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert await sent(receiver.hook()) == Answer()
        assert (len(receiver.got), proxy.got) == (1, [])


# Names and forms that all lead to this machine: nothing may arrive there.
INWARD = [
    *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "127.1"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]"),
]


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_nothing_arrives_at_this_machine_by_whatever_name(
    receiver: Receiver, scheme: str, host: str
) -> None:
    """The URL's own check is left out: the socket is the last to know, and it refuses."""
    answer = await sent(Hook("team", f"{scheme}://{host}:{receiver.port}/"))
    assert answer.problem
    assert receiver.got == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["10.0.0.1", "127.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1"],
        ["64:ff9b::7f00:1"],
    ],
    ids=str,
)
async def test_a_public_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    answer = await sent(Hook("team", "https://hooks.example/"), resolver=Names(addresses))
    assert "address" in answer.problem or "network" in answer.problem or "inside" in answer.problem


async def test_a_name_that_changes_its_mind_is_refused_the_second_time(receiver: Receiver) -> None:
    """DNS rebinding: allowed while it was looked at, inside when it is connected to."""
    rebound = Hook("team", f"http://rebind.example:{receiver.port}/", networks=HERE)
    carrier = Carrier(rebound, patience=5.0, resolver=Names(["127.0.0.1"], ["10.9.9.9"]))
    receiver.headers["connection"] = "close"
    assert await carrier.deliver(b"{}", {}) == Answer()
    carrier._client.connector.clear_dns_cache()  # type: ignore[union-attr] # as after its life
    assert "10.9.9.9" in (await carrier.deliver(b"{}", {})).problem
    await carrier.close()
    assert len(receiver.got) == 1


async def test_metadata_is_never_reached_even_if_everything_is_listed() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    hook = Hook("team", "https://metadata.example/", networks=everything)
    answer = await sent(hook, resolver=Names(["169.254.169.254"]))
    assert "never" in answer.problem


@pytest.mark.parametrize(
    ("status", "words", "final"),
    [
        (301, "redirects", False),
        (307, "redirects", False),
        (400, "template", True),
        (401, "secret", False),
        (404, "nothing", False),
        (500, "500", False),
    ],
)
async def test_what_it_answers_is_said_in_our_words(
    receiver: Receiver, status: int, words: str, final: bool
) -> None:
    receiver.headers["location"] = receiver.url
    receiver.answers(status)
    answer = await sent(receiver.hook())
    assert words in answer.problem
    assert answer.final == final
    assert len(receiver.got) == 1


async def test_silence_ends_with_our_patience(receiver: Receiver) -> None:
    receiver.open.clear()
    answer = await sent(receiver.hook(), patience=0.1)
    assert answer.problem == "it did not answer within 0.1 s"


async def test_nobody_there(receiver: Receiver) -> None:
    hook = receiver.hook()
    await receiver.__aexit__()
    assert (await sent(hook)).problem == "it does not accept connections"


async def test_a_name_nobody_knows() -> None:
    class Nobody(Names):
        async def resolve(self, *_: Any, **__: Any) -> list[ResolveResult]:
            msg = "no such name"
            raise OSError(msg)

    answer = await sent(Hook("team", "https://hooks.example/"), resolver=Nobody())
    assert answer.problem == "the name of its host is not known"


@pytest.mark.parametrize(
    "nonsense",
    [b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b""],
)
async def test_what_speaks_no_http_is_a_failure_like_any_other(nonsense: bytes) -> None:
    async with Serving(nonsense) as port:
        assert (await sent(local(port))).problem.startswith("the connection broke")


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n"
    async with Serving(head + b"x" * (2 * MOST_READ), stays=True) as port:
        assert await sent(local(port)) == Answer()


async def test_a_head_that_never_ends_is_cut() -> None:
    async with Serving(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000, stays=True) as port:
        assert (await sent(local(port), patience=1.0)).problem


async def test_a_certificate_of_nobody_we_know_is_refused() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    async with Serving(b"", tls=tls) as port:
        hook = Hook("team", f"https://localhost:{port}/", networks=HERE)
        assert "certificate" in (await sent(hook)).problem
        known = ssl.create_default_context(cafile=str(CERTIFICATE))
        assert "certificate" not in (await sent(hook, tls=known)).problem


def local(port: int) -> Hook:
    return Hook("team", f"http://127.0.0.1:{port}/", networks=HERE)


class Serving:
    """A server that says these bytes, whatever it is asked."""

    def __init__(
        self, says: bytes, *, stays: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self._says, self._stays, self._tls = says, stays, tls
        self._over = asyncio.Event()

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(self._says)
        if self._stays:
            await self._over.wait()
        writer.close()
