"""Who may speak: people, consoles that come and go, and the epoch that fences everything."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hitl_chat.core import conversation as talk
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.conversation import Conversation, Outcome, Waits

ANA, BEN, SUE = Person("ana", "Ana"), Person("ben"), Person("sue", "Sue", role="supervisor")
WAITS = Waits()  # half a minute until the customer is told, two until somebody else is looked for
FRESH = Conversation("t", "c")


def taken(by: Person = ANA) -> Conversation:
    outcome = talk.take_over(FRESH, by)
    assert isinstance(outcome, Conversation)
    return outcome


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_in_a_new_conversation_nobody_is_missed() -> None:
    assert talk.advance(FRESH, 1e9, WAITS) == FRESH
    assert (FRESH.mode, FRESH.epoch, FRESH.away_told) == ("model", 0, False)


def test_taking_over_silences_the_model_until_the_hand_back() -> None:
    assert talk.model_may_speak(FRESH, 0)
    ours = taken()
    assert (ours.mode, ours.owner, ours.owner_name, ours.epoch) == ("human", "ana", "Ana", 1)
    assert not talk.model_may_speak(ours, 1)
    back = talk.hand_back(ours, ANA, 1)
    assert isinstance(back, Conversation)
    assert (back.mode, back.owner, back.owner_name, back.epoch) == ("model", "", "", 2)
    assert not FRESH.unattended
    assert not ours.unattended
    assert not talk.model_may_speak(back, 0)
    assert talk.model_may_speak(back, 2)


def test_what_everybody_has_left_is_the_models_again() -> None:
    ours = taken()
    back = talk.given_up(ours)
    assert (back.mode, back.owner, back.epoch) == ("model", "", 2)
    assert code(talk.say(back, ANA, 1)) == "not_taken_over"


def test_one_voice() -> None:
    ours = taken()
    assert talk.take_over(ours, ANA) == ours
    refusal = talk.take_over(ours, BEN, force=True)
    assert isinstance(refusal, Refusal)
    assert refusal.details == {"by": "ana", "display": "Ana"}
    assert code(talk.say(ours, BEN, 1)) == "taken_over"
    assert code(talk.say(ours, SUE, 1)) == "taken_over"
    assert code(talk.hand_back(ours, BEN, 1)) == "taken_over"
    assert code(talk.take_over(ours, SUE)) == "taken_over"
    forced = talk.take_over(ours, SUE, force=True)
    assert isinstance(forced, Conversation)
    assert (forced.owner, forced.epoch) == ("sue", 2)
    assert code(talk.say(forced, ANA, 1)) == "taken_over"


@pytest.mark.parametrize("command", [talk.say, talk.hand_back])
def test_nothing_is_said_under_an_old_epoch(command: object) -> None:
    assert callable(command)
    assert code(command(taken(), ANA, 0)) == "stale_epoch"
    assert code(command(FRESH, ANA, 0)) == "not_taken_over"


def test_a_transfer_gives_the_voice_to_a_colleague() -> None:
    theirs = talk.transfer(taken(), ANA, 1, BEN)
    assert isinstance(theirs, Conversation)
    assert (theirs.owner, theirs.owner_name, theirs.epoch) == ("ben", "ben", 2)
    assert code(talk.transfer(theirs, ANA, 2, ANA)) == "taken_over"


def test_an_absent_owner_is_replaced_but_never_by_the_model() -> None:
    away = talk.away(taken(), "ana", 0)
    assert talk.away(away, "ana", 9) == away
    assert talk.away(away, "ben", 9) == away
    assert not away.away_told
    assert talk.advance(away, 29.9, WAITS) == away
    told = talk.advance(away, 30, WAITS)
    assert (told.away_told, told.owner, told.epoch) == (True, "ana", 1)
    assert talk.back(told, "ben") == told
    assert talk.back(told, "ana") == taken()
    lost = talk.advance(told, 120, WAITS)
    assert lost.unattended
    assert (lost.mode, lost.epoch) == ("human", 2)
    assert code(talk.say(lost, ANA, 1)) == "unattended"
    assert code(talk.take_over(lost, BEN)) == ""


def test_who_speaks_is_not_away() -> None:
    assert talk.say(talk.away(taken(), "ana", 0), ANA, 1) == taken()


class TalkMachine(RuleBasedStateMachine):
    """Any order of everything: one voice, epochs only rise, the model waits for a hand-back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.conversation = FRESH
        self.handed_back = True

    def do(self, outcome: Outcome) -> bool:
        if isinstance(outcome, Refusal):
            assert outcome.code
            assert outcome.sentence
            return False
        before, self.conversation = self.conversation, outcome
        assert outcome.epoch >= before.epoch
        if (before.mode, before.owner) != (outcome.mode, outcome.owner):
            assert outcome.epoch > before.epoch
        return True

    @rule(by=st.sampled_from([ANA, BEN, SUE]), force=st.booleans())
    def takes_over(self, by: Person, force: bool) -> None:
        owner = self.conversation.owner
        if self.do(talk.take_over(self.conversation, by, force=force)):
            assert self.conversation.owner == by.id
            assert owner in ("", by.id) or (by.supervisor and force)
            self.handed_back = False

    @rule(by=st.sampled_from([ANA, BEN, SUE]), behind=st.sampled_from([0, 0, 1]))
    def hands_back(self, by: Person, behind: int) -> None:
        if self.do(talk.hand_back(self.conversation, by, self.conversation.epoch - behind)):
            assert not behind
            self.handed_back = True

    @rule(by=st.sampled_from([ANA, BEN, SUE]), behind=st.sampled_from([0, 0, 1]))
    def says(self, by: Person, behind: int) -> None:
        owner = self.conversation.owner
        if self.do(talk.say(self.conversation, by, self.conversation.epoch - behind)):
            assert (owner, behind) == (by.id, 0)

    @rule(by=st.sampled_from([ANA, BEN]), to=st.sampled_from([BEN, SUE]))
    def transfers(self, by: Person, to: Person) -> None:
        self.do(talk.transfer(self.conversation, by, self.conversation.epoch, to))

    @rule(by=st.sampled_from(["ana", "ben", "sue"]), gone=st.booleans())
    def consoles(self, by: str, gone: bool) -> None:
        here = self.conversation
        self.do(talk.away(here, by, self.now) if gone else talk.back(here, by))

    @rule(seconds=st.sampled_from([1.0, 31.0, 121.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.do(talk.advance(self.conversation, self.now, WAITS))

    @invariant()
    def one_voice(self) -> None:
        here = self.conversation
        assert (here.mode == "model") == self.handed_back
        assert talk.model_may_speak(here, here.epoch) == self.handed_back
        assert not talk.model_may_speak(here, here.epoch - 1)
        assert here.mode == "human" or here.owner == ""
        assert here.away_since is None or here.owner
        assert here.due_at(WAITS) > self.now


TalkMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
test_who_speaks = TalkMachine.TestCase
