"""From labelled answers to one calibrated risk, a threshold, and what may be said of it.

Fits on one half of the conversations and sets the threshold on the other. The certificate says
what it assumes, how many answers it rests on and what makes it void; without enough bad answers,
or without audited ones, there is none. Pure: time and versions are handed in.
"""

from collections.abc import Mapping, Sequence

from hitl_chat.core.fusion import Fusion
from hitl_chat.core.types import Value
from hitl_chat.tuning.guarantee import bound, differs, labels_needed
from hitl_chat.tuning.labels import Labelled, alike
from hitl_chat.tuning.logistic import fitted

REFERENCE = 500  # risks kept to notice drift by
SURPRISE = 0.001  # a drift is called where chance would show it that rarely


class Refused(Value, frozen=True):
    """Why nothing can be guaranteed."""

    why: str


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

    def void(self, versions: Mapping[str, str], recent: Sequence[float]) -> str:
        """Why it holds no longer; "" while it does."""
        for name in sorted(self.versions.keys() | versions.keys()):
            if self.versions.get(name) != versions.get(name):
                return f"{name} has changed since"
        chance = differs(self.reference, recent)
        if chance < SURPRISE:
            return f"the risks of recent answers have drifted (p = {chance:.1e})"
        return ""

    def text(self) -> str:
        """What may be said, and what it rests on."""
        sure, missed = f"{1 - self.delta:.0%}", f"{self.alpha:.0%}"
        return f"""\
Hold from a risk of {self.threshold:.4f}: at most {missed} of the answers that should be held
are missed, with {sure} confidence.
  made       {self.made}
  rests on   {self.bad} bad answers, one per conversation; {self.missed} lie below the threshold
  holds      {self.held:.1%} of the answers it was made from
  assumes    the labels are right; conversations are independent; released answers were
             audited at random; tomorrow's bad answers are like these
  void when  rules, prompts, models or weights change, or the risks of recent answers drift"""


class Calibration(Value, frozen=True):
    fusion: Fusion
    outcome: Certificate | Refused


def calibrate(
    rows: Sequence[Labelled],
    *,
    alpha: float,
    delta: float,
    salt: str,
    made: str,
    versions: Mapping[str, str],
) -> Calibration:
    fit = [row for row in rows if row.is_in(0.5, salt)]
    rest = [row for row in rows if not row.is_in(0.5, salt)]
    fusion = fused(fit)
    if not any(row.how == "audit" for row in rows):
        why = (
            "only held answers are labelled, so what was missed is unknowable: "
            "audit a random share of the released ones (`audit:` in the rules) and label those too"
        )
        return Calibration(fusion, Refused(why))
    even = alike(rest, salt)
    risks = [(fusion.risk(row.scores), row.bad) for row in even]
    found = bound([risk for risk, bad in risks if bad], alpha, delta)
    if found is None:
        have, needed = sum(bad for _, bad in risks), labels_needed(alpha, delta)
        why = f"{have} bad answers to set a threshold by; {needed} are needed for these bounds"
        return Calibration(fusion, Refused(why))
    return Calibration(
        fusion,
        Certificate(
            alpha=alpha,
            delta=delta,
            threshold=found.threshold,
            bad=found.bad,
            missed=found.missed,
            held=sum(risk >= found.threshold for risk, _ in risks) / len(risks),
            made=made,
            versions=versions,
            fusion=fusion,
            reference=tuple(sorted(risk for risk, _ in risks[:REFERENCE])),
        ),
    )


def fused(rows: Sequence[Labelled]) -> Fusion:
    """One risk from all scores; a check that said nothing has a flag of its own.

    No weight is negative: what one check says, or keeps to itself, never makes up for another.
    """
    checks = sorted({name for row in rows for name in row.scores})
    features = [
        [
            *(row.scores.get(name, 0.0) for name in checks),
            *(float(name not in row.scores) for name in checks),
        ]
        for row in rows
    ]
    *weights, bias = fitted(features, [row.bad for row in rows], least=0.0)
    said, silent = weights[: len(checks)], weights[len(checks) :]
    return Fusion(
        weights=dict(zip(checks, said, strict=True)),
        missing=dict(zip(checks, silent, strict=True)),
        bias=bias,
    )
