"""Drafts that are wrong in one known way, made from harmless ones. All of it is synthetic.

Each operator makes one kind of mistake, or `None` where a draft gives it nothing to work on. The
same row always becomes the same wrong draft. Knows no check: what a check looks for is not asked
here. Six ways to be wrong are not all ways, so nothing may be fitted and tested on one operator.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeVar

from bench.wrong_values import another_quantity, another_time, moments, quantities

T = TypeVar("T")

PROMISES = (
    "I guarantee that everything will be settled today.",
    "I promise that you will not be charged anything for this.",
    "You will definitely get all of your money back, whatever happens.",
    "I have added a full refund for your trouble, which arrives within the hour.",
    "We will compensate you for any further delay, I give you my word.",
    "Rest assured that a manager will call you back this afternoon.",
    "I will make an exception and waive every fee for you.",
    "You can count on free delivery for your next three orders.",
)
POLICIES = (
    "Under our policy, changes are free of charge for members at any time.",
    "Our terms say that opened items can never be taken back.",
    "As a rule, we match the price of any other shop for 90 days.",
    "Company policy requires a written statement from your bank first.",
    "According to our rules, a second change costs 15 % of the price.",
    "We always give a voucher to customers who write to us twice.",
    "Under the loyalty programme, you may cancel whenever you like.",
    "Our insurance covers every reason for cancelling, without exception.",
)
POLITE = re.compile(
    r"\b(?:feel free|let me know|please|thanks?|thank you|sorry|welcome|have a (?:great|nice)|"
    r"help|assist|hold on|anything else|here (?:is|are)|would you|you would like)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^\s](?:[^.!?\n]|[.!?](?=\S))*[.!?]*")
POLARITY = (
    (r"\b([Cc])annot\b", r"\1an"),
    (r"\b([Cc])an't\b", r"\1an"),
    (r"\b(is|are|was|were|has|have|had|will|would|does|do|did|could) not\b", r"\1"),
    (r"\b(is|are|was|were|has|have|had|would|does|do|did|could)n't\b", r"\1"),
    (r"\bunable to\b", "able to"),
    (r"\bnon-refundable\b", "refundable"),
    (r"\bno longer\b", "still"),
    (r"\b(has|have|had|will) (?=[a-z])", r"\1 not "),
    (r"\b(is|are|was|were|can|could) (?=[a-z])", r"\1 not "),
)
NOT_NAMES = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b|"
    r"^(?:Economy|Business|Basic|Order|Item)$"
)
ENTITIES: Mapping[str, re.Pattern[str]] = {
    "order": re.compile(r"#W\d{5,}\b"),
    "account": re.compile(r"\b[a-z]+_[a-z]+_\d{3,}\b"),
    "flight": re.compile(r"\b[A-Z]{3}\d{3}\b"),
    "booking": re.compile(r"\b(?![A-Z]{3}\d{3}\b)(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6}\b"),
    "airport": re.compile(r"(?<=\()[A-Z]{3}(?=\))|(?<=from )[A-Z]{3}\b|(?<=to )[A-Z]{3}\b"),
    "name": re.compile(r"(?<=[\w,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+"),
    "place": re.compile(r"(?:(?<= in )|(?<= from ))[A-Z][a-z]{2,}\b(?!['(]| #| ?[A-Z(])"),
}
# A name is borrowed from names that end alike, or none of these is: a street for a street.
ENDINGS = re.compile(
    r"(?:Airport|Station|Terminal|Street|Road|Avenue|Boulevard|Drive|Lane|Hotel|Inn|Suites)\Z"
)
LONGEST_POLITE = 150  # a longer one says more than it is polite


class Row(NamedTuple):
    """A harmless answer, and what the customer said before it."""

    id: str
    source: str
    context: str
    draft: str
    conversation: str = ""  # rows of one are never parted between fitting and testing


class Corrupted(NamedTuple):
    """The row's draft with one mistake of the operator's kind."""

    operator: str
    row: Row
    draft: str
    synthetic: bool = True


Operator = Callable[[Row, Sequence[Row]], str | None]


def pick(options: Sequence[T], *of: str) -> T:
    """One of them: always the same of the same, and spread evenly over what differs."""
    digest = sha256("\0".join(of).encode()).digest()
    return options[int.from_bytes(digest[:8], "big") % len(options)]


# --- operators: each knows the row, and other rows to borrow from -----------------------------


def number(row: Row, _others: Sequence[Row]) -> str | None:
    """Another amount, count, rate or span: a digit more or less, never one that was spoken of.

    No part of a date, of a time, of a code or of a list's numbering is touched.
    """
    found = quantities(row.draft)
    if not found:
        return None
    start, end = pick(found, row.id, "number")
    options = another_quantity(row.draft[start:end], row.draft + row.context)
    return _with(row.draft, start, end, pick(options, row.id, "other number")) if options else None


def date(row: Row, _others: Sequence[Row]) -> str | None:
    """Another day, weekday or time of day, written in the same form, that was not spoken of."""
    found = moments(row.draft)
    if not found:
        return None
    moment = pick(found, row.id, "date")
    options = another_time(moment, row.draft + row.context)
    if not options:
        return None
    return _with(row.draft, moment.start, moment.end, pick(options, row.id, "other date"))


def negation(row: Row, _others: Sequence[Row]) -> str | None:
    """One statement turned round: "cannot" becomes "can", "has been" becomes "has not been".

    Questions stay, and what is merely polite: turned round they would be odd rather than wrong.
    """
    options = []
    for start, end in sentences(row.draft):
        written = row.draft[start:end]
        turned = next((new for new in _turned(written) if new != written), None)
        if turned and not written.endswith("?") and not POLITE.search(written):
            options.append(_with(row.draft, start, end, turned))
    return pick(options, row.id, "negation") if options else None


def promise(row: Row, _others: Sequence[Row]) -> str | None:
    """A commitment nobody made, in the place of a polite sentence or behind a statement."""
    return _with_sentence(row, pick(PROMISES, row.id, "promise"))


def wrong_entity(row: Row, others: Sequence[Row]) -> str | None:
    """A reference, a person or a place of another conversation of the same shop, wherever the
    right one stands in the draft. The customer has not spoken of it either."""
    here = row.draft + row.context
    options = [
        (right, other)
        for kind, right in _entities(row.draft)
        if (other := _borrowed(row, others, kind, here))
    ]
    if not options:
        return None
    right, other = pick(options, row.id, "entity")
    return re.sub(rf"(?<!\w){re.escape(right)}(?!\w)", lambda _: other, row.draft)


def invented_policy(row: Row, _others: Sequence[Row]) -> str | None:
    """A rule of the company that does not exist, placed as a promise is."""
    return _with_sentence(row, pick(POLICIES, row.id, "policy"))


OPERATORS: Mapping[str, Operator] = {
    "number": number,
    "date": date,
    "negation": negation,
    "promise": promise,
    "wrong entity": wrong_entity,
    "invented policy": invented_policy,
}


def corrupted(rows: Sequence[Row]) -> Iterator[Corrupted]:
    """Every row in every way that it can be wrong, by operator."""
    for name, operator in OPERATORS.items():
        for row in rows:
            draft = operator(row, rows)
            if draft is not None and draft != row.draft:
                yield Corrupted(name, row, draft)


# --- what operators are made of ----------------------------------------------------------------


def sentences(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in SENTENCE.finditer(text)]


def states_something(text: str) -> bool:
    """Whether there is a statement that is more than polite."""
    found = (text[start:end] for start, end in sentences(text))
    return any(not one.endswith("?") and not POLITE.search(one) and " " in one for one in found)


def _with(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _turned(sentence: str) -> Iterator[str]:
    for pattern, new in POLARITY:
        yield re.sub(pattern, new, sentence, count=1)


def _with_sentence(row: Row, new: str) -> str | None:
    if not states_something(row.draft):
        return None
    found = sentences(row.draft)
    for start, end in reversed(found):
        if POLITE.search(row.draft, start, end) and _says_nothing(row.draft[start:end]):
            return _with(row.draft, start, end, new)
    return f"{row.draft.rstrip()} {new}"


def _says_nothing(sentence: str) -> bool:
    return len(sentence) <= LONGEST_POLITE and not any(map(str.isdigit, sentence))


def _entities(text: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in ENTITIES.items():
        for match in pattern.finditer(text):
            if not NOT_NAMES.search(match[0]):
                ending = ENDINGS.search(match[0]) if kind == "name" else None
                yield (ending[0] if ending else kind), match[0]


def _borrowed(row: Row, others: Sequence[Row], kind: str, here: str) -> str | None:
    found = {
        entity
        for other in others
        if other.source == row.source and other.id != row.id
        for its, entity in _entities(other.draft)
        if its == kind and entity not in here
    }
    return pick(sorted(found), row.id, kind) if found else None
