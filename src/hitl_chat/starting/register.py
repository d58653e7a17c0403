"""The risk register and the front end's snippet: Markdown from the answers and the finished rules.

Reads the rules as they were written, so that nothing is promised that is not in the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hitl_chat.core.types import Value
from hitl_chat.starting.additions import named
from hitl_chat.starting.questions import APPROVERS, DOCUMENTS, ENGLISH, WORST, Answers, Tool
from hitl_chat.starting.sheet import Sheet
from hitl_chat.starting.templates import filled, number

Rule = Mapping[str, Any]
LIKELY = {"other-language": "rare", "unsupported-claim": "likely", "tool-limits": "possible"}
ABSENT = {
    "wait": "the customer waits for the deadline",
    "fallback_text": "the fallback",
    "block": "it is blocked",
}
LATE = {
    "fallback_text": "the fallback",
    "release": "**it is sent as it is**",
    "block": "it is blocked",
    "requeue": "it is asked for again",
}
STREAMS = "what is worded otherwise; text before it has left"
WHOLE = "what is worded otherwise"


class Risk(Value, frozen=True):
    """One row: what can go wrong, and what is done about it."""

    what: str
    likelihood: str
    impact: str
    caught: str
    decides: str
    nobody: str
    left: str
    measured: str


def register(rules: str, answers: Answers, worst: Sequence[str]) -> str:
    """`worst`: the rules against the worst outcome."""
    sheet = Sheet(rules, "rules.yaml")
    defaults: Rule = sheet.value.get("defaults", {})
    written: Sequence[Rule] = [{**defaults, **rule} for rule in sheet.value["rules"]]
    risks = [_risk(rule, worst, answers) for rule in written]
    return filled(
        "risks.md",
        answers=answers,
        worst=f"{answers.worst}: {WORST[answers.worst]}",
        tools=_tools(answers.tools),
        approver=f"{answers.approver}: {APPROVERS[answers.approver]}",
        documents=f"{answers.documents}: {DOCUMENTS[answers.documents]}",
        risks=sorted(risks, key=lambda risk: risk.impact != "high"),
        worst_impact="medium" if answers.worst == "reputation" else "high",
        foreign=", ".join(code for code in answers.languages if code != ENGLISH),
        injection=_against_injection(sheet, written),
        **_absent(answers, defaults),
    )


def client(answers: Answers) -> str:
    tagged = answers.documents == "some"
    snippet = filled(
        f"client-{answers.frontend}.md",
        tags_python=', "x-hitl-tags": "documents"' if tagged else "",
        tags_js=", 'x-hitl-tags': 'documents'" if tagged else "",
        tags_curl="  -H 'x-hitl-tags: documents' \\\n" if tagged else "",
    )
    return filled("client.md", answers=answers, snippet=snippet)


# --- rows -------------------------------------------------------------------------------------


def _risk(rule: Rule, worst: Sequence[str], answers: Answers) -> Risk:
    name, then = rule["name"], rule.get("then", "hold")
    is_worst = name in worst
    return Risk(
        what=rule.get("description") or f"Something that {name} looks for",
        likelihood=LIKELY.get(name, "possible"),
        impact="high" if is_worst else str(rule.get("impact", "low")),
        caught=f"`{name}`" + (" (**the worst**)" if is_worst else ""),
        decides=_decides(rule, then, answers),
        nobody=_nobody(rule, then),
        left=STREAMS if rule.get("strictness", "segment") == "segment" else WHOLE,
        measured=f'`hitl_{"watched" if then == "watch" else "holds"}_total{{rule="{name}"}}`',
    )


def _decides(rule: Rule, then: str, answers: Answers) -> str:
    if then != "hold":
        return {"watch": "an agent, afterwards", "block": "nobody: it is blocked"}[then]
    who = f"route `{rule['route']}`" if rule.get("route") else "an agent"
    if answers.staffed == "never" and not rule.get("route"):
        who = "nobody is there"
    confirmed = "; somebody else confirms it" if rule.get("needs_second") else ""
    return f"{who}, within {rule.get('deadline', '120s')}{confirmed}"


def _nobody(rule: Rule, then: str) -> str:
    if then != "hold":
        return {"watch": "it was sent", "block": "the fallback"}[then]
    absent = ABSENT[rule.get("on_no_agent", "fallback_text")]
    late = LATE[rule.get("on_deadline", "fallback_text")]
    return absent if absent == late else f"nobody: {absent}; no decision: {late}"


def _absent(answers: Answers, defaults: Rule) -> Mapping[str, str]:
    what, likelihood = {
        "always": ("Somebody should always be there, and is not", "possible"),
        "never": ("Nobody is there to decide", "certain"),
        "hours": (f"A hold outside {answers.hours}", "certain"),
    }[answers.staffed]
    return {
        "absent": what,
        "absent_likelihood": likelihood,
        "absent_then": ABSENT[defaults["on_no_agent"]],
    }


def _against_injection(sheet: Sheet, rules: Sequence[Rule]) -> str:
    kinds = {name: about["kind"] for name, about in sheet.value.get("checks", {}).items()}
    found = [rule["name"] for rule in rules if _guards(rule, kinds)]
    return ", ".join(f"`{name}`" for name in found) or "no rule: add the check `injection`"


def _guards(rule: Rule, kinds: Mapping[str, str]) -> bool:
    asked: Iterator[str] = named(rule["when"])
    return "injection" in rule["name"] or any(kinds.get(n, n) == "injection" for n in asked)


def _tools(tools: Sequence[Tool] | None) -> str:
    if tools is None:
        return "as in the pack"
    shown = (f"({tool.argument} ≤ {number(tool.most)})" if tool.argument else "" for tool in tools)
    return ", ".join(f"{tool.name}{limit}" for tool, limit in zip(tools, shown, strict=True))
