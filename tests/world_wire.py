"""What every answer must look like on the wire, whatever happened in it (the wire protocol)."""

from collections.abc import Iterable

from tests.world_client import Answer, Frame

HEADERS = {
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
STREAM = "text/event-stream; charset=utf-8"
TAGS = {"v", "state", "seq"}


def check_stream(answer: Answer, *, choices: int = 1, usage: bool = False) -> None:
    """A complete stream that no client can misread."""
    assert answer.status == 200
    assert answer.ended == "whole"
    assert answer.headers["content-type"] == STREAM
    check_headers(answer)
    *chunks, last = answer.frames
    assert last.done
    assert not any(one.done for one in chunks)
    assert answer.body.endswith(b"data: [DONE]\n\n")
    assert len({_envelope(one) for one in chunks}) == 1
    figures = [one for one in chunks if not one.chunk["choices"]]
    assert [one.chunk.get("usage") is not None for one in figures] == [True] * usage
    assert figures == chunks[len(chunks) - len(figures) :]
    spoken = chunks[: len(chunks) - len(figures)]
    assert all(len(one.chunk["choices"]) == 1 for one in spoken)
    for choice in range(choices):
        check_choice([one for one in spoken if one.chunk["choices"][0]["index"] == choice])
    check_tags(chunks)


def _envelope(one: Frame) -> tuple[object, ...]:
    assert one.chunk["object"] == "chat.completion.chunk"
    return tuple(one.chunk[name] for name in ("id", "created", "model"))


def check_choice(frames: list[Frame]) -> None:
    """The role comes first and once, one ending comes last."""
    assert frames[0].delta.get("role") == "assistant"
    assert all(one.delta.get("role") in (None, "assistant") for one in frames)
    assert [one.finish for one in frames[:-1]] == [None] * (len(frames) - 1)
    assert frames[-1].finish is not None


def check_tags(frames: Iterable[Frame]) -> None:
    tags = [one.hitl for one in frames if one.hitl]
    assert all(tags_of.keys() >= TAGS for tags_of in tags)
    numbers = [tag["seq"] for tag in tags]
    assert numbers == sorted(numbers)


def check_headers(answer: Answer) -> None:
    assert HEADERS.items() <= answer.headers.items()
    assert answer.headers["x-request-id"].startswith("req_")
    conv = answer.conversation
    assert answer.headers["x-hitl-events"] == f"/v1/conversations/{conv}/events"


def check_whole(answer: Answer, *, choices: int = 1) -> None:
    """A complete answer that was not streamed: blanks at most, then a completion."""
    assert answer.status == 200
    assert answer.ended in ("whole", "closed")
    assert answer.headers["content-type"] == "application/json"
    check_headers(answer)
    assert not answer.body.rstrip(b"\n").removeprefix(b"\n").endswith(b"\n")
    document = answer.document
    assert document["object"] == "chat.completion"
    assert document["id"]
    assert [c["index"] for c in document["choices"]] == list(range(choices))
    for choice in document["choices"]:
        assert choice["message"]["role"] == "assistant"
        assert choice["finish_reason"]


def check_error(answer: Answer, status: int, code: str, param: str | None = None) -> None:
    """An error in the shape OpenAI's clients know."""
    assert answer.status == status, bytes(answer.body)
    assert answer.headers["content-type"] == "application/json"
    assert answer.error.keys() == {"message", "type", "param", "code"}
    assert (answer.error["code"], answer.error["param"]) == (code, param)
    assert answer.error["message"]
