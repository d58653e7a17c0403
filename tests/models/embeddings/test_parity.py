"""All ways to a vector lead to the same one: numpy, onnxruntime and sentence-transformers.

What needs torch runs in an environment of its own, which `build` beside this file makes.
"""

import asyncio
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hitl_chat.models.embeddings.loading import load
from hitl_chat.models.embeddings.resolve import Found
from tests.models.embeddings.texts import texts
from tests.quality.project import ROOT
from tests.services import need

HERE = Path(__file__).parent
PYTHON = HERE / ".venv" / "bin" / "python"

Vectors = npt.NDArray[np.float32]


@pytest.fixture
def python() -> Path:
    built = PYTHON if (HERE / ".venv" / ".built").exists() else None
    return need(built, "the embeddings environment", "run tests/models/embeddings/build")


FEW = 60  # exporting takes its time already


async def vectors(
    python: Path, folder: Path, kind: str, quantisation: str = "fp32", count: int = FEW
) -> Vectors:
    file = folder / "vectors.npy"
    process = await asyncio.create_subprocess_exec(
        *(str(python), "-m", "tests.models.embeddings.drive", kind, quantisation),
        *(str(folder / "store"), str(file), str(count)),
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        | {"HF_HUB_OFFLINE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    found: Vectors = np.load(file)
    return found


def cosines(one: Vectors, other: Vectors) -> Vectors:
    found: Vectors = np.einsum("ij,ij->i", one, other)
    return found


@pytest.mark.slow
async def test_the_light_path_makes_the_vectors_of_sentence_transformers(
    python: Path, weights: Found, tmp_path: Path
) -> None:
    general = await vectors(python, tmp_path, "sentence_transformers", count=500)
    light = load(weights)(texts())
    assert light.shape == general.shape == (500, 384)
    assert cosines(light, general).min() >= 0.9999


@pytest.mark.slow
async def test_so_does_an_export(python: Path, weights: Found, tmp_path: Path) -> None:
    exported = await vectors(python, tmp_path, "onnx")
    assert cosines(exported, load(weights)(texts(FEW))).min() >= 0.9999


@pytest.mark.slow
async def test_a_small_export_stays_close(python: Path, weights: Found, tmp_path: Path) -> None:
    exported = await vectors(python, tmp_path, "onnx", "int8")
    small = cosines(exported, load(weights)(texts(FEW)))
    assert small.mean() >= 0.98
    assert small.min() >= 0.9
