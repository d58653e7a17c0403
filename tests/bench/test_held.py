"""``bench/held.py`` finds what it promises to find: lost holds, early releases, delays."""

import subprocess
import sys
from pathlib import Path

import pytest
import uvloop

from bench.customers import Customers, NotWaitingError
from bench.holding import Holding, Product
from bench.report import HeldFigures
from bench.starting import Cores, free_port, python_module
from bench.tables import rendered_held
from bench.targets import Launch, Target
from tests.bench.serving import model_server

ROOT = Path(__file__).parents[2]


def measured(folder: Path, fault: str = "") -> HeldFigures:
    port = free_port()
    launch = Launch(
        Target("fake", f"http://127.0.0.1:{port}/v1"),
        python_module("tests.bench.fake_server"),
        {"PORT": str(port), "HOLDS": str(folder / "holds"), "FAULT": fault},
    )
    product = Product(launch, lambda: f"http://127.0.0.1:{port}/in/once")
    holding = Holding(product, folder / "log", Cores(None, None, None), last_wait=0.2)
    try:
        return uvloop.run(holding.run(holds=12, decisions=3))
    finally:
        holding.stop()


@pytest.mark.slow
def test_a_server_that_keeps_its_holds(tmp_path: Path) -> None:
    figures = measured(tmp_path)
    assert (figures.holds, figures.lost, figures.early) == (12, 0, 0)
    assert figures.decided_ms is not None
    assert figures.decided_ms.n == 3
    text = rendered_held(figures)
    assert "| kill -9 with 12 open holds: lost | 0 | 0 | yes |" in text


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "lost", "early"), [("forget", 1, 0), ("leak", 0, 12)])
def test_what_is_wrong_is_counted(tmp_path: Path, fault: str, lost: int, early: int) -> None:
    figures = measured(tmp_path, fault)
    assert (figures.lost, figures.early) == (lost, early)
    assert "| **no** |" in rendered_held(figures)


async def test_an_answer_that_is_not_held_is_quoted() -> None:
    async with model_server() as url:
        with pytest.raises(NotWaitingError, match="refund"):
            await Customers(url, "sk-test", patience=0.2).held(1)


def test_a_wrong_number_is_explained() -> None:
    done = subprocess.run(
        [sys.executable, "bench/held.py", "--holds", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "at least 1" in done.stderr
