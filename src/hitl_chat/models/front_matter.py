"""The front matter of a prompt: its name, version, inputs, output and, for a judge's, a probe.

Only the nodes of the YAML are made, so nothing in it can grow, refer or run. Knows no file and no
template.
"""

import re
from typing import Any

import yaml

from hitl_chat.core.types import Value
from hitl_chat.models.prompt_output import Schema, output
from hitl_chat.models.prompt_probe import Probe, probe

KEYS = ("name", "version", "inputs", "output")
PROBE = "probe"
LONGEST = 4000  # characters
DEEPEST = 10
WHOLE = re.compile(r"[1-9][0-9]{0,8}")


class Front(Value, frozen=True):
    name: str
    version: int
    inputs: frozenset[str]
    output: Schema | None = None
    probe: Probe | None = None


def front(written: str) -> Front:
    """What it says, or a ValueError that says what is wrong with it."""
    if len(written) > LONGEST:
        raise ValueError(f"front matter of more than {LONGEST} characters")
    given = _values(_tree(written))
    name, version, inputs, its_output = (given[key] for key in KEYS)
    if not _is(name, "str"):
        raise ValueError("name must be text")
    if not _is(version, "int") or not WHOLE.fullmatch(version.value):
        raise ValueError("version must be a whole number such as 1")
    words = inputs.value if isinstance(inputs, yaml.SequenceNode) else [inputs]
    if not all(_is(word, "str") for word in words):
        raise ValueError("inputs must be a list of words, such as [question, draft]")
    return Front(
        name.value,
        int(version.value),
        frozenset(word.value for word in words),
        output(its_output),
        probe(given[PROBE]) if PROBE in given else None,
    )


def _tree(written: str) -> Any:  # noqa: ANN401 - PyYAML's nodes are untyped
    depth = 0
    for one in yaml.parse(written, Loader=yaml.SafeLoader):
        depth += isinstance(one, yaml.CollectionStartEvent) - isinstance(
            one, yaml.CollectionEndEvent
        )
        if depth > DEEPEST:  # told before the rest is read: deep nesting takes seconds
            raise ValueError(f"front matter nested deeper than {DEEPEST}")
        if getattr(one, "anchor", None) or getattr(one, "tag", None):
            raise ValueError("no anchors, aliases and tags in front matter: write the values out")
    tree = yaml.compose(written, Loader=yaml.SafeLoader)
    _check_keys(tree)
    return tree


def _check_keys(node: Any) -> None:  # noqa: ANN401 - PyYAML's nodes are untyped
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if len(keys) != len(node.value):
            line = node.start_mark.line + 2
            raise ValueError(f"line {line}: every key is one word, and given once")
        for _, value in node.value:
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(item)


def _values(tree: Any) -> dict[str, Any]:  # noqa: ANN401 - PyYAML's nodes are untyped
    pairs = tree.value if isinstance(tree, yaml.MappingNode) else []
    given = {key.value: node for key, node in pairs if _is(key, "str")}
    if len(pairs) != len(given) or given.keys() - {PROBE} != set(KEYS):
        told = f"exactly {', '.join(KEYS)}, each once; a judge's may hold a {PROBE}, too"
        raise ValueError(f"front matter holds {told}")
    return given


def _is(node: object, kind: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"tag:yaml.org,2002:{kind}"
