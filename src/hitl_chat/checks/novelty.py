"""The check `novelty`: the customer asks what nobody has asked before.

Looks at the customer's last words only, once for a turn. How far is far is measured inside the
recorded traffic itself, which is followed while serving. Must not know who records it.
"""

from typing import Annotated

from pydantic import BaseModel
from pydantic import Field as Described

from hitl_chat.checks import farness
from hitl_chat.checks.familiar import Familiar
from hitl_chat.checks.following import Following
from hitl_chat.checks.plain import Risk, Settings, failed, verdict
from hitl_chat.checks.traffic import load
from hitl_chat.checks.transcript import customers
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.errors import HitlError
from hitl_chat.ports import Asked, Cost, Means

LONGEST = 20_000  # characters; every sentence of them needs a vector


class Options(Settings):
    """What `checks:` may say of a novelty check."""

    traffic: Annotated[str, Described(min_length=1)] = Described(
        default="traffic.jsonl", description="the file of recorded questions, beside the rules file"
    )
    nearest: Annotated[int, Described(ge=1, le=10)] = Described(
        default=3, description="how many of the nearest recorded texts a question is compared with"
    )
    minimum: Annotated[int, Described(ge=20, le=1_000_000)] = Described(
        default=100, description="how many different recorded questions it needs; else it fails"
    )
    timeout: Annotated[float, Described(gt=0, le=600)] = Described(
        default=5.0, description="seconds it may take; then it has failed"
    )


class Novelty:
    """`ports.Check`."""

    cost: Cost = "free"
    of_request = True

    def __init__(self, name: str, options: Options, means: Means) -> None:
        self.name = name
        self.timeout = options.timeout
        familiar = Familiar(means.embedder, options.minimum, options.nearest)
        self._following = Following(
            [options.traffic], means, familiar, familiar.hold, load, noun="traffic"
        )

    def begin(self, asked: Asked) -> None:
        """The record is read, if it has changed, while the model begins to write."""
        self._following.begin()

    async def prepare(self) -> None:
        """Returns once the record is in use as its file is now; raises what is wrong."""
        await self._following.caught_up()

    def unreadable(self) -> str:
        """What is wrong with its files; "" if nothing is."""
        return self._following.unreadable()

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        async def make() -> Risk:
            return await self._look(customers(asked.messages).strip())

        try:
            risk = await asked.shared.once(f"prepared:{self.name}", make)
        except HitlError as error:
            return failed(self.name, asked, error.message)
        return verdict(self.name, asked, risk)

    async def _look(self, question: str) -> Risk:
        if not question:
            raise HitlError("The customer wrote no words: there is nothing to look up.")
        if len(question) > LONGEST:
            told = f"{len(question):,} characters: at most {LONGEST:,} are compared"
            msg = f"The customer wrote {told}."
            raise HitlError(msg)
        familiar = await self._following.current()
        apart, by = await familiar.far(question)
        score = farness.score(apart, by)
        told = "far from" if score >= farness.HOLD else "like"
        of = f"95 % of it is within {by.far:.2f}"
        return Risk(
            score, (), f"{told} recorded traffic ({apart:.2f}; {of}); {self._following.version}"
        )


def build(name: str, options: BaseModel, means: Means) -> Novelty:
    return Novelty(name, Options.model_validate(options, from_attributes=True), means)
