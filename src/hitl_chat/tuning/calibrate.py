"""From labelled answers to one calibrated risk, a threshold, and what may be said of it.

Fits on one half of the conversations and sets the threshold on the other. The certificate says
what it assumes, how many answers it rests on and what makes it void; without enough bad answers,
or without audited ones, there is none. Pure: time and versions are handed in.
"""

from collections.abc import Mapping, Sequence
from math import floor

from hitl_chat.core.fusion import Fusion
from hitl_chat.core.types import Value
from hitl_chat.rules.certificate import DIGITS, Certificate, rounded
from hitl_chat.tuning.guarantee import bound, differs, labels_needed
from hitl_chat.tuning.labels import Labelled, alike
from hitl_chat.tuning.logistic import fitted

REFERENCE = 500  # risks kept to notice drift by
SURPRISE = 0.001  # a drift is called where chance would show it that rarely


class Refused(Value, frozen=True):
    """Why nothing can be guaranteed."""

    why: str


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
    fusion = rounded(fused(fit))
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
    threshold = floor(found.threshold * 10**DIGITS) / 10**DIGITS
    return Calibration(
        fusion,
        Certificate(
            alpha=alpha,
            delta=delta,
            threshold=threshold,
            bad=found.bad,
            missed=sum(bad and risk < threshold for risk, bad in risks),
            held=sum(risk >= threshold for risk, _ in risks) / len(risks),
            made=made,
            versions=versions,
            fusion=fusion,
            reference=tuple(sorted(risk for risk, _ in risks[:REFERENCE])),
        ),
    )


def drifted(certificate: Certificate, recent: Sequence[Mapping[str, float]]) -> str:
    """Whether recent answers are others than it was made from, by their scores; "" if not so."""
    chance = differs(certificate.reference, list(map(certificate.fusion.risk, recent)))
    if chance < SURPRISE:
        return f"the risks of recent answers have drifted (p = {chance:.1e})"
    return ""


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
