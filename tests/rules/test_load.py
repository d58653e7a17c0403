"""The security page's rows about YAML: refused with line, column and the fix, in no time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.errors import ConfigError
from hitl_chat.rules.load import DEEPEST, document, examine, scalar

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)

REFUSED = {
    "alias bomb": (BOMB, ["1:4 the anchor `&a`", "2:4 the anchor `&b`"]),
    "anchor": ("a: &x 1\n", ["1:4 the anchor `&x`: write the value out"]),
    "alias": ("a: &x 1\nb: *x\n", ["1:4 the anchor", "2:4 the alias `*x`: write the value out"]),
    "unknown alias": ("a: *x\n", ["1:4 the alias `*x`"]),
    "merge key": ("a:\n  <<: {b: 1}\n", ["2:3 the merge key `<<`: write the keys out"]),
    "duplicate key": (
        "above: 0.9\nthen: hold\nabove: 0.1\n",
        ["3:1 'above' is given twice, first in line 1: keep one"],
    ),
    "python object": (
        "a: !!python/object/apply:os.system ['true']\n",
        ["1:4 the tag 'tag:yaml.org,2002:python/object/apply:os.system'"],
    ),
    "own tag": ("a: !secret x\n", ["1:4 the tag '!secret': values need no tags, remove it"]),
    "tagged key": ("!!str a: 1\n", ["1:1 the tag"]),
    "depth 3000": ("[" * 3000, [f"1:{DEEPEST + 1} nested deeper than {DEEPEST}: flatten it"]),
    "deep mapping": ("".join(f"{' ' * n}a:\n" for n in range(100)), ["nested deeper than"]),
    "20,001 values": ("- x\n" * 20_001, ["more than 20,000 values: split the file"]),
    "256 KiB": ("# " + "x" * 256 * 1024, ["1:1 262,146 bytes, more than 262,144"]),
    "tab": ("rules:\n\t- name: x\n", ["2:1 a tab in the indentation: use spaces"]),
    "tab behind blanks": ("a:\n  \tb: 1\n", ["2:3 a tab in the indentation"]),
    "two documents": ("a: 1\n---\nb: 2\n", ["2:1 a second document (`---`): one per file"]),
    "key that is a list": ("[a, b]: 1\n", ["1:1 a key that is no plain word"]),
    "NUL": ("a: x\x00y\n", ["1:1 U+0000 may not stand in a YAML file: remove it"]),
    "half a character": ("a: \ud800\n", ["1:1 not UTF-8 text"]),
    "colon in a text": ("a: b: c\n", ["1:5 a `:` where none can stand: put the text in quotes"]),
    "at sign": ("a: @domain\n", ["1:4 a text that begins with `@`: put it in quotes"]),
    "backquote": ("a: `b`\n", ["1:4 a text that begins with a backquote: put it in quotes"]),
    "escape": ('a: "\\b\\w"\n', ["1:8 in double quotes a backslash is doubled"]),
    "indentation": ("a:\n    b: 1\n  c: 2\n", ["3:3 the indentation does not fit"]),
    "open bracket": ("a: [1, 2\n", ["2:1 this is not YAML"]),
    "open quotes": ("a: 'x\n", ["2:1 this is not YAML"]),
    "line without colon": ("a: 1\nb\nc: 2\n", ["a line without `:`"]),
}


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_place_and_the_fix(text: str, told: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        document(text, file="shop.yaml")
    lines = str(refused.value).splitlines()
    for expected, line in zip(told, lines, strict=False):
        assert line.startswith("shop.yaml:")
        assert expected in line
    assert len(lines) >= len(told)


@pytest.mark.parametrize(
    "written",
    ["NO", "no", "on", "Off", "yes", "y", "010", "0x1F", "0o17", "12:30", "1_000", "+.inf", ".nan",
     "1.", ".5", "2024-05-19", "1e999", "=", "tRUE", "99999999999999999999"],
)  # fmt: skip
def test_what_looks_like_text_is_text(written: str) -> None:
    assert document(f"key: {written}\n", file="x").value == {"key": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("5", 5),
     ("-3", -3), ("0.78", 0.78), ("1e3", 1000.0), ("'5'", "5"), ('"true"', "true"), ("'NO'", "NO")],
)  # fmt: skip
def test_only_plain_values_are_values(written: str, value: object) -> None:
    read = document(f"key: {written}\n", file="x").value["key"]
    assert (type(read), read) == (type(value), value)


def test_keys_are_texts() -> None:
    assert document("on: 1\nyes: 2\n5: 3\n", file="x").value == {"on": 1, "yes": 2, "5": 3}


def test_every_value_knows_its_place() -> None:
    read = document("rules:\n  - name: a\n    when:\n      check: b\n", file="shop.yaml")
    assert read.where(("rules", 0, "when", "check")) == "shop.yaml:4:14"
    assert read.where(("rules", 0, "when", "check", "none")) == "shop.yaml:4:14"
    assert read.place(("rules", 0, "when"), key=True) == (3, 5)
    assert read.where(()) == "shop.yaml:1:1"


def test_all_mistakes_at_once() -> None:
    findings = examine("a: &x 1\na: *x\nb: !t 2\n", file="x").findings
    assert [finding.line for finding in findings] == [1, 2, 2, 3]


def test_nothing_is_an_empty_value() -> None:
    assert document("", file="x").value is None
    assert document("# only a comment\n", file="x").value is None


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("{}[]:-&*!|>'\"%@`\n \t#?")))
def test_any_text_is_read_or_refused(text: str) -> None:
    examine(text, file="x")


@given(st.text())
def test_a_scalar_is_plain(text: str) -> None:
    assert isinstance(scalar(text), str | bool | int | float | None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-1000, 1000) | st.text("ab1:.-", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3)
        ),
        max_leaves=20,
    )
)
def test_json_reads_as_json(value: object) -> None:
    """YAML 1.2 contains JSON; deep values apart, what a program wrote is what is read."""
    read = examine(json.dumps(value), file="x")
    assert read.findings or read.value == value
