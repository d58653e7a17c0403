"""Templates and secrets: what a message can look like, and who can check it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.errors import ConfigError
from hitl_chat.webhooks import signing
from hitl_chat.webhooks.parcels import Hook, detail, shaped
from hitl_chat.webhooks.parcels import test_message as message_of_a_test
from hitl_chat.webhooks.telling import TITLES
from hitl_chat.webhooks.template import NAMES, Template
from tests.quality.project import ROOT

EXAMPLES = sorted((ROOT / "examples" / "webhooks").glob("*.json"))
MESSAGE = {
    "id": "feed-1",
    "type": "hold.opened",
    "title": TITLES["hold.opened"],
    "detail": "acme · refund, promise",
    "hold": "hold_1",
    "rules": ["refund", "promise"],
    "version": 3,
    "url": "https://desk.example/console/#hold:hold_1",
}


def test_names_are_filled_in_wherever_a_string_stands() -> None:
    shape = {"{type}": ["{title}!", {"n": 1, "x": None, "rules": "{rules}"}], "v": "{version}"}
    assert json.loads(Template(shape).render(MESSAGE)) == {
        "hold.opened": ["An answer waits for a person!", {"n": 1, "x": None, "rules": RULES}],
        "v": "3",
    }


RULES = "refund, promise"


def test_what_does_not_apply_is_empty() -> None:
    assert Template("[{action}]").render(MESSAGE) == b'"[]"'


@given(st.text())
def test_no_value_changes_the_shape(value: str) -> None:
    shape = {"a": "{hold}", "b": ["{title}"]}
    made = json.loads(Template(shape).render({"hold": value, "title": value}))
    assert made == {"a": value, "b": [value]}


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert json.loads(Template("{hold}").render({"hold": "{title}" + value})) == "{title}" + value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": "{tittle}"}', ["{tittle}", "did you mean 'title'?"]),
        (b'["{xyzzy}"]', ["{xyzzy}", "hold"]),
        (b'{"a": ', ["no JSON"]),
        (b"\xff", ["no JSON"]),
        (b'"' + b"x" * 70_000 + b'"', ["larger than 64 KiB"]),
        (b"[" * 30_000 + b"]" * 30_000, ["no JSON"]),
    ],
)
def test_a_mistake_in_a_template_is_named(tmp_path: Path, content: bytes, words: list[str]) -> None:
    file = tmp_path / "shape.json"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        Template.read(file)
    assert [word for word in [*words, "shape.json"] if word not in str(refused.value)] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_carry_the_title_and_a_link(file: Path) -> None:
    made = Template.read(file).render(MESSAGE).decode()
    json.loads(made)
    for value in (MESSAGE["title"], MESSAGE["detail"], MESSAGE["url"]):
        assert str(value) in made


@pytest.mark.parametrize(
    ("type_", "tenant", "facts", "line"),
    [
        ("stop_switch", "", {"mode": "hold", "by": "ana"}, "mode: hold"),
        ("stop_switch", "acme", {"mode": ""}, "acme · mode: off"),
        ("hold.decided", "acme", {"action": "edit"}, "acme · edit"),
        ("hold.opened", "", {"rules": ["a"], "deadline_at": 60.0}, "a · until 00:01:00 UTC"),
        ("test", "", {}, "test"),
    ],
)
def test_facts_are_one_line_that_is_never_empty(
    type_: str, tenant: str, facts: dict[str, object], line: str
) -> None:
    assert detail(type_, tenant, facts) == line


def test_a_test_message_fits_every_shape() -> None:
    content = message_of_a_test("test-1", 0.0, "https://desk.example/console/")
    assert set(content) <= set(NAMES)
    for file in EXAMPLES:
        hook = Hook("team", "https://hooks.example/", template=Template.read(file))
        body, headers = shaped(hook, content, 0.0)
        assert TITLES["test"].encode() in body
        assert "webhook-signature" not in headers


@given(st.binary(min_size=24, max_size=64))
def test_a_secret_is_read_as_it_was_written(fresh: bytes) -> None:
    assert signing.secrets(signing.secret(fresh), "SECRET") == (fresh,)


@pytest.mark.parametrize(
    "text", ["", "hunter2", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ=", "whsec_x y"]
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        signing.secrets(text, "HOOK_SECRET")
    assert "HOOK_SECRET" in str(refused.value)
    assert text in ("", "whsec_") or text not in str(refused.value)


def test_while_a_secret_is_replaced_both_sign() -> None:
    old, new = b"o" * 32, b"n" * 32
    keys = signing.secrets(f"{signing.secret(new)} {signing.secret(old)}", "SECRET")
    both = signing.headers(keys, "1", 0.0, b"x")["webhook-signature"].split()
    alone = [signing.headers((key,), "1", 0.0, b"x")["webhook-signature"] for key in (new, old)]
    assert both == alone
