"""``bench/selectivity.py``, small: the right answers are held, and what it says of them is so."""

import subprocess
import sys
from pathlib import Path

import aiohttp
import msgspec
import pytest

from bench.listening import Heard, listen_to
from bench.metering import CheckTime, Cost, between, times
from bench.packs import FORCED, WRITTEN, forced, known, shipped
from bench.selectivity_figures import Row, Selectivity, early, lags, middle, rendered, row
from bench.talking import Talks, talking, verdict
from bench.talks import RISK, Script, Talk, everyday, risky, script_of
from bench.targets import DIRECT, Target
from hitl_chat.checks.registry import default
from hitl_chat.rules.compile import compile_ruleset

ROOT = Path(__file__).parents[2]
TALK = Talk("Hello?", "One two. Three four.", 2)
SENT = [(3, 1_000), (8, 2_000), (14, 3_000), (20, 4_000)]


def selectivity(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "bench/selectivity.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_small_run_holds_what_is_risky_and_streams_the_rest(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    small = ("--answers", "4", "--risky", "4", "--at-once", "4", "--gap", "1", "--judge", "5")
    done = selectivity(*small, "--packs", "retail,cascade", "--json", str(kept))
    assert done.returncode == 0, done.stderr
    found = msgspec.json.decode(kept.read_bytes(), type=Selectivity)
    assert not found.not_started
    assert [(one.pack, one.wrong, one.problem) for one in found.rows if one.wrong] == []
    by_name = {(one.pack, one.strictness): one for one in found.rows}
    assert all(one.stopped == 0 for one in found.rows)
    assert by_name["retail", WRITTEN].held == by_name["cascade", "segment"].held == 4
    assert by_name["cascade", "answer"].left == 0
    assert by_name["cascade", "segment"].checks["doubts"].runs == 4 * 8
    assert 0 < by_name["cascade", "segment"].calls < 8
    assert selectivity("--show", str(kept)).stdout == done.stdout
    assert "| retail · written |" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "explanation"),
    [
        (("--packs", "groceries"), "unknown 'groceries': known are patterns"),
        (("--strictness", "stern"), "unknown 'stern': known are written, segment"),
        (("--answers", "many"), "'many' is not a number from 1 to 9999"),
    ],
)
def test_a_wrong_word_is_explained(arguments: tuple[str, str], explanation: str) -> None:
    done = selectivity(*arguments)
    assert done.returncode == 2
    assert explanation in done.stderr


async def heard_directly(talk: Talk) -> Heard:
    talks = Talks(gap=0.0, judging=0.0)
    async with talking(talks) as url, aiohttp.ClientSession() as http:
        (heard,) = await listen_to(http, Target(DIRECT, url), talks, [talk], 1)
    return heard


async def test_every_word_arrives_and_has_a_moment() -> None:
    talk = Talk("Hello?", 'Say "twelve" – or 12.\nThat is all.', 2)  # noqa: RUF001 (dashes are said)
    heard = await heard_directly(talk)
    assert heard.right
    assert heard.text == talk.draft
    assert [chars for chars, _ in heard.sent][-1] == len(talk.draft)
    found = list(lags(heard))
    assert len(found) == len(talk.tokens)
    assert min(found) >= 0


async def test_a_server_that_is_not_there_is_told() -> None:
    async with aiohttp.ClientSession() as http:
        nobody = Target("nobody", "http://127.0.0.1:9/v1")
        (heard,) = await listen_to(http, nobody, Talks(0.0, 0.0), [TALK], 1)
    assert not heard.right
    assert "after 0 characters" in heard.problem
    assert heard.problem in rendered(table_of(heard))


def table_of(heard: Heard) -> Selectivity:
    return Selectivity({}, 5, 100, 1, [row("some", "segment", [heard], [], Cost())])


@pytest.mark.parametrize(
    ("came", "waited", "before"),
    [
        ([(3, 1_000), (8, 2_000), (14, 3_000), (20, 9_000)], [0, 0, 0, 5], 0.7),
        ([(8, 3_000), (20, 9_000)], [2, 1, 6, 5], 0.4),
        ([(8, 8_500), (20, 9_000)], [7.5, 6.5, 6, 5], 0.0),  # two writes of one release
        ([(20, 9_000)], [8, 7, 6, 5], 0.0),
    ],
)
def test_how_long_words_waited(
    came: list[tuple[int, int]], waited: list[float], before: float
) -> None:
    heard = Heard(TALK, 0, SENT, came, text=TALK.draft)
    assert [lag * 1000 for lag in lags(heard)] == pytest.approx(waited)
    assert early(heard) == before


