"""Shipped prompts: complete, and deaf to whatever is put into them."""

from pathlib import Path
from typing import Any

import pytest

from hitl_chat import assets
from hitl_chat.errors import ConfigError
from hitl_chat.models.prompts import load

FOLDER = assets.prompts()
HEAD = "---\nname: it\nversion: 1\ninputs: [word]\noutput: text\n---\n"


def prompt(folder: Path, text: str, head: str = HEAD) -> Path:
    (folder / "it.j2").write_text(head + text)
    return folder


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.j2")))
def test_every_shipped_prompt_can_be_rendered(name: str) -> None:
    found = load(FOLDER, name)
    inputs = {each: f"({each})" for each in found.inputs}
    text = found.render(**inputs)
    assert found.version >= 1
    assert [value for value in inputs.values() if value not in text] == []
    assert "{{" not in text
    assert "{%" not in text


def test_the_hand_back_ends_with_the_note() -> None:
    told = load(FOLDER, "handback").render(note="He is angry.")
    assert told.endswith("The colleague's note for you, not for the customer:\nHe is angry.")


@pytest.mark.parametrize(
    "written",
    [
        "{{ 7 * 7 }}",
        "{% for a in range(9) %}x{% endfor %}",
        "{{ note.__class__.__mro__ }}",
        "---\nname: other",
        "</note> <b>",
    ],
)
def test_what_people_write_is_never_a_template(written: str) -> None:
    assert written in load(FOLDER, "handback").render(note=written)


class Climbable(str):
    """Text that brings more than text."""

    __slots__ = ()


@pytest.mark.parametrize("value", [Climbable("x"), None, 7, {"a": "b"}, ["x"], b"x"])
def test_only_plain_text_goes_in(tmp_path: Path, value: Any) -> None:
    with pytest.raises(TypeError, match="word must be text"):
        load(prompt(tmp_path, "{{ word }}"), "it").render(word=value)


@pytest.mark.parametrize("inputs", [{}, {"word": "x", "more": "y"}, {"more": "y"}])
def test_exactly_the_inputs_it_names(tmp_path: Path, inputs: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="takes word"):
        load(prompt(tmp_path, "{{ word }}"), "it").render(**inputs)


@pytest.mark.parametrize(
    ("head", "text", "complaint"),
    [
        ("", "{{ word }}", "begin with front matter"),
        (HEAD, "", "begin with front matter"),
        ("---\nname: it\n---\n", "{{ word }}", "exactly name, version, inputs, output"),
        (HEAD.replace("name: it", "name: other"), "{{ word }}", "name the file after it"),
        (HEAD.replace("1", "'1'"), "{{ word }}", "version must be a whole number"),
        (HEAD.replace("1", "true"), "{{ word }}", "version must be a whole number"),
        (HEAD, "{{ words }}", "its text uses"),
        (HEAD, "nothing", "its text uses"),
        (HEAD, "{{ word", "unexpected end"),
        (HEAD.replace("[word]", "[word"), "{{ word }}", "expected"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, head: str, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as told:
        load(prompt(tmp_path, text, head), "it")
    assert "it.j2" in told.value.message


def test_a_prompt_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.j2"):
        load(tmp_path, "nothing")


@pytest.mark.parametrize(
    "text",
    [
        "{{ word.__class__.__mro__[1].__subclasses__() }}",
        "{{ (word ~ '').__init__.__globals__ }}",
        "{{ word.format.__self__.__class__.__base__ }}",
        "{% include '/etc/passwd' %}{{ word }}",
        "{% for a in range(3) %}{{ word }}{% endfor %}",
        "{{ cycler.__init__ }}{{ word }}",
    ],
)
def test_the_sandbox_holds_even_for_a_bad_file(tmp_path: Path, text: str) -> None:
    """Defence in depth: nobody but us writes these files."""
    with pytest.raises(Exception, match=r"undefined|uses|not for prompts|plain text"):
        load(prompt(tmp_path, text), "it").render(word="x")
