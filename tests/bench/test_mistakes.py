"""What `bench/mutants.py` plants: small mistakes of every kind, each of which changes the code."""

import ast
from pathlib import Path

import pytest

from bench.mistakes import mistakes
from tests.quality.project import files

SOURCE = '''Kind = Literal["a", "b"]
class Some(Value, frozen=True):
    """Told."""

    seconds: float = 3.0


def told(x, y):
    """Told, too."""
    if x < y and not done:
        effects.append(x)
    while x:
        x = replace(x, size=x - 1)
    match y:
        case 1:
            raise Wrong
        case z:
            return [a for a in min(x, y) if a in x]
        case _:
            assert_never(y)
    return None
'''


def planted(source: str, number: int) -> str:
    tree = ast.parse(source)
    list(mistakes(tree))[number].make()
    return ast.unparse(ast.fix_missing_locations(tree))


def test_mistakes_of_every_kind_are_found_and_what_nobody_could_notice_is_not() -> None:
    found = {(mistake.line, mistake.what) for mistake in mistakes(ast.parse(SOURCE))}
    assert found == {
        (5, "4.0 for 3.0"),
        (10, "LtE: x < y"),
        (10, "and/or: x < y and (not done)"),
        (10, "no not: not done"),
        (10, "if True: x < y and (not done)"),
        (10, "if False: x < y and (not done)"),
        (11, "gone: effects.append(x)"),
        (12, "while False: x"),
        (13, "gone: x = replace(x, size=x - 1)"),
        (13, "no size: replace(x, size=x - 1)"),
        (13, "plus: x - 1"),
        (13, "2 for 1"),
        (15, "no case: 1"),
        (15, "2 for 1"),
        (16, "gone: raise Wrong"),
        (17, "no case: z"),
        (18, "gone: return [a for a in min(x, y) if a in x]"),
        (18, "no filter: a in x"),
        (18, "NotIn: a in x"),
        (18, "max: min(x, y)"),
    }


@pytest.mark.parametrize("path", files("src/hitl_chat/core", "[a-z]*.py"), ids=lambda p: p.name)
def test_every_seventh_mistake_of_the_core_changes_its_code(path: Path) -> None:
    source = path.read_text()
    count = len(list(mistakes(ast.parse(source))))
    correct = ast.unparse(ast.parse(source))
    assert correct not in {planted(source, number) for number in range(0, count, 7)}
