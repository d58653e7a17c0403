"""What the scripted models say to checks: a question in other words, and a judge's verdict.

Owns how the shipped prompts are read. Its words are in `shop.yaml`; what is judged is planned, as
everything the scripted models say. Knows no check.
"""

import re

import msgspec

from hitl_chat.models.scripted.shop import Moments, Shop

JUDGE = "judge-1"
_REWORDED = re.compile(r"\n={10}\n(.*)\n={10}\s*\Z", re.DOTALL)
_FENCED = re.compile(
    r"\n(===== \w+ =====) conversation\n(.*)\n\1 answer\n(.*)\n\1 end\n", re.DOTALL
)


def in_other_words(message: str, shop: Shop) -> str | None:
    """The question the message asks to reword, reworded; None if it asks for something else."""
    if not message.startswith("Below, between the lines of equals signs,"):
        return None
    found = _REWORDED.search(message)
    question = found[1] if found else ""
    return shop.answer(question).reworded or question


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
