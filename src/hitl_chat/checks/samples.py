"""What the model says when it is asked the same again: one thing per turn, shared by checks.

Owns how samples are drawn, how many, in which words, and for how much. They are started before
there is a draft and end with the turn. Knows no score.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import Field, model_validator

from hitl_chat.checks.plain import Settings
from hitl_chat.checks.transcript import CUSTOMER, text_of
from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError, HitlError, Unavailable
from hitl_chat.ports import Asked, Means, Question
from hitl_chat.prompt_ports import Prompts

SHARED = "samples"
BILLED = "samples:billed"
PROMPT = "paraphrase"
MOST = 5
MOST_WORDS = 200  # tokens: a question in other words is about as long as it was

Message = Mapping[str, Any]


class Samples(Value, frozen=True):
    """`answers` to the question as it was asked, `paraphrased`: to other words for it.

    `calls` and `tokens` are what they cost, `missing` says why others did not come.
    """

    answers: tuple[str, ...] = ()
    paraphrased: tuple[str, ...] = ()
    calls: int = 0
    tokens: int = 0
    missing: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.answers, *self.paraphrased)


class Drawing(Settings):
    """How samples are drawn. Checks of one turn share them: the first to begin says how."""

    samples: int = Field(default=2, ge=1, le=MOST, description="how many answers to compare with")
    paraphrased: int = Field(
        default=1, ge=0, le=MOST, description="so many of them to the question in other words"
    )
    quorum: int = Field(default=1, ge=1, le=MOST, description="fewer samples are no evidence")
    model: str = Field(default="", description="which model is asked; empty: the one of the turn")
    temperature: float = Field(default=1.0, ge=0, le=2, description="how freely it answers")
    tokens: int = Field(
        default=1024, ge=16, le=65536, description="the most all samples of a turn may be long"
    )
    patience: float = Field(
        default=15.0, gt=0, le=600, description="seconds after which those that came must do"
    )

    @model_validator(mode="after")
    def _fits(self) -> "Drawing":
        for name in ("paraphrased", "quorum"):
            if getattr(self, name) > self.samples:
                msg = f"{name}: {getattr(self, name)} of {self.samples} samples; raise `samples`"
                raise ValueError(msg)
        return self


class _Drawn(Value, frozen=True):
    """One sample, or why there is none."""

    text: str = ""
    paraphrased: bool = False
    calls: int = 0
    tokens: int = 0
    why: str = ""


class Drawer:
    """Draws the samples of a turn, once, whoever asks first."""

    def __init__(self, options: Drawing, means: Means) -> None:
        self._options = options
        self._means = means
        with suppress(Unavailable):  # prompts that nobody can read here: it is asked, and says so
            if options.paraphrased:
                _check(means.prompts)

    def begin(self, asked: Asked) -> None:
        """Start now. Who shares with nobody starts when the samples are wanted."""
        drawing = asked.shared.once(SHARED, lambda: self._draw(asked))
        if asyncio.iscoroutine(drawing):
            drawing.close()
        elif isinstance(drawing, asyncio.Future):
            drawing.add_done_callback(_seen)

    async def samples(self, asked: Asked) -> Samples:
        """At least `quorum` of them, whoever drew them, or `Unavailable` says why not."""
        samples = await asked.shared.once(SHARED, lambda: self._draw(asked))
        came = sum(bool(text.strip()) for text in samples.every)
        if came < self._options.quorum:
            of = f" of {len(samples.every) + len(samples.missing)}" if samples.missing else ""
            why = f": {', '.join(dict.fromkeys(samples.missing))}" if samples.missing else ""
            msg = f"{came}{of} samples came, {self._options.quorum} wanted{why}"
            raise Unavailable(msg, code="no_samples")
        return samples

    async def bill(self, asked: Asked, samples: Samples) -> tuple[int, int]:
        """Calls and tokens, for the first verdict of a turn that asks; the others cost nothing."""
        me = object()

        async def first() -> object:
            return me

        paid = await asked.shared.once(BILLED, first)
        return (samples.calls, samples.tokens) if paid is me else (0, 0)

    async def _draw(self, asked: Asked) -> Samples:
        plain = self._options.samples - self._options.paraphrased
        tasks = [
            asyncio.create_task(self._one(asked, paraphrase=number >= plain))
            for number in range(self._options.samples)
        ]
        try:
            await asyncio.wait(tasks, timeout=self._options.patience)
        finally:
            for task in tasks:
                task.cancel()
        return _gathered([task.result() if _is_over(task) else LATE for task in tasks])

    async def _one(self, asked: Asked, *, paraphrase: bool) -> _Drawn:
        spent = _Drawn()
        try:
            if paraphrase:
                spent = await self._in_other_words(asked)
            messages = reworded(asked.messages, spent.text) if spent.text else asked.messages
            reply = await self._means.asker.ask(
                self._question(messages, asked, self._options.tokens // self._options.samples)
            )
        except HitlError as error:
            return _Drawn(calls=spent.calls + 1, tokens=spent.tokens, why=error.code)
        return _Drawn(
            reply.text.strip(),
            bool(spent.text),
            spent.calls + 1,
            spent.tokens + reply.tokens,
            "" if reply.text.strip() else "empty",
        )

    async def _in_other_words(self, asked: Asked) -> _Drawn:
        """The customer's last message, reworded; without words, or a prompt for it, as it was."""
        question = last_words(asked.messages)
        if not question.strip():
            return _Drawn()
        try:
            prompt = await self._means.prompts.render(PROMPT, question=question)
        except Unavailable:
            return _Drawn()
        wanted = [{"role": "user", "content": prompt}]
        reply = await self._means.asker.ask(self._question(wanted, asked, MOST_WORDS))
        return _Drawn(reply.text.strip(), paraphrased=True, calls=1, tokens=reply.tokens)

    def _question(self, messages: Sequence[Message], asked: Asked, most: int) -> Question:
        model = self._options.model or asked.model
        return Question(messages, model, self._options.temperature, most)


LATE = _Drawn(calls=1, why="late")


def _gathered(drawn: Sequence[_Drawn]) -> Samples:
    return Samples(
        tuple(one.text for one in drawn if one.text and not one.paraphrased),
        tuple(one.text for one in drawn if one.text and one.paraphrased),
        sum(one.calls for one in drawn),
        sum(one.tokens for one in drawn),
        tuple(one.why for one in drawn if not one.text),
    )


def _check(prompts: Prompts) -> None:
    """A prompt of somebody's own that cannot do it is refused with the rules."""
    prompt = prompts.take(PROMPT)
    if prompt.output is not None:
        raise ConfigError(f"prompt {PROMPT!r} must have `output: text`: a question")
    if set(prompt.inputs) != {"question"}:
        raise ConfigError(f"prompt {PROMPT!r} must have `inputs: [question]`, and use it")


def last_words(messages: Sequence[Message]) -> str:
    """What the customer wrote last."""
    return next(
        (text_of(message) for message in reversed(messages) if message.get("role") in CUSTOMER), ""
    )


def reworded(messages: Sequence[Message], words: str) -> Sequence[Message]:
    """The same messages, the customer's last one in other words."""
    last = max(at for at, message in enumerate(messages) if message.get("role") in CUSTOMER)
    return [*messages[:last], {**messages[last], "content": words}, *messages[last + 1 :]]


def _is_over(task: "asyncio.Task[_Drawn]") -> bool:
    return task.done() and not task.cancelled()


def _seen(drawing: "asyncio.Future[Any]") -> None:
    """Who asks for the samples is told what became of them; here nobody listens any more."""
    if not drawing.cancelled():
        drawing.exception()
