"""An answer that is not streamed: one JSON body, with blanks in front while a hold waits."""

from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Author, Field
from hitl_chat.errors import HitlError
from hitl_chat.ports import Chunk
from hitl_chat.runner.listener import Followed
from hitl_chat.server.errors import Send
from hitl_chat.server.responses import JSON, NO_CACHE, Flow, Pace, Response, Shape
from hitl_chat.server.wire import chat


class WholeResponse(Response):
    def __init__(self, send: Send, shape: Shape, pace: Pace, flow: Flow | None = None) -> None:
        super().__init__(send, shape, pace, flow)
        self._answer: Chunk | None = None
        self._commit_at = self._began + pace.whole()

    # --- what the turn gives

    def forward(self, chunk: Chunk) -> None:
        if chunk.whole:
            self._answer = chunk

    def write(self, field: Field, text: str, author: Author, message_id: str = "") -> None:
        self._author = author if author != "ai" else self._author

    def correct(self, appended: str, text: str, author: Author) -> None:
        """Nothing was read before the whole is sent; the text is in the transcript."""

    def held(self, hold: Hold) -> None:
        super().held(hold)
        self._commit_at = min(self._commit_at, self._loop.time() + self.pace.commit_after)

    def state(self, state: str, **facts: object) -> None:
        """Shown with the end: one body has one state."""

    def finish(self, turn: Followed, ending: str, error: HitlError | None) -> None:
        self._ended = True
        self.failed = ending == "error"
        if ending == "error" and not self.committed:
            self._error = error
            return
        self._out.append(self._body(turn, ending))

    def _body(self, turn: Followed, ending: str) -> bytes:
        untouched = ending == "model" and not turn.written and self._answer
        if untouched and self._hold is None:
            return untouched.raw
        hitl = self._hitl("error" if ending == "error" else "final", **self._ending())
        if untouched:
            return chat.tagged(chat.read_by_people(untouched), hitl)
        texts = turn.transcript()
        if ending == "error":
            texts = {"0/refusal" if self.shape.structured else "0/content": self.shape.apology}
        first = turn.outlet.first
        return chat.whole(
            (first and chat.envelope_of(first)) or self.shape.envelope(),
            texts,
            turn.outlet.tools,
            choices=self.shape.choices,
            finishes=turn.outlet.finishes if ending == "model" else {},
            usage=turn.outlet.usage,
            hitl=hitl,
        )

    def _ending(self) -> dict[str, object]:
        return {"author": self._author, **self._about_decision(), **self._why()}

    # --- writing

    async def _write(self) -> None:
        if self.committed or self.closed.done() or not self._ended:
            await super()._write()
            return
        self.committed = True
        body, self._out = b"".join(self._out), []
        length = (b"content-length", str(len(body)).encode())
        headers = [*self.shape.headers, *NO_CACHE, JSON, length]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        await self._all_sent()

    def _alive(self, now: float) -> None:
        """A blank is legal before JSON, and resets every timer on the way."""
        if not self.shape.beats:
            return
        late = not self.committed and now >= self._commit_at
        if late or (self.committed and now - self._wrote_at >= self.pace.beat()):
            self._out.append(b"\n")
