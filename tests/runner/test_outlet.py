"""The draft of one turn: in which order its chunks leave, and what counts as sent."""

from hitl_chat.models import decode
from hitl_chat.ports import Chunk
from hitl_chat.runner.outlet import Out, Outlet
from tests.world_models import ENVELOPE, document

TOP = "0/logprobs/top"


def chunk(*texts: tuple[int, str], **more: object) -> Chunk:
    parts = [{"index": index, "delta": {"content": text}, **more} for index, text in texts]
    return decode.chunk(decode.ENCODE({**ENVELOPE, "choices": parts}))


def said(outs: list[Out]) -> list[tuple[str, str]]:
    return [text for out in outs if isinstance(out, Chunk) for text in out.texts]


def test_a_chunk_of_two_choices_keeps_both_in_order() -> None:
    outlet = Outlet()
    for each in (chunk((0, "a")), chunk((0, "b"), (1, "x")), chunk((1, "y")), chunk((2, "z"))):
        outlet.push(each)
    assert said(outlet.release("1/content", 2)) == []
    assert said(outlet.release("2/content", 1)) == [("2/content", "z")]
    left = said(outlet.release("0/content", 2))
    assert [text for _, text in left] == ["a", "b", "x", "y"]
    assert outlet.sent() == {"0/content": "ab", "1/content": "xy", "2/content": "z"}


def test_lines_that_met_stay_together() -> None:
    outlet = Outlet()
    for each in (chunk((0, "a"), (1, "b")), chunk((1, "c"), (2, "d")), chunk((0, "e"))):
        outlet.push(each)
    for choice in (2, 1):
        assert said(outlet.release(f"{choice}/content", 2)) == []
    left = said(outlet.release("0/content", 2))
    assert [text for _, text in left] == ["a", "b", "c", "d", "e"]


def test_a_call_without_a_name_yet_waits_with_its_call() -> None:
    outlet = Outlet()
    begun = {"index": 0, "id": "call_1", "type": "function", "function": {"arguments": ""}}
    named = {"index": 0, "function": {"name": "look", "arguments": "{}"}}
    for delta in ({"role": "assistant"}, {"tool_calls": [begun]}, {"content": "a"}):
        outlet.push(decode.chunk(decode.ENCODE(document(delta))))
    outlet.push(decode.chunk(decode.ENCODE(document({"tool_calls": [named]}))))
    assert outlet.release("0/content", 1) == []
    for part, upto in (("name", 4), ("arguments", 2)):
        outlet.release(f"0/tool_calls/0/{part}", upto)
    assert len(outlet.rest()) == 4


def test_what_waits_for_another_field_of_its_chunk_was_not_sent() -> None:
    """A person must not be told that the customer has read it."""
    outlet = Outlet()
    token = {"token": "a", "logprob": -0.1}
    logprobs = {"content": [{**token, "top_logprobs": [token]}]}
    outlet.push(decode.chunk(decode.ENCODE(document({"content": "a"}, logprobs=logprobs))))
    outlet.release("0/content", 1)
    assert outlet.sent() == {}
    assert outlet.pending() == {"0/content": "a"}
    outlet.release("0/logprobs", 1)
    assert said(outlet.release(TOP, 2)) != []
    assert outlet.sent()["0/content"] == "a"
    assert outlet.pending() == {}
