"""The request's messages as checks and rules read them: who said what, as plain text.

Pure. Knows no check.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Message = Mapping[str, Any]

CUSTOMER = frozenset({"user"})
INSTRUCTIONS = frozenset({"system", "developer"})
RESULTS = frozenset({"tool", "function"})


def text_of(message: Message) -> str:
    """A message's text, whether it came as a string or in parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    said = (part for part in content if isinstance(part, Mapping))
    texts = (part.get("text") or part.get("refusal") for part in said)
    return "\n".join(text for text in texts if text and isinstance(text, str))


def said_by(messages: Sequence[Message], roles: frozenset[str]) -> Iterator[str]:
    """The texts of these roles, oldest first."""
    return (text for m in messages if m.get("role") in roles if (text := text_of(m)))


def customers(messages: Sequence[Message]) -> str:
    """The customer's last words: all they wrote since the assistant last answered in words."""
    return "\n".join(filter(None, said_by(messages[_asked_from(messages) :], CUSTOMER)))


def said_earlier(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    """Everything in front of the customer's last words, as (role, text)."""
    before = messages[: _asked_from(messages)]
    return tuple((message.get("role") or "", text_of(message)) for message in before)


def _asked_from(messages: Sequence[Message]) -> int:
    """Where the customer's last words begin; 0 without any."""
    first = 0
    for at in range(len(messages) - 1, -1, -1):
        role = messages[at].get("role")
        if role in CUSTOMER:
            first = at
        elif first and role == "assistant" and text_of(messages[at]).strip():
            break
    return first


def since_customer(messages: Sequence[Message]) -> Sequence[Message]:
    """The customer's last words, and all since they began: tool calls, and what they brought."""
    return messages[_asked_from(messages) :]
