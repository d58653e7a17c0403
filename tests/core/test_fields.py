"""What a model's message may carry. A name more in these lists is a decision about safety."""

from hitl_chat.core.fields import (
    GATED,
    INERT_CHOICE,
    INERT_CHUNK,
    INERT_DELTA,
    WHOLE,
    choice_of,
    field,
    kind_of,
    leaves_whole,
)


def test_everything_that_a_customer_may_read_is_gated_and_nothing_inert_is() -> None:
    assert {"content", "refusal", "reasoning", "tool_calls", "audio", "logprobs"} <= GATED
    assert GATED.isdisjoint(INERT_CHUNK | INERT_DELTA)
    assert {"logprobs"} == GATED & INERT_CHOICE  # it lies beside the delta, and waits with it
    assert {"id", "usage", "choices"} <= INERT_CHUNK
    assert {"index", "delta", "finish_reason"} <= INERT_CHOICE
    assert {"role"} == INERT_DELTA


def test_what_leaves_in_one_piece_is_gated() -> None:
    assert {"tool_calls", "function_call"} <= WHOLE <= GATED
    assert leaves_whole("0/tool_calls/1/arguments")
    assert not leaves_whole("0/content")


def test_a_field_is_named_by_its_choice_and_its_place() -> None:
    name = field(1, "tool_calls", 0, "arguments")
    assert name == "1/tool_calls/0/arguments"
    assert (choice_of(name), kind_of(name)) == (1, "tool_calls")
    assert (choice_of("12/content"), kind_of("12/content")) == (12, "content")
