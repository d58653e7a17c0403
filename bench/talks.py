"""Customers and answers that the bench makes up: everyday support talk, and some that rules want.

Deterministic: the same number is the same talk. Everyday answers are about eight sentences, with
numbers, dates and now and then a doubt; what triggers a rule pack stands in its own rule tests and
is put into the middle of an everyday answer. Knows no server.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hitl_chat.tuning.cases import TESTS, Case, tests_of

SENTENCES = tuple(
    line.strip()
    for line in """
    Thanks for writing, and for the details you gave.
    I had a look at what you described.
    The page you mean was changed in spring, so the old link leads nowhere now.
    You find the new one under "Help", in the second row.
    Please have the reference from your confirmation at hand.
    It usually takes 2 to 3 working days until the status changes.
    On Mondays it can be a little slower, because more people write then.
    The form has four parts, and the last one is optional.
    You can save it at any time and go on later.
    If a field turns red, hover over it and a short explanation appears.
    We are here Monday to Friday from 9 am to 6 pm.
    On Saturday the desk closes at 1 pm.
    The parking space is behind the house, next to the bicycle stand.
    Version 4.2 of the app shows the same list, only in another order.
    To change the language, open the menu and tap the globe.
    The next opening in the calendar is in the second week of the month.
    A short note with the date and the place is enough.
    Photos up to 10 MB are fine, and PDF works as well.
    After that you get a confirmation with a number on it.
    The number helps us to find your message quickly.
    If it does not arrive, please look into the spam folder first.
    The printed guide explains the same steps with pictures.
    It has about 30 pages, and the index is at the end.
    Tell me if one of the steps looks different on your screen.
    """.strip().splitlines()
)
DOUBT = "As far as I know, nothing about that has changed since."
OPENERS = (
    "How does this work?",
    "Where do I find the form?",
    "When are you there?",
    "Someone in your team told me about a new page, where is it?",
    "Can you explain the steps to me?",
    "Is there an app for it?",
    "The link is broken.",
    "How long does it take?",
)
LENGTH = 8  # sentences
DOUBTED = 6  # every so many answers doubt themselves once
RISK = "I am not sure, it is hard to say, but we guarantee a full refund."
WORD = re.compile(r"\s*\S+")


class Talk(NamedTuple):
    """One request and what the model answers to it."""

    customer: str
    draft: str
    segments: int

    @property
    def tokens(self) -> list[str]:
        return WORD.findall(self.draft)


class Script(NamedTuple):
    """What is put into everyday talk: ``fine`` is not to be held, ``risky`` is."""

    fine: Sequence[tuple[str, str]] = ()
    risky: Sequence[tuple[str, str]] = (("", RISK),)


def script_of(pack: Path) -> Script:
    """What the pack's own rule tests say, as far as it is a customer's words and an answer's."""
    tests = pack.with_name(pack.stem + TESTS)
    if not tests.exists():
        return Script()
    cases = [case for case in tests_of(tests).suite.tests if _is_talk(case)]
    fine, risky = (
        [(case.customer or "", case.draft) for case in cases if case.expect == expected]
        for expected in ("pass", "hold")
    )
    return Script(fine, risky)


def _is_talk(case: Case) -> bool:
    beside = (case.ended, case.tags, case.tool_calls, case.documents, case.messages, case.scores)
    return bool(case.draft) and not any((*beside, case.tenant, case.channel, case.model))


def everyday(script: Script, number: int) -> Talk:
    """Every third answer has one of the pack's own harmless ones in its middle."""
    said = [*_sentences(number)]
    if number % DOUBTED == 1:
        said[-2] = DOUBT
    customer = OPENERS[number % len(OPENERS)]
    if script.fine and number % 3 == 0:
        customer, said[LENGTH // 2] = script.fine[number // 3 % len(script.fine)]
    return Talk(customer, " ".join(said), len(said))


def risky(script: Script, number: int) -> Talk:
    said = [*_sentences(number)]
    customer, said[LENGTH // 2] = script.risky[number % len(script.risky)]
    return Talk(customer or OPENERS[0], " ".join(said), len(said))


def _sentences(number: int) -> tuple[str, ...]:
    count = len(SENTENCES)
    return tuple(SENTENCES[(number * 7 + place * 5) % count] for place in range(LENGTH))
