"""The rule tests that are written: the pack's, as far as they still apply, and those of additions.

Whether one applies is tried elsewhere; here is only how they are put together.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast

from hitl_chat.starting.questions import ENGLISH, NONE, Answers
from hitl_chat.starting.sheet import Sheet
from hitl_chat.starting.templates import quoted

_RULES = re.compile(r"(?<=^    rules: ).*$", re.MULTILINE)
_HOLDS = re.compile(r"(?<=^    expect: )hold$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9_-]+")
HEADER = """\
# Tests of rules.yaml:   hitl-chat test rules.yaml
# An example each, and what the rules are to do with it. Add one for every mistake you meet.
"""
OURS = "  # --- what your answers added ---"
LEFT_OUT = "# Tests of the pack that your answers made void are left out:"


class Case(NamedTuple):
    """One test as it is written, with the comments in front of it."""

    name: str
    text: str


def cases(pack: Sheet | None, own: Sequence[str], renamed: Mapping[str, str]) -> Sequence[Case]:
    """`renamed`: rules of the pack that another one stands for now."""
    texts = [] if pack is None else pack.slices("tests")
    theirs = [_RULES.sub(lambda found: _names(found[0], renamed), text) for text in texts]
    ours = [f"\n{OURS}\n\n{text}" if not at else text for at, text in enumerate(own)]
    return [_case(text) for text in (*theirs, *ours)]


def variants(case: Case, answers: Answers, language: str) -> Sequence[Case]:
    """The test as it is, and as it may have to be with these answers; the first that passes stays.

    Ours and the packs' are written in English: where that is not offered, the rule `language`
    fires as well. Where nobody approves money, what was held is blocked.
    """
    found = [case]
    if answers.documents != NONE:
        found += [_with_documents(one) for one in found]
    if ENGLISH not in answers.languages:
        found += [_with_rule(one, language) for one in found]
    if answers.approver == "nobody":
        found += [one._replace(text=_HOLDS.sub("block", one.text)) for one in found]
    return list(dict.fromkeys(found))


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


def _with_documents(case: Case) -> Case:
    """The same where the documents say what the answer says: then it is supported."""
    value = _value(case.text)
    if not value.get("draft") or "documents" in value:
        return case
    end = case.text.index("\n", case.text.index("- name:")) + 1
    line = f"    documents: [{quoted(value['draft'])}]\n"
    return case._replace(text=case.text[:end] + line + case.text[end:])


def _with_rule(case: Case, rule: str) -> Case:
    text = _RULES.sub(lambda found: found[0].replace("]", f", {rule}]"), case.text)
    return case._replace(text=text)


def _case(text: str) -> Case:
    return Case(_value(text)["name"], text)


def _value(text: str) -> Mapping[str, Any]:
    (value,) = Sheet(f"tests:\n{text}", "case").value["tests"]
    return cast("Mapping[str, Any]", value)
