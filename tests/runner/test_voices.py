"""What was last read of who speaks where: older news, told late, changes nothing."""

from msgspec.structs import replace

from hitl_chat.core.conversation import Conversation
from hitl_chat.runner.voices import RECENT, Voices
from tests.runner.desk_world import FakeTurn

TAKEN = Conversation("acme", "conv_1", mode="human", owner="ana", owner_name="Ana", epoch=1)
HANDED_BACK = Conversation("acme", "conv_1", epoch=2)


def test_what_was_read_before_a_hand_back_and_is_told_after_it_is_old() -> None:
    voices = Voices()
    for news in (TAKEN, HANDED_BACK, TAKEN):
        voices.learn(news)
    assert voices.everyone() == []
    again = replace(TAKEN, epoch=3)
    voices.learn(again)
    assert voices.everyone() == [again]


def test_even_where_many_were_handed_back_since() -> None:
    voices = Voices()
    voices.learn(HANDED_BACK)
    for number in range(RECENT - 1):
        voices.learn(replace(HANDED_BACK, id=f"other_{number}"))
    voices.learn(TAKEN)
    assert voices.everyone() == []


def test_what_is_told_again_is_no_news_for_a_turn_that_began_after_it() -> None:
    """Else the hold that it just opens would wait for a decision that nobody tells it."""
    voices, turn = Voices(), FakeTurn()
    for news in (TAKEN, HANDED_BACK):
        voices.learn(news)
    voices.begin(turn)
    voices.wait("hold_1", turn)
    voices.learn(HANDED_BACK)
    assert voices.waiting("hold_1") is turn
    assert turn.heard == []
