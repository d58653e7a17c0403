"""What the scripted models say to checks and agents: other words, a verdict, what to say next.

Owns how the shipped prompts are read. Its words are in `shop.yaml`; what is judged is planned, as
everything the scripted models say. Knows no check.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from hitl_chat.models.scripted.shop import Moments, Shop

JUDGE = "judge-1"
_REWORDED = re.compile(r"\n={10}\n(.*)\n={10}\s*\Z", re.DOTALL)
_STOPPED = re.compile(r"\n(===== \w+ =====) stopped\n(.*)\n\1 end\s*\Z", re.DOTALL)
_FENCED = re.compile(
    r"\n(===== \w+ =====) conversation\n(.*)\n\1 answer\n(.*)\n\1 end\n", re.DOTALL
)


def in_other_words(message: str, shop: Shop) -> str | None:
    """The question the message asks to reword, reworded; None if it asks for something else."""
    if not message.startswith("Below, between the lines of equals signs, is a message"):
        return None
    found = _REWORDED.search(message)
    question = found[1] if found else ""
    return shop.answer(question).reworded or question


def other_rest(message: str, shop: Shop) -> str | None:
    """The stopped rest as a person wants it; None if the message asks for something else."""
    if not message.startswith("Below, between the lines of equals signs, is an answer"):
        return None
    found = _STOPPED.search(message)
    rest = found[2].strip() if found else ""
    for wrong, right in shop.instead:
        rest = rest.replace(wrong, right)
    return rest


def next_words(body: Mapping[str, Any], shop: Shop) -> str | None:
    """What a colleague could say next, if that is what is asked for."""
    last: Mapping[str, Any] = (body.get("messages") or ({},))[-1]
    wanted = last.get("role") == "system" and "Suggest to the colleague" in str(last.get("content"))
    return shop.next if wanted else None


def verdict(message: str, moments: Moments) -> str:
    """JSON as judges are asked for it; no verdict where nothing stands between fences."""
    found = _FENCED.search(message)
    if found is None:
        return "I judge answers. There is none."
    conversation, answer = found[2], found[3]
    hurts = next((words for words in moments.hurts if words in answer), "")
    if hurts and moments.found(conversation):
        said = {"verdict": "bad", "quote": hurts, "why": "A cheerful word at a bad moment."}
    else:
        said = {"verdict": "ok", "quote": "", "why": "Nothing hurts."}
    return msgspec.json.encode(said).decode()
