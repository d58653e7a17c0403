"""The part of a policy that agents see with a hold: found by its heading, or a clear error."""

from pathlib import Path

import pytest

from hitl_chat.rules.compile import compile_recorded
from hitl_chat.rules.excerpts import excerpt
from hitl_chat.rules.facts import Excerpt
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.load import LARGEST
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.schema import LONGEST_TEXT
from tests.rules.reading import CHECKS, rule, ruleset, wrong
from tests.rules.test_include import made, put
from tests.rules.test_include import wrong as wrong_file
from tests.rules.test_live import looked

RETURNS = """\
# Returns

Within 30 days.

## 4.2 Opened goods

Only if they are **faulty**.

### Headphones
Never.

```
## not a heading
```

## Sale items ##
Like all others.
"""
OPENED = "Only if they are **faulty**.\n\n### Headphones\nNever.\n\n```\n## not a heading\n```"


def shown(rules: Ruleset, place: int = 0) -> Excerpt | None:
    return rules.planned[place].criteria.policy


def naming(folder: Path, policy: str, text: str = RETURNS) -> Path:
    (folder / "returns.md").write_text(text)
    return put(folder, main=rule(policy=policy))


# --- finding the part -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "title", "text"),
    [
        ("4.2 Opened goods", "4.2 Opened goods", OPENED),
        ("4.2 opened GOODS", "4.2 Opened goods", OPENED),
        ("4-2-opened-goods", "4.2 Opened goods", OPENED),
        ("Headphones", "Headphones", "Never.\n\n```\n## not a heading\n```"),
        ("Sale items", "Sale items", "Like all others."),
    ],
)
def test_a_heading_leads_to_what_stands_under_it(heading: str, title: str, text: str) -> None:
    assert excerpt(RETURNS, heading) == (title, text)


def test_without_a_heading_it_is_all_of_the_file() -> None:
    assert excerpt(RETURNS, "").title == "Returns"
    assert excerpt(RETURNS, "").text.startswith("Within 30 days.")
    assert excerpt("First this.\n# Then\nThat.", "") == ("", "First this.\n# Then\nThat.")


