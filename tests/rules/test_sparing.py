"""Why a check that costs something is asked, or not, in words."""

import pytest

from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.policy import Condition, Either, Every, Not, Rule, Test, policy_of
from hitl_chat.rules.sparing import told

CHEAP, JUDGE = Test("hedging", 0.5), Test("judge", 0.5)
FUSION = Fusion({"hedging": 4.0, "judge": 2.0}, bias=-2.0, ask_from=0.2, ask_upto=0.8)


@pytest.mark.parametrize(
    ("when", "scores", "said"),
    [
        (JUDGE, {}, "asked, its rule goes by nothing else"),
        (CHEAP, {}, "spared, no rule needs it"),
        (Every((CHEAP, JUDGE)), {}, "spared, hedging said 0 < 0.5"),
        (Every((CHEAP, JUDGE)), {"hedging": 0.7}, "asked, since hedging said 0.7 >= 0.5"),
        (Every((CHEAP, JUDGE)), {"hedging": 0.7, "judge": 0.0}, "asked, since hedging said 0.7"),
        (Either((CHEAP, JUDGE)), {"hedging": 0.7}, "spared, hedging said 0.7 >= 0.5"),
        (Every((Not(CHEAP), JUDGE)), {"hedging": 0.7}, "spared, hedging said 0.7 >= 0.5"),
        (Every((Test("other"), JUDGE)), {}, "asked, its rule goes by nothing else"),
        (Test(RISK, 0.7), {}, "spared, the risk without it is 0.12, outside 0.2..0.8"),
        (
            Test(RISK, 0.7),
            {"hedging": 0.5},
            "asked, since the risk without it is 0.50, in 0.2..0.8",
        ),
    ],
)
def test_the_reason_is_what_the_cheaper_checks_said(
    when: Condition, scores: dict[str, float], said: str
) -> None:
    policy = policy_of(
        [Rule("r", when)],
        segment=["hedging", "judge", "other"],
        costly=["judge", "other"],
        fusion=FUSION,
    )
    assert told(policy, scores, "judge").startswith(said)


def test_a_rule_without_a_learned_risk_goes_by_its_tests() -> None:
    policy = policy_of([Rule("r", Every((CHEAP, JUDGE)))], segment=["judge"], costly=["judge"])
    assert told(policy, {}, "judge", asked="would be") == "spared, hedging said 0 < 0.5"
    assert told(policy, {"hedging": 1}, "judge", asked="would be").startswith("would be, since")
