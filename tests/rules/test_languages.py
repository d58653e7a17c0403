"""Fallbacks in the customer's language: told from the request, one text in force for each."""

import pytest

from hitl_chat.core.policy import FALLBACK, Policy
from hitl_chat.rules.facts import RequestFacts
from tests.rules.reading import rule, ruleset, wrong

GERMAN = "Guten Tag, wann kommt meine Bestellung bei mir an?"
FRENCH = "Bonjour, quand est-ce que ma commande arrive chez moi ?"
ENGLISH = "Hello, when does my order arrive, and where is it?"
TEXTS = "{de: Leider nicht., en: Sorry., default: No.}"


def policy(text: str, customer: str, *history: tuple[str, str]) -> Policy:
    facts = RequestFacts(customer_text=customer, history=history)
    return ruleset(text).for_request(facts).policy


def fallback(text: str, customer: str, *history: tuple[str, str]) -> str:
    return policy(text, customer, *history).rules[0].terms.fallback


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        (GERMAN, "Leider nicht."),
        (ENGLISH, "Sorry."),
        (FRENCH, "No."),
        ("ok", "No."),
        ("", "No."),
        ("Где мой заказ? Я жду уже неделю.", "No."),
    ],
)
def test_the_fallback_is_in_the_customers_language(customer: str, said: str) -> None:
    assert fallback(rule(fallback=TEXTS), customer) == said
    inherited = f"defaults: {{fallback: {TEXTS}}}\n" + rule()
    assert fallback(inherited, customer) == said
    assert policy(inherited, customer).default.terms.fallback == said


def test_without_a_default_the_first_is_taken() -> None:
    assert fallback(rule(fallback="{de: Nein., en: No.}"), FRENCH) == "Nein."
    assert fallback(rule(fallback="{de: Nein., en: No.}"), ENGLISH) == "No."


def test_what_was_said_before_tells_the_language_of_short_words() -> None:
    before = (("user", GERMAN), ("assistant", ENGLISH))
    assert fallback(rule(fallback=TEXTS), "Ja!", *before) == "Leider nicht."
    assert fallback(rule(fallback=TEXTS), ENGLISH, *before) == "Sorry."
    assert fallback(rule(fallback=TEXTS), "Ja!", ("assistant", GERMAN)) == "No."


def test_each_text_has_its_own_languages() -> None:
    text = rule(fallback="{de: Nein., default: No.}", fallback_after_text="{fr: -- non.}")
    for customer, whole, after in (
        (GERMAN, "Nein.", "-- non."),
        (FRENCH, "No.", "-- non."),
        (ENGLISH, "No.", "-- non."),
    ):
        terms = policy(text, customer).rules[0].terms
        assert (terms.fallback, terms.fallback_after_text) == (whole, after)
    only_after = policy(rule(fallback_after_text="{de: -- nein.}"), GERMAN).rules[0].terms
    assert (only_after.fallback, only_after.fallback_after_text) == (FALLBACK, "-- nein.")


def test_requests_in_one_language_share_what_was_compiled() -> None:
    made = ruleset(rule(fallback=TEXTS))
    german = made.for_request(RequestFacts(customer_text=GERMAN))
    assert made.for_request(RequestFacts(customer_text=GERMAN + " Danke.")) is german
    french = made.for_request(RequestFacts(customer_text=FRENCH))
    assert french is not german
    assert made.for_request(RequestFacts(customer_text="ok")) is french


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("{ger: Nein.}", '4:16 unknown language "ger"'),
        ("{xx: Nein.}", '4:16 unknown language "xx": known: ar, bg'),
        ("{de: 5}", "4:20 5 is not a text: put it in quotes"),
        ("{}", "4:15 an empty list: give at least one"),
        ("[Nein.]", "4:15 ['Nein.'] is not a text: put it in quotes"),
        ("5", "4:15 5 is not a text: put it in quotes"),
    ],
)
def test_what_is_no_text_for_a_language(texts: str, said: str) -> None:
    (found,) = wrong(rule(fallback=texts))
    assert found.startswith(said)


def test_wrong_languages_in_the_defaults() -> None:
    (found,) = wrong("defaults: {fallback: {ger: Nein.}}\n" + rule())
    assert found.startswith('1:23 unknown language "ger"')
