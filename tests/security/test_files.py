"""Files of rule authors that would run, grow or mislead: refused by name and place, in no time.

By the command that authors use. The rows of YAML, expressions and templates are where their
readers are tested; here each comes in through the door.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from hitl_chat.assets import prompts
from hitl_chat.cli import main
from hitl_chat.errors import ConfigError
from hitl_chat.models.prompts import load
from tests.checks.test_regex_syntax import REFUSED as EXPRESSIONS
from tests.models.test_rendering import REFUSED as TEMPLATES
from tests.rules.test_load import REFUSED as YAML
from tests.world_rules import rule, rules

Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Typed:
    """The exit code of a command, and all that it said."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(words)
        return status, "".join(capsys.readouterr())

    return run


@pytest.mark.parametrize(("text", "told"), YAML.values(), ids=YAML)
def test_rules_that_are_no_plain_yaml(
    typed: Typed, tmp_path: Path, text: str, told: list[str]
) -> None:
    (tmp_path / "shop.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    status, said = typed("check", "shop.yaml")
    assert status == 1
    for expected in told:
        assert expected.removeprefix("1:1 262,146 bytes, ") in said  # no more of it is read
    assert "shop.yaml:" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("text", "told"), YAML.values(), ids=YAML)
def test_settings_that_are_no_plain_yaml(
    typed: Typed, tmp_path: Path, text: str, told: list[str]
) -> None:
    (tmp_path / "own.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    status, said = typed("keys", "list", "--config", "own.yaml")
    assert status == 2
    assert "own.yaml" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_that_is_refused(typed: Typed, tmp_path: Path, name: str) -> None:
    source, _ = EXPRESSIONS[name]
    written = rules(rule("one", {"patterns": {"regex": [source]}}))
    (tmp_path / "shop.yaml").write_text(written)
    status, said = typed("check", "shop.yaml")
    assert status == 1
    assert "shop.yaml:" in said
    assert len(said) < 6000


NAMES = ["<img src=x onerror=alert(1)>", "a b", "A", "../a", "{{7*7}}", "a\nb", "\u0430", ""]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_s_name_is_a_word(typed: Typed, tmp_path: Path, name: str) -> None:
    (tmp_path / "shop.yaml").write_text(rules(rule(name, "always")))
    status, said = typed("check", "shop.yaml")
    assert status == 1
    assert "shop.yaml:" in said
    assert "name" in said


@pytest.mark.parametrize("text", TEMPLATES, ids=range(len(TEMPLATES)))
def test_a_template_that_is_refused_where_it_is_read(tmp_path: Path, text: str) -> None:
    """Our own process never compiles it, let alone runs it."""
    (tmp_path / "it.j2").write_text(
        f"---\nname: it\nversion: 1\ninputs: [word]\noutput: text\n---\n{text}"
    )
    with pytest.raises(ConfigError, match=r"it\.j2"):
        load(tmp_path, "it")


@pytest.mark.parametrize("text", TEMPLATES[:3] + TEMPLATES[8:12], ids=range(7))
def test_and_when_its_rules_are_checked(typed: Typed, tmp_path: Path, text: str) -> None:
    head = (prompts() / "judge.j2").read_text("utf-8").rpartition("---\n")[0]
    (tmp_path / "judge.j2").write_text(f"{head}---\n{text}")
    judge = {"kind": "judge", "model": "m", "criteria": "Promises."}
    judged = rule("judged", {"check": "promises"}, strictness="answer")
    (tmp_path / "shop.yaml").write_text(rules(judged, checks={"promises": judge}))
    status, said = typed("check", "shop.yaml")
    assert status == 1
    assert "judge.j2" in said


GOOD = "name: it\nversion: 1\ninputs: [word]\noutput: text\n"
ALIKE = "properties: {a: {type: string}}, required: [a], additionalProperties: false"
HEADS = {
    "alias bomb": GOOD.replace("it", "&a [x, x]").replace("1", "&b [*a, *a]", 1),
    "alias bomb of an output": GOOD.replace("text", "{a: &a [x, x], b: &b [*a, *a], c: [*b, *b]}"),
    "an alias of itself": GOOD.replace("text", "&a {type: *a}"),
    "anchor": GOOD.replace("it", "&a it", 1),
    "merge key": GOOD.replace("name: it", "<<: {name: it}"),
    "key twice": GOOD + "version: 2\n",
    "key instead of another": GOOD.replace("name: it", "version: 2"),
    "key twice in an output": GOOD.replace("text", f"{{type: object, type: object, {ALIKE}}}"),
    "a list as a key": GOOD.replace("name", "[name]"),
    "a list as a key in an output": GOOD.replace("text", f"{{[type]: object, {ALIKE}}}"),
    "python object": GOOD.replace("it", "!!python/object/apply:os.getcwd []", 1),
    "own tag": GOOD.replace("it", "!secret it", 1),
    "depth 3000": GOOD.replace("[word]", "[" * 3000),
    "octal": GOOD.replace("1", "010", 1),
    "sixty": GOOD.replace("1", "1:30", 1),
    "zero": GOOD.replace("1", "0", 1),
    "no": GOOD.replace("1", "no", 1),
    "a name that is true": GOOD.replace("it", "on", 1),
    "inputs in inputs": GOOD.replace("[word]", "[[word]]"),
    "a list": "[name, version, inputs, output]\n",
    "tab": GOOD.replace("[word]", "\n\t- word"),
    "two documents": GOOD.replace("name", "...\nname"),
    "nothing": "",
    "too long": GOOD + "# " + "x" * 4000 + "\n",
}


def test_front_matter_that_is_right(tmp_path: Path) -> None:
    (tmp_path / "it.j2").write_text(f"---\n{GOOD}---\n{{{{ word }}}}")
    assert load(tmp_path, "it").version == 1


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_front_matter_is_a_few_plain_lines(tmp_path: Path, head: str) -> None:
    (tmp_path / "it.j2").write_text(f"---\n{head}---\n{{{{ word }}}}")
    with pytest.raises(ConfigError, match=r"it\.j2") as told:
        load(tmp_path, "it")
    assert len(told.value.message) < 1000


def test_nothing_is_written_for_spreadsheets() -> None:
    """A cell that begins with `=` runs: what we write is JSON, one line each."""
    root = Path(__file__).parents[2]
    sources = [*(root / "src").rglob("*.py"), *(root / "web").glob("*src/**/*.ts*")]
    assert len(sources) > 300
    assert [path for path in sources if "csv" in path.read_text("utf-8").lower()] == []
