"""The small mistakes that `mutants.py` plants, one at a time, into a module's syntax tree.

Not planted: other texts (sentences are for people), and `frozen=True` in the head of a class, which
tells the type checker what the base class already does.
"""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

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
OTHER = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Without these the program says something else; without an import or a def it says nothing.
REMOVABLE = ast.Expr | ast.Assign | ast.AugAssign | ast.Raise | ast.Return


class Mistake(NamedTuple):
    """One way to get a module wrong: where, how it reads, and how it is made."""

    line: int
    what: str
    make: Callable[[], None]


def mistakes(tree: ast.AST) -> Iterator[Mistake]:
    """Every small mistake that is possible in this tree, always in the same order."""
    heads = {id(k.value) for n in ast.walk(tree) if isinstance(n, ast.ClassDef) for k in n.keywords}
    for node in ast.walk(tree):
        if id(node) not in heads:
            for kind in (_turned, _decided, _changed, _removed, _forgotten):
                yield from kind(node)


def _turned(node: ast.AST) -> Iterator[Mistake]:
    """A comparison, a conjunction or a negation is turned round."""
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                other = OPPOSITE[type(op)]()
                make = partial(ops.__setitem__, at, other)
                yield Mistake(node.lineno, f"{type(other).__name__}: {_read(node)}", make)
        case ast.BoolOp(op=op):
            swapped = ast.Or() if isinstance(op, ast.And) else ast.And()
            make = partial(setattr, node, "op", swapped)
            yield Mistake(node.lineno, f"and/or: {_read(node)}", make)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            make = partial(setattr, node, "operand", ast.UnaryOp(ast.Not(), operand))
            yield Mistake(node.lineno, f"no not: {_read(node)}", make)
        case _:
            pass


def _decided(node: ast.AST) -> Iterator[Mistake]:
    """A condition is always true, or never."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            for answer in (True, False):
                make = partial(setattr, node, "test", ast.Constant(answer))
                yield Mistake(test.lineno, f"if {answer}: {_read(test)}", make)
        case ast.While(test=test):
            make = partial(setattr, node, "test", ast.Constant(False))
            yield Mistake(test.lineno, f"while False: {_read(test)}", make)
        case ast.comprehension(ifs=ifs):
            for at, test in enumerate(ifs):
                make = partial(ifs.__setitem__, at, ast.Constant(True))
                yield Mistake(test.lineno, f"no filter: {_read(test)}", make)
        case _:
            pass


def _changed(node: ast.AST) -> Iterator[Mistake]:
    """A number, a flag, a sign or the direction of a choice is another one."""
    match node:
        case ast.BinOp(op=ast.Add()):
            make = partial(setattr, node, "op", ast.Sub())
            yield Mistake(node.lineno, f"minus: {_read(node)}", make)
        case ast.BinOp(op=ast.Sub()):
            make = partial(setattr, node, "op", ast.Add())
            yield Mistake(node.lineno, f"plus: {_read(node)}", make)
        case ast.Constant(value=bool() as flag):
            make = partial(setattr, node, "value", not flag)
            yield Mistake(node.lineno, f"{not flag} for {flag}", make)
        case ast.Constant(value=int() | float() as number):
            make = partial(setattr, node, "value", number + 1)
            yield Mistake(node.lineno, f"{number + 1} for {number}", make)
        case ast.Call(func=ast.Name(id=name) as called) if name in OTHER:
            make = partial(setattr, called, "id", OTHER[name])
            yield Mistake(node.lineno, f"{OTHER[name]}: {_read(node)}", make)
        case _:
            pass


def _removed(node: ast.AST) -> Iterator[Mistake]:
    """A statement is missing."""
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if not isinstance(block, list):
            continue
        for at, line in enumerate(block):
            last = at == len(block) - 1 and isinstance(node, ast.FunctionDef)
            if isinstance(line, REMOVABLE) and not _says_nothing(line, last=last):
                make = partial(block.__setitem__, at, ast.Pass())
                yield Mistake(line.lineno, f"gone: {_read(line)}", make)


def _forgotten(node: ast.AST) -> Iterator[Mistake]:
    """A field of a value, or a case, is forgotten."""
    match node:
        case ast.Call(func=ast.Name(id=name), keywords=keywords) if _makes_value(name):
            for at, keyword in enumerate(keywords):
                make = partial(keywords.__delitem__, at)
                yield Mistake(keyword.value.lineno, f"no {keyword.arg}: {_read(node)}", make)
        case ast.Match(cases=cases) if len(cases) > 1:
            for at, case in enumerate(cases):
                if _says_nothing(case.body[0]):
                    continue
                make = partial(cases.__delitem__, at)
                yield Mistake(case.pattern.lineno, f"no case: {_read(case.pattern)}", make)
        case _:
            pass


def _makes_value(name: str) -> bool:
    return name == "replace" or name[:1].isupper()


def _says_nothing(line: ast.stmt, *, last: bool = False) -> bool:
    """A docstring, what only mypy reads, or the `return None` that every end of a body is."""
    match line:
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Literal"))):
            return True
        case ast.Return(value=None | ast.Constant(value=None)):
            return last
        case _:
            return False


def _read(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]
