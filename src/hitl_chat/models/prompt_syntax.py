"""What a prompt may be made of: text, values, choices, short loops and a few filters.

Jinja2's sandbox keeps a template from climbing out, not from computing for ever. So what can grow
or run away (arithmetic, calls, macros, includes, deep loops) is refused before it is compiled,
because already compiling would work constants out. Pure; knows no file.
"""

from jinja2 import nodes

LONGEST = 64 * 1024
DEEPEST = 2  # loops within loops

PLAIN: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Filter,
    nodes.Test,
    nodes.Getattr,
    nodes.Keyword,
)
FILTERS = frozenset(
    {"trim", "upper", "lower", "title", "capitalize", "length", "default", "truncate", "wordcount"}
)
TESTS = frozenset({"defined", "undefined", "none", "string", "eq", "ne", "in"})
LOOP = frozenset({"index", "index0", "first", "last", "length"})


def faults(tree: nodes.Template) -> list[str]:
    """What this template must not contain, each with its line."""
    found: list[str] = []
    _look(tree, 0, found)
    return found


def _look(node: nodes.Node, depth: int, found: list[str]) -> None:
    if why := _why_not(node):
        found.append(f"line {node.lineno}: {why}")
        return
    if isinstance(node, nodes.For):
        depth += 1
        if depth > DEEPEST:
            found.append(f"line {node.lineno}: loops nested deeper than {DEEPEST}")
            return
    for child in node.iter_child_nodes():
        _look(child, depth, found)


def _why_not(node: nodes.Node) -> str:
    name = type(node).__name__.lower()
    if not isinstance(node, PLAIN):
        return f"{name!r} is not for prompts: they hold text, values, if, for and a few filters"
    if isinstance(node, nodes.For) and (node.recursive or node.test):
        return "a plain `for` only: no `recursive`, no `if` within it"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"filter {node.name!r} is not for prompts: use {', '.join(sorted(FILTERS))}"
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f"test {node.name!r} is not for prompts: use {', '.join(sorted(TESTS))}"
    if isinstance(node, nodes.Getattr) and not _is_loop(node):
        return f"attribute {node.attr!r}: inputs are plain text and have none"
    return ""


def _is_loop(node: nodes.Getattr) -> bool:
    return isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP
