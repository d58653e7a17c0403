"""The eight questions, what may be answered, and the words for what may not.

Knows nothing of terminals and files. An answer is text as typed, or a list as YAML writes it; what
comes out is `Answers`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hitl_chat.checks.tongue import LANGUAGES
from hitl_chat.core.types import Value

SECTOR = "retail"
PACK, NONE = "pack", "none"
ENGLISH = "en"  # what packs are written in
MOST = 50
_TOOL = re.compile(
    r"([A-Za-z0-9_.-]{1,128})(?:\(([A-Za-z0-9_.-]{1,128}) ?<= ?([0-9]{1,9}(?:\.[0-9]{1,2})?)\))?"
)
_HOURS = re.compile(r"[^\x00-\x1f\x7f{}<>|]{3,60}")


class Tool(NamedTuple):
    """A tool of the assistant's. One that moves money names the argument and the most of it."""

    name: str
    argument: str = ""
    most: float = 0.0


class Answers(Value, frozen=True):
    """What the files are made from."""

    sector: str
    worst: str
    hours: str
    languages: tuple[str, ...]
    tools: tuple[Tool, ...] | None  # None: as in the pack
    approver: str
    documents: str
    frontend: str
    contacts: tuple[str, ...] = ()

    @property
    def staffed(self) -> str:
        """`always`, `never`, or `hours`."""
        return self.hours if self.hours in ("always", "never") else "hours"


class Question(NamedTuple):
    """`read` makes the answer's value, or raises `ValueError` with what to do."""

    name: str
    asks: str
    default: str
    help: str
    read: Callable[[str], Any]


WORST = {
    "money": "money is promised or paid that is not due",
    "harm": "somebody comes to harm",
    "privacy": "somebody reads what is another person's",
    "legal": "a statement binds the company, or breaks the law",
    "reputation": "a customer who is angry already gets the wrong words",
}
APPROVERS = {
    "agent": "every agent",
    "supervisor": "a supervisor",
    "nobody": "nobody: above the limits nothing is paid from a chat",
}
DOCUMENTS = {
    "none": "requests carry no documents",
    "some": "those with the tag `documents` do",
    "every": "every request carries what its answer may rely on",
}
FRONTENDS = {
    "openai-python": "the openai package of Python",
    "openai-node": "the openai package of Node.js",
    "ai-sdk": "the AI SDK of Vercel",
    "curl": "curl, or any other HTTP client",
}


def questions(sectors: Sequence[str]) -> Sequence[Question]:
    packs = dict.fromkeys(sectors, "")
    return (
        Question(
            "sector",
            "What is the chat for?",
            SECTOR,
            "The rules begin as the pack of examples/rules for it: " + _listed(packs),
            lambda text: _one_of(packs, text),
        ),
        Question(
            "worst",
            "What is the worst that an answer could do?",
            "money",
            "There will be a rule against it, if the pack has none: " + _listed(WORST),
            lambda text: _one_of(WORST, text),
        ),
        Question(
            "hours",
            "When is somebody there to decide?",
            "Mon-Fri 9:00-17:00",
            "`always`, `never`, or hours as a customer would read them, best with the time zone: "
            "Mon-Fri 9:00-17:00, Sat 10:00-14:00 Europe/Berlin",
            _hours,
        ),
        Question(
            "languages",
            "In which languages may it answer?",
            ENGLISH,
            "Codes, the first is the usual one: en, de. Known: " + ", ".join(sorted(LANGUAGES)),
            _languages,
        ),
        Question(
            "tools",
            "Which tools may the model call?",
            PACK,
            "`none`, `pack` (those that the pack's example names), or names; one that moves money "
            "with the most it may: find_order, issue_refund(amount<=100)",
            _tools,
        ),
        Question(
            "approver",
            "Who approves money above those limits?",
            "agent",
            _listed(APPROVERS),
            lambda text: _one_of(APPROVERS, text),
        ),
        Question(
            "documents",
            "Do requests carry documents that the answer must rely on?",
            "none",
            _listed(DOCUMENTS),
            lambda text: _one_of(DOCUMENTS, text),
        ),
        Question(
            "frontend",
            "What is the chat's front end written with?",
            "openai-python",
            _listed(FRONTENDS),
            lambda text: _one_of(FRONTENDS, text),
        ),
    )


def typed(value: object) -> str:
    """An answer of a YAML file as it would be typed."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or NONE
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is neither a text nor a list of texts")
    return value


def contact(text: str) -> str:
    if not 3 <= len(text) <= 200 or not text.isprintable():
        raise ValueError(f"{text!r} is no contact: write help@shop.example, @shop.example or +49 …")
    return text


def answers(given: Mapping[str, Any], contacts: Sequence[str] = ()) -> Answers:
    """From what the questions' `read` made."""
    return Answers(**given, contacts=tuple(contact(text) for text in contacts))


# --- reading ----------------------------------------------------------------------------------


def _listed(choices: Mapping[str, str]) -> str:
    return "; ".join(f"{name} ({about})" if about else name for name, about in choices.items())


def _one_of(choices: Mapping[str, str], text: str) -> str:
    if text not in choices:
        raise ValueError(f"{text!r} is not one of {', '.join(choices)}")
    return text


def _split(text: str) -> Sequence[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found or len(found) > MOST:
        raise ValueError(f"{text!r} names {len(found)}: write 1 to {MOST}, with commas between")
    for place, part in enumerate(found):
        if part in found[:place]:
            raise ValueError(f"{part!r} stands there twice")
    return found


def _hours(text: str) -> str:
    if text in ("always", "never"):
        return text
    if not _HOURS.fullmatch(text) or not any(map(str.isdigit, text)):
        raise ValueError(f"{text!r} are no hours: write `always`, `never` or Mon-Fri 9:00-17:00")
    return text


def _languages(text: str) -> tuple[str, ...]:
    codes = _split(text)
    for code in codes:
        if code not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise ValueError(f"{code!r} is no language that can be told: use some of {known}")
    return tuple(codes)


def _tools(text: str) -> tuple[Tool, ...] | None:
    if text in (PACK, NONE):
        return None if text == PACK else ()
    found = tuple(map(_tool, _split(text)))
    names = [tool.name for tool in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} stands there twice: give each tool one limit")
    return found


def _tool(text: str) -> Tool:
    found = _TOOL.fullmatch(text)
    if not found:
        raise ValueError(
            f"{text!r} is no tool: write its name, or issue_refund(amount<=100) if it moves money"
        )
    name, argument, most = found.groups()
    return Tool(name, argument or "", float(most or 0))
