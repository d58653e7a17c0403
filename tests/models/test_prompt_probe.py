"""What a prompt's front matter says to see by whether a model still judges."""

from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.errors import ConfigError
from hitl_chat.models.prompts import read
from hitl_chat.models.rendering import Rendering

HEAD = "---\nname: it\nversion: 1\ninputs: []\noutput: text\n{probe}---\nSay it.\n"
PROBE = """probe:
  criteria: Promises.
  question: "Yes?"
  bad: >-
    I promise
    it.
  fine: I do not know.
"""


def written(folder: Path, probe: str) -> Path:
    (folder / "it.j2").write_text(HEAD.format(probe=probe))
    return folder


def test_a_probe_is_four_texts(tmp_path: Path) -> None:
    found = Rendering(written(tmp_path, PROBE)).take("it").probe
    assert found == {
        "criteria": "Promises.",
        "question": "Yes?",
        "bad": "I promise it.",
        "fine": "I do not know.",
    }


def test_a_prompt_needs_none(tmp_path: Path) -> None:
    assert Rendering(written(tmp_path, "")).take("it").probe is None


@pytest.mark.parametrize("name", ["judge", "sensitive_moment"])
def test_every_shipped_judge_has_one(name: str) -> None:
    assert read(assets.prompts(), name).probe is not None


@pytest.mark.parametrize(
    "probe",
    [
        "probe: yes\n",
        "probe:\n",
        "probe: [a, b, c, d]\n",
        PROBE.replace("  fine: I do not know.\n", ""),
        PROBE.replace("I do not know.", "true"),
        PROBE.replace("I do not know.", '" "'),
        PROBE.replace("I do not know.", "[no]"),
        f"{PROBE}  more: words\n",
    ],
)
def test_anything_else_is_refused(tmp_path: Path, probe: str) -> None:
    with pytest.raises(ConfigError, match="a probe holds exactly criteria, question, bad, fine"):
        read(written(tmp_path, probe), "it")


@pytest.mark.parametrize("probe", [PROBE + PROBE, PROBE.replace("bad", "fine"), "prob: x\n"])
def test_every_key_once_and_none_but_these(tmp_path: Path, probe: str) -> None:
    with pytest.raises(ConfigError, match=r"given once|front matter holds exactly"):
        read(written(tmp_path, probe), "it")
