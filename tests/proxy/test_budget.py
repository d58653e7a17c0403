"""A budget of holds, through the running proxy: the threshold follows what was held."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from hitl_chat.app.footing import footing
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.core.fusion import Fusion
from hitl_chat.rules.certificate import Certificate
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.runner.budgeting import MOST, Budgeting
from hitl_chat.store.stops import set_mode
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_rules import rule, rules

if TYPE_CHECKING:
    from hitl_chat.runner.turn import Turn

TONE = {"kind": "scripted", "scores": {"rude": 0.9, "odd": 0.75, "stiff": 0.55}, "otherwise": 0.1}
CERTIFICATE = "certificate.json"


def spending(between: tuple[float, float] = (0.4, 0.85), share: float = 0.9, **more: object) -> str:
    """The risk is nearly the tone's score; a share this high lowers the threshold quickly."""
    by_budget = rule("risky", {"risk": "budget"}, on_no_agent="wait", strictness="answer")
    return rules(
        by_budget,
        checks={"tone": TONE},
        risk={"weights": {"tone": 8.0}, "bias": -4.0},
        budget={"share": share, "between": list(between)},
        **more,
    )


async def passed(world: World, text: str) -> bool:
    """Whether the answer left without a person; a held one is approved."""
    world.upstream.script("m", says(text))
    customer = await world.ask("m", "Hi")
    frame = await customer.until(lambda frame: held(frame) or frame.finish is not None)
    if held(frame):
        await world.people.approve(frame.hitl["hold_id"])
    await customer.rest()
    return not held(frame)


def stands(world: World) -> float:
    lines = world.program.telemetry.text().splitlines()
    (value,) = (line.split()[1] for line in lines if line.startswith("hitl_budget_threshold "))
    return float(value)


async def changed(world: World, text: str) -> None:
    """These rules are in force, and whoever looks at certificates has looked."""
    before = world.program.rules.current.version
    world.rules_file.write_text(text)
    async with asyncio.timeout(5):
        while world.program.rules.current.version == before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await world.program.certified.look()


def certify(world: World, threshold: float) -> None:
    """As `hitl-chat calibrate` would for the rules in force."""
    made = Certificate(
        alpha=0.1,
        delta=0.1,
        threshold=threshold,
        bad=30,
        missed=0,
        held=0.1,
        made="2026-01-01",
        versions=footing(
            world.program.settings, world.program.rules.current, world.folder, ["tone"]
        ),
        fusion=Fusion({"tone": 8.0}, bias=-4.0),
        reference=(),
    )
    (world.folder / CERTIFICATE).write_bytes(msgspec.json.encode(made))


async def test_the_threshold_falls_while_little_is_held_and_rises_with_every_hold(
    tmp_path: Path,
) -> None:
    async with World(tmp_path, spending()) as world:
        assert stands(world) == 0.85
        assert await passed(world, "Fine.")
        assert stands(world) == pytest.approx(0.85 - 0.01 * 0.9)
        assert not await passed(world, "How rude.")
        assert stands(world) == pytest.approx(0.85 - 0.01 * 0.9 + 0.01 * 0.1)


async def test_what_passed_at_first_is_held_once_there_is_time_for_it(tmp_path: Path) -> None:
    """The lower end of the band is near: a few quiet answers lead there."""
    async with World(tmp_path, spending(between=(0.84, 0.92))) as world:
        assert await passed(world, "How odd.")  # 0.88
        for _ in range(5):
            assert await passed(world, "Fine.")
        assert not await passed(world, "How odd.")


async def test_it_goes_on_where_it_stood_after_new_rules_and_after_a_restart(
    tmp_path: Path,
) -> None:
    async with World(tmp_path, spending()) as world:
        for _ in range(4):
            assert await passed(world, "Fine.")
        stood = stands(world)
        await changed(world, spending(share=0.5))
        assert await passed(world, "Fine.")
        assert stands(world) == pytest.approx(stood - 0.01 * 0.5)
    async with World(tmp_path, spending()) as again:
        assert stands(again) == pytest.approx(stood)  # where it stood for the last answer
        assert stands(again) < 0.85


