"""One console's streams: a snapshot, or what was missed, and then everything that comes after.

What happens while a snapshot is read waits, and follows it if it is newer: no gap, nothing twice.
Knows no socket: frames go to `put`.
"""

from collections.abc import Callable, Mapping, Sequence

from hitl_chat.core.types import Field
from hitl_chat.errors import NotFound
from hitl_chat.runner import blind
from hitl_chat.runner.overview import News, Overview
from hitl_chat.runner.views import Card
from hitl_chat.server.fanout import Fanout, news_frame
from hitl_chat.server.messages import (
    CONVERSATION,
    HOLD,
    QUEUE,
    CardReset,
    Gone,
    Grown,
    LooksFrame,
    PeopleFrame,
    PresenceFrame,
    QueueReset,
    Recovered,
    StopFrame,
    TalkReset,
    UsualFrame,
    encode,
)


class Stream:
    """Where a console is in one stream. `waiting` is None once its beginning was sent."""

    def __init__(self) -> None:
        self.at = 0
        self.waiting: list[tuple[int, str]] | None = []
        self.changed = False  # its card, while it was being read
        self.sizes: dict[Field, int] = {}


class Streams:
    """Implements `fanout.Follower`."""

    def __init__(
        self,
        fanout: Fanout,
        overview: Overview,
        tenant: str,
        person: str,
        put: Callable[[str], None],
    ) -> None:
        self._fanout, self._overview, self._tenant, self._put = fanout, overview, tenant, put
        self.person = person
        self._streams: dict[str, Stream] = {}

    def __len__(self) -> int:
        return len(self._streams)

    async def follow(self, name: str, seq: int | None) -> None:
        """Begin, or begin again, to follow a stream; `seq` is what is known of it already."""
        stream = self._streams[name] = Stream()
        self._fanout.follow(self, self._tenant, name)
        try:
            if name == QUEUE:
                await self._begin_queue(stream, seq)
            elif name.startswith(HOLD):
                await self._begin_card(stream, name)
            else:
                await self._begin_talk(stream, name, seq)
        except NotFound as error:
            self.unfollow(name)
            self._put(encode(Gone(name, error.code, error.message)))

    def unfollow(self, name: str) -> None:
        if self._streams.pop(name, None) is not None:
            self._fanout.unfollow(self, self._tenant, name)

    def close(self) -> None:
        for name in tuple(self._streams):
            self.unfollow(name)

    def acknowledged(self, name: str, seq: int) -> bool:
        """Whether a console can have seen that much of a stream."""
        stream = self._streams.get(name)
        return stream is None or seq <= stream.at

    # --- beginnings --------------------------------------------------------------------------

    async def _begin_queue(self, stream: Stream, seq: int | None) -> None:
        missed = None if seq is None else await self._overview.queue_since(self._tenant, seq)
        if missed is not None:
            self._recover(stream, QUEUE, *missed)
            # Who is online is no recorded news: what was missed of it is said anew.
            self._put(encode(PeopleFrame(self._overview.people(self._tenant))))
        else:
            queue, at = await self._overview.queue(self._tenant)
            its = blind.queue(queue, self.person)
            self._begin(stream, at, encode(QueueReset(QUEUE, at, its)))
        self._put(encode(UsualFrame(self._overview.usual(self._tenant))))
        if looks := self._overview.looks(self._tenant):
            self._put(encode(LooksFrame(looks)))
        if mode := self._overview.stop(self._tenant):
            self._put(encode(StopFrame(mode)))

    async def _begin_talk(self, stream: Stream, name: str, seq: int | None) -> None:
        conv = name.removeprefix(CONVERSATION)
        missed = None if seq is None else await self._overview.talk_since(self._tenant, conv, seq)
        if missed is not None:
            self._recover(stream, name, *missed)
        else:
            talk, at = await self._overview.talk(self._tenant, conv, self.person)
            self._begin(stream, at, encode(TalkReset(name, at, talk)))
        self._put(encode(PresenceFrame(name, self._overview.listens(self._tenant, conv))))

    async def _begin_card(self, stream: Stream, name: str) -> None:
        while True:
            stream.changed = False
            whole = await self._overview.card(self._tenant, name.removeprefix(HOLD))
            if not stream.changed:
                break
        stream.waiting = None
        card = blind.card(whole, self.person)
        self.card(name, card, encode(CardReset(name, card)))

    def _recover(self, stream: Stream, name: str, news: Sequence[News], at: int) -> None:
        frames = tuple(
            news_frame(
                name, each.event.id if name == QUEUE else each.event.seq, each.seen_by(self.person)
            )
            for each in news
            if each.concerns(self.person)
        )
        self._begin(stream, at, encode(Recovered(name, at, frames)))

    def _begin(self, stream: Stream, at: int, frame: str) -> None:
        self._put(frame)
        waiting, stream.waiting, stream.at = stream.waiting or [], None, at
        for seq, later in waiting:
            self._advance(stream, seq, later)

    def _advance(self, stream: Stream, seq: int, frame: str) -> None:
        if seq > stream.at:
            stream.at = seq
            self._put(frame)

    # --- fanout.Follower ---------------------------------------------------------------------

    def offer(self, stream: str, seq: int, frame: str) -> None:
        here = self._streams[stream]
        if here.waiting is not None:
            here.waiting.append((seq, frame))
        else:
            self._advance(here, seq, frame)

    def show(self, stream: str, frame: str) -> None:
        if self._streams[stream].waiting is None:
            self._put(frame)

    def card(self, stream: str, card: Card, frame: str) -> None:
        here = self._streams[stream]
        if here.waiting is not None:
            here.changed = True
            return
        here.sizes = {name: len(text) for name, text in card.pending.items()}
        self._put(frame)

    def grow(self, stream: str, pending: Mapping[Field, str]) -> None:
        here = self._streams[stream]
        if here.waiting is not None:
            return
        more = {
            name: text[here.sizes.get(name, 0) :]
            for name, text in pending.items()
            if len(text) > here.sizes.get(name, 0)
        }
        here.sizes.update({name: len(text) for name, text in pending.items() if name in more})
        if more:
            self._put(encode(Grown(stream, more)))
