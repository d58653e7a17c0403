"""Logs cannot be forged, and keep what people wrote to themselves (security.md, bad inputs L)."""

import io
import json
import logging
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.telemetry.log import configure, log

NASTY = "a\r\n2026 error forged\x1b[31m\u2028\u202e\x9b\x00"


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before, level


def written(fields: Mapping[str, object], form: str = "json", *, text: bool = False) -> str:
    stream = io.StringIO()
    configure(form=form, text=text, stream=stream)
    log("hold opened", fields=fields)
    return stream.getvalue()


def failed(*, text: bool, form: str = "json") -> str:
    stream = io.StringIO()
    configure(form=form, text=text, stream=stream)
    try:
        raise LookupError(NASTY)
    except LookupError as error:
        log("request failed", level="error", error=error, fields={"request": "req_1"})
    return stream.getvalue()


def test_an_entry_is_one_line_of_json() -> None:
    entry = json.loads(written({"hold": "hold_1", "count": 3}))
    assert entry.pop("at").endswith("+00:00")
    assert entry == {"level": "info", "event": "hold opened", "hold": "hold_1", "count": 3}


def test_for_eyes_an_entry_is_one_line_too() -> None:
    line = written({"hold": "hold_1", "why": "a b"}, "text")
    assert line.endswith("info    hold opened  hold=hold_1  why=a b\n")


@pytest.mark.parametrize("form", ["json", "text"])
@given(value=st.text() | st.just(NASTY))
def test_no_value_can_forge_a_line_or_a_terminal_sequence(form: str, value: str) -> None:
    line = written({"path": value}, form)
    assert line.endswith("\n")
    assert line[:-1].isascii()
    assert line[:-1].isprintable()


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_people_wrote_is_logged_only_on_request(form: str) -> None:
    assert "my words" not in written({"text": "my words"}, form)
    assert "my words" in written({"text": "my words"}, form, text=True)


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_shows_where_but_not_its_words(form: str) -> None:
    line = failed(text=False, form=form)
    assert "LookupError" in line
    assert "test_log.py" in line
    assert "req_1" in line
    assert "forged" not in line
    assert line.count("\n") == 1


def test_on_request_an_error_shows_its_words_escaped() -> None:
    line = failed(text=True)
    assert json.loads(line)["message"] == NASTY
    assert line.count("\n") == 1


def test_other_libraries_write_the_same_lines() -> None:
    stream = io.StringIO()
    configure(stream=stream)
    logging.getLogger("asyncio").warning("slow\n%s", "callback")
    entry = json.loads(stream.getvalue())
    assert (entry["logger"], entry["event"]) == ("asyncio", "slow\ncallback")


def test_libraries_that_log_what_they_send_are_silent() -> None:
    stream = io.StringIO()
    configure(stream=stream)
    logging.getLogger("LiteLLM").error("prompt: my words")
    assert stream.getvalue() == ""


def test_below_the_level_nothing_is_written() -> None:
    stream = io.StringIO()
    configure(level="warning", stream=stream)
    log("passed")
    log("refused", level="warning")
    assert json.loads(stream.getvalue())["event"] == "refused"
