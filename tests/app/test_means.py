"""What checks may use: begun only when a check of the rules asks for it; what lacks is said."""

import logging
from pathlib import Path

import pytest

from hitl_chat.app.means import Provided, means
from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.models.rendering import Rendering
from hitl_chat.settings import Embeddings as EmbeddingSettings
from hitl_chat.settings import Settings
from tests.models.embeddings.conftest import write_model
from tests.models.embeddings.fakes import Scripted
from tests.quality.project import run

SERVE = """
import asyncio, sys
from pathlib import Path
from hitl_chat.app import Program
from hitl_chat.settings import ModelSettings, Settings

async def main(folder):
    folder = Path(folder)
    (folder / "rules.yaml").write_text(
        "rules: [{name: words, when: {patterns: {literals: [refund]}}, then: hold}]"
    )
    models = {"wick-1": ModelSettings(kind="scripted")}
    program = Program(
        Settings(data=str(folder / "data"), rules=str(folder / "rules.yaml"), models=models)
    )
    await program.start()
    await program.close()

asyncio.run(main(sys.argv[1]))
heavy = "numpy", "tokenizers", "safetensors", "torch", "onnxruntime", "sentence_transformers"
print(*(name for name in heavy if name in sys.modules))
"""


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def provided(tmp_path: Path, scripted: Scripted) -> Provided:
    folder = write_model(tmp_path / "mini")
    options = Options(store=tmp_path, model="mini", path=folder)
    return Provided(tmp_path, Embeddings(options, scripted), Rendering(tmp_path))


async def test_what_no_check_asks_for_is_not_loaded(provided: Provided, scripted: Scripted) -> None:
    await provided.start()
    assert (provided.wanted, scripted.loads) == (False, 0)
    await provided.close()


async def test_what_a_check_took_is_loaded_before_the_first_request(
    provided: Provided, scripted: Scripted
) -> None:
    _ = provided.embedder
    assert scripted.loads == 0
    await provided.start()
    assert (provided.wanted, scripted.loads) == (True, 1)
    await provided.close()


async def test_what_new_rules_ask_for_is_loaded_beside_the_requests(
    provided: Provided, scripted: Scripted
) -> None:
    await provided.start()
    assert len(await provided.embedder.embed(["text"])) == 1
    assert scripted.threads == {"embeddings"}
    await provided.close()


async def test_a_missing_model_is_said_at_the_start_and_to_every_check(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(rules=str(tmp_path / "rules.yaml"), data=str(tmp_path))
    about = EmbeddingSettings(model="some/model")
    provided = means(Settings(rules=settings.rules, data=settings.data, embeddings=about))
    embedder = provided.embedder
    with caplog.at_level(logging.ERROR):
        await provided.start()
    assert "hitl-chat models fetch" in caplog.text
    with pytest.raises(Unavailable, match="hitl-chat models fetch"):
        await embedder.embed(["text"])
    await provided.close()


def test_files_that_rules_name_lie_beside_the_rules(tmp_path: Path) -> None:
    assert means(Settings(rules=str(tmp_path / "rules.yaml"))).folder == tmp_path


@pytest.mark.slow
def test_a_server_without_embedding_rules_needs_no_numpy(tmp_path: Path) -> None:
    done = run("python", "-c", SERVE, str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout
