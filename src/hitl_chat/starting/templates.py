"""The shipped templates, filled in. They are ours and trusted; what people answered is quoted."""

import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).with_name("templates")


def filled(name: str, **values: object) -> str:
    return _environment().get_template(f"{name}.j2").render(**values)


def quoted(text: object) -> str:
    """As YAML (and JSON) can read it, whatever it says."""
    return json.dumps(text, ensure_ascii=False)


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def cell(text: str) -> str:
    """Text that cannot end a cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701 (YAML and Markdown, where HTML's escapes would be wrong)
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, keep_trailing_newline=True
    )
    made.filters.update(q=quoted, number=number, cell=cell)
    return made
