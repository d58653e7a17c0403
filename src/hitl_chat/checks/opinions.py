"""How a judge is asked: one question to one model, once more where it is unsure, and its probe.

Owns what is asked of models and what that cost. Must not know what is remembered, nor what becomes
of an opinion.
"""

import asyncio
import secrets
from typing import NamedTuple

from hitl_chat.checks import judging
from hitl_chat.checks.judging import Said
from hitl_chat.checks.probing import Outcome
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Means, Question
from hitl_chat.prompt_ports import Prompt


class Case(NamedTuple):
    """What a judge is shown, how, and who that is."""

    prompt: Prompt
    model: str
    criteria: str
    conversation: str
    draft: str


class Opinion(NamedTuple):
    """`said` is None where the reply was no verdict; `twice`: it was asked again."""

    said: Said | None
    calls: int = 0
    tokens: int = 0
    twice: bool = False


def shape(prompt: Prompt) -> judging.Schema:
    """What the answers to it have to look like: its front matter says so."""
    schema = prompt.output
    if why := judging.unfit(schema) or judging.unlike(prompt.inputs):
        raise ConfigError(f"prompt {prompt.version.partition('@')[0]!r} is no judge's: {why}")
    return schema or {}


class Opinions:
    """Of one check."""

    def __init__(self, means: Means, max_tokens: int) -> None:
        self._means = means
        self._max_tokens = max_tokens

    async def one(self, case: Case) -> Opinion:
        schema = shape(case.prompt)
        nonce = secrets.token_hex(8)
        text = await case.prompt.render(
            criteria=case.criteria,
            fence=judging.fence(nonce),
            conversation=judging.fenced(case.conversation, nonce),
            draft=judging.fenced(case.draft, nonce),
        )
        reply = await self._means.asker.ask(
            Question(
                messages=[{"role": "user", "content": text}],
                model=case.model,
                temperature=0.0,
                max_tokens=self._max_tokens,
                schema=schema,
            )
        )
        return Opinion(judging.understood(reply.text, schema), 1, reply.tokens)

    async def worse_of_two(self, case: Case) -> Opinion:
        """Where it is sure at once, one is enough."""
        first = await self.one(case)
        if first.said is None or first.said.verdict != judging.UNSURE:
            return first
        second = await self.one(case)
        worse = second if second.said is None or second.said.score > first.said.score else first
        return Opinion(worse.said, 2, first.tokens + second.tokens, twice=True)

    async def probe(self, prompt: Prompt, model: str) -> Outcome:
        """Whether this model tells the bad answer of the prompt's probe from the fine one."""
        probe = prompt.probe
        if probe is None:
            return Outcome()
        told = judging.conversation([{"role": "user", "content": probe["question"]}])
        bad, fine = await asyncio.gather(
            *(
                self.one(Case(prompt, model, probe["criteria"], told, draft))
                for draft in (probe["bad"], probe["fine"])
            )
        )
        wrong = judging.missed(bad.said, fine.said)
        why = f"model {model!r} missed its probe: {wrong}" if wrong else ""
        return Outcome(why, bad.calls + fine.calls, bad.tokens + fine.tokens)
