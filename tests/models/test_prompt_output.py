"""What a prompt says its answers look like: text, or one strict JSON object."""

from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.errors import ConfigError
from hitl_chat.models.prompts import read

HEAD = "---\nname: it\nversion: 1\ninputs: []\noutput:{output}\n---\nSay it.\n"
SHAPE = """
  type: object
  properties:
    verdict: {type: string, enum: [ok, bad, "true"]}
    sure: {type: boolean, description: whether}
    share: {type: number}
    count: {type: integer}
  required: [count, verdict, sure, share]
  additionalProperties: false"""


def written(folder: Path, output: str) -> Path:
    (folder / "it.j2").write_text(HEAD.format(output=output))
    return folder


def test_a_schema_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = read(written(tmp_path, SHAPE), "it").output
    assert found is not None
    assert found["properties"]["verdict"] == {"type": "string", "enum": ["ok", "bad", "true"]}
    assert found["required"] == ["count", "verdict", "sure", "share"]
    assert found["additionalProperties"] is False


@pytest.mark.parametrize("said", [" text", ' "text"'])
def test_text_is_no_schema(tmp_path: Path, said: str) -> None:
    assert read(written(tmp_path, said), "it").output is None


@pytest.mark.parametrize(
    "name", ["handback", "judge", "paraphrase", "reply", "rewrite", "sensitive_moment"]
)
def test_every_shipped_prompt_says_what_it_wants(name: str) -> None:
    judges = {"judge", "sensitive_moment"}
    assert (read(assets.prompts(), name).output is not None) is (name in judges)


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("", "neither 'text' nor a schema"),
        (" json", "neither 'text' nor a schema"),
        (" [a]", "neither 'text' nor a schema"),
        (" {}", "missing required field `type`"),
        (SHAPE.replace("type: object", "type: array"), "Invalid enum value 'array'"),
        (SHAPE.replace("number", "money"), "Invalid enum value 'money'"),
        (SHAPE.replace("additionalProperties: false", "x: 1"), "unknown field `x`|missing"),
        (SHAPE.replace("false", "true"), "write `additionalProperties: false`"),
        (SHAPE.replace("[count, ", "["), "`required` has to name every property once"),
        (SHAPE.replace("[count, ", "[count, count, "), "`required` has to name every property"),
        (SHAPE.replace("{type: integer}", "{type: integer, enum: [a]}"), "'count' has an `enum`"),
        (SHAPE.replace('[ok, bad, "true"]', "[]"), "'verdict' has an `enum`"),
        (SHAPE.replace('[ok, bad, "true"]', "[ok, true]"), "Expected `str`, got `bool`"),
        (SHAPE.replace("description: whether", "pattern: a"), "unknown field `pattern`"),
        (" {type: object, properties: {}, required: [], additionalProperties: false}", "required"),
        (" &a {b: *a}", "no anchors, aliases and tags"),
    ],
)
def test_what_is_wrong_with_one_is_named(tmp_path: Path, output: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as told:
        read(written(tmp_path, output), "it")
    assert "it.j2" in told.value.message
