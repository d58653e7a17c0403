"""The embedding worker dies under a check: no verdict, and why; the next question starts it."""

from pathlib import Path

import pytest

from hitl_chat.app.means import Provided
from hitl_chat.checks.registry import default
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.models.rendering import Rendering
from hitl_chat.ports import Asked, Check
from hitl_chat.runner.verdicts import judged
from tests.models.embeddings.conftest import write_model
from tests.models.embeddings.fakes import Scripted

KINDS = {
    "known_bad": ("known_bad.jsonl", {}),
    "novelty": ("traffic.jsonl", {"minimum": 20}),
}
LINES = "".join(
    f'{{"question": "How do I dry number {number}?", "bad_answer": "In oven {number}."}}\n'
    for number in range(30)
)
CUSTOMER = [{"role": "user", "content": "How do I dry number 7?"}]
ASKED = Asked(CUSTOMER, {CONTENT: "On a line."}, CONTENT, 0, 10)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def provided(tmp_path: Path, scripted: Scripted) -> Provided:
    options = Options(store=tmp_path, model="mini", path=write_model(tmp_path / "mini"), cache=0)
    return Provided(tmp_path, Embeddings(options, scripted), Rendering(tmp_path))


def made(kind: str, provided: Provided) -> Check:
    file, options = KINDS[kind]
    (provided.folder / file).write_text(LINES)
    checks = default(means=provided)
    return checks.check(kind, kind, checks.asynchronous[kind].model_validate(options))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("broken", [MemoryError("of a customer"), SystemExit()], ids=repr)
async def test_its_turn_has_no_verdict_and_the_next_one_has(
    kind: str, broken: BaseException, provided: Provided, scripted: Scripted
) -> None:
    check = made(kind, provided)
    assert isinstance(await judged(check, ASKED), Verdict)
    scripted.breaks = broken
    failed = await judged(check, ASKED)
    assert isinstance(failed, CheckFailed)
    assert f"embedding worker died ({type(broken).__name__})" in failed.why
    assert "customer" not in failed.why
    assert isinstance(await judged(check, ASKED), Verdict)
    assert scripted.loads == 2
    await provided.close()
