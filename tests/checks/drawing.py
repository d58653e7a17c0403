"""A model that answers samples as it is told, and prompts that reword by a visible prefix."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hitl_chat.checks.means import NOTHING
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked, Asker, Question, Reply, Shared
from hitl_chat.prompt_ports import Prompts
from hitl_chat.runner.making import Making

QUESTION = "How do I dry my sleeping bag?"
MESSAGES = [
    {"role": "system", "content": "You are a shop."},
    {"role": "user", "content": "Hello."},
    {"role": "assistant", "content": "Hello!"},
    {"role": "user", "content": QUESTION},
]
REWORD = "REWORD: "


class Answering:
    """`ports.Asker`: each question gets what `answer` says, or raises; `asked` are all of them."""

    def __init__(self, answer: Callable[[str], str | Exception]) -> None:
        self._answer = answer
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        answer = self._answer(question.messages[-1]["content"])
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer, tokens=10)


class Written(NamedTuple):
    """`prompt_ports.Prompt`, which becomes its own name."""

    version: str
    inputs: Sequence[str] = ("question",)
    output: Mapping[str, Any] | None = None
    probe: None = None

    async def render(self, **_inputs: str) -> str:
        return self.version


class Rewording:
    """`prompt_ports.Prompts` with a single one."""

    async def render(self, name: str, **inputs: str) -> str:
        assert name == "paraphrase"
        return REWORD + inputs["question"]

    def version(self, _name: str) -> str:
        return "1"

    def take(self, name: str) -> Written:
        return Written(name)


class Means:
    """`ports.Means` of a test."""

    embedder = NOTHING.embedder

    def __init__(
        self, asker: Asker, prompts: Prompts | None = None, folder: Path | None = None
    ) -> None:
        self.asker = asker
        self.prompts: Prompts = Rewording() if prompts is None else prompts
        self.folder = folder or Path()


def always(answer: str) -> Answering:
    """The same answer to everything; a question is reworded by what was asked in capitals."""
    return Answering(
        lambda words: words.removeprefix(REWORD).upper() if words.startswith(REWORD) else answer
    )


def about(
    draft: str = "",
    start: int = 0,
    upto: int | None = None,
    *,
    messages: Sequence[Mapping[str, Any]] = MESSAGES,
    final: bool = False,
    shared: Shared | None = None,
) -> Asked:
    end = len(draft) if upto is None else upto
    place: dict[str, Any] = {} if final else {"field": CONTENT, "start": start, "upto": end}
    return Asked(
        messages, {CONTENT: draft}, final=final, model="wick-1", shared=shared or Making(), **place
    )