def budget(world: World, tenant: str) -> float:
    """Where this tenant's stands."""
    found = world.program.budgeting.for_request(RequestFacts(tenant=tenant)).budget
    assert found is not None
    return found


async def test_one_tenant_s_flood_moves_no_other_s_threshold(tmp_path: Path) -> None:
    """Else whoever sends harmless questions has what others ask held, or the other way round."""
    async with World(tmp_path, spending()) as world:
        for _ in range(4):
            assert await passed(world, "Fine.")
        assert budget(world, "acme") < 0.82
        assert budget(world, "other") == 0.85
        world.key = await world.new_key("other")
        assert await passed(world, "Fine.")
        stood = 0.85 - 0.01 * 0.9
        assert budget(world, "other") == pytest.approx(stood)
        assert stands(world) == pytest.approx(stood)  # the highest of both
    async with World(tmp_path, spending()) as again:
        assert budget(again, "other") == 0.85  # where it stood for its last answer
        assert budget(again, "acme") < 0.83


async def test_only_so_many_tenants_are_kept(tmp_path: Path) -> None:
    async with World(tmp_path, spending()) as world:
        compiled = world.program.rules.current
        kept = Budgeting(
            lambda: compiled, world.program.clock, lambda tenant: "", lambda threshold: None
        )

        def ends(tenant: str) -> None:
            kept.ended(cast("Turn", SimpleNamespace(tenant=tenant, hold=None, ending="model")))

        for number in range(MOST):
            ends(f"t{number}")
        ends("t0")
        ends("one more")
        at = {name: kept.for_request(RequestFacts(tenant=name)).budget for name in ("t0", "t1")}
        assert at["t0"] == pytest.approx(0.85 - 2 * 0.009)
        assert at["t1"] == 0.85


async def test_it_never_rises_above_what_is_certified(tmp_path: Path) -> None:
    named = spending(certificate=CERTIFICATE)
    async with World(tmp_path, spending()) as world:
        certify(world, 0.5)
        await changed(world, named)
        assert stands(world) == 0.5
        assert not await passed(world, "How stiff.")  # 0.6
        assert stands(world) == 0.5
        assert "hitl_certificate_void 0" in world.program.telemetry.text()


@pytest.mark.parametrize("spoilt", ["another prompt", "other rules", "no file", "endless file"])
async def test_a_void_certificate_allows_the_lowest_threshold_only(
    tmp_path: Path, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    named = spending(certificate=CERTIFICATE)
    async with World(tmp_path, spending()) as world:
        certify(world, 0.7)
        await changed(world, named)
        assert stands(world) == 0.7
        if spoilt == "another prompt":
            (tmp_path / "paraphrase.j2").write_text("Say it as you like.")
        elif spoilt == "no file":
            (tmp_path / CERTIFICATE).unlink()
        elif spoilt == "endless file":
            (tmp_path / CERTIFICATE).write_text('{"more": ' + "[" * 100_000)
        else:
            await changed(world, named.replace("odd", "strange"))
        await world.program.certified.look()
        assert stands(world) == 0.4
        assert "hitl_certificate_void 1" in world.program.telemetry.text()
        assert "is void: " in caplog.text
        assert not await passed(world, "How stiff.")


async def test_until_somebody_looked_at_the_certificate_it_allows_nothing(tmp_path: Path) -> None:
    async with World(tmp_path, spending()) as world:
        certify(world, 0.7)
        compiled = compile_ruleset(
            spending(certificate=CERTIFICATE), file="rules.yaml", checks=default_checks()
        )
        fresh = Budgeting(lambda: compiled, world.program.clock, bool, lambda threshold: None)
        assert fresh.for_request(RequestFacts()).budget == 0.4


async def test_answers_under_the_stop_switch_do_not_count(tmp_path: Path) -> None:
    async with World(tmp_path, spending()) as world:
        await world.program.db.write(lambda conn: set_mode(conn, "acme", "pass", "ana", 1.0))
        await world.program.desk.switch.changed("acme")
        assert await passed(world, "How rude.")
        assert stands(world) == 0.85
