"""/healthz, /readyz and /metrics, and who may read the last (faults 12 and 45)."""

import asyncio
import json

import pytest

from hitl_chat.server.asgi import Edge
from hitl_chat.server.head import HeadLimits, Peers
from hitl_chat.server.health import Health, Ready
from tests.server.running import serving


def says(answer: str | None) -> Ready:
    async def ready() -> str | None:
        return answer

    return ready


async def breaks() -> str | None:
    raise LookupError


async def hangs() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_a_process_that_answers_is_healthy() -> None:
    health = Health({"store": says("disk full")}, str)
    async with serving(health.routes()) as running:
        assert (await running.ask("/healthz")).status == 200
        assert (await running.ask("/healthz", method="HEAD")).body == b""
        assert (await running.ask("/healthz", method="POST")).status == 405


async def test_ready_when_every_part_is() -> None:
    health = Health({"store": says(None), "rules": says(None)}, str)
    async with serving(health.routes()) as running:
        answer = await running.ask("/readyz")
    assert (answer.status, json.loads(answer.body)["status"]) == (200, "ready")


async def test_unready_names_the_parts_and_never_hangs() -> None:
    parts = {"store": says("disk full"), "rules": says(None), "bus": breaks, "model": hangs}
    health = Health(parts, str, seconds=0.05)
    async with serving(health.routes()) as running:
        answer = await running.ask("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["problems"] == {
        "store": "disk full",
        "bus": "LookupError",
        "model": "no answer within 0.05 s",
    }


@pytest.mark.parametrize(
    ("trusted", "allow", "headers", "status"),
    [
        ((), ("127.0.0.0/8",), [], 200),
        ((), ("10.0.0.0/8",), [], 403),
        # A proxy nobody named: whoever asks through it looks like the machine itself.
        ((), ("127.0.0.0/8",), [("x-forwarded-for", "127.0.0.1")], 403),
        ((), ("127.0.0.0/8",), [("forwarded", "for=127.0.0.1")], 403),
        ((), ("127.0.0.0/8",), [("via", "1.1 somebody")], 403),
        ((), ("9.9.9.9/32",), [("x-forwarded-for", "9.9.9.9")], 403),
        # A proxy that was named tells the truth, for the last hop only.
        (("127.0.0.1",), ("9.9.9.9/32",), [("x-forwarded-for", "9.9.9.9")], 200),
        (("127.0.0.1",), ("9.9.9.9/32",), [("x-forwarded-for", "9.9.9.9, 8.8.8.8")], 403),
        (("127.0.0.1",), ("9.9.9.9/32",), [("x-forwarded-for", "8.8.8.8, 9.9.9.9")], 200),
        (("127.0.0.1", "8.8.8.8"), ("9.9.9.9",), [("x-forwarded-for", "9.9.9.9, 8.8.8.8")], 200),
        (("127.0.0.1",), ("127.0.0.1",), [("x-forwarded-for", "rubbish")], 403),
    ],
)
async def test_metrics_are_for_listed_addresses(
    trusted: tuple[str, ...], allow: tuple[str, ...], headers: list[tuple[str, str]], status: int
) -> None:
    health = Health({}, lambda: "hitl_up 1\n", peers=Peers(trusted), allow=allow)
    async with serving(health.routes()) as running:
        answer = await running.ask("/metrics", headers=headers)
    assert answer.status == status
    assert (answer.body == b"hitl_up 1\n") is (status == 200)


@pytest.mark.parametrize(
    ("given", "status"),
    [([], 403), (["Bearer wrong"], 403), (["Bearer k1"], 200), (["Bearer k1", "Bearer k1"], 403)],
)
async def test_metrics_with_a_key_are_for_its_holder(given: list[str], status: int) -> None:
    health = Health({}, lambda: "", allow=("127.0.0.0/8",), key="k1")
    async with serving(health.routes()) as running:
        headers = [("authorization", value) for value in given]
        assert (await running.ask("/metrics", headers=headers)).status == status


async def test_a_forwarded_host_is_not_the_host() -> None:
    """Fault 12: what a stranger's proxy header claims changes nothing."""
    edge = Edge(head=HeadLimits(hosts=("chat.example",)))
    async with serving(Health({}, str).routes(), edge=edge) as running:
        claimed = [("host", "evil.example"), ("x-forwarded-host", "chat.example")]
        assert (await running.ask("/healthz", headers=claimed)).status == 400
        assert (await running.ask("/healthz", headers=[("host", "chat.example")])).status == 200
