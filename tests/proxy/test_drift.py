"""A running server notices by itself that answers have become others than those certified."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from sqlalchemy import Connection

from hitl_chat.app.certified import DRIFT_EVERY, Certified
from hitl_chat.app.footing import footing
from hitl_chat.core.events import Verdict
from hitl_chat.core.fusion import Fusion
from hitl_chat.errors import StoreError
from hitl_chat.ports import Database
from hitl_chat.rules.certificate import Certificate
from hitl_chat.store.turn_records import Began, Ended
from hitl_chat.store.verdicts import Heard
from tests.proxy.test_budget import CERTIFICATE, changed, spending, stands
from tests.server.clock import Clock
from tests.world import World

T = TypeVar("T")
FUSION = Fusion({"tone": 8.0}, bias=-4.0)
USUAL = [at / 1000 for at in range(100)]
MADE = "2026-01-02"
THAT_DAY = 1_767_312_000.0
NAMED = spending(certificate=CERTIFICATE)


def certify(world: World) -> None:
    made = Certificate(
        alpha=0.1,
        delta=0.1,
        threshold=0.7,
        bad=30,
        missed=0,
        held=0.1,
        made=MADE,
        versions=footing(
            world.program.settings, world.program.rules.current, world.folder, ["tone"]
        ),
        fusion=FUSION,
        reference=tuple(FUSION.risk({"tone": score}) for score in USUAL),
    )
    (world.folder / CERTIFICATE).write_bytes(msgspec.json.encode(made))


async def answered(
    world: World, scores: list[float], at: float = THAT_DAY, check: str = "tone"
) -> None:
    """So many answers are on record."""
    known = len(await world.program.db.read(lambda conn: conn.exec_driver_sql(COUNT).all()))
    for place, score in enumerate(scores, start=known):
        ident = f"turn_{place:06}"
        heard = (Heard(Verdict(check, score, final=True)),)
        world.program.db.later(Began("acme", ident, "c", at, b"[]", "m"))
        world.program.db.later(
            Ended("acme", ident, "c", at, "passed", ruling="pass", verdicts=heard)
        )
    await world.program.db.write(lambda conn: None, behind=True)


COUNT = "SELECT id FROM turn"


async def notes(world: World) -> Mapping[str, str]:
    answer = await (await world.get("/readyz")).rest()
    told: Mapping[str, str] = msgspec.json.decode(bytes(answer.body))["notes"]
    return told


async def test_answers_that_drift_void_the_certificate(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    async with World(tmp_path, spending(), clock=clock) as world:
        certify(world)
        await changed(world, NAMED)
        await answered(world, USUAL)
        clock.time += DRIFT_EVERY
        await world.program.certified.look()
        assert world.program.certified.void == ""
        assert stands(world) == 0.7
        await answered(world, [0.9] * 300)
        await world.program.certified.look()
        assert world.program.certified.void == ""  # not looked for again so soon
        clock.time += DRIFT_EVERY
        await world.program.certified.look()
        assert "void: the risks of recent answers have drifted" in caplog.text
        assert "hitl_certificate_void 1" in world.program.telemetry.text()
        assert await notes(world) == {"certificate": "void; the log says why"}
        assert stands(world) == 0.4  # as low as the budget goes
        assert caplog.text.count("is void") == 1
        await world.program.certified.look()
        assert caplog.text.count("is void") == 1


@pytest.mark.parametrize(
    "unlike",
    [
        {"scores": [0.9] * 49},  # too few to tell
        {"scores": [0.9] * 100, "at": THAT_DAY - 1.0},  # before it was made
        {"scores": [0.9] * 100, "check": "other"},  # not a check of its risk
    ],
)
async def test_drift_is_not_seen_in_what_does_not_show_it(
    tmp_path: Path, unlike: Mapping[str, object]
) -> None:
    clock = Clock()
    async with World(tmp_path, spending(), clock=clock) as world:
        certify(world)
        await changed(world, NAMED)
        await answered(world, **unlike)  # type: ignore[arg-type]
        clock.time += DRIFT_EVERY
        await world.program.certified.look()
        assert world.program.certified.void == ""
        assert await notes(world) == {}


class Broken:
    """`ports.Database` whose disk is gone until it is put back."""

    def __init__(self, behind: Database) -> None:
        self.behind, self.gone = behind, True

    async def read(self, query: Callable[[Connection], T]) -> T:
        if self.gone:
            raise StoreError("The record cannot be read.")
        return await self.behind.read(query)


def over(world: World, db: Broken, clock: Clock) -> Certified:
    program = world.program
    return Certified(
        lambda: program.rules.current,
        program.settings,
        program.budgeting,
        program.telemetry.void.set,
        db,  # type: ignore[arg-type]
        clock,
    )


async def test_a_certificate_that_was_never_compared_moves_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with World(tmp_path, spending()) as world:
        certify(world)
        await changed(world, NAMED)
        assert stands(world) == 0.7
        db = Broken(world.program.db)
        certified = over(world, db, Clock())
        await certified.look()
        assert certified.void.startswith("nobody knows whether answers drift: The record")
        assert stands(world) == 0.4  # as low as the budget goes
        assert "nobody knows whether answers drift" in caplog.text
        db.gone = False
        await certified.look()  # at the next look, and not after ten minutes
        assert certified.void == ""
        assert stands(world) == 0.7


async def test_what_was_found_last_stands_while_the_record_cannot_be_read(tmp_path: Path) -> None:
    async with World(tmp_path, spending()) as world:
        certify(world)
        await changed(world, NAMED)
        db, clock = Broken(world.program.db), Clock()
        certified = over(world, db, clock)
        db.gone = False
        await certified.look()
        await answered(world, [0.9] * 300)
        db.gone = True
        clock.time += DRIFT_EVERY
        await certified.look()
        assert certified.void == ""
        db.gone = False
        await certified.look()
        assert "have drifted" in certified.void


async def test_rules_without_a_certificate_void_none(tmp_path: Path) -> None:
    async with World(tmp_path, spending()) as world:
        certify(world)
        await changed(world, NAMED)
        (world.folder / CERTIFICATE).unlink()
        await world.program.certified.look()
        assert world.program.certified.void
        await changed(world, spending(share=0.8))
        assert world.program.certified.void == ""
        assert "hitl_certificate_void 0" in world.program.telemetry.text()
