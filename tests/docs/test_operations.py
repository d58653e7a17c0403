"""docs/operations.md names every command, option, metric and error code of the edge."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_chat import errors
from hitl_chat.cli import parser
from hitl_chat.errors import HitlError
from hitl_chat.server import errors as http_errors
from hitl_chat.telemetry import Telemetry

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")
METRIC = re.compile(r"^\| `(hitl_[a-z_]+)` \| (.*?) \|", re.MULTILINE)
CODE = re.compile(r"^\| [0-9, ]+ \| `([a-z_]+)` \|", re.MULTILINE)
CODES_IN_SOURCE = re.compile(r'code="([a-z_]+)"')


def commands(
    found: argparse.ArgumentParser, name: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [a for a in found._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(name), found
    for group in groups:
        for word, inner in group.choices.items():
            yield from commands(inner, (*name, word))


COMMANDS = dict(commands(parser()))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_are_documented(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}[ A-Z\[\]]*` \| (.*) \|$", GUIDE, re.MULTILINE)
    options = {o for a in COMMANDS[name]._actions for o in a.option_strings if o.startswith("--")}
    assert {option for option in options - {"--help", "--config"} if option not in row} == set()


def test_every_metric_is_documented_with_its_labels() -> None:
    documented = {name: re.findall(r"`(\w+)`", labels) for name, labels in METRIC.findall(GUIDE)}
    metrics = {metric.name: list(getattr(metric, "names", ())) for metric in Telemetry().metrics()}
    assert documented == metrics


def test_every_error_code_of_the_tree_and_the_edge_is_documented() -> None:
    tree = {
        thing.code
        for module in (errors, http_errors)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, HitlError)
    }
    edge = ("asgi", "auth", "body", "head", "protocol", "rest", "sessions", "signin")
    sources = [(ROOT / f"src/hitl_chat/server/{name}.py").read_text() for name in edge]
    said = {code for source in sources for code in CODES_IN_SOURCE.findall(source)}
    # A mistake in the configuration is told on the command line.
    assert tree - {"config_error"} | said == set(CODE.findall(GUIDE))
