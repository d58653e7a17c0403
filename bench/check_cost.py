"""What each free check computes for one segment, and for a whole answer, in microseconds.

    python bench/check_cost.py                     every free check
    python bench/check_cost.py --checks tool_calls,logprobs --words 10000

Processor time of this process, the median of several rounds, on made-up support answers. ``run``
is what starting a check as a task with a time limit costs, whatever it looks at.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.selectivity import count
from bench.speed import names
from bench.tables import number, table
from bench.talks import OPENERS, SENTENCES, WORD
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.registry import SHIPPED, ShippedAsynchronous
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked, Check
from hitl_chat.runner.making import Making
from hitl_chat.runner.verdicts import judged

ROUNDS, TIMES = 7, 50
NOT_ASKED = ("scripted", "known_bad")  # made up; waits for vectors
NAME, ARGUMENTS = "0/tool_calls/0/name", "0/tool_calls/0/arguments"
CALL = '{"order": "4471", "amount": 42.5, "currency": "EUR", "items": [{"id": 1}, {"id": 2}]}'
BOUNDS = {"amount": {"min": 0, "max": 100}, "order": {"pattern": "[0-9]{4}"}}
OPTIONS: Mapping[str, Mapping[str, Any]] = {"tool_calls": {"tools": {"issue_refund": BOUNDS}}}
DOCUMENT = "Order 4471: two lanterns at 21.25 EUR, sent on 3 May, open until 2 June. " * 4


def free() -> list[str]:
    """Who costs no model call and needs nothing but the draft."""
    known = [one.name for one in SHIPPED if isinstance(one, ShippedAsynchronous)]
    return [name for name in known if name not in NOT_ASKED and made(name).cost == "free"]


def made(name: str) -> Check:
    known = next(one for one in SHIPPED if one.name == name)
    assert isinstance(known, ShippedAsynchronous)
    return known.build(name, known.options.model_validate(OPTIONS.get(name, {})), NOTHING)


def segment_and_answer(name: str, words: int) -> tuple[Asked, Asked]:
    """The last segment of an answer, and all of it."""
    said = [SENTENCES[place % len(SENTENCES)] for place in range(words)]
    text = " ".join(WORD.findall(" ".join(said))[:words])
    tokens = [(len(word), -0.2) for word in WORD.findall(text)]
    texts = {CONTENT: text}
    field, start = CONTENT, text.rfind(". ", 0, len(text) - 20) + 2
    if name == "tool_calls":
        texts, field, start = {NAME: "issue_refund", ARGUMENTS: CALL}, ARGUMENTS, 0
    messages = [
        {"role": "system", "content": "You help customers of a shop."},
        {"role": "user", "content": OPENERS[3]},
        {"role": "tool", "content": DOCUMENT},
    ]
    shared, sure = Making(), {CONTENT: tokens}
    segment = Asked(messages, texts, field, start, len(texts[field]), shared=shared, logprobs=sure)
    return segment, Asked(messages, texts, final=True, shared=shared, logprobs=sure)


async def alone(check: Check, asked: Asked) -> float:
    """Microseconds for one look."""
    return await _median(lambda: check.judge(asked))


async def run(check: Check, asked: Asked) -> float:
    """The same as a turn does it: a task of its own, bounded in time."""
    return await _median(lambda: asyncio.create_task(judged(check, asked)))


async def _median(look: Any) -> float:  # noqa: ANN401 (whatever can be awaited)
    found = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(TIMES):
            await look()
        found.append((process_time() - began) * 1e6 / TIMES)
    return median(found)


async def measured(checks: Sequence[str], words: int) -> list[list[str]]:
    rows = []
    for name in checks:
        check = made(name)
        segment, answer = segment_and_answer(name, words)
        cost = await alone(check, segment), await run(check, segment), await alone(check, answer)
        one, ran, whole = cost
        rows.append([name, number(one, 0), number(ran - one, 0), number(whole, 0)])
    return rows


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = free()
    found.add_argument(
        "--checks",
        type=lambda text: names(text, dict.fromkeys(known)),
        default=known,
        help=f"comma list of {', '.join(known)}",
    )
    found.add_argument("--words", type=count, default=100, help="of the answer (default 100)")
    return found


def main() -> None:
    options = parser().parse_args()
    rows = uvloop.run(measured(options.checks, options.words))
    print(f"An answer of {options.words} words.\n")
    print("\n".join(table("check | segment µs | run µs | answer µs", rows)))


if __name__ == "__main__":
    main()
