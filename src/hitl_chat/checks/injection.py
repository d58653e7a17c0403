"""The check `injection`: words that try to steer the assistant, its checks or the agent.

Looks at the customer's words and at what tools brought, as written, as read and decoded. Owns which
lists count how much, and how much is read: the rest counts as a doubt, so padding hides nothing.
Raises risk: many who write so mean no harm. The draft has no marks.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from typing import Annotated

from pydantic import BaseModel, Field

from hitl_chat.checks.concealed import decoded, is_padded, signs
from hitl_chat.checks.ends import within
from hitl_chat.checks.injection_phrases import LISTS
from hitl_chat.checks.phrases import Phrases, Sign
from hitl_chat.checks.plain import Plain, Risk, Settings, either, of_request, told
from hitl_chat.checks.transcript import CUSTOMER, RESULTS, customers, said_by, since_customer
from hitl_chat.ports import Asked, Means

HIDING = {
    "tag-characters": 0.9,
    "direction-override": 0.6,
    "hidden-selectors": 0.6,
    "hidden-characters": 0.6,
    "look-alikes": 0.5,
}
PADDED = 0.6
ENCODED = 0.95  # a phrase that somebody took the trouble to encode
MESSAGE = 100_000  # characters of one text that are read; they take 0.07 s
REQUEST = 300_000  # of all of them together
UNREAD = 0.5  # nobody knows what stands there
CERTAIN = 0.6  # a phrase of a lesser list proves nothing when it turns up in decoded noise


class Options(Settings):
    """What `checks:` may say of it."""

    history: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="look at all of the conversation, not only at what is new"
    )
    tools: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="look at tool results too"
    )


@cache
def _phrases() -> Phrases:
    return Phrases(LISTS)


def found(text: str) -> dict[str, float]:
    """The signs of one text, each with its weight."""
    weights = _weights(_phrases().find(text))
    weights |= {sign: HIDING[sign] for sign in signs(text)}
    if is_padded(text):
        weights["padding"] = PADDED
    for how, said in decoded(text):
        if said != text and any(sign.weight >= CERTAIN for sign in _new(said, weights)):
            weights[f"encoded:{how}"] = ENCODED
    return weights


def _weights(found: list[Sign]) -> dict[str, float]:
    return {sign.kind: sign.weight for sign in found}


def _new(said: str, known: dict[str, float]) -> Iterator[Sign]:
    """What decoding brought to light: what stood there in plain words was found already."""
    return (sign for sign in _phrases().find(said) if sign.kind not in known)


def look(options: Options, asked: Asked) -> Risk:
    weights: dict[str, float] = {}
    unread: Counter[str] = Counter()
    sources = list(_sources(options, asked))
    read = within((text for _, text in sources), MESSAGE, REQUEST)
    for (source, _), some in zip(sources, read, strict=True):
        unread[source] += some.unread
        for part in some.parts:
            weights |= {f"{kind} ({source})": weight for kind, weight in found(part).items()}
    weights |= {
        f"{count} characters unread ({by})": UNREAD for by, count in unread.items() if count
    }
    return Risk(either(weights.values()), detail=told(weights))


def _sources(options: Options, asked: Asked) -> Iterator[tuple[str, str]]:
    if options.history:
        yield "customer", "\n".join(said_by(asked.messages, CUSTOMER))
    else:
        yield "customer", customers(asked.messages)
    if options.tools:
        new = asked.messages if options.history else since_customer(asked.messages)
        yield from (("tool", text) for text in said_by(new, RESULTS))


def build(name: str, options: BaseModel, _means: Means) -> Plain[Risk]:
    _phrases()
    its = Options.model_validate(options, from_attributes=True)
    return of_request(name, partial(look, its))
