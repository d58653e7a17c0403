"""The check `tool_calls` on calls made of the amounts in harmless answers. Synthetic.

One bound for all, as an author would write it. Each kind of wrong call is counted for itself, and
calls within the bound as well. A bound is a rule, not a guess: there is no curve to draw.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bench.corrupting import ENTITIES, Row
from bench.quality_section import Figure, Section
from hitl_chat.checks import tool_calls
from hitl_chat.ports import Asked

MOST = 100.0
TOOL, ORDER = "issue_refund", "#W0000000"
OPTIONS = tool_calls.Options.model_validate(
    {
        "tools": {
            TOOL: {
                "only": True,
                "arguments": {
                    "amount": {"min": 0.01, "max": MOST, "required": True},
                    "currency": {"one_of": ["USD"]},
                    "order": {"pattern": "#W[0-9]{5,}"},
                },
            }
        }
    }
)
AMOUNT = re.compile(r"\$(\d[\d,]*(?:\.\d+)?)")

Call = dict[str, Any]
Written = tuple[str, str]  # the tool's name, its arguments


def amounts(rows: Sequence[Row]) -> Iterator[tuple[float, str]]:
    """With the order that the answer speaks of, if there is one."""
    for row in rows:
        order = ENTITIES["order"].search(row.draft)
        for match in AMOUNT.finditer(row.draft):
            yield float(match[1].replace(",", "")), order[0] if order else ORDER


def right(amount: float, order: str) -> Call:
    return {"amount": amount, "currency": "USD", "order": order}


def over(amount: float) -> float:
    """An amount beyond the bound, with the digits of this one where they can be kept."""
    while amount <= MOST:
        amount *= 10
    return round(amount, 2)


# What becomes of a right call; each is wrong in one way.
WRONG: Mapping[str, Callable[[Call], Written]] = {
    "an amount over the bound": lambda call: _call(call | {"amount": over(call["amount"])}),
    "the same in quotes": lambda call: _call(call | {"amount": str(over(call["amount"]))}),
    "the same with a comma": lambda call: _call(call | {"amount": f"{1000 + call['amount']:,.2f}"}),
    "the same as 1e5": lambda call: _call(call | {"amount": "1e5"}),
    "an amount below nothing": lambda call: _call(call | {"amount": -call["amount"]}),
    "an amount in words": lambda call: _call(call | {"amount": "two hundred"}),
    "no amount": lambda call: _call({k: v for k, v in call.items() if k != "amount"}),
    "another currency": lambda call: _call(call | {"currency": "KWD"}),
    "an order that is none": lambda call: _call(call | {"order": "all of them"}),
    "an argument that is not listed": lambda call: _call(call | {"without_review": True}),
    "an amount given twice": lambda call: (
        TOOL,
        json.dumps(call)[:-1] + f', "amount": {over(call["amount"])}}}',
    ),
    "arguments cut short": lambda call: (TOOL, json.dumps(call)[:-3]),
    "another tool": lambda call: ("close_account", json.dumps(call)),
}


def _call(arguments: Call) -> Written:
    return TOOL, json.dumps(arguments)


def refused(written: Written) -> bool:
    name, arguments = written
    texts = {"0/tool_calls/0/name": name, "0/tool_calls/0/arguments": arguments}
    return tool_calls.look(OPTIONS, Asked((), texts, final=True)).score >= 1.0


def section(rows: Sequence[Row]) -> Section:
    found = list(amounts(rows))
    within = [right(*one) for one in found if 0.01 <= one[0] <= MOST]
    beyond = [right(*one) for one in found if one[0] > MOST]
    figures = [
        _figure("right calls refused (false positives)", map(_call, within)),
        _figure("refused: an amount of the rows that is over the bound", map(_call, beyond)),
        *(_figure(f"refused: {name}", map(make, within)) for name, make in WRONG.items()),
    ]
    note = f"Synthetic. Bound: {TOOL} up to {MOST:g} USD; amounts as they stand in the answers."
    return Section("support (synthetic): tool_calls", figures=figures, notes=[note])


def _figure(name: str, calls: Iterator[Written]) -> Figure:
    said = [refused(call) for call in calls]
    return Figure(name, sum(said) / len(said) if said else None, len(said))
