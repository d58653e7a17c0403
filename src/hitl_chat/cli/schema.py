"""hitl-chat schema: JSON Schema of rules files or of rule tests, for editors."""

import json
from argparse import Namespace

from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.out import say
from hitl_chat.ports import Checks
from hitl_chat.rules.json_schema import rules_schema
from hitl_chat.tuning.cases import tests_schema


def run(arguments: Namespace) -> int:
    say(written(arguments.of, default_checks()))
    return 0


def written(of: str, checks: Checks) -> str:
    """The same text for the same checks, so that a changed file is a changed language."""
    made = tests_schema() if of == "tests" else rules_schema(checks)
    return json.dumps(made, indent=1, ensure_ascii=False)
