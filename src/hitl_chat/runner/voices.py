"""Who speaks where, in memory: the turns that run here and the conversations that people took over.

Owns how a running turn hears of what people did. The rows are the truth; this is what was last
read of them, so everything here may be told twice and must then do nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from hitl_chat import failpoints
from hitl_chat.core.conversation import Conversation
from hitl_chat.core.effects import Send
from hitl_chat.core.events import Decision, Event, Failed, HandedBack, Said, TakenOver
from hitl_chat.core.hold import Hold
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.runner.facts import TurnFacts

Place = tuple[str, str]  # tenant, conversation
# Hand-backs whose epoch is remembered: what was read before one may be told after it.
RECENT = 1_000
GIVEN_UP = "This answer cannot be finished: send the request again."


class Turn(Protocol):
    """A running turn, as far as the desk knows it. `feed` has been acknowledged when it returns."""

    id: str
    tenant: str
    conv: str
    hold: Hold | None
    facts: TurnFacts
    finished: bool
    error: HitlError | None  # what a client is told that was told nothing else

    @property
    def said(self) -> Sequence[Send]:
        """What the customer was given in it."""
        ...

    def feed(self, event: Event) -> None: ...

    @property
    def listened(self) -> bool:
        """Whether anybody listens."""
        ...

    async def say(self, said: Said) -> bool:
        """A person speaks; whether a customer who is there has it."""
        ...

    async def flushed(self) -> None:
        """What had been released before is with the transport; nothing of it is still to come."""


class Voices:
    """`on_hand_back` callbacks run when a turn has heard that the model speaks again."""

    def __init__(self) -> None:
        self.on_hand_back: list[Callable[[Turn], None]] = []
        self._turns: dict[str, Turn] = {}
        self._waiting: dict[str, Turn] = {}  # by hold
        self._by_place: dict[Place, dict[str, Turn]] = {}
        self._human: dict[Place, Conversation] = {}
        self._epochs: dict[Place, int] = {}  # of conversations with turns here
        self._handed_back: dict[Place, int] = {}  # their epochs, the latest last

    # --- turns

    @property
    def running(self) -> Mapping[str, Turn]:
        return self._turns

    def begin(self, turn: Turn) -> None:
        self._turns[turn.id] = turn
        self._by_place.setdefault((turn.tenant, turn.conv), {})[turn.id] = turn

    def end(self, turn: Turn) -> None:
        self._turns.pop(turn.id, None)
        if turn.hold is not None:
            self.forget(turn.hold.id)
        place = (turn.tenant, turn.conv)
        here = self._by_place.get(place, {})
        here.pop(turn.id, None)
        if not here:
            self._by_place.pop(place, None)
            self._epochs.pop(place, None)

    def here(self, tenant: str, conv: str) -> list[Turn]:
        """The turns of a conversation that are not over, newest first."""
        turns = self._by_place.get((tenant, conv), {}).values()
        return [turn for turn in reversed(turns) if not turn.finished]

    # --- turns that wait for a decision

    def wait(self, hold: str, turn: Turn) -> None:
        self._waiting[hold] = turn

    def waiting(self, hold: str) -> Turn | None:
        return self._waiting.get(hold)

    def forget(self, hold: str) -> None:
        self._waiting.pop(hold, None)

    def decided(self, hold: Hold) -> None:
        """The turn that waits for this decision hears of it, once."""
        made = hold.decision
        turn = self._waiting.pop(hold.id, None) if made is not None else None
        if turn is not None and made is not None:
            failpoints.hit("before_release")
            about = (made.action, made.by, made.texts, made.display, made.corrects)
            turn.feed(Decision(*about))

    def overtaken(self, hold: Hold) -> None:
        """Somebody else spoke after this decision, so nothing of it may leave: its turn gives way,
        to the person or, where the model speaks again, to the turn of the client's next try."""
        here = self._human.get((hold.tenant, hold.conv))
        if here is None or not here.owner:
            self._end(hold.id, "superseded")
        elif (turn := self._waiting.pop(hold.id, None)) is not None:
            turn.feed(TakenOver(here.owner, here.owner_name))

    def given_up(self, hold: str) -> None:
        """Nobody can decide it any more: the turn that waits for it ends without an answer."""
        self._end(hold, "hold_unreadable")

    def _end(self, hold: str, why: str) -> None:
        turn = self._waiting.pop(hold, None)
        if turn is not None:
            turn.error = Unavailable(GIVEN_UP, retry_after=1.0)
            turn.feed(Failed(why, fatal=True))

    # --- conversations

    def load(self, human: Iterable[Conversation]) -> None:
        self._human = {(known.tenant, known.id): known for known in human}

    def speaker(self, tenant: str, conv: str) -> Conversation | None:
        """The conversation, if a person speaks in it or is being looked for."""
        return self._human.get((tenant, conv))

    def owned_by(self, person: str) -> list[Conversation]:
        return [known for known in self._human.values() if known.owner == person]

    def everyone(self) -> list[Conversation]:
        return list(self._human.values())

    def learn(self, known: Conversation, note: str = "", told: Iterable[str] = ()) -> None:
        """What the row says now. Turns that were not `told` another way hear of a new voice."""
        place = (known.tenant, known.id)
        before = self._human.get(place)
        seen = (self._epochs, self._handed_back)
        heard = max(before.epoch if before else 0, *(of.get(place, 0) for of in seen))
        if known.epoch < heard:
            return
        if known.mode == "human":
            self._human[place] = known
        else:
            self._human.pop(place, None)
            self._remember(place, known.epoch)
        if known.epoch > heard:  # what began since began under it
            self._tell(known, note, set(told))

    def _remember(self, place: Place, epoch: int) -> None:
        self._handed_back.pop(place, None)
        self._handed_back[place] = epoch
        if len(self._handed_back) > RECENT:
            del self._handed_back[next(iter(self._handed_back))]

    def _tell(self, known: Conversation, note: str, told: set[str]) -> None:
        place = (known.tenant, known.id)
        if place in self._by_place:
            self._epochs[place] = known.epoch
        event = _news(known, note)
        if event is None:
            return
        for turn in self.here(*place):
            if turn.id in told:
                continue
            if isinstance(event, HandedBack):
                self._answers_anew(turn, event)
            else:
                turn.feed(event)

    def _answers_anew(self, turn: Turn, event: HandedBack) -> None:
        """A hold of the answer before that is opened only now is about nothing any more."""
        known = turn.hold.id if turn.hold else ""
        for hold, waits in tuple(self._waiting.items()):
            if waits is turn and hold != known:
                del self._waiting[hold]
        turn.feed(event)
        for told in self.on_hand_back:
            told(turn)


def _news(known: Conversation, note: str) -> Event | None:
    if known.mode == "model":
        return HandedBack(note)
    return TakenOver(known.owner, known.owner_name) if known.owner else None
