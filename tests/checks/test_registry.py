"""Checks by name: adding one is one file and one line, and the scripted one does as it is told."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence

import pytest
from pydantic import BaseModel, ValidationError

from hitl_chat.checks.finding import Cursor, Hit
from hitl_chat.checks.registry import SHIPPED, Known, ShippedSynchronous, Synchronous, default
from hitl_chat.checks.scripted import Options, Scripted
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Use
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.facts import RequestFacts
from tests.checks.scanning import use


class Shouting(BaseModel):
    """A check of somebody else: too many exclamation marks in a row."""

    marks: int = 3


class Marks:
    late = False
    heads = "!"
    begins = ("!",)

    def __init__(self, name: str, wanted: int) -> None:
        self._name, self._wanted = name, "!" * wanted

    def find(self, text: str, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        place = text.find(self._wanted, cursor.clear)
        if place >= 0:
            cursor.clear = len(text)
            return [Hit(self._name, place, place + len(self._wanted), "shouting")]
        cursor.clear = len(text) if final else len(text.rstrip("!"))
        return ()


def look(uses: Sequence[Use]) -> list[Marks]:
    return [Marks(one.name, Shouting.model_validate(one.options).marks) for one in uses]


def test_another_check_is_used_by_rules_like_the_shipped_ones() -> None:
    checks = default(Synchronous("shouting", Shouting, look))
    made = compile_ruleset(
        "rules:\n  - name: calm\n    when: {shouting: {marks: 2}}\n", file="x", checks=checks
    )
    scanner = made.for_request(RequestFacts()).scanner
    assert scanner is not None
    scan = scanner.start()
    assert [scan.feed("f", piece) for piece in ("Now", "!", "!", " ok")] == [3, 3, 3, 3]
    assert [(v.check, v.spans) for v in scan.found()] == [
        ("shouting:calm", (Span("f", 3, 5, "shouting"),))
    ]


def test_the_shipped_checks_have_names_of_their_own() -> None:
    names = [one.name for one in SHIPPED]
    assert len(names) == len(set(names))
    assert set(default().synchronous) == {"patterns", "pii"}
    assert {"scripted", "hedging", "grounding", "tool_calls"} <= set(default().asynchronous)


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.name)
def test_each_shipped_check_can_be_made(one: Known) -> None:
    if isinstance(one, ShippedSynchronous):
        assert list(one.finders([])) == []
    else:
        check = default().check("mine", one.name, one.options())
        assert check.name == "mine"


def test_a_check_that_no_rule_names_is_not_even_read() -> None:
    script = (
        "import sys\n"
        "from hitl_chat.checks.registry import default\n"
        "from hitl_chat.rules.compile import compile_ruleset\n"
        "rule = 'rules: [{name: mail, when: {check: hedging, above: 0.5}}]'\n"
        "compile_ruleset(rule, file='rules.yaml', checks=default())\n"
        "print(sorted(n for n in sys.modules if n.startswith('hitl_chat.checks.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "hitl_chat.checks.hedging" in done.stdout, done.stderr
    assert "hitl_chat.checks.grounding" not in done.stdout


def test_all_synchronous_checks_share_one_mark() -> None:
    scan = default().scanner([use("patterns", literals=["refund"]), use("pii")]).start()
    assert scan.feed("f", "A ref") == 2
    assert scan.feed("f", "uge for 30") == 13
    assert scan.feed("f", " days") == 20


def scripted(**options: object) -> Scripted:
    return Scripted("tone", Options.model_validate(options))


def asked(text: str, *, final: bool = False, start: int = 0) -> Asked:
    return Asked([], {"f": text}, "" if final else "f", start, len(text), final)


async def test_it_scores_by_the_table() -> None:
    check = scripted(scores={"rude": 0.9, "sorry": 0.4}, otherwise=0.1)
    rude = await check.judge(asked("Sorry, how RUDE."))
    assert rude == Verdict(
        "tone", 0.9, "f", 0, 16, spans=(Span("f", 11, 15, "scripted"),), detail="scripted"
    )
    later = await check.judge(asked("rude. Fine.", start=6))
    assert isinstance(later, Verdict)
    assert later.score == 0.1
    whole = await check.judge(asked("so rude", final=True))
    assert isinstance(whole, Verdict)
    assert (whole.score, whole.final, whole.field) == (0.9, True, "")


async def test_it_takes_as_long_as_it_is_told() -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    await Scripted("tone", Options(delay=30), sleep).judge(asked("x"))
    assert slept == [30]


async def test_it_breaks_as_it_is_told() -> None:
    with pytest.raises(RuntimeError):
        await scripted(fails="raises").judge(asked("x"))
    with pytest.raises(ValueError, match="finite number"):
        await scripted(fails="nan").judge(asked("x"))
    refused = await scripted(fails="refuses").judge(asked("x"))
    assert isinstance(refused, CheckFailed)
    assert (refused.check, refused.upto) == ("tone", 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await scripted(fails="hangs").judge(asked("x"))


def test_a_score_is_a_score() -> None:
    for wrong in (1.5, -0.1, float("nan"), True, "0.5"):
        with pytest.raises(ValidationError):
            scripted(scores={"x": wrong})
