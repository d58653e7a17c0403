"""What rules may ask about a request, as the server tells it."""

import pytest

from hitl_chat.checks.transcript import customers, said_earlier
from hitl_chat.runner.facts import TurnFacts
from tests.rules.reading import rule, ruleset


def facts(*messages: tuple[str, str], at: float = 0.0) -> TurnFacts:
    said = [{"role": role, "content": text} for role, text in messages]
    return TurnFacts("turn_1", "acme", "c1", "m", stream=True, messages=said, started_at=at)


def test_the_customers_last_words_and_what_was_said_before() -> None:
    asked = facts(("system", "Be kind."), ("user", "Hi"), ("assistant", "Yes?"), ("user", "Where?"))
    known = asked.request()
    assert known.customer_text == "Where?"
    assert known.history == (("system", "Be kind."), ("user", "Hi"), ("assistant", "Yes?"))
    assert facts(("system", "Be kind.")).request().history == ()


def test_business_hours_are_those_of_the_moment_in_which_the_turn_began() -> None:
    hours = "hours: {timezone: UTC, open: {thu: '9:00-17:00'}}\n"
    made = ruleset(hours + rule(on="{hours: open}"))
    for at, applies in ((9 * 3600.0, True), (9 * 3600.0 - 1, False)):  # 1 January 1970: a Thursday
        assert bool(made.for_request(facts(at=at).request()).policy.rules) is applies


def test_the_fallback_is_in_the_language_of_the_conversation() -> None:
    made = ruleset(rule(fallback="{de: Leider nicht., default: Sorry.}"))
    german = ("user", "Guten Tag, wann kommt meine Bestellung bei mir an?")
    policy = made.for_request(
        facts(german, ("assistant", "Bald."), ("user", "ok")).request()
    ).policy
    assert policy.rules[0].terms.fallback == "Leider nicht."


@pytest.mark.parametrize(
    ("messages", "words", "earlier"),
    [
        ([("user", "One")], "One", 0),
        ([("user", "I want to die"), ("user", "")], "I want to die", 0),
        ([("user", "One"), ("user", "Two")], "One\nTwo", 0),
        ([("system", "s"), ("user", "One"), ("assistant", "a"), ("user", "Two")], "Two", 3),
        ([("user", "One"), ("assistant", "a"), ("user", "Two"), ("system", "s")], "Two", 2),
        ([("user", "One"), ("assistant", "a"), ("tool", "t")], "One", 0),
        ([("user", "One"), ("tool", "t"), ("user", "Two")], "One\nTwo", 0),
        ([("user", "One"), ("assistant", ""), ("tool", "t"), ("user", "Two")], "One\nTwo", 0),
        ([("system", "s")], "", 0),
        ([], "", 0),
    ],
)
def test_the_last_words_are_all_since_the_assistant_spoke(
    messages: list[tuple[str, str]], words: str, earlier: int
) -> None:
    asked = [{"role": role, "content": text} for role, text in messages]
    assert customers(asked) == words
    assert len(said_earlier(asked)) == earlier
