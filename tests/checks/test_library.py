"""The library of known answers: its lines, its versions, and what is wrong with a line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.library import EMPTY, Entry, Library, line, load, parse, removal
from hitl_chat.errors import ConfigError

text = st.text(min_size=1, max_size=12).filter(str.strip)
entry = st.builds(Entry, text, text, text, st.just("")) | st.builds(
    Entry, text, text, st.just(""), text
)
entries = st.lists(entry, max_size=6, unique_by=lambda one: one.id)

RETURN = Entry(
    "kb_17",
    "Can I return opened headphones?",
    bad="Yes, within 90 days.",
    good="Yes, within 30 days, if they are faulty.",
    by="ana",
    at="2026-05-04T10:00:00Z",
    decision="dec_9",
)


def of(*lines: bytes) -> Library:
    return parse([("known_bad.jsonl", b"".join(lines))])


def wrong(*lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        of(*(f"{one}\n".encode() for one in lines))
    return str(caught.value)


@given(entries)
def test_what_is_written_is_read(known: list[Entry]) -> None:
    assert of(*map(line, known)) == Library({one.id: one for one in known})


@given(entries, entry)
def test_adding_changes_the_version_and_removing_restores_it(
    known: list[Entry], more: Entry
) -> None:
    before = Library({one.id: one for one in known if one.id != more.id})
    after = before.adding(more)
    assert after.version != before.version
    assert after.without(more.id) == before
    assert after.without(more.id).version == before.version


@given(entries)
def test_the_order_of_entries_does_not_matter(known: list[Entry]) -> None:
    assert of(*map(line, known)).version == of(*map(line, reversed(known))).version


def test_a_file_only_grows() -> None:
    whole = of(line(RETURN), removal("kb_17", by="dee", at="2026-05-05T09:00:00Z"))
    assert whole == EMPTY
    again = of(line(RETURN), removal("kb_17"), line(RETURN))
    assert again.entries == {"kb_17": RETURN}


def test_provenance_is_kept_and_is_no_part_of_the_version() -> None:
    read = of(line(RETURN)).entries["kb_17"]
    assert (read.by, read.at, read.decision) == ("ana", "2026-05-04T10:00:00Z", "dec_9")
    other = Entry("kb_17", RETURN.question, RETURN.bad, RETURN.good, by="ben")
    assert of(line(other)).version == of(line(RETURN)).version


def test_sets_of_one_sided_rows_are_libraries_too(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    bad.write_text(
        '{"question": "Is it safe?", "bad_answer": "Yes.", "category": "a"}\n\n'
        '{"question": "Is it safe?", "bad_answer": "Yes.", "category": "a"}\n'
    )
    good.write_text('{"question": "Is it safe?", "good_answer": "Never."}')
    known = load([bad, good]).entries.values()
    assert [(one.bad, one.good) for one in known] == [("Yes.", ""), ("", "Never.")]
    assert len({one.id for one in known}) == 2


def test_answers_that_share_the_id_of_their_question_have_ids_of_their_own() -> None:
    rows = [{"id": "q1", "question": "Q?", "bad_answer": answer} for answer in ("a", "b", "a", "c")]
    known = of(*(json.dumps(row).encode() + b"\n" for row in rows)).entries
    assert {ident: one.bad for ident, one in known.items()} == {"q1": "a", "q1#2": "b", "q1#3": "c"}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{", "known_bad.jsonl:1: not an entry"),
        ("[]", "known_bad.jsonl:1: not an entry"),
        ("\ud800", "not an entry"),
        ('{"question": 7, "bad_answer": "a"}', "$.question"),
        ('{"question": "", "bad_answer": "a"}', "no 'question'"),
        ('{"question": " ", "bad_answer": "a"}', "no 'question'"),
        ('{"question": "Q?"}', "neither 'bad_answer' nor 'good_answer'"),
        ('{"question": "Q?", "bad_anwser": "a"}', "neither 'bad_answer' nor 'good_answer'"),
        ('{"question": "Q?", "bad_answer": "' + 9000 * "a" + '"}', "more than 8000 characters"),
        ('{"remove": "kb_404"}', "no entry 'kb_404' to remove"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(written: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse([("known_bad.jsonl", written.encode("utf-8", "surrogatepass"))])
    assert told in str(caught.value)


def test_lines_are_numbered_and_told_together() -> None:
    told = wrong('{"question": "Q?", "bad_answer": "a"}', "", "{", '{"question": "Q?"}')
    assert "known_bad.jsonl:3: " in told
    assert "known_bad.jsonl:4: " in told
    assert "(and 15 more)" in wrong(*20 * ["{"])


def test_a_file_that_is_not_there_is_told_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.jsonl.*name the file under `library`"):
        load([tmp_path / "nowhere.jsonl"])


def test_an_empty_file_is_an_empty_library(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    assert load([tmp_path / "empty.jsonl"]) == EMPTY
