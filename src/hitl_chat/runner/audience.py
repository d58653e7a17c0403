"""Who follows a turn, and what they were given beside the model's own chunks.

Usually one response; several after retries with an idempotency key; none once the customer left.
Knows no gate.
"""

from collections.abc import Callable

from hitl_chat.core.effects import Correct, Send
from hitl_chat.core.fields import CONTENT
from hitl_chat.runner.listener import Listener
from hitl_chat.runner.outlet import Out, Piece


class Audience:
    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.written: list[Send] = []
        self.correction = ""  # what stands in the place of what was sent

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

    def correct(self, effect: Correct) -> None:
        appended = f"\n\n[Correction] {effect.text}"
        self.written.append(Send(CONTENT, appended, "policy"))
        self.correction = effect.text
        for listener in self.listeners:
            listener.correct(appended, effect.text)

    def push(self) -> bool:
        """Write at once what needs no waiting; whether that was all there is."""
        done = True
        for listener in self.listeners:
            done &= listener.push()
        return done

    async def flush(self) -> None:
        """Until nobody waits for a byte; what comes meanwhile is written too."""
        while dirty := [listener for listener in self.listeners if listener.dirty]:
            for listener in dirty:
                await listener.flush()
