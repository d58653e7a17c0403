"""The example of a second stage: what contradicts the samples is marked; no model, no verdict.

The cross-encoder itself is tried in the embeddings environment (tests/models/embeddings).
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.checks import plugins
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.registry import SHIPPED, Known, Registry, known
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.rules.compile import compile_ruleset
from tests.checks.drawing import Answering, Means, about, always

EXAMPLE = Path(__file__).parents[2] / "examples" / "entailment_plugin"
DRAFT = "Tumble dry it. Use 90 °C."
SAID = "Tumble dry at 30 °C."


class Reads:
    """A made-up cross-encoder: another number is a contradiction."""

    version = "made-up"

    def contradicts(self, premise: str, hypothesis: str) -> float:
        there, here = ({c for c in text if c.isdigit()} for text in (premise, hypothesis))
        return 0.9 if here - there else 0.1


@pytest.fixture
def entailment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    yield import_module("entailment")
    sys.modules.pop("entailment", None)


def made(entailment: Any, asker: Answering, **options: Any) -> Any:
    means = Means(asker, NOTHING)
    settings = entailment.Options(samples=2, paraphrased=0, **options)
    return entailment.Entailment("opposite", settings, means, lambda _: Reads())


@pytest.mark.usefixtures("entailment")
def test_it_is_a_check_and_its_rules_are_rules() -> None:
    point = EntryPoint("entailment", "entailment:CHECK", plugins.GROUP)
    loaded: tuple[list[Known], list[plugins.Found]] = plugins.load(known, (), [point])
    text = (EXAMPLE / "rules.yaml").read_text()
    checks = Registry([*SHIPPED, *loaded[0]])
    assert compile_ruleset(text, file="rules.yaml", checks=checks).rules == ("contradicted",)


async def test_the_sentence_that_the_samples_contradict_is_marked(entailment: Any) -> None:
    said = await made(entailment, always(SAID)).judge(about(DRAFT, final=True))
    assert isinstance(said, Verdict)
    assert (said.score, said.calls) == (0.9, 2)
    assert [DRAFT[span.start : span.end] for span in said.spans] == ["Use 90 °C."]
    assert said.detail == "1 of 2 sentences contradicted by 2 samples; encoder made-up"


async def test_a_segment_is_judged_alone(entailment: Any) -> None:
    said = await made(entailment, always(SAID)).judge(about(DRAFT, 0, 15))
    assert isinstance(said, Verdict)
    assert (said.score, said.spans) == (0.1, ())


async def test_what_is_not_read_is_told(entailment: Any) -> None:
    said = await made(entailment, always(SAID), sentences=1).judge(about(DRAFT, final=True))
    assert isinstance(said, Verdict)
    assert "1 not read" in said.detail


async def test_without_samples_or_a_model_there_is_no_verdict(
    entailment: Any, tmp_path: Path
) -> None:
    failed = await made(entailment, always("")).judge(about(DRAFT, final=True))
    assert isinstance(failed, CheckFailed)
    assert "0 of 2 samples came" in failed.why

    def missing(folder: Path) -> Any:
        raise entailment.HitlError(f"no {folder.name!r}: name one under `encoder`")

    means = Means(always(SAID), NOTHING, tmp_path)
    check = entailment.Entailment("opposite", entailment.Options(paraphrased=0), means, missing)
    failed = await check.judge(about(DRAFT, final=True))
    assert isinstance(failed, CheckFailed)
    assert failed.why == "no 'nli': name one under `encoder`"
