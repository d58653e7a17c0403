"""Wick, the bot of the made-up shop Moss & Lantern: which draft answers which question.

Owns the matching; the words are in `shop.yaml`. Pure but for reading that file once. Knows no
wire format.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from hitl_chat.core.types import Value

GERMAN = frozenset(
    ("ich", "ist", "das", "die", "der", "wie", "kann", "bitte", "und", "nicht", "mein", "ein")
)


class ToolUse(Value, frozen=True, forbid_unknown_fields=True):
    name: str
    arguments: Mapping[str, Any]
    aloud: bool = False  # the words are said as well


class Dialogue(Value, frozen=True, forbid_unknown_fields=True):
    """One thing a customer may ask, and Wick's draft; `again` is what he says at a temperature."""

    name: str
    when: tuple[str, ...]
    say: str
    again: tuple[str, ...] = ()
    reworded: str = ""  # the question in other words
    with_tools: ToolUse | None = None
    json: Mapping[str, Any] | None = None

    def fits(self, words: str) -> bool:
        return all(_any(line, words) for line in self.when)

    def said_again(self, question: str) -> str:
        """One of the other answers, the same for the same question."""
        return self.again[len(question) % len(self.again)] if self.again else self.say


class Moments(Value, frozen=True, forbid_unknown_fields=True):
    """When a cheerful word hurts, and which words are cheerful."""

    when: str
    hurts: tuple[str, ...]

    def found(self, conversation: str) -> bool:
        return _any(self.when, plain_words(conversation))


class Shop(Value, frozen=True, forbid_unknown_fields=True):
    greeting: str
    greeting_german: str
    after_tool: str
    moments: Moments
    instead: tuple[tuple[str, str], ...]  # what he writes when a person asks for other words
    next: str  # what he suggests a colleague should say
    dialogues: tuple[Dialogue, ...]

    def answer(self, question: str) -> Dialogue:
        words = plain_words(question)
        for dialogue in self.dialogues:
            if dialogue.fits(words):
                return dialogue
        german = len(GERMAN.intersection(words.split())) > 1
        return Dialogue("greeting", (), self.greeting_german if german else self.greeting)


@cache
def moss_and_lantern() -> Shop:
    return msgspec.yaml.decode(Path(__file__).with_name("shop.yaml").read_bytes(), type=Shop)


def _any(line: str, words: str) -> bool:
    return any(f" {word}" in words for word in line.split("|"))


def plain_words(text: str) -> str:
    """Lower case, no accents, no hidden characters, one space before every word."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", text).casefold():
        if letter.isalnum():
            letters.append(letter)
        elif unicodedata.category(letter) not in ("Cf", "Mn"):
            letters.append(" ")
    return " " + " ".join("".join(letters).split())
