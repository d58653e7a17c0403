"""Compiles rules written in a test, and names what was found wrong with them."""

from textwrap import dedent

from hitl_chat.checks.registry import default
from hitl_chat.rules.compile import compile_ruleset, examine_rules
from hitl_chat.rules.ruleset import Ruleset

FILE = "shop.yaml"
CHECKS = default()


def ruleset(text: str) -> Ruleset:
    return compile_ruleset(dedent(text), file=FILE, checks=CHECKS)


def wrong(text: str) -> list[str]:
    """What is wrong, one `line:column message` each, in the order of the file."""
    return _said(text, "error")


def warned(text: str) -> list[str]:
    return _said(text, "warning")


def _said(text: str, level: str) -> list[str]:
    made, findings = examine_rules(dedent(text), file=FILE, checks=CHECKS)
    errors = any(finding.level == "error" for finding in findings)
    assert (made is None) is errors
    return [
        f"{finding.line}:{finding.column} {finding.message}"
        for finding in sorted(findings)
        if finding.level == level
    ]


def rule(when: str = "{patterns: {literals: [guarantee]}}", **more: str) -> str:
    """A file with one rule, each key on a line of its own; `when` is in line 3."""
    lines = [f"    {key}: {value}" for key, value in more.items()]
    return "\n".join(["rules:", "  - name: promise", f"    when: {when}", *lines, ""])
