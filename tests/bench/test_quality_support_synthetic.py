"""The synthetic support section on made-up rows: tables, what is missing, a judge that answers."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.corrupting import OPERATORS, Row, corrupted
from bench.quality_section import Section, rendered
from bench.quality_support_synthetic import (
    BENIGN,
    COLUMNS,
    EVERY,
    FUSION,
    KNOWN_BAD,
    TITLE,
    in_pairs,
    measure,
    measured,
    row_of,
    score,
    table,
)
from bench.quality_tool_calls import section
from bench.synthetic_scorers import JudgeAt, fused, half, judged_by
from hitl_chat.core.events import CheckFailed
from tests.checks.wording import Wording

CITIES = ("Hamburg", "Dublin", "Lisbon", "Porto", "Turin", "Ghent", "Malmo", "Bergen")


def made(at: int) -> Row:
    city = CITIES[at % len(CITIES)]
    draft = (
        f"I have booked a room in {city} for ${at + 40}.50 from March {at % 20 + 2}. "
        f"Order #W{1000000 + at} cannot be changed."
    )
    return Row(f"made-{at}", "shop", f"A room in {city}?", draft, f"shop/{at // 2}")


ROWS = [made(at) for at in range(24)]


def ignore(_done: int, _of: int) -> None:
    """Nobody watches the bar."""


def tables(found: Sequence[Section]) -> Mapping[str, Section]:
    return {one.title.removeprefix(f"{TITLE}: "): one for one in found}


def test_every_check_is_asked_about_right_and_wrong() -> None:
    ticks: list[tuple[int, int]] = []
    found = score(ROWS[:10], lambda *tick: ticks.append(tick), Wording())
    assert {one.operator for one in found.wrong} == set(OPERATORS)
    assert all(len(pairs) == len(found.wrong) for pairs in found.scores.values())
    assert {*COLUMNS, FUSION, KNOWN_BAD} == found.scores.keys()
    assert any("--judge-url" in note for note in found.notes)
    assert ticks[-1] == (len(found.wrong), len(found.wrong))
    of_numbers = table(found, "number")
    assert all(one.rows == 2 * one.bad and one.bad == one.groups for one in of_numbers.scored)
    assert of_numbers.scored[0].measures["roc"].value == 1


def test_a_table_for_every_operator_that_found_work() -> None:
    embedder = Wording()
    embedder.out = "no model on this shelf"
    found = tables(measured([Row("1", "shop", "?", "Is $40.50 right?")], ignore, embedder))
    assert {EVERY, "number"} == found.keys() & {EVERY, *OPERATORS}
    assert any("no model on this shelf" in note for note in found[EVERY].notes)
    (bound, *_) = found["grounding's false positives"].figures
    assert (bound.value, bound.of) == (0, 1)
    assert "Synthetic" in rendered(found[EVERY])


def test_too_few_rows_for_a_library_are_said() -> None:
    notes = score(ROWS[:1], ignore, Wording()).notes
    assert any("Too few conversations" in note for note in notes)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert measure(tmp_path, ignore) == [Section(TITLE, missing=BENIGN)]
    (only,) = measured([Row("1", "shop", "?", "Hello!")], ignore, Wording())
    assert "an operator could work on" in only.missing


def test_rows_of_one_conversation_are_never_parted() -> None:
    read = {"id": "x-00041", "source": "x", "context": "?", "draft": "!"}
    assert row_of(read).conversation == row_of(read | {"id": "x-00045"}).conversation
    assert row_of(read | {"task_id": 7}).conversation == "x/7"
    assert all(half(one) == half(other) for one, other in zip(ROWS[::2], ROWS[1::2], strict=True))


def test_the_fusion_is_tested_on_no_operator_that_it_was_fitted_on() -> None:
    """A sign that holds for one operator only, and is upside down elsewhere, teaches nothing."""
    wrong = list(corrupted(ROWS))
    signs = [(0.0, 1.0) if one.operator == "number" else (1.0, 0.0) for one in wrong]
    for one, (right, bad) in zip(wrong, fused(wrong, [signs]), strict=True):
        if one.operator == "number":
            assert bad < right


def test_what_has_no_verdict_is_left_out() -> None:
    wrong = list(corrupted(ROWS))[:2]
    found = in_pairs(wrong, [None, (0.1, 0.9)])
    assert (len(found.bad), set(found.groups)) == (2, {wrong[1].row.id})


def test_calls_beyond_the_bound_are_refused_and_no_others() -> None:
    figures = {one.name: one for one in section(ROWS).figures}
    right = figures.pop("right calls refused (false positives)")
    assert (right.value, right.of) == (0, len(ROWS))
    assert figures.pop("refused: an amount of the rows that is over the bound").of == 0
    assert all((one.value, one.of) == (1, len(ROWS)) for one in figures.values())


@pytest.fixture
async def judge() -> AsyncIterator[JudgeAt]:
    """Calls bad what promises, and talks nonsense about whatever was cancelled."""

    async def answer(request: web.Request) -> web.Response:
        asked = (await request.json())["messages"][-1]["content"]
        verdict = "bad" if "guarantee" in asked else "ok"
        said = json.dumps({"verdict": verdict, "quote": "", "why": ""})
        content = "Who knows?" if "cancelled" in asked else said
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
        )

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    async with TestServer(app) as server:
        yield JudgeAt(str(server.make_url("/v1")))


async def test_a_judge_is_asked_about_both(judge: JudgeAt) -> None:
    (one, *_) = corrupted(ROWS[:1])
    promised = one._replace(draft=f"{one.row.draft} I guarantee it.")
    nonsense = one._replace(draft=f"{one.row.draft} It was cancelled.")
    both, none = await judged_by(judge, [promised, nonsense])
    assert both == (0.0, 1.0)
    assert isinstance(none, CheckFailed)
    assert none.why == "its reply was no verdict"


def test_a_judge_that_does_not_answer_is_said() -> None:
    notes = score(ROWS[:1], ignore, Wording(), JudgeAt("http://127.0.0.1:9/v1", pairs=2)).notes
    (said,) = (note for note in notes if "judge" in note)
    assert "no verdict on 2 of 2 pairs (" in said
