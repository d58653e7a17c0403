"""Why a check that costs something is asked, or is not: the cascade's decision, in words.

Pure. Decides nothing itself: `core.cascade` does.
"""

from collections.abc import Iterator, Mapping

from hitl_chat.core.cascade import needed
from hitl_chat.core.conditions import leaves
from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.policy import Policy


def told(policy: Policy, scores: Mapping[str, float], check: str, *, asked: str = "asked") -> str:
    """`spared, hedging said 0 < 0.5`; `asked, since hedging said 0.7 >= 0.5`."""
    known = {name: score for name, score in scores.items() if name != check}
    why = ", ".join(dict.fromkeys(_reasons(policy, known, check)))
    if not needed(policy, known, check):
        return f"spared, {why}" if why else "spared, no rule needs it"
    return f"{asked}, since {why}" if why else f"{asked}, its rule goes by nothing else"


def _reasons(policy: Policy, scores: Mapping[str, float], check: str) -> Iterator[str]:
    for rule in policy.about((check,)):
        for test in leaves(rule.when):
            if test.check == RISK and policy.fusion and check in policy.fusion.weights:
                yield _band(policy.fusion, scores)
            elif test.check != check and test.check not in policy.costly - scores.keys():
                score = scores.get(test.check, 0.0)
                sign = "<" if score < test.above else ">="
                yield f"{test.check} said {score:.2g} {sign} {test.above:.2g}"


def _band(fusion: Fusion, scores: Mapping[str, float]) -> str:
    where = "in" if fusion.is_undecided(scores) else "outside"
    band = f"{fusion.ask_from:.2g}..{fusion.ask_upto:.2g}"
    ends = dict.fromkeys(f"{risk:.2f}" for risk in (fusion.so_far(scores), fusion.risk(scores)))
    return f"the risk without it is {' to '.join(ends)}, {where} {band}"