def test_a_row_tells_what_was_held_and_what_had_left() -> None:
    calm = Heard(TALK, 0, SENT, [(20, 9_000)], text=TALK.draft)
    stopped = Heard(TALK, 0, SENT, [(8, 3_000)], text=TALK.draft[:8], held=True)
    told_wrong = Heard(TALK, 0, SENT, [(2, 3_000)], text="No")
    cost = Cost(calls=3, cpu_s=0.01, checks={"doubts": CheckTime(4, 0.5)})
    found = row("some", "segment", [calm, stopped, told_wrong], [stopped, calm], cost)
    assert (found.stopped, found.held, found.risky, found.wrong) == (1, 1, 2, 1)
    assert found.left == pytest.approx(0.4)
    assert found.calls == 1
    text = rendered(Selectivity({"python": "3"}, 5, 100, 1, [found], {"other": "no reason"}))
    assert "| some · segment |" in text
    assert "| 1/2 | 1/3 | 1 |" in text
    assert "some: `No`" in text
    assert "other did not start: no reason" in text


def test_of_several_rounds_the_middle_one_is_told() -> None:
    def one(came_at: int, text: str = TALK.draft) -> Row:
        heard = Heard(TALK, 0, SENT, [(20, came_at)], text=text)
        return row("some", "segment", [heard], [], Cost(cpu_s=came_at / 1e6))

    found = middle([one(90_000), one(5_000), one(9_000, "No")])
    assert found.first_ms is not None
    assert (found.first_ms.p50, found.wrong) == (9.0, 1)
    assert found.cpu_ms == pytest.approx(9.0)
    assert found.problem == "No"


def test_answers_are_the_same_in_every_run() -> None:
    script = Script(fine=[("Open?", "Yes, we are.")])
    assert everyday(script, 3) == everyday(script, 3)
    assert "Yes, we are." in everyday(script, 3).draft
    assert RISK not in "".join(everyday(script, number).draft for number in range(50))
    assert RISK in risky(script, 3).draft
    assert len({everyday(Script(), number).draft for number in range(20)}) > 10


@pytest.mark.parametrize("pack", shipped(), ids=lambda pack: pack.stem)
def test_every_pack_can_be_asked_for(pack: Path) -> None:
    assert pack.stem in known()
    assert script_of(pack).risky
    for strictness in (WRITTEN, *FORCED):
        compile_ruleset(forced(pack, strictness), file=str(pack), checks=default())


def test_the_pretend_judge_reads_the_answer_only() -> None:
    def asked(draft: str) -> dict[str, object]:
        text = f"guarantee?\n===== 1 ===== answer\n{draft}\n===== 1 ===== end"
        return {"messages": [{"role": "user", "content": text}]}

    assert '"ok"' in verdict(asked("Fine."))
    assert '"bad"' in verdict(asked("A guarantee."))


def test_check_times_are_read_from_the_servers_figures() -> None:
    text = """
# HELP hitl_check_seconds ...
hitl_check_seconds_bucket{check="doubts",le="+Inf"} 4
hitl_check_seconds_sum{check="doubts"} 0.008
hitl_check_seconds_count{check="doubts"} 4
"""
    found = times(text)
    assert found == {"doubts": (0.008, 4.0)}
    since = between({"doubts": (0.002, 1.0)}, found)["doubts"]
    assert since.runs == 3
    assert since.ms == pytest.approx(2.0)
    assert between(found, found) == {}


async def test_plain_models_are_still_there() -> None:
    async with talking(Talks(0.0, 0.0)) as url, aiohttp.ClientSession() as http:
        body = {"model": "mock-t1-g0-f0", "messages": []}
        async with http.post(f"{url}/chat/completions", json=body) as answer:
            said = (await answer.json())["choices"][0]["message"]["content"]
    assert said