@pytest.mark.parametrize(
    ("text", "heading", "said"),
    [
        (RETURNS, "Opend goods", 'unknown heading "Opend goods"'),
        (RETURNS, "4.2 Opend goods", 'did you mean "4.2 Opened goods"?'),
        (RETURNS, "not a heading", "unknown heading"),
        ("# A\nx\n# a!\ny", "A", "'A' stands in lines 1 and 3: rename one of them"),
        ("# A\n\n# B\nx", "A", "nothing stands under 'A': write it there"),
        ("# A\n", "", "nothing stands in it: write it there"),
        ("# A\n" + "x" * (LONGEST_TEXT + 1), "A", "10,001 characters, more than 10,000: name a"),
    ],
)
def test_what_cannot_be_shown_says_why(text: str, heading: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        excerpt(text, heading)
    assert said in str(refused.value)


# --- in rules ---------------------------------------------------------------------------------


def test_it_may_stand_in_the_rule() -> None:
    made = ruleset(rule(policy="{title: Returns, text: Within 30 days.}"))
    assert shown(made) == Excerpt("Returns", "Within 30 days.")
    assert shown(ruleset(rule())) is None
    assert made.criteria_version != ruleset(rule()).criteria_version


def test_it_may_stand_in_a_file(tmp_path: Path) -> None:
    path = naming(tmp_path, "{file: returns.md, heading: Sale items}")
    assert shown(made(path)) == Excerpt("Sale items", "Like all others.")
    put(tmp_path, main=rule(policy="{title: Sale, file: returns.md, heading: sale-items}"))
    assert shown(made(path)) == Excerpt("Sale", "Like all others.")


def test_names_count_from_the_file_that_names_them(tmp_path: Path) -> None:
    more = rule(policy="{file: returns.md, heading: Sale items}")
    path = put(tmp_path, main="include: [more/rules.yaml]", more__rules=more)
    (tmp_path / "more" / "returns.md").write_text(RETURNS)
    assert shown(made(path)) == Excerpt("Sale items", "Like all others.")


def test_several_rules_may_name_one_file(tmp_path: Path) -> None:
    other = rule(policy="{file: returns.md, heading: Headphones}").replace("promise", "other")
    more = other.removeprefix("rules:\n")
    path = naming(tmp_path, "{file: returns.md, heading: Sale items}")
    path.write_text(path.read_text() + more)
    found = made(path)
    assert [getattr(shown(found, place), "title", "") for place in (0, 1)] == [
        *("Sale items", "Headphones"),
    ]
    assert found.text.count("# included: returns.md") == 1


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("{title: x}", "write either the `text`, or the `file` that has it"),
        ("{text: x, heading: y}", "a `heading` is looked for in a `file`"),
        ("{txt: x}", 'unknown key "txt", did you mean "text"?'),
        ("returns.md", "'returns.md' is not a mapping: write `key: value` lines"),
        ("{file: 5}", "5 is not the name of a file"),
        ("{file: ../returns.md}", "'../returns.md' leads out of this folder"),
        ("{file: /etc/passwd}", "'/etc/passwd' is an absolute path"),
        ("{file: none.md}", "there is no file 'none.md': names count from the file"),
    ],
)
def test_a_mistake_says_what_to_write(policy: str, said: str) -> None:
    found = wrong(rule(policy=policy))
    assert any(said in each for each in found), found
    assert all(each.startswith("4:") for each in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"# A\nx\xff\n", "main.yaml:4:20 not UTF-8 text: save the file as UTF-8"),
        (b"x" * (LARGEST + 1), "'returns.md' is larger than 262,144 bytes"),
        (b"# included: other.yaml\n", "a line that begins with `# included:`"),
        (b"# B\nx\n", 'main.yaml:4:41 returns.md: unknown heading "A"'),
    ],
)
def test_a_file_that_cannot_be_shown_is_an_error_where_it_is_named(
    tmp_path: Path, text: bytes, said: str
) -> None:
    path = naming(tmp_path, "{file: returns.md, heading: A}")
    (tmp_path / "returns.md").write_bytes(text)
    (found,) = wrong_file(path)
    assert said in found


def test_it_stands_in_one_place(tmp_path: Path) -> None:
    (found,) = wrong_file(naming(tmp_path, "{file: returns.md, text: x}"))
    assert "write either the `text`, or the `file` that has it" in found


def test_a_change_of_the_policy_is_a_new_version(tmp_path: Path) -> None:
    path = naming(tmp_path, "{file: returns.md, heading: Sale items}")
    live = LiveRules(path, CHECKS)
    before = live.current
    (tmp_path / "returns.md").write_text(RETURNS.replace("Like all others", "Not at all"))
    assert looked(live)
    assert shown(live.current) == Excerpt("Sale items", "Not at all.")
    assert live.current.version != before.version
    (tmp_path / "returns.md").write_text("# Nothing\nhere\n")
    looked(live)
    assert shown(live.current) == Excerpt("Sale items", "Not at all.")
    assert 'unknown heading "Sale items"' in live.refused


def test_what_is_on_record_needs_no_file(tmp_path: Path) -> None:
    path = naming(tmp_path, "{file: returns.md, heading: Sale items}")
    before = made(path)
    (tmp_path / "returns.md").unlink()
    again = compile_recorded(before.text, CHECKS)
    assert (again.version, shown(again)) == (before.version, shown(before))


def test_a_heading_of_nothing_but_blanks_costs_no_more_than_its_length() -> None:
    """Quadratic, this would stand still for minutes; the test's time limit notices."""
    text = f"# Returns\nWithin 30 days.\n# a{' #' * 100_000}x\nMore."
    assert excerpt(text, "Returns").text == "Within 30 days."
