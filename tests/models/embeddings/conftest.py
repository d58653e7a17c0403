"""A model's folder, small and made up, and the weights that a package carries."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import Embeddings, resolve
from hitl_chat.models.embeddings.loading import load
from hitl_chat.models.embeddings.resolve import Found, Options
from tests.models.embeddings.fakes import Scripted
from tests.services import need


def write_model(folder: Path, weights: str = "weights", **config: object) -> Path:
    """Something that looks like a small BERT of sentence-transformers."""
    about = {"model_type": "bert", "hidden_act": "gelu"} | config
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_text(weights)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "config.json").write_text(json.dumps(about))
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "mini")


@pytest.fixture
def local(folder: Path, tmp_path: Path) -> Options:
    return Options(store=tmp_path / "store", model="mini", path=folder)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def weights(tmp_path: Path) -> Found:
    """Skips (in CI: fails) where the package with MiniLM's weights is not installed."""
    found: Found | None = None
    with suppress(Unavailable):
        found = resolve.find(Options(store=tmp_path, kind="light"))
    return need(found, "the weights of MiniLM", "run hitl-chat models fetch")


@pytest.fixture
def minilm(weights: Found, tmp_path: Path) -> Embeddings:
    return Embeddings(Options(store=tmp_path), load=load)
