"""Customers who want a human being are heard, in seven languages; others are left alone."""

import pytest

from tests.checks.asking import judged, said

WANTS = [
    "FOURTH time. I want a HUMAN.",
    "Can I speak to a real person please?",
    "let me talk to your manager",
    "Connect me to an agent.",
    "Human please",
    "representative!",
    "Please transfer me to a live agent",
    "I'd like to chat with someone",
    "Ich möchte mit einem Menschen sprechen.",
    "Bitte mit einem Mitarbeiter verbinden",
    "Ich will einen Mitarbeiter sprechen!",
    "Je veux parler à un humain.",
    "Passez-moi un conseiller",
    "Quiero hablar con una persona.",
    "Necesito un agente ya",
    "Vorrei parlare con un operatore",
    "Quero falar com um atendente",
    "Kan ik met een medewerker spreken?",
    "I want a h\u200buman",
    "I'm sick of this bot",
    "Ich will nicht mit einer Maschine, kein Bot bitte",
]
DOES_NOT = [
    "Which pegs suit sand?",
    "The tent is for three persons.",
    "Is this jacket for men or for a woman?",
    "Do you have a travel agent discount?",
    "I don't need a human, just the size chart.",
    "Ich brauche keinen Mitarbeiter, danke.",
    "My manager wants a lamp.",
    "Does the lamp need an adapter?",
    "Der Rucksack passt für zwei Menschen.",
    "",
]


@pytest.mark.parametrize("words", WANTS)
async def test_a_wish_is_heard(words: str) -> None:
    verdict = await judged("asks_for_person", "Hello!", said(words))
    assert verdict.score >= 0.7
    assert verdict.spans == ()  # it is not the draft's fault


@pytest.mark.parametrize("words", DOES_NOT)
async def test_anything_else_is_not(words: str) -> None:
    assert (await judged("asks_for_person", "Hello!", said(words))).score == 0.0


async def test_wondering_is_less_than_asking() -> None:
    verdict = await judged("asks_for_person", "Yes.", said("Are you a bot?"))
    assert (verdict.score, verdict.detail) == (0.4, "who-is-there")


async def test_only_the_last_words_count() -> None:
    messages = [
        *said("I want a human."),
        {"role": "assistant", "content": "This is Ana. What can I do?"},
        *said("My lamp is broken."),
    ]
    assert (await judged("asks_for_person", "Sorry!", messages)).score == 0.0


async def test_parts_and_several_messages_are_read_too() -> None:
    parts = {"role": "user", "content": [{"type": "text", "text": "Get me a human"}]}
    assert (await judged("asks_for_person", "", [parts])).score > 0.9
    messages = said("I want a human.", "Now.")
    assert (await judged("asks_for_person", "", messages)).score > 0.9
