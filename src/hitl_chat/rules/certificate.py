"""A certificate: how much is missed at most, for which rules, and what makes it void.

Made by `hitl-chat calibrate`, named by `certificate:` in a rules file. Knows no statistics, and
not where the versions of models, prompts and libraries come from.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from hitl_chat.core.conditions import certain_from, moved
from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError
from hitl_chat.rules.ruleset import Ruleset

DIGITS = 4  # of weights and thresholds, as they are printed and written into rules


class Certificate(Value, frozen=True):
    """At most `alpha` of what should be held is missed, with confidence 1 - `delta`."""

    alpha: float
    delta: float
    threshold: float
    bad: int
    missed: int
    held: float  # share of the calibration answers at or above the threshold
    made: str
    versions: Mapping[str, str]
    fusion: Fusion
    reference: tuple[float, ...]

    def changed(self, versions: Mapping[str, str]) -> str:
        """What is not as it was; "" if all is. Nothing that it does not name may be there."""
        for name in sorted(self.versions.keys() | versions.keys()):
            if self.versions.get(name) != versions.get(name):
                return f"{name} changed since"
        return ""

    def unfit(self, ruleset: Ruleset) -> str:
        """Why these rules do not hold what it says; "" if they do."""
        if ruleset.fusion is None or _numbers(ruleset.fusion) != _numbers(self.fusion):
            return "`risk:` in the rules is not the one it was made with: copy that one"
        sure = [
            certain_from(moved(plan.rule.when, self.threshold), RISK)
            for plan in ruleset.planned
            if plan.blocking and plan.on is None
        ]
        if not any(above is not None and above <= self.threshold for above in sure):
            return (
                f"no rule for all requests holds from a risk of {self.threshold:g} on: write one "
                f"with `when: {{risk: {self.threshold:g}}}`"
            )
        return ""

    def text(self) -> str:
        """What may be said, and what it rests on."""
        sure, missed = f"{1 - self.delta:.0%}", f"{self.alpha:.0%}"
        return f"""\
Hold from a risk of {self.threshold:g}: at most {missed} of the answers that should be held
are missed, with {sure} confidence.
  made       {self.made}
  rests on   {self.bad} bad answers, one per conversation; {self.missed} lie below the threshold
  holds      {self.held:.1%} of the answers it was made from
  assumes    the labels are right; conversations are independent; released answers were
             audited at random; tomorrow's bad answers are like these
  void when  rules, prompts, models, libraries or weights change, or the risks of recent answers
             drift"""


def read(file: Path) -> Certificate:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Certificate)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{str(file)!r} is no certificate: {error}") from None


def rounded(fusion: Fusion) -> Fusion:
    """As it is written into a rules file: what is certified is what will be used."""
    return Fusion(
        weights={name: round(weight, DIGITS) for name, weight in fusion.weights.items()},
        missing={name: round(weight, DIGITS) for name, weight in fusion.missing.items()},
        bias=round(fusion.bias, DIGITS),
    )


def _numbers(fusion: Fusion) -> tuple[dict[str, float], dict[str, float], float]:
    """Without what counts for nothing."""
    told = (
        {name: weight for name, weight in part.items() if weight}
        for part in (fusion.weights, fusion.missing)
    )
    weights, missing = told
    return weights, missing, fusion.bias
