"""The request's messages as checks read them: who said what, as plain text.

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
    texts = (part.get("text") for part in content if isinstance(part, Mapping))
    return "\n".join(text for text in texts if isinstance(text, str))


def said_by(messages: Sequence[Message], roles: frozenset[str]) -> Iterator[str]:
    """The texts of these roles, oldest first."""
    return (text for m in messages if m.get("role") in roles if (text := text_of(m)))


def customers(messages: Sequence[Message]) -> str:
    """The customer's last words: all messages since the assistant last answered in words."""
    words: list[str] = []
    for message in reversed(messages):
        role = message.get("role")
        if role in CUSTOMER:
            words.append(text_of(message))
        elif role == "assistant" and words:
            break
    return "\n".join(reversed(words))


def since_customer(messages: Sequence[Message]) -> Sequence[Message]:
    """The messages behind the customer's last: tool calls, and what they brought."""
    for at in range(len(messages) - 1, -1, -1):
        if messages[at].get("role") in CUSTOMER:
            return messages[at + 1 :]
    return messages
