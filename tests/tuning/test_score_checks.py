"""hitl-chat score: what a row brings for its checks, and what is asked of models."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from hitl_chat.checks.registry import Asynchronous, Registry
from hitl_chat.checks.samples import Samples
from hitl_chat.checks.scripted import Options, Scripted
from hitl_chat.ports import Asked, Check, Means
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.tuning.libraries import with_libraries
from hitl_chat.tuning.request import Given, messages_of
from hitl_chat.tuning.rows import Row
from tests.tuning.place import Place
from tests.world_rules import rule, rules

SETTINGS = """\
models:
  wick-1:
    kind: scripted
"""
CONSISTENT = rules(rule("unsupported", {"check": "consistency"}))
GROUNDED = rules(rule("ungrounded", {"check": "grounding"}))


def test_the_samples_of_a_row_are_those_its_checks_compare_with(place: Place) -> None:
    said = {"question": "When was it built?", "draft": "It was built in 1931 by Anna Weber."}
    right, wrong = place.scored(
        CONSISTENT,
        {"id": 1, **said, "samples": ["Anna Weber built it in 1931."], "paraphrase_samples": []},
        {"id": 2, **said, "paraphrase_samples": ["Carl Lund built it in 1874."]},
    )
    scores = [row["checks"]["consistency"]["score"] for row in (right, wrong)]
    assert scores[0] < scores[1]


def test_without_samples_and_without_a_model_there_is_an_error(place: Place) -> None:
    place.rules.write_text(CONSISTENT)
    place.write({"id": 1, "question": "When?", "draft": "In 1931."})
    status, _, told = place.typed()
    (scores,) = place.results()
    assert (status, scores["ruling"], scores["risk"]) == (0, "hold", None)
    assert list(scores["checks"]["consistency"]) == ["error", "segments"]
    assert "check 'consistency' failed on 1 rows: " in told


@pytest.mark.slow
def test_with_settings_their_models_are_asked(place: Place) -> None:
    Path("models.yaml").write_text(SETTINGS)
    row = {"id": 1, "question": "What colour is it?", "draft": "Blue.", "model": "wick-1"}
    same = {"same": {"kind": "consistency", "samples": 1, "paraphrased": 0}}
    asking = rules(rule("unsupported", {"check": "same"}), checks=same)
    (scores,) = place.scored(asking, row, more=["--config", "models.yaml"])
    assert 0.0 <= scores["checks"]["same"]["score"] <= 1.0


def test_documents_are_what_a_draft_is_held_against(place: Place) -> None:
    row = {"question": "What does it cost?", "draft": "It costs 49 euros."}
    known, unknown = place.scored(
        GROUNDED,
        {"id": 1, **row, "documents": ["The lantern costs 49 euros."]},
        {"id": 2, **row, "documents": ["The lantern costs 79 euros."]},
    )
    assert known["checks"]["grounding"]["score"] < unknown["checks"]["grounding"]["score"]


def test_a_request_is_messages_then_the_question_then_the_documents() -> None:
    before = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    row = Row(1, "x", question="How much?", messages=before, documents=["One.", "Two."])
    asked = {"role": "user", "content": "How much?"}
    found = [
        {"role": "tool", "tool_call_id": f"document-{n}", "content": text}
        for n, text in ((1, "One."), (2, "Two."))
    ]
    assert messages_of(row) == [*before, asked, *found]
    again = Row(1, "x", question="How much?", messages=[*before, asked])
    assert messages_of(again) == [*before, asked]


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (Row(1, "x", samples=["a", "b"]), Samples(("a", "b"))),
        (Row(1, "x", paraphrase_samples=["c"]), Samples((), ("c",))),
        (Row(1, "x", samples=[]), Samples()),
        (Row(1, "x"), Samples(("made",))),
    ],
)
async def test_samples_are_made_only_where_the_row_has_none(row: Row, given: Samples) -> None:
    async def make() -> Samples:
        return Samples(("made",))

    shared = Given(row)
    asked = Asked(messages=(), texts={}, shared=shared)
    assert await asked.shared.once("samples", make) == given
    shared.cancel()


async def test_other_things_are_made_once() -> None:
    made: list[int] = []

    async def make() -> int:
        made.append(1)
        return len(made)

    shared = Given(Row(1, "x", samples=["a"]))
    assert [await shared.once("vectors", make) for _ in range(2)] == [1, 1]
    shared.cancel()


@pytest.mark.parametrize("checks", ["pii", "consistency"])
def test_libraries_are_for_the_check_that_reads_them(place: Place, checks: str) -> None:
    library = place.folder / "bad.jsonl"
    library.write_text("")
    place.rules.write_text(CONSISTENT)
    place.write({"id": 1, "draft": "x"})
    status, _, told = place.typed("--known-bad", str(library), "--checks", checks)
    assert (status, "add it to --checks" in told) == (2, True)


class Library(BaseModel):
    """Options of a check that reads libraries."""

    library: tuple[str, ...] = ("own.jsonl",)
    gate: float = 0.5


def test_every_use_of_the_check_reads_the_libraries_of_the_command(tmp_path: Path) -> None:
    built: dict[str, BaseModel] = {}

    def build(name: str, options: BaseModel, _means: Means) -> Check:
        built[name] = options
        return Scripted(name, Options())

    registry = Registry([Asynchronous("known_bad", Library, build)])
    text = rules(
        rule("one", {"check": "known_bad"}),
        rule("two", {"check": "mine"}),
        checks={"mine": {"kind": "known_bad", "gate": 0.9}},
    )
    checks = with_libraries(registry, [tmp_path / "bad.jsonl", tmp_path / "good.jsonl"])
    ruleset = compile_ruleset(text, file="rules.yaml", checks=checks)
    assert set(ruleset.configured) == {"known_bad", "mine"}
    files = (str(tmp_path / "bad.jsonl"), str(tmp_path / "good.jsonl"))
    assert built == {"known_bad": Library(library=files), "mine": Library(library=files, gate=0.9)}


def test_a_check_that_needs_time_before_its_first_look_is_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = place.folder / "bad.jsonl"
    library.write_text("nonsense")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    place.rules.write_text(GROUNDED)
    place.write({"id": 1, "question": "Why?", "draft": "It is."})
    status, _, told = place.typed("--known-bad", str(library))
    (scores,) = place.results()
    assert (status, list(scores["checks"])) == (0, ["grounding", "known_bad"])
    assert list(scores["checks"]["known_bad"]) == ["error", "segments"]
    assert "check 'known_bad' is not ready: " in told
    assert scores["ruling"] == "pass"
