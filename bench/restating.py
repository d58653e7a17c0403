"""The same facts in other words, by fixed templates: what makes a harmless answer right.

The case file tells in the third person what the answer tells the customer, and the tool's result
lists its values; both write days, times, amounts and counts otherwise. The samples are what a model
that knows the truth might say when asked again. Synthetic, and nothing here reads a check's mind.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.corrupting import ENTITIES, POLITE, Row, sentences
from bench.wrong_values import moments, quantities, rewritten_days, rewritten_times

Message = Mapping[str, Any]
Pairs = Sequence[tuple[str, str]]

SMALL_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
)
EXPANDED: Pairs = (
    (r"\b([Ii])'ve\b", r"\1 have"),
    (r"\b([Yy]ou|[Ww]e|[Tt]hey)'ve\b", r"\1 have"),
    (r"\b([Ii])'ll\b", r"\1 will"),
    (r"\b([Ii])'m\b", r"\1 am"),
    (r"\b([Ii]t|[Tt]here|[Tt]hat)'s\b", r"\1 is"),
    (r"\b([Yy]ou|[Ww]e|[Tt]hey)'re\b", r"\1 are"),
    (r"\b([Ii]|[Yy]ou|[Ww]e)'d like\b", r"\1 would like"),
    (r"\b([Cc])an't\b", r"\1annot"),
    (r"\b(is|are|was|were|has|have|had|does|do|did|would|could)n't\b", r"\1 not"),
)
THIRD_PERSON: Pairs = (
    (r"\bI am\b", "The agent is"),
    (r"\bI have\b", "The agent has"),
    (r"\bI\b", "the agent"),
    (r"\b[Yy]our\b", "the customer's"),
    (r"\b([Yy]ou) are\b", "the customer is"),
    (r"\b([Yy]ou) have\b", "the customer has"),
    (r"\b[Yy]ou\b", "the customer"),
    (r"\b[Ww]e\b", "the company"),
    (r"\b[Oo]ur\b", "the company's"),
    (r"\b[Mm]e\b", "the agent"),
)
SYNONYMS: tuple[Pairs, Pairs] = (
    (
        (r"\bUnfortunately,? ", "Sadly, "),
        (r"\bhas been successfully\b", "has now been"),
        (r"\bhave been successfully\b", "have now been"),
        (r"\bbusiness days\b", "working days"),
        (r"\bcannot\b", "am not able to"),
        (r"\bdetails\b", "particulars"),
        (r"\bHowever\b", "But"),
        (r"\bI found\b", "I see"),
        (r"\bpurchase(d)?\b", r"order\1"),
    ),
    (
        (r"\bUnfortunately,? ", "I regret that "),
        (r"\bsuccessfully ", ""),
        (r"\bwithin\b", "in"),
        (r"\bcurrently\b", "at present"),
        (r"\bprocessed\b", "carried out"),
        (r"\bupdated\b", "changed"),
        (r"\bThe total (?:amount|cost)\b", "The sum"),
        (r"\bThere is\b", "We have"),
        (r"\bnice\b", "good"),
    ),
)
FILED: Pairs = (
    *SYNONYMS[1],
    *THIRD_PERSON,
    (r"\bWould the customer like\b", "To be asked: does the customer want"),
    (r"\b(?:Could|Can) the customer (?:please )?", "To be asked: the customer is to "),
    (r"^[Ii]t is\b", "That is"),
    (r"\b(has|have) been\b", "was"),
    (r"^[-*] ", ""),
)
JOINTS = re.compile(r"(?<=\w) (?:with|for|at|on|in|from|by|of|which|that|and|to|is|are) ")


def material(row: Row) -> list[Message]:
    """The conversation with what the answer may be taken from, ending with the tool's result."""
    call = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    return [
        {"role": "system", "content": case_file(row.draft)},
        {"role": "user", "content": row.context},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": looked_up(row.draft)},
    ]


def case_file(draft: str) -> str:
    """A document: whatever the answer states or asks to confirm, told about the customer."""
    told = [_filed(draft[start:end]) for start, end in sentences(draft)]
    notes = "\n".join(f"- {one}" for one in told)
    return f"Answer from this case file only. What is not in it, nobody agreed to.\n{notes}"


def looked_up(draft: str) -> str:
    """What a tool might have returned: the values of the answer, without its words."""
    values: dict[str, list[str]] = {
        "when": [otherwise(moment.text) for moment in moments(draft)],
        "how_much": [draft[start:end].replace(",", "") for start, end in quantities(draft)],
    }
    for kind, pattern in ENTITIES.items():
        values[kind] = [match[0] for match in pattern.finditer(draft)]
    return json.dumps({kind: list(dict.fromkeys(its)) for kind, its in values.items() if its})


def reworded(draft: str) -> tuple[str, str]:
    """Two answers with the facts of this one: without its politeness, and the other way round."""
    said = [draft[start:end] for start, end in sentences(draft)]
    plain = [one for one in said if not POLITE.search(one)] or said
    first = " ".join(_in_words(one, SYNONYMS[0], _same) for one in plain)
    second = " ".join(_in_words(one, SYNONYMS[1]) for one in reversed(said))
    return first, second


def otherwise(text: str) -> str:
    """Days, times, amounts and small counts in another form."""
    text = rewritten_times(rewritten_days(text))
    text = re.sub(r"\$(\d[\d,]*(?:\.\d+)?)", lambda m: f"{m[1].replace(',', '')} USD", text)
    text = re.sub(r"\b(\d+) to (\d+) (?:business|working) days\b", r"\1-\2 working days", text)
    return re.sub(r"(?<![\w.:,$-])(\d|10) (?=(?:star|room|order|person|people)\w*\b)", _word, text)


def _word(match: re.Match[str]) -> str:
    return f"{SMALL_WORDS[int(match[1])]} "


def _filed(sentence: str) -> str:
    """Where no template has other words, the sentence's last part comes first."""
    told = _in_words(sentence, FILED)
    if told != sentence.strip():
        return told
    parts = list(JOINTS.finditer(told))
    if not parts:
        return f"Noted: {told[:1].lower()}{told[1:]}"
    at = parts[-1].start()
    return f"{told[at:].strip().rstrip('.!?')}: {told[:at]}"


def copied(draft: str, *texts: str) -> tuple[int, int]:
    """How many of its sentences stand in the texts word by word, and how many it has."""
    found = (draft[start:end].strip() for start, end in sentences(draft))
    said = [one for one in found if one.count(" ") > 1]  # no list's "2.", no "Yes."
    return sum(any(one in text for text in texts) for one in said), len(said)


def _same(text: str) -> str:
    return text


def _in_words(sentence: str, pairs: Pairs, form: Callable[[str], str] = otherwise) -> str:
    for pattern, new in (*EXPANDED, *pairs):
        sentence = re.sub(pattern, new, sentence)
    return form(sentence.strip())
