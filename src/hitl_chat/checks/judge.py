"""The check `judge`: another model reads the draft and says whether it does what must not happen.

Its verdict is one of three words, never a number of its own making. It sees everything but obeys
nothing of it, and what it cannot say clearly is no verdict. The same question is asked once.
"""

import secrets
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, Field

from hitl_chat.checks import judging
from hitl_chat.checks.judging import Said
from hitl_chat.checks.plain import Risk, Settings, failed, verdict
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.types import Span
from hitl_chat.errors import ConfigError, HitlError, Unavailable
from hitl_chat.ports import Asked, Cost, Means, Question, Reply

NAMED = r"^[a-z][a-z0-9_]{0,63}$"  # a name, never a path
Seconds = Annotated[float, Field(gt=0, le=600)]


class Options(Settings):
    """What `checks:` may say of a judge."""

    model: str = Field(
        default="", description="a configured model; the one that answers if left out"
    )
    prompt: str = Field(
        default="judge",
        pattern=NAMED,
        description="a file NAME.j2, beside the rules or shipped",
    )
    criteria: str = Field(
        default="Promises, facts or advice that the conversation gives no ground for.",
        max_length=8000,
        description="what it looks for, in a few sentences",
    )
    timeout: Seconds = Field(default=20.0, description="most seconds")
    max_tokens: int = Field(default=300, strict=True, ge=50, le=4000, description="of its reply")
    remembered: int = Field(
        default=1000, strict=True, ge=0, description="verdicts kept for repeats"
    )


class Judge:
    """`ports.Check`."""

    cost: Cost = "model"

    def __init__(self, name: str, options: Options, means: Means) -> None:
        self.name = name
        self.timeout = options.timeout
        self._options = options
        self._means = means
        self._known: OrderedDict[bytes, Said] = OrderedDict()
        with suppress(Unavailable):  # prompts that nobody can read here: it is asked, and says so
            self._shape()

    def begin(self, asked: Asked) -> None:
        """There is nothing to judge before there is a draft."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        try:
            said, spent = await self._said(asked)
        except HitlError as error:
            return failed(self.name, asked, error.code)
        if said is None:
            return failed(self.name, asked, "its reply was no verdict")
        risk = Risk(said.score, self._spans(asked, said), f"{self._options.prompt}: {said.verdict}")
        bill = (0, 0) if spent is None else (1, spent.tokens)
        return verdict(self.name, asked, risk, *bill)

    def _shape(self) -> judging.Schema:
        """What its answers have to look like: the front matter of its prompt says so."""
        name = self._options.prompt
        schema = self._means.prompts.output(name)
        if why := judging.unfit(schema):
            raise ConfigError(f"prompt {name!r} is no judge's: {why}")
        return schema or {}

    async def _said(self, asked: Asked) -> tuple[Said | None, Reply | None]:
        """What it says, if that can be understood; and the reply, unless it was known."""
        key = self._key(asked)
        if known := self._known.get(key):
            self._known.move_to_end(key)
            return known, None
        schema = self._shape()
        nonce = secrets.token_hex(8)
        text = await self._means.prompts.render(
            self._options.prompt,
            criteria=self._options.criteria,
            fence=judging.fence(nonce),
            conversation=judging.fenced(judging.conversation(asked.messages), nonce),
            draft=judging.fenced(_draft(asked), nonce),
        )
        reply = await self._means.asker.ask(
            Question(
                messages=[{"role": "user", "content": text}],
                model=self._options.model or asked.model,
                temperature=0.0,
                max_tokens=self._options.max_tokens,
                schema=schema,
            )
        )
        said = judging.understood(reply.text, schema)
        if said is not None:
            self._remember(key, said)
        return said, reply

    def _key(self, asked: Asked) -> bytes:
        options = self._options
        about = (
            self._means.prompts.version(options.prompt),
            options.model or asked.model,
            options.criteria,
            judging.conversation(asked.messages),
            _draft(asked),
        )
        said = (part.encode("utf-8", "surrogatepass") for part in about)
        return sha256(b"".join(sha256(part).digest() for part in said)).digest()

    def _remember(self, key: bytes, said: Said) -> None:
        if self._options.remembered:
            self._known[key] = said
            while len(self._known) > self._options.remembered:
                self._known.popitem(last=False)

    def _spans(self, asked: Asked, said: Said) -> tuple[Span, ...]:
        field = CONTENT if asked.final else asked.field
        draft = asked.texts.get(field, "")
        start, upto = (0, len(draft)) if asked.final else (asked.start, asked.upto)
        found = judging.place(draft, said.quote, start, upto) if said.score else None
        return (Span(field, *found, self.name),) if found else ()


def _draft(asked: Asked) -> str:
    """All of the draft up to where it is judged: a sentence is judged with what came before."""
    if asked.final:
        return "\n".join(f"({field}) {text}" for field, text in asked.texts.items())
    return asked.texts.get(asked.field, "")[: asked.upto]


def build(name: str, options: BaseModel, means: Means) -> Judge:
    return Judge(name, Options.model_validate(options, from_attributes=True), means)
