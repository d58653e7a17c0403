"""The pages at the door speak the browser's language, say all of it, and let nothing through."""

import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import asdict

from hitl_chat.core.roles import Role
from hitl_chat.errors import BadRequest, Conflict, TooMany
from hitl_chat.server.door import Door, speaking
from hitl_chat.server.door_texts import DE, EN, LANGUAGES, wanted

SOURCES = Path(__file__).parents[2] / "src" / "hitl_chat"
SAME = {"name": "Name", "lang": "…"}  # the same word in both, or not a word
GAP = re.compile(r"\{(\w+)\}")
HOSTILE = "<img src=x>\"'&"


def plain(language: str) -> dict[str, str]:
    return {k: v for k, v in asdict(LANGUAGES[language]).items() if isinstance(v, str)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fills_in_the_same_things(language: str) -> None:
    assert LANGUAGES[language].lang == language
    for name, text in plain("en").items():
        assert set(GAP.findall(text)) == set(GAP.findall(plain(language)[name])), name
    assert set(LANGUAGES[language].roles) == set(get_args(Role))


def test_no_text_was_left_in_english() -> None:
    same = [name for name, text in plain("en").items() if plain("de")[name] == text]
    assert set(same) <= SAME.keys()


def test_every_problem_is_one_that_happens() -> None:
    sources = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    raised = set(re.findall(r'code="(\w+)"', sources))
    assert set(DE.problems) <= raised
    assert set().union(*map(GAP.findall, DE.problems.values())) <= {"least", "most", "minutes"}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("DE", "de"),
        ("fr-CH, fr;q=0.9, de;q=0.7, en;q=0.5", "de"),
        ("fr, *;q=0.5, de;q=0.1", "en"),
        ("en-GB;q=0.8, de;q=0.8", "en"),
        ("de;q=0, en", "en"),
        ("de;q=0", "en"),
        ("de; q=1.0", "de"),
        ("de;q=.;q=x", "en"),
        ("de;q=nan", "en"),
        ("fr", "en"),
        (";;,,;q=,\x00", "en"),
        ("x," * 10_000 + "de", "en"),
    ],
)
def test_the_language_is_what_the_browser_likes_best(accept: str, language: str) -> None:
    assert wanted(accept).lang == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_to_all_who_read_it(language: str) -> None:
    door = speaking(language)
    for page in (
        door.by_name("Acme"),
        door.by_link("Ana", "agent", "x"),
        door.used_up(),
        door.from_elsewhere(),
        door.refused(BadRequest("no")),
    ):
        assert f'<html lang="{language}">'.encode() in bytes(page.body)
        assert page.headers["content-language"] == language
        assert page.headers["vary"] == "accept-language"
        assert b"{" not in bytes(page.body)


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=lambda texts: texts.lang)
def test_whatever_is_filled_in_stays_text(texts: object) -> None:
    door = speaking(getattr(texts, "lang", ""))
    pages = (
        door.by_name(HOSTILE, HOSTILE, HOSTILE),
        door.by_link(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        door.refused(BadRequest(HOSTILE)),
    )
    for page in pages:
        assert b"<img" not in bytes(page.body)
        assert b"&lt;img src=x&gt;&quot;&#x27;&amp;" in bytes(page.body)


def test_what_is_refused_is_said_in_words_for_people() -> None:
    weak = BadRequest("It has 3 characters: take at least 12.", code="weak_password")
    many = TooMany("Too many tries.", code="too_many_attempts", retry_after=61.0)
    assert Door(EN).told(weak) == weak.message
    assert "12 bis 200" in Door(DE).told(weak)
    assert "in 2 min" in Door(DE).told(many)
    assert Door(DE).told(Conflict("never seen", code="never_seen")) == "never seen"
