"""A streamed answer: what the turn gives, as server-sent events of the chat completions API."""

from collections.abc import Mapping
from typing import Any

from hitl_chat.core.events import Decision
from hitl_chat.core.fields import CONTENT, kind_of
from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Author, Field
from hitl_chat.errors import HitlError
from hitl_chat.ports import Chunk
from hitl_chat.runner.listener import Followed
from hitl_chat.server.errors import Send
from hitl_chat.server.responses import Flow, Pace, Response, Shape
from hitl_chat.server.wire.chat import DONE, ChatChunks

NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
NO_TEXT = {"logprobs", "annotations", "audio"}  # told in the model's own chunks, or not at all
SSE = (b"content-type", b"text/event-stream; charset=utf-8")


class StreamResponse(Response):
    def __init__(self, send: Send, shape: Shape, pace: Pace, flow: Flow | None = None) -> None:
        super().__init__(send, shape, pace, flow)
        self._chunks = ChatChunks(shape.envelope, choices=shape.choices)
        self._tag: dict[str, Any] | None = None  # goes out with the next text
        self._names: dict[Field, str] = {}
        self._checked = False

    def _kind(self) -> tuple[tuple[bytes, bytes], ...]:
        return (SSE,)

    @property
    def arrived(self) -> bool:
        there = self.committed and not (self.gone or self.failed)
        return self.complete or (there and not self._out)

    # --- what the turn gives

    def forward(self, chunk: Chunk) -> None:
        if not (chunk.plain or chunk.choices or self.shape.usage):
            return  # figures that nobody asked for: naive clients read a choice in every chunk
        tag, self._tag = self._tag, None
        if tag is None and self._decision and chunk.finishes:
            tag = self._hitl("final", author="ai")
        self._checked = False
        self._out.append(self._chunks.forward(chunk, tag, decided=self._decision is not None))

    def write(self, field: Field, text: str, author: Author, message_id: str = "") -> None:
        self._settle_envelope()
        self._checked = False
        if kind_of(field) in NO_TEXT:
            return
        if kind_of(field) == "tool_calls":
            self._tool(field, text)
            return
        tag, self._tag = self._tag, None
        if author == "human" and (message_id or tag is None):
            tag = self._hitl("human", author="human", message_id=message_id)
        elif author == "policy" and tag is None:
            tag = self._hitl("released", author="policy")
        self._author = author if author != "ai" else self._author
        self._out.append(self._chunks.text(field, text, tag))

    def _tool(self, field: Field, text: str) -> None:
        head, part = field.rsplit("/", 1)
        if part == "name":
            self._names[head] = text
            return
        ident, name = self.turn.outlet.tools.get(head, ("", "")) if self.turn else ("", "")
        ident = ident or f"call_{head.replace('/', '_')}"
        self._out.append(self._chunks.tool(field, text, ident, self._names.get(head, name)))

    def correct(self, appended: str, text: str, author: Author) -> None:
        tag, self._tag = self._tag, None
        if tag is None:
            tag = self._hitl("corrected", **(self._about_decision() if author == "human" else {}))
        tag |= {"state": "corrected", "replace": {"from": 0, "text": text}}
        self._author = author
        self._out.append(self._chunks.text(CONTENT, appended, tag))

    def held(self, hold: Hold) -> None:
        super().held(hold)
        self._settle_envelope()
        facts = {
            "conversation_id": hold.conv,
            "since": int(hold.opened_at),
            "expires": int(hold.deadline_at),
            "notice": self.shape.notice,
        }
        self._out.append(self._chunks.notice(self._hitl("held", **facts, **self._why())))

    def decided(self, decision: Decision) -> None:
        super().decided(decision)
        self._tag = self._hitl("released", **self._about_decision())

    def state(self, state: str, **facts: object) -> None:
        self._settle_envelope()
        self._tag = None
        self._out.append(self._chunks.notice(self._hitl(state, **facts)))

    def finish(self, turn: Followed, ending: str, error: HitlError | None) -> None:
        self._ended = True
        match ending:
            case "error" if not self.committed:
                self._out, self._error = [], error
            case "error":
                self._apologise()
            case "gone":
                pass
            case _:  # the model's own chunks may have ended every choice already
                finishes = turn.outlet.finishes if ending == "model" else {}
                self._stop(turn, finishes, self._hitl("final", author=self._author))
        self._out.append(DONE)

    def _stop(self, turn: Followed, finishes: Mapping[int, str], hitl: dict[str, Any]) -> None:
        reason = "tool_calls" if self._chunks.called else "stop"
        stops = self._chunks.stops(reason, hitl, finishes)
        self._out.append(stops)
        if stops and self.shape.usage:
            # Asked for, so it comes: what the model reported, and nothing where it did not.
            self._out.append(self._chunks.usage(turn.outlet.usage or NO_TOKENS))

    def _apologise(self) -> None:
        """The answer broke after it began: say so in words every client shows."""
        hitl = self._hitl("error")
        field = "0/refusal" if self.shape.structured else CONTENT
        text = f"\n\n{self.shape.apology}" if self._chunks.text_sent else self.shape.apology
        self._out.append(self._chunks.text(field, text, hitl))
        self._out.append(self._chunks.stops("stop", hitl))

    # --- signs of life

    def _alive(self, now: float) -> None:
        silent = now - self._wrote_at
        waits = self._state() == "checking" and silent >= self.pace.check_frame
        if waits and not self._checked:
            self._checked = True
            self._settle_envelope()
            self._out.append(self._chunks.notice(self._hitl("checking")))
        late = not self.committed and now - self._began >= self.pace.commit_after
        if late or (self.committed and silent >= self.pace.beat()):
            self._settle_envelope()
            self._out.append(self._chunks.beat(self._hitl(self._state())))

    def _settle_envelope(self) -> None:
        """We speak before the model does: its envelope if it has begun, else ours."""
        if self._chunks.envelope is None:
            self._chunks.adopt(self.turn.outlet.first if self.turn else None)
