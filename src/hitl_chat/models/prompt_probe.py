"""What a prompt's front matter says to see by whether a model still judges: its `probe`.

One question, an answer to it that has to be found bad, and one that has to be found fine; all of
them plain texts. Knows no file, and not who is asked.
"""

from collections.abc import Mapping
from typing import Any

import yaml

KEYS = ("criteria", "question", "bad", "fine")
WRITE = f"a probe holds exactly {', '.join(KEYS)}, each a text"


Probe = Mapping[str, str]


def probe(node: Any) -> Probe:  # noqa: ANN401 - PyYAML's nodes are untyped
    """Raises ValueError for anything else."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    given = {key.value: text.value for key, text in pairs if _is_text(text)}
    if len(pairs) != len(KEYS) or given.keys() != set(KEYS):
        raise ValueError(WRITE)
    return given


def _is_text(node: object) -> bool:
    if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
        return False
    return bool(node.value.strip())
