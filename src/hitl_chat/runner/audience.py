"""Who follows a turn, and what they were given beside the model's own chunks.

Usually one response; several after retries with an idempotency key; none once the customer left.
Knows no gate.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from hitl_chat.core.effects import Correct, Send
from hitl_chat.core.events import Decision, Said
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import announced
from hitl_chat.core.types import Author, Field
from hitl_chat.runner.listener import Listener
from hitl_chat.runner.outlet import Out, Piece


class Audience:
    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.before: list[Send] = []  # what was said before the draft that is written now
        self.written: list[Send] = []  # what was said beside it
        self._flushing: asyncio.Task[None] | None = None
        self.correction = ""  # what stands in the place of what was sent
        self._corrected: Send | None = None  # how that was said
        self._late: Send | None = None  # the same, when it came after every response had ended
        self._told = False  # of that

    def said(self, drafted: Mapping[Field, str]) -> list[Send]:
        """All that was given in this turn, in order, and by whom; `drafted`: of the draft."""
        model = (Send(field, text, "ai") for field, text in drafted.items())
        late = [self._late] if self._late else []
        return [*self.before, *model, *self.written, *late]

    def messages(self) -> list[str]:
        """What people said in it, and corrected, by id, as far as it was given to anybody."""
        late = [self._late] if self._late and self._told else []
        return [sent.message_id for sent in (*self.before, *self.written, *late) if sent.message_id]

    def has(self, message_id: str, followers: Iterable[Listener]) -> bool:
        """Whether one of these has a person's message."""
        said = any(sent.message_id == message_id for sent in self.written)
        return said and any(listener.arrived for listener in followers)

    def each(self, do: Callable[[Listener], None]) -> None:
        for listener in self.listeners:
            do(listener)

    def show(self, state: str, **facts: object) -> None:
        """Who speaks, and whether they type."""
        for listener in self.listeners:
            listener.state(state, **facts)

    def give(self, out: Out) -> None:
        """The model's words."""
        for listener in self.listeners:
            if isinstance(out, Piece):
                listener.write(out.field, out.text, "ai")
            else:
                listener.forward(out)

    def write(self, send: Send) -> None:
        """Somebody else's words."""
        self.written.append(send)
        for listener in self.listeners:
            listener.write(send.field, send.text, send.author, send.message_id)

    def correct(self, effect: Correct, *, late: bool = False, message_id: str = "") -> None:
        """`late`: every response has ended, so it is for those who come again.

        It is a message of its own, by this name, for those who do not.
        """
        appended = announced(effect.mark, effect.text)
        self.correction = effect.text
        self._corrected = Send(CONTENT, appended, effect.author, message_id if late else "")
        if late:
            self._late = self._corrected
            return
        self.written.append(self._corrected)
        for listener in self.listeners:
            listener.correct(appended, effect.text, effect.author)

    def push(self) -> bool:
        """Write at once what needs no waiting; whether that was all there is."""
        done = True
        for listener in self.listeners:
            done &= listener.push()
        return done

    def welcome(
        self, listener: Listener, said: Iterable[Send], hold: Hold | None, made: Decision | None
    ) -> None:
        """It joins late: what was decided, and what was said so far."""
        if hold is not None and made is not None:
            listener.replays(hold, made)
        for sent in said:
            if sent is self._corrected:
                listener.correct(sent.text, self.correction, sent.author)
                self._told = self._late is sent
            else:
                listener.write(sent.field, sent.text, sent.author, sent.message_id)
        self.listeners.append(listener)

    def flush_soon(self) -> asyncio.Future[None] | None:
        """Write at once; what has to wait for a slow reader is returned."""
        if self.push():
            return None
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self.flush())
        return self._flushing

    async def flush(self) -> None:
        """Until nobody waits for a byte; what comes meanwhile is written too."""
        while dirty := [listener for listener in self.listeners if listener.dirty]:
            for listener in dirty:
                await listener.flush()


def overdue(said: Said) -> Send:
    """What was said while nobody listened; a correction that nobody made is the rules'."""
    by: Author = "human" if said.display else "policy"
    return Send(CONTENT, f"{said.text}\n\n", by, said.message_id)


def joined(said: Iterable[Send]) -> dict[Field, str]:
    """What was given, per field."""
    texts: dict[Field, str] = {}
    for sent in said:
        texts[sent.field] = texts.get(sent.field, "") + sent.text
    return texts
