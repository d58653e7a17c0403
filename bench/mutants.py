"""Does a test notice when the core is wrong?

    python bench/mutants.py                     every mutant of core/; takes an hour on two cores
    python bench/mutants.py gate.py lane.py     of these files
    python bench/mutants.py --every 5           each fifth

Plants one small mistake at a time (a comparison turned round, a condition negated, a field left
out) into a copy of the project and runs the core's tests. A mutant that survives is printed: it
names behaviour that nothing specifies. Not part of CI; the last result is in docs/mutants.md.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CORE = Path("src/hitl_chat/core")
WITHIN = 180.0  # a mutant that never ends has been noticed, too

OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class Mutant(NamedTuple):
    """The `number`-th mistake that can be made in a file, and how it reads."""

    file: str
    number: int
    line: int
    what: str


class Site(NamedTuple):
    node: ast.AST
    what: str
    at: int = 0


def sites(tree: ast.AST) -> Iterator[Site]:
    """Everywhere a small mistake is possible, always in the same order."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=ops):
                yield from (Site(node, "comparison", at) for at in range(len(ops)))
            case ast.BoolOp():
                yield Site(node, "and/or")
            case ast.UnaryOp(op=ast.Not()):
                yield Site(node, "not left out")
            case ast.If() | ast.IfExp():
                yield Site(node, "condition negated")
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                yield Site(node, "plus/minus")
            case ast.Call(func=ast.Name(id="replace"), keywords=keywords):
                yield from (Site(node, f"{k.arg} left out", at) for at, k in enumerate(keywords))
            case _:
                pass


def plant(site: Site) -> None:
    match site.node:
        case ast.Compare() as node:
            node.ops[site.at] = OPPOSITE[type(node.ops[site.at])]()
        case ast.BoolOp() as node:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp() as node:
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.If() | ast.IfExp() as node:
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.BinOp() as node:
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        case ast.Call() as node:
            del node.keywords[site.at]
        case _:
            pass


def mutants(files: list[str], every: int) -> list[Mutant]:
    found = []
    for file in files:
        tree = ast.parse((ROOT / CORE / file).read_text())
        for number, site in enumerate(sites(tree)):
            found.append(Mutant(file, number, getattr(site.node, "lineno", 0), site.what))
    return found[::every]


def survives(mutant: Mutant, copy: Path) -> bool:
    """Whether the core's tests pass with this mistake in it."""
    file = copy / CORE / mutant.file
    source = file.read_text()
    tree = ast.parse(source)
    plant(list(sites(tree))[mutant.number])
    file.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    try:
        return passes(copy)
    finally:
        file.write_text(source)


def passes(copy: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/core"]
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=WITHIN, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def copied(folder: Path) -> Path:
    for part in ("src", "tests/core"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py", "tests/services.py"):
        shutil.copy(ROOT / part, folder / part)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="of core/; all of them")
    parser.add_argument("--every", type=int, default=1, help="only each N-th mutant")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    files = options.files or sorted(p.name for p in (ROOT / CORE).glob("[a-z]*.py"))
    planned = mutants(files, options.every)
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as base:
        for number in range(options.at_once):
            copies.put(copied(Path(base, str(number))))
        if not passes(Path(base, "0")):
            say("the tests fail without any mutant: nothing can be learnt\n")
            return 2

        def judge(mutant: Mutant) -> Mutant | None:
            copy = copies.get()
            try:
                return mutant if survives(mutant, copy) else None
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(options.at_once) as workers:
            alive = 0
            for done, survivor in enumerate(workers.map(judge, planned), 1):
                if survivor:
                    alive += 1
                    say(f"\rSURVIVED {survivor.file}:{survivor.line} {survivor.what}\n")
                say(f"\r{done}/{len(planned)} planted, {alive} survived")
    say("\n")
    return 1 if alive else 0


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
