"""However the bytes of a stream are cut, the chunks are the same (faults 32-35)."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hitl_chat.models.sse import LONGEST, Events
from hitl_chat.models.stream import Stream
from tests.upstream import DONE, answer, chunk

SAID = ("Gr\u00fc\u00df", " Gott", " \U0001f426", " a\u2028b", ' "x"\n\n')
GOOD = b"".join(answer(*SAID))
BROKEN = {
    "cut": GOOD.removesuffix(DONE).removesuffix(chunk(finish="stop")),
    "no finish": GOOD.replace(chunk(finish="stop"), b""),
    "bad json": GOOD.replace(DONE, b"data: {\n\n" + DONE),
    "no field": GOOD.replace(DONE, b"hello\n\n" + DONE),
    "error": GOOD.replace(DONE, b'data: {"error": {"message": "no"}}\n\n' + DONE),
    "bom inside": GOOD.replace(DONE, b"\xef\xbb\xbf" + DONE),
    "nothing": b"",
    "done only": DONE,
}
UNUSUAL = {
    "plain": GOOD,
    "no done": GOOD.removesuffix(DONE),
    "done without its blank line": GOOD.removesuffix(b"\n\n"),
    "crlf": GOOD.replace(b"\n", b"\r\n"),
    "cr": GOOD.replace(b"\n", b"\r"),
    "mixed": GOOD.replace(b"\n\n", b"\r\n\n", 2).replace(b"\n\n", b"\n\r\n", 3),
    "bom": b"\xef\xbb\xbf" + GOOD,
    "comments": GOOD.replace(b"data:", b": hi\r\n:\r\ndata:"),
    "other fields": GOOD.replace(b"data:", b"event: message\nid: 1\nretry: 5\nid\ndata:"),
    "tight": GOOD.replace(b"data: ", b"data:"),
    "several lines": GOOD.replace(b'"choices"', b'\ndata: "choices"'),
    "blank lines": b"\n\n\n" + GOOD.replace(b"\n\n", b"\n\n\n\n"),
    "empty data": GOOD.replace(DONE, b"data:\n\ndata: \n\ndata\n\n" + DONE),
    "after the end": GOOD + b"rubbish\n\n" + chunk("more"),
}


def heard(parts: list[bytes]) -> tuple[list[bytes], bool, str]:
    """What comes of these reads: the chunks, whether complete, and the failure."""
    stream = Stream()
    raws: list[bytes] = []
    for part in parts:
        if stream.done or stream.failed:
            break
        raws += [one.raw for one in stream.feed(part)]
    if not (stream.done or stream.failed):
        raws += [one.raw for one in stream.end()]
    return raws, stream.done, stream.failed.code if stream.failed else ""


def cut(raw: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(raw) + 1) for place in places), len(raw)]
    return [raw[start:stop] for start, stop in pairwise(edges)]


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_but_good(name: str) -> None:
    expected = [event[6:-2] for event in answer(*SAID)[:-1]]
    assert heard([UNUSUAL[name]]) == (expected, True, "")


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    _, done, code = heard([BROKEN[name]])
    assert not done
    assert code.startswith("upstream_")


@pytest.mark.parametrize("raw", [*UNUSUAL.values(), *BROKEN.values()], ids=[*UNUSUAL, *BROKEN])
def test_one_cut_at_every_byte(raw: bytes) -> None:
    whole = heard([raw])
    for place in range(len(raw) + 1):
        assert heard([raw[:place], raw[place:]]) == whole


@given(
    st.sampled_from([*UNUSUAL.values(), *BROKEN.values()]),
    st.lists(st.integers(0, 5000), max_size=30),
)
def test_any_cuts(raw: bytes, places: list[int]) -> None:
    assert heard(cut(raw, places)) == heard([raw])


pieces = st.sampled_from(
    [b"data: ", b"data:", b"data", b"{}", b"\n", b"\r", b"\r\n", b"\n\n", b":", b" ", b"x", b"\xef",
     b"\xbb", b"\xbf", b"\xef\xbb\xbf", b"[DONE]", b"id: 1", b"event", b"\xc3", b"\xbc"]
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map(b"".join), st.lists(st.integers(0, 100), max_size=12))
@example(b"data: x\r\n\r\ndata: y\r\n\r\n", [8, 9, 10])
@example(b"\xef\xbbdata: x\n\n", [1, 2])
@example(b"\xef\xbb\xbf" * 2, [1])
def test_any_bytes_at_any_cuts(raw: bytes, places: list[int]) -> None:
    assert events(cut(raw, places)) == events([raw])


def events(parts: list[bytes]) -> tuple[list[bytes], str]:
    reading = Events()
    found: list[bytes] = []
    for part in parts:
        got, fault = reading.feed(part)
        found += got
        if fault:
            return found, fault
    got, fault = reading.end()
    return found + got, fault


def test_what_is_stripped_of_chunks_that_say_nothing_is_named_once() -> None:
    silent = b'data: {"choices":[],"x":1}\n\n'
    stream = Stream()
    for _ in range(3):
        assert stream.feed(silent) == []
    (named,) = stream.feed(chunk("Hi"))
    assert named.stripped == ("x",)


# --- too long ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1])
@pytest.mark.parametrize("step", [1 << 16, 1 << 22, 99_991])
def test_an_event_has_a_longest_length(size: int, step: int) -> None:
    raw = b"data: " + b"a" * (size - 6) + b"\n\n"
    found, fault = events([raw[at : at + step] for at in range(0, len(raw), step)])
    assert bool(found) == (size == LONGEST)
    assert bool(fault) == (size != LONGEST)


def test_many_lines_are_as_long_as_one() -> None:
    found, fault = events([b"data: a\n" * 1000 for _ in range(200)])
    assert not found
    assert "longer" in fault


def test_what_came_before_the_fault_is_good() -> None:
    found, fault = events([b"data: a\n\ndata: b\n\nrubbish\n\ndata: c\n\n"])
    assert found == [b"a", b"b"]
    assert fault


# --- completeness -------------------------------------------------------------------------------


def test_every_choice_has_to_finish() -> None:
    said = [chunk("a"), chunk("b", index=1), chunk(finish="stop")]
    assert heard([*said, DONE])[2] == "upstream_incomplete"
    assert heard([*said, chunk(finish="stop", index=1), DONE])[1]


def test_a_chunk_of_which_nothing_is_left_is_not_passed_on_but_named() -> None:
    """Some servers begin with a chunk without choices; clients choke on it."""
    stream = Stream()
    first = b'data: {"choices":[],"prompt_filter_results":[]}\n\n'
    assert stream.feed(first) == []
    (said,) = stream.feed(chunk("a"))
    assert said.stripped == ("prompt_filter_results",)
    (again,) = stream.feed(chunk("b"))
    assert again.stripped == ()
