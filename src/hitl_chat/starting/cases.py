"""The rule tests that are written: the pack's, as far as they still apply, and those of additions.

Whether one applies is tried elsewhere; here is only how they are put together.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast

from hitl_chat.starting.questions import Answers
from hitl_chat.starting.sheet import Sheet
from hitl_chat.starting.templates import quoted

_RULES = re.compile(r"(?<=^    rules: ).*$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9_-]+")
HEADER = """\
# Tests of rules.yaml:   hitl-chat test rules.yaml
# An example each, and what the rules are to do with it. Add one for every mistake you meet.
"""
LEFT_OUT = "# Tests of the pack that your answers made void are left out:"


class Case(NamedTuple):
    """One test as it is written, with the comments in front of it."""

    name: str
    text: str
    own: bool = False


def cases(pack: Sheet | None, own: Sequence[str], renamed: Mapping[str, str]) -> Sequence[Case]:
    """`renamed`: rules of the pack that another one stands for now."""
    texts = [] if pack is None else pack.slices("tests")
    theirs = [_case(_RULES.sub(lambda found: _names(found[0], renamed), text)) for text in texts]
    return [*theirs, *(_case(text)._replace(own=True) for text in own)]


def with_documents(case: Case) -> Case:
    """The same where the documents say what the answer says: then it is supported."""
    value = _value(case.text)
    if case.own or not value.get("draft") or "documents" in value:
        return case
    end = case.text.index("\n", case.text.index("- name:")) + 1
    line = f"    documents: [{quoted(value['draft'])}]\n"
    return case._replace(text=case.text[:end] + line + case.text[end:])


def suite(
    pack: Sheet | None, answers: Answers, kept: Sequence[Case], left_out: Collection[str] = ()
) -> str:
    """The whole file."""
    lines = [HEADER.rstrip()]
    if left_out:
        lines += [LEFT_OUT, *(f"#   {name}" for name in left_out)]
    lines += [f"description: {quoted(f'What init wrote for {answers.sector}.')}", ""]
    if pack is not None and "scores" in pack.value:
        start, end, _ = pack.block("scores")
        lines += [*pack.lines[start:end], ""]
    return "\n".join([*lines, "tests:", *(case.text for case in kept)]) + "\n"


def _names(line: str, renamed: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: renamed.get(found[0], found[0]), line)


def _case(text: str) -> Case:
    return Case(_value(text)["name"], text)


def _value(text: str) -> Mapping[str, Any]:
    (value,) = Sheet(f"tests:\n{text}", "case").value["tests"]
    return cast("Mapping[str, Any]", value)
