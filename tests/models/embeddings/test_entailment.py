"""The cross-encoder of examples/entailment_plugin with a tiny model, where onnxruntime is."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from tests.models.embeddings.test_parity import PYTHON
from tests.quality.project import ROOT
from tests.services import need


@pytest.mark.slow
async def test_it_reads_a_model_from_a_local_folder(tmp_path: Path) -> None:
    built = PYTHON if (PYTHON.parents[1] / ".built").exists() else None
    python = need(built, "the embeddings environment", "run tests/models/embeddings/build")
    process = await asyncio.create_subprocess_exec(
        *(str(python), "-m", "tests.models.embeddings.drive_entailment", str(tmp_path)),
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        | {"HF_HUB_OFFLINE": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    said = json.loads(told)
    assert said["same"] < 0.2
    assert said["opposite"] > 0.99
    assert len(said["version"]) == 12
    assert "has no 'model.onnx'" in said["missing"]
