"""hitl-chat score: rows that are none, files that are none, and going on after a kill."""

import asyncio
import fcntl
import json
import os
import pty
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hitl_chat import assets
from hitl_chat.cli import main, parser, score
from hitl_chat.tuning.rows import LONGEST_DRAFT, LONGEST_LINE
from tests.tuning.place import Place
from tests.world_process import COMMAND
from tests.world_rules import rule, rules, words

GOOD = {"id": "good", "draft": "How rude."}
SLOW = rules(
    rule("slow", {"check": "slow"}),
    checks={"slow": {"kind": "scripted", "scores": {"3": 0.8}, "delay": 0.01}},
)


@pytest.fixture(autouse=True)
def ruled(place: Place) -> None:
    place.rules.write_text(rules(rule("word", words("rude"))))


BAD: list[tuple[Mapping[str, Any] | str | bytes, str]] = [
    ("nonsense", "no JSON: "),
    ('{"id": 1, "draft": "half', "no JSON: "),
    ('{"id": 1, "draft": "x", "n": NaN}', "no JSON: "),
    ('{"id": 1, "draft": "\\ud800"}', "no JSON: "),
    (b'{"id": 1, "draft": "\xff"}\n', "no JSON: "),
    ("[" * 5000, "no JSON: "),
    ("[1]", "no JSON object"),
    ('"text"', "no JSON object"),
    ("null", "no JSON object"),
    ({"draft": "x"}, "missing required field `id`"),
    ({"id": 1}, "missing required field `draft`"),
    ({"id": None, "draft": "x"}, "id: "),
    ({"id": True, "draft": "x"}, "id: "),
    ({"id": 1.5, "draft": "x"}, "id: "),
    ({"id": "", "draft": "x"}, "id '': 1 to 200 characters"),
    ({"id": "x" * 201, "draft": "x"}, "1 to 200 characters"),
    ({"id": 1, "draft": None}, "draft: "),
    ({"id": 1, "draft": ["x"]}, "draft: "),
    ({"id": 1, "draft": "x" * (LONGEST_DRAFT + 1)}, "draft: 1,048,577 characters"),
    ({"id": 1, "draft": "x", "question": 5}, "question: "),
    ({"id": 1, "draft": "x", "messages": "hi"}, "messages: "),
    ({"id": 1, "draft": "x", "messages": ["hi"]}, "messages[0]: "),
    ({"id": 1, "draft": "x", "messages": [{"content": "hi"}]}, "messages[0]: write"),
    ({"id": 1, "draft": "x", "messages": [{"role": "user", "content": 5}]}, "messages[0]: write"),
    ({"id": 1, "draft": "x", "messages": [{"role": "user", "content": ["a"]}]}, "messages[0]"),
    ({"id": 1, "draft": "x", "samples": "one"}, "samples: "),
    ({"id": 1, "draft": "x", "samples": [None]}, "samples[0]: "),
    ({"id": 1, "draft": "x", "paraphrase_samples": [1]}, "paraphrase_samples[0]: "),
    ({"id": 1, "draft": "x", "documents": {"a": "b"}}, "documents: "),
    ({"id": 1, "draft": "x", "tags": "vip"}, "tags: "),
    ({"id": 1, "draft": "x", "segments": "x"}, "segments: "),
    ({"id": 1, "draft": "x", "segments": ["x", "y"]}, "segments[1]: 'y' is not in the draft"),
    ({"id": 1, "draft": "a b", "segments": ["b", "a"]}, "segments[1]: 'a' is not in the draft"),
    ({"id": 1, "draft": "a", "segments": ["a", "a"]}, "segments[1]: 'a' is not in the draft"),
    ({"id": 1, "draft": "a", "segments": [""]}, "segments[0]: '' is not in the draft"),
    ({"id": 1, "draft": "ab", "segments": ["a", " "]}, "segments[1]: ' ' is not in the draft"),
    ({"id": 1, "draft": "x", "ended": "never"}, "ended: 'never' is none of stop, length, "),
    (GOOD, "id 'good' stands in line 1 already"),
]


@pytest.mark.parametrize(("row", "why"), BAD, ids=[why for _, why in BAD])
def test_a_bad_row_is_told_by_its_line_and_costs_itself_only(
    place: Place, row: Mapping[str, Any] | str | bytes, why: str
) -> None:
    place.write(GOOD, row, {"id": "last", "draft": "Fine."})
    status, said, told = place.typed()
    assert (status, said) == (0, "2 rows scored (1 hold, 1 pass), 1 bad\n")
    assert told.startswith(f"{place.drafts}:2: ")
    assert why in told
    assert len(told.splitlines()) == 1
    assert [scores["id"] for scores in place.results()] == ["good", "last"]


