"""Rules files for tests, written from values, so that one place knows how a file looks."""

from typing import Any

import yaml

STOP = "guarantee"  # the word the usual rule stops at
SORRY = "I cannot promise that."
SORRY_AFTER = "Please let me check that first."


def rules(*some: dict[str, Any], **more: Any) -> str:
    return yaml.safe_dump({"version": "test", **more, "rules": list(some)}, sort_keys=False)


def rule(name: str, when: object, **more: Any) -> dict[str, Any]:
    return {"name": name, "when": when, **more}


def words(*literals: str) -> dict[str, Any]:
    return {"patterns": {"literals": list(literals)}}


def stop_at(word: str = STOP, **more: Any) -> dict[str, Any]:
    """Hold an answer that says this word; a person is waited for though none is there."""
    terms: dict[str, object] = {
        "on_no_agent": "wait",
        "fallback": SORRY,
        "fallback_after_text": SORRY_AFTER,
    }
    return rule("no-promises", words(word), **(terms | more))


def hold_all(**more: Any) -> dict[str, Any]:
    """Hold every answer, before any of it is read."""
    terms: dict[str, object] = {"strictness": "answer", "on_no_agent": "wait", "fallback": SORRY}
    return rule("hold-all", "always", **(terms | more))


USUAL = rules(stop_at())
