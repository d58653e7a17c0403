"""Prepared replies: read from beside the rules, with errors that name the place."""

from pathlib import Path

import pytest

from hitl_chat.errors import ConfigError
from hitl_chat.rules.replies import FILE, Prepared, replies

EXAMPLES = Path(__file__).parents[2] / "examples" / "demo"


def written(folder: Path, text: str) -> list[Prepared]:
    (folder / FILE).write_text(text)
    return replies(folder)


def test_one_text_or_one_for_each_language(tmp_path: Path) -> None:
    assert replies(tmp_path) == []
    found = written(tmp_path, "- name: hello\n  text: Hello {customer.name}\n")
    assert found == [Prepared("hello", {"default": "Hello {customer.name}"})]
    assert written(tmp_path, "- {name: hi, text: {en: Hi, de: Hallo}}\n") == [
        Prepared("hi", {"en": "Hi", "de": "Hallo"})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "hello: there\n",
        "- name: a\n",
        "- {name: a, text: 7}\n",
        "- {name: a, text: b, txt: c}\n",
        "- &x {name: a, text: b}\n- *x\n",
        "- name: a\n  name: b\n  text: c\n",
    ],
)
def test_what_is_wrong_is_said_with_its_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"replies\.yaml"):
        written(tmp_path, text)


def test_a_change_needs_no_restart(tmp_path: Path) -> None:
    assert len(written(tmp_path, "- {name: a, text: b}\n")) == 1
    assert len(written(tmp_path, "- {name: a, text: b}\n- {name: c, text: d}\n")) == 2


def test_the_shop_s_own_are_right() -> None:
    assert all({"en", "de"} <= set(each.texts) for each in replies(EXAMPLES))