def test_a_line_too_long_is_not_looked_at(place: Place) -> None:
    place.write(GOOD, b" " * (2 * LONGEST_LINE) + b"x\n", {"id": "last", "draft": "Fine."})
    status, said, told = place.typed()
    assert (status, said) == (0, "2 rows scored (1 hold, 1 pass), 1 bad\n")
    assert f"{place.drafts}:2: longer than 16,777,216 bytes" in told


def test_blank_lines_a_mark_in_front_and_no_newline_behind_are_no_matter(place: Place) -> None:
    place.write(b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "", "  ", b'{"id": 2, "draft": "x"}')
    assert place.typed()[:2] == (0, "2 rows scored (1 hold, 1 pass), 0 bad\n")


def test_nothing_is_the_same_as_null(place: Place) -> None:
    keys = ["question", "messages", "samples", "documents", "segments", "tags", "tenant"]
    place.write({**GOOD, **dict.fromkeys(keys)})
    assert place.typed() == (0, "1 rows scored (1 hold), 0 bad\n", "")


def test_segments_may_have_other_white_space_than_the_draft(place: Place) -> None:
    place.write(
        {"id": 1, "draft": "One  day.\n\nWe (may) pay.", "segments": ["One day.", "We (may)"]}
    )
    assert place.typed()[0] == 0
    (scores,) = place.results()
    parts = scores["checks"]["patterns"]["segments"]
    assert [(part["start"], part["end"]) for part in parts] == [(0, 9), (11, 19)]


def test_a_file_without_rows_says_so(place: Place) -> None:
    place.write("", "  ")
    status, _, told = place.typed()
    assert (status, "no rows are in it; write one JSON object per line" in told) == (2, True)


def test_keys_that_nobody_reads_are_told(place: Place) -> None:
    place.write({**GOOD, "sample": [], "label": 1})
    assert place.typed()[2] == "nobody reads these keys: label, sample\n"


def test_keys_are_told_once_however_many_there_are(place: Place) -> None:
    place.write({**GOOD, **{f"key-{n}": n for n in range(300)}}, {"id": 2, "draft": "x", "late": 1})
    assert "late" not in place.typed()[2]


def test_rules_come_from_the_settings_where_none_are_named(place: Place) -> None:
    place.write(GOOD)
    command = ["score", "--in", str(place.drafts), "--out", str(place.out)]
    assert main(command) == 2
    Path("hitl-chat.yaml").write_text("rules: rules.yaml\n")
    assert main(command) == 0
    assert place.results()[0]["ruling"] == "hold"


def test_numbers_and_texts_are_different_ids(place: Place) -> None:
    place.write({"id": 7, "draft": "x"}, {"id": "7", "draft": "x"})
    assert place.typed()[0] == 0
    assert [scores["id"] for scores in place.results()] == [7, "7"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"nonsense\n", b"\x00\x01"])
def test_where_nothing_can_be_read_the_command_fails(place: Place, content: bytes) -> None:
    place.drafts.write_bytes(content)
    status, _, told = place.typed()
    assert (status, ": no row" in told) == (2, True)


@pytest.mark.parametrize("flag", ["--rules", "--in", "--known-bad", "--config"])
def test_a_file_that_is_not_there_is_named(place: Place, flag: str) -> None:
    place.write(GOOD)
    status, _, told = place.typed(flag, "nowhere.x")
    assert (status, "nowhere.x" in told) == (2, True)
    assert not place.out.exists()


def test_a_folder_is_no_file(place: Place) -> None:
    place.write(GOOD)
    for flag, why in (("--in", "Is a directory"), ("--out", "is no file")):
        status, _, told = place.typed(flag, str(place.folder))
        assert (status, why in told) == (2, True)


def test_the_drafts_are_not_written_over(place: Place) -> None:
    place.write(GOOD)
    before = place.drafts.read_bytes()
    status, _, told = place.typed("--out", str(place.folder / "." / "drafts.jsonl"))
    assert (status, "the same file" in told) == (2, True)
    assert place.drafts.read_bytes() == before


@pytest.mark.parametrize("content", ["a letter to a friend\n", "a letter", '{"id": 1}\n', "[]\n"])
def test_another_file_is_not_written_over(place: Place, content: str) -> None:
    place.write(GOOD)
    place.out.write_text(content)
    status, _, told = place.typed()
    assert (status, "line 1: no row of scores" in told) == (2, True)
    assert place.out.read_text() == content


# --- going on -----------------------------------------------------------------------------------


def test_what_is_there_is_not_scored_again(place: Place) -> None:
    place.write(GOOD)
    place.typed()
    before = place.out.read_bytes()
    place.write(GOOD, {"id": 2, "draft": "Fine."})
    assert place.typed()[1] == "1 rows scored (1 pass), 0 bad, 1 were there already\n"
    assert place.out.read_bytes().startswith(before)
    assert place.typed()[:2] == (0, "0 rows scored (none), 0 bad, 2 were there already\n")


