"""Anger is heard however it is put; being in a hurry, or buying dumbbells, is none."""

import pytest

from tests.checks.asking import judged, said

ANGRY = [
    "FOURTH time. I want a HUMAN.",
    "This is the third time I'm writing.",
    "I have told you five times already",
    "This is ridiculous. Unacceptable!",
    "You idiots never answer",
    "WHERE IS MY ORDER??? THIS IS A JOKE!!!",
    "I will do a chargeback and call my lawyer",
    "Zum vierten Mal: wo ist mein Paket?",
    "Das ist eine Frechheit!",
    "Ich habe die Nase voll",
    "Schon drei Mal habe ich geschrieben",
    "C'est inadmissible !",
    "J'en ai marre de votre robot",
    "C'est la troisième fois que je vous écris",
    "Esto es inaceptable",
    "Es la cuarta vez que escribo",
    "Estoy harto",
    "È la terza volta che scrivo, sono stufo",
    "É a terceira vez, inaceitável",
    "Dit is de derde keer, belachelijk",
    "this is r\u200bidiculous",
]
CALM = [
    "Which pegs suit sand?",
    "I'd like two dumbbells and a dummy for the shop window.",
    "I'm not angry, just curious.",
    "Thanks a lot!",
    "My order number is ABCD 1234.",
    "How many times can I wash it?",
    "Wann kommt mein Paket in Klagenfurt an?",
    "We would like a 4th cup.",
    "Do you boost the signal?",
    "",
]


@pytest.mark.parametrize("words", ANGRY)
async def test_anger_is_heard(words: str) -> None:
    verdict = await judged("frustration", "Sorry!", said(words))
    assert verdict.score >= 0.5, verdict


@pytest.mark.parametrize("words", CALM)
async def test_calm_is_not_anger(words: str) -> None:
    assert (await judged("frustration", "Sure.", said(words))).score < 0.4


async def test_the_same_message_again_is_a_sign() -> None:
    again = await judged("frustration", "", said("Where is my lamp?", "where is my LAMP"))
    assert again.detail == "repeats"
    assert (await judged("frustration", "", said("Where is my lamp?"))).score == 0.0


async def test_signs_add_up_and_each_kind_counts_once() -> None:
    once = await judged("frustration", "", said("This is ridiculous."))
    twice = await judged("frustration", "", said("This is ridiculous. Ridiculous, pathetic."))
    both = await judged("frustration", "", said("This is ridiculous, you idiots."))
    assert once.score == twice.score < both.score < 1
