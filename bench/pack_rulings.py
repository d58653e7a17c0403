"""A rule pack at work on single answers: all its rules, with every check that they ask.

As `hitl-chat score` rules, without its files. Knows no data and no figure.
"""

from collections.abc import Iterable
from pathlib import Path

from hitl_chat.checks.registry import default
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.tuning.cases import TESTS
from hitl_chat.tuning.rows import Line, Row
from hitl_chat.tuning.scoring import Scorer
from hitl_chat.tuning.selecting import Selected

RULES = Path(__file__).parents[1] / "examples" / "rules"
PACKS = sorted(path for path in RULES.glob("*.yaml") if not path.name.endswith(TESTS))
KEPT_BACK = ("hold", "block")

Pair = tuple[str, str]  # what the customer wrote, what the model answers


class Pack:
    def __init__(self, file: Path) -> None:
        checks = default()
        ruleset = compile_ruleset(file.read_text("utf-8"), file=file.name, checks=checks)
        self.name = file.stem
        self._scorer = Scorer(ruleset, Selected(ruleset, checks))

    async def held(self, pairs: Iterable[Pair]) -> list[bool]:
        """Of each, whether it would not leave without a person."""
        return [await self._holds(*pair) for pair in pairs]

    async def _holds(self, customer: str, draft: str) -> bool:
        judged = await self._scorer.judge(Line(1, Row("row", draft, customer)))
        return judged.ruled.ruling in KEPT_BACK
