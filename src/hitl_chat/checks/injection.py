"""The check `injection`: words that try to steer the assistant, its checks or the agent.

Looks at the customer's words and at what tools brought, as written, as read and decoded. Owns which
lists count how much. All of it is searched, so padding hides nothing; only so much is unscrambled,
and the rest of that is a small doubt. Raises risk: many who write so mean no harm. The draft has no
marks.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Annotated

from pydantic import BaseModel, Field

from hitl_chat.checks.concealed import decoded, is_padded, signs, unscrambled
from hitl_chat.checks.ends import windows, within
from hitl_chat.checks.injection_phrases import LISTS
from hitl_chat.checks.phrases import Phrases
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
MESSAGE = 100_000  # characters of one text that are unscrambled; they take 0.05 s
REQUEST = 300_000  # of all of them together
SCRAMBLED = 0.3  # nobody knows what the rest says backwards; long documents are harmless mostly
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
    weights = _open(text)
    return weights | _brought(unscrambled(text), weights)


def _open(text: str) -> dict[str, float]:
    """Those that it shows as it stands, or in codes that anybody recognises; however long it is."""
    weights = _phrases().kinds(text)
    if is_padded(text):
        weights["padding"] = PADDED
    for some in windows(text):
        weights |= {sign: HIDING[sign] for sign in signs(some)}
        weights |= _brought(decoded(some), weights)
    return weights


def _brought(read: Iterable[tuple[str, str]], known: Mapping[str, float]) -> dict[str, float]:
    """What decoding brought to light: what stood there in plain words was found already."""
    return {f"encoded:{how}": ENCODED for how, said in read if _is_new(said, known)}


def _is_new(said: str, known: Mapping[str, float]) -> bool:
    found = _phrases().kinds(said)
    return any(weight >= CERTAIN for kind, weight in found.items() if kind not in known)


def look(options: Options, asked: Asked) -> Risk:
    weights: dict[str, float] = {}
    scrambled = 0
    sources = list(_sources(options, asked))
    most = within((text for _, text in sources), MESSAGE, REQUEST)
    for (source, text), some in zip(sources, most, strict=True):
        scrambled += some.unread
        signs = _open(text)
        for part in some.parts:
            signs |= _brought(unscrambled(part), signs)
        weights |= {f"{kind} ({source})": weight for kind, weight in signs.items()}
    if scrambled:
        weights[f"{scrambled} characters not unscrambled"] = SCRAMBLED
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
