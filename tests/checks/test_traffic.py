"""The file of recorded questions: what it says, what is wrong with it, which version it is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.traffic import line, load, parse
from hitl_chat.errors import ConfigError

QUESTIONS = st.lists(st.text(min_size=1).filter(lambda text: bool(text.strip())), max_size=8)


def test_a_line_is_a_question_and_the_rest_are_notes() -> None:
    written = line("Where is it?", ident="q1", at="2026-05-04T10:00:00Z")
    assert written == b'{"id":"q1","question":"Where is it?","at":"2026-05-04T10:00:00Z"}\n'
    content = written + b'\n{"question": " And when? ", "shop": 7}\n'
    assert parse([("t", content)]).questions == {"Where is it?", "And when?"}


@given(QUESTIONS, st.data())
def test_neither_order_nor_repetition_makes_another_version(
    questions: list[str], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*questions, *questions]))
    one, other = (parse([("t", b"".join(map(line, some)))]) for some in (questions, again))
    assert (one.version, one.questions) == (other.version, other.questions)
    more = parse([("t", b"".join(map(line, questions)) + line("something else entirely 42"))])
    assert (more.version == one.version) == (more.questions == one.questions)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b'{"question": "half', "t:2: not a recorded question"),
        (b'["Where?"]', "t:2: not a recorded question"),
        (b'{"question": 7}', "t:2: not a recorded question"),
        (b'{"question": "\xff"}', "t:2: not a recorded question"),
        (b'{"question": "  "}', "t:2: no 'question': write"),
        (b'{"asked": "Where?"}', "t:2: no 'question': write"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(written: bytes, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse([("t", line("Where?") + written)])


def test_of_many_mistakes_some_are_told() -> None:
    with pytest.raises(ConfigError, match=r"\(and 4 more\)") as error:
        parse([("t", 9 * b"nonsense\n")])
    assert "nonsense" not in str(error.value)


def test_a_file_that_is_not_there_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"traffic\.jsonl.*`traffic`"):
        load([tmp_path / "traffic.jsonl"])
