"""The check `judge`: another model reads the draft and says whether it does what must not happen.

Its verdict is one of three words, never a number of its own making. It sees everything but obeys
nothing of it, and what it cannot say clearly is no verdict. Unsure, it is asked again; and what it
says counts only while it tells its prompt's own bad answer from the fine one.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from math import inf
from time import monotonic
from typing import Annotated

from pydantic import BaseModel, Field

from hitl_chat.checks import judging
from hitl_chat.checks.judging import Said
from hitl_chat.checks.opinions import Case, Opinion, Opinions, shape
from hitl_chat.checks.plain import Risk, Settings, aside, failed, verdict
from hitl_chat.checks.probing import SOON, Outcome, Probing
from hitl_chat.checks.transcript import text_of
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.types import Span
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.ports import Asked, Cost, Means
from hitl_chat.prompt_ports import Prompt

log = logging.getLogger(__name__)

NAMED = r"^[a-z][a-z0-9_]{0,63}$"  # a name, never a path
MINUTE = 60.0
UNPROBED = Outcome()
MOST_MODELS = 100  # whose probes are remembered: clients may name any
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
    second_opinion: bool = Field(
        default=True, strict=True, description="ask again where it is unsure; the worse counts"
    )
    probe_every: float = Field(
        default=60.0, ge=0, le=10_080, description="minutes until it is probed again; 0: never"
    )


class Judge:
    """`ports.Check`."""

    cost: Cost = "model"

    def __init__(
        self, name: str, options: Options, means: Means, now: Callable[[], float] = monotonic
    ) -> None:
        self.name = name
        self.timeout = options.timeout
        self._options = options
        self._prompts = means.prompts
        self._opinions = Opinions(means, options.max_tokens)
        self._now = now
        self._known: OrderedDict[tuple[str, bytes], Opinion] = OrderedDict()
        self._probings: OrderedDict[str, Probing] = OrderedDict()
        self._version = ""  # of the prompt that they are about
        with suppress(Unavailable):  # prompts that nobody can read here: it is asked, and says so
            shape(self._prompts.take(options.prompt))

    def begin(self, asked: Asked) -> None:
        """There is nothing to judge before there is a draft."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        try:
            return await self._judged(asked)
        except HitlError as error:
            return failed(self.name, asked, error.code)

    def trouble(self) -> str:
        """Why it is known to be no judge now; "" while nothing speaks against it."""
        lately = inf if self._options.model else SOON  # clients name others, and never again
        used = (one for one in self._probings.values() if one.is_used(lately))
        return next(filter(None, (one.wrong for one in used)), "")

    def advice(self) -> str:
        prompt = self._options.prompt
        if not self._options.probe_every or self._prompts.take(prompt).probe is not None:
            return ""
        return f"prompt {prompt!r} has no probe: nobody notices a model that finds everything fine"

    async def _judged(self, asked: Asked) -> Verdict | CheckFailed:
        case = await self._case(asked)
        key = self._key(case)
        if known := self._known.get(key):
            self._known.move_to_end(key)
            return self._verdict(asked, case, known)
        with (probing := self._probing(case)).used() as pays:
            if why := probing.against:
                return failed(self.name, asked, why)
            opinion = await self._opinion(case)
            probed = await probing.outcome()
        if probed.wrong:
            self._forget(case.model)  # nobody knows since when
            return failed(self.name, asked, probed.wrong)
        self._remember(key, opinion)
        return self._verdict(asked, case, opinion, probed if pays else UNPROBED)

    async def _case(self, asked: Asked) -> Case:
        async def told() -> str:
            said = sum(len(text_of(message)) for message in asked.messages)
            return await aside(said, partial(judging.conversation, asked.messages))

        conversation = await asked.shared.once("judging:conversation", told)
        model = self._options.model or asked.model
        prompt = self._prompts.take(self._options.prompt)  # its file may change meanwhile
        return Case(prompt, model, self._options.criteria, conversation, _draft(asked))

    async def _opinion(self, case: Case) -> Opinion:
        if self._options.second_opinion:
            return await self._opinions.worse_of_two(case)
        return await self._opinions.one(case)

    def _probing(self, case: Case) -> Probing:
        """That of this model; of one that has not been asked for long nothing is kept."""
        prompt, model = case.prompt, case.model
        if prompt.version != self._version:
            self._probings.clear()  # another prompt is another judge
            self._version = prompt.version
        found = self._probings.get(model)
        if found is None:
            every = self._options.probe_every * MINUTE
            found = Probing(partial(self._probe, prompt, model), every or inf, self._now)
            self._probings[model] = found
            while len(self._probings) > MOST_MODELS:
                self._probings.popitem(last=False)
        self._probings.move_to_end(model)
        return found

    async def _probe(self, prompt: Prompt, model: str) -> Outcome:
        if not self._options.probe_every:
            return Outcome()
        async with asyncio.timeout(self.timeout):
            outcome = await self._opinions.probe(prompt, model)
        if outcome.wrong:
            log.error("check %r: %s", self.name, outcome.wrong)
        return outcome

    def _key(self, case: Case) -> tuple[str, bytes]:
        about = (case.prompt.version, *case[1:])
        said = (part.encode("utf-8", "surrogatepass") for part in about)
        return case.model, sha256(b"".join(sha256(part).digest() for part in said)).digest()

    def _forget(self, model: str) -> None:
        for key in [key for key in self._known if key[0] == model]:
            del self._known[key]

    def _remember(self, key: tuple[str, bytes], opinion: Opinion) -> None:
        if opinion.said is not None and self._options.remembered:
            self._known[key] = opinion._replace(calls=0, tokens=0)
            while len(self._known) > self._options.remembered:
                self._known.popitem(last=False)

    def _verdict(
        self, asked: Asked, case: Case, opinion: Opinion, probed: Outcome = UNPROBED
    ) -> Verdict | CheckFailed:
        """`probed`: what this verdict has to pay for, too."""
        if (said := opinion.said) is None:
            return failed(self.name, asked, "its reply was no verdict")
        twice = " (asked twice)" if opinion.twice else ""
        detail = f"{self._options.prompt}: {said.verdict}{twice}; {case.prompt.version}"
        risk = Risk(said.score, self._spans(asked, said), detail)
        calls, tokens = opinion.calls + probed.calls, opinion.tokens + probed.tokens
        return verdict(self.name, asked, risk, calls, tokens)

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
