"""The request that a row's draft is taken to answer: its messages, and what its checks share.

Pure but for `Given`, which makes what a row did not bring. Knows no rule.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import orjson

from hitl_chat.checks.samples import Samples
from hitl_chat.checks.transcript import customers, said_earlier
from hitl_chat.core.fields import CONTENT, field
from hitl_chat.core.types import Field
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.runner.making import Making
from hitl_chat.tuning.rows import Row, moment

T = TypeVar("T")
Message = Mapping[str, Any]
SAMPLES = "samples"
EMPTY = "ended:empty"


def messages_of(row: Row) -> Sequence[Message]:
    """The messages, the question where they do not end with it, the documents as results of tools:
    so they stand where a model that looked them up would have got them."""
    messages = list(row.messages or ())
    if row.question is not None and row.question != customers(messages[-1:]):
        messages.append({"role": "user", "content": row.question})
    for number, document in enumerate(row.documents or (), 1):
        ident = f"document-{number}"
        messages.append({"role": "tool", "tool_call_id": ident, "content": document})
    return messages


def texts_of(row: Row) -> Mapping[Field, str]:
    """The answer by its fields, in the order in which a model writes them."""
    texts: dict[Field, str] = {} if row.tool_calls and not row.draft else {CONTENT: row.draft}
    for number, call in enumerate(row.tool_calls or ()):
        written = call.arguments
        texts[field(0, "tool_calls", number, "name")] = call.name
        texts[field(0, "tool_calls", number, "arguments")] = (
            written if isinstance(written, str) else orjson.dumps(written).decode()
        )
    return texts


def ending(row: Row) -> frozenset[str]:
    """How the answer ended: as the row says, else as answers of its kind end."""
    usual = "tool_calls" if row.tool_calls else "stop"
    facts = {"ended:any", f"ended:{row.ended or usual}"}
    return frozenset(facts if any(texts_of(row).values()) else {*facts, EMPTY})


def facts_of(row: Row, messages: Sequence[Message]) -> RequestFacts:
    return RequestFacts(
        tenant=row.tenant or "",
        channel=row.channel or "",
        tags=frozenset(row.tags or ()),
        model=row.model or "",
        customer_text=customers(messages),
        history=said_earlier(messages),
        at=moment(row.at).timestamp() if row.at else None,
    )


class Given(Making):
    """`ports.Shared`: the row's samples, where it has some; all else is made once, as in a turn."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._samples: Samples | None = None
        if row.samples is not None or row.paraphrase_samples is not None:
            self._samples = Samples(
                answers=tuple(row.samples or ()), paraphrased=tuple(row.paraphrase_samples or ())
            )

    def once(self, key: str, make: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        if key == SAMPLES and self._samples is not None:
            return cast("Awaitable[T]", _here(self._samples))
        return super().once(key, make)


async def _here(samples: Samples) -> Samples:
    return samples