@pytest.mark.parametrize("kept", [1, 6, 40, -1])
def test_half_a_last_row_is_made_again(place: Place, kept: int) -> None:
    place.write(GOOD, {"id": 2, "draft": "Fine."})
    place.typed()
    whole = place.out.read_bytes()
    first, second, _ = whole.split(b"\n")
    place.out.write_bytes(first + b"\n" + (second + b"\n")[:kept])
    status, _, told = place.typed()
    assert (status, "half written" in told) == (0, True)
    assert place.out.read_bytes() == whole


def test_scores_of_other_rules_or_checks_do_not_mix(place: Place) -> None:
    place.write(GOOD)
    place.typed()
    before = place.out.read_bytes()
    status, _, told = place.typed("--checks", "pii")
    assert (status, "was made with other rules" in told) == (2, True)
    place.rules.write_text(rules(rule("word", words("kind"))))
    assert place.typed()[0] == 2
    assert place.out.read_bytes() == before


def test_scores_by_another_prompt_do_not_mix(place: Place) -> None:
    judge = {"kind": "judge", "model": "m"}
    place.rules.write_text(rules(rule("j", {"check": "j"}), checks={"j": judge}))
    place.write(GOOD)
    place.typed()
    shipped = (assets.prompts() / "judge.j2").read_text("utf-8")
    (place.folder / "judge.j2").write_text(f"{shipped}Be strict.\n")
    status, _, told = place.typed()
    assert (status, "was made with other rules" in told) == (2, True)


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_was(place: Place) -> None:
    place.rules.write_text(SLOW)
    place.write(*({"id": n, "draft": f"Number {n}. Fine."} for n in range(60)))
    lines = place.drafts.read_bytes().splitlines(keepends=True)
    pipe = place.folder / "pipe"
    os.mkfifo(pipe)
    feed = os.open(pipe, os.O_RDWR)  # no end ever comes: it cannot be done before it is killed
    words = [COMMAND, *place.command("--in", str(pipe))]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as running:
        os.write(feed, b"".join([*lines[:40], b"nonsense\n"]))
        assert running.stderr is not None
        assert ":41: no JSON" in running.stderr.readline()  # so far it has come
        running.kill()
    os.close(feed)
    found = place.results()
    assert 20 < len(found) <= 40
    with place.out.open("ab") as out:
        out.write(b'{"id":40,"checks":{"slo')
    assert place.typed()[0] == 0
    resumed = place.out.read_bytes()
    place.out.unlink()
    assert place.typed()[:2] == (0, "60 rows scored (15 hold, 45 pass), 0 bad\n")
    assert place.out.read_bytes() == resumed


async def test_a_run_that_is_interrupted_says_how_far_it_came(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.rules.write_text(SLOW.replace("0.01", "4"))
    place.write(*({"id": n, "draft": "Fine."} for n in range(20)))
    running = asyncio.create_task(score.scored(parser().parse_args(place.command())))
    while not place.out.exists():  # noqa: ASYNC110 (it tells nobody that it has begun)
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()  # as asyncio does when Ctrl-C is pressed
    with pytest.raises(asyncio.CancelledError):
        await running
    told = capsys.readouterr().err
    assert told == "stopped: 0 rows have scores; the same command goes on from there\n"


def test_two_programs_do_not_write_the_same_file(place: Place) -> None:
    place.write(GOOD)
    with place.out.open("ab") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        status, _, told = place.typed()
    assert (status, "is being written by another program" in told) == (2, True)


@pytest.mark.slow
def test_a_full_disk_is_told_and_what_was_written_stays(place: Place) -> None:
    rows = [{"id": n, "draft": "How rude."} for n in range(40)]
    place.write(*rows)

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = subprocess.run(
        [COMMAND, *place.command()], preexec_fn=narrow, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "cannot be written (File too large)" in done.stderr) == (2, True)
    assert place.out.stat().st_size == 2000
    assert place.typed()[0] == 0
    assert [scores["id"] for scores in place.results()] == list(range(40))


@pytest.mark.slow
def test_a_terminal_is_shown_how_far_it_is(place: Place) -> None:
    place.write(GOOD, "nonsense", {"id": 2, "draft": "Fine."})
    shown, terminal = pty.openpty()
    with subprocess.Popen([COMMAND, *place.command()], stderr=terminal) as running:
        assert running.wait() == 0
    os.close(terminal)
    told = os.read(shown, 65536).decode()
    os.close(shown)
    first, rest = told.split("\r\x1b[K")[1:3]
    assert first.startswith("[####")
    assert rest.startswith(f"{place.drafts}:2: no JSON: ")
    assert rest.endswith("\r\n")
