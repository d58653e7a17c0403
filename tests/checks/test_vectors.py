"""Vectors by their text: exact ones and the graph's are the same to whoever asks."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_chat.checks.vectors import Exact, Graph, Vectors, beside, fit
from tests.checks.wording import vector

MADE: list[Callable[[], Vectors]] = [Exact, lambda: Graph(Exact())]
words = st.sampled_from(["tent", "stove", "lamp", "kettle", "rope", "peg", "boot", "map"])
texts = st.lists(words, min_size=1, max_size=3, unique=True).map(" ".join)


@pytest.mark.parametrize("make", MADE)
@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), texts), max_size=30), texts)
def test_it_finds_what_was_added_and_not_removed(
    make: Callable[[], Vectors], steps: list[tuple[bool, str]], asked: str
) -> None:
    held, there = make(), dict[str, None]()
    for adds, text in steps:
        if adds:
            held.add(text, vector(text))
            there[text] = None
        elif text in there:
            held.remove(text)
            del there[text]
    assert sorted(held) == sorted(there)
    assert len(held) == len(there)
    assert (asked in held) == (asked in there)
    near = held.near(vector(asked), 3)
    by_hand = sorted((-float(vector(text) @ vector(asked)), text) for text in there)
    assert [-cosine for cosine, _ in by_hand[:3]] == pytest.approx(
        [one for _, one in near], abs=1e-5
    )
    for text in there:
        assert np.array_equal(held[text], vector(text))


@pytest.mark.parametrize("make", MADE)
def test_a_text_that_is_added_again_has_its_new_vector(make: Callable[[], Vectors]) -> None:
    held = make()
    held.add("tent", vector("tent"))
    held.add("tent", vector("stove"))
    assert dict(held.near(vector("stove"), 1)) == pytest.approx({"tent": 1.0})
    assert len(held) == 1


@pytest.mark.parametrize("make", MADE)
def test_there_is_nothing_near_where_there_is_nothing(make: Callable[[], Vectors]) -> None:
    assert make().near(vector("tent"), 3) == []


def test_a_large_one_becomes_a_graph_and_finds_the_same() -> None:
    held = Exact()
    for at in range(50):
        held.add(f"text {at}", vector(f"text {at}"))
    assert fit(held, large=50) is held
    graph = fit(held, large=49)
    assert isinstance(graph, Graph)
    assert fit(graph, large=49) is graph
    near = held.near(vector("text 7"), 5)
    assert near[0][0] == "text 7"
    assert dict(graph.near(vector("text 7"), 5)) == pytest.approx(dict(near))


def test_what_lies_beside_a_direction() -> None:
    away, other = np.eye(2, dtype=np.float32)
    slanted = ((away + other) / np.sqrt(2)).astype(np.float32)
    found = beside([slanted, away, other], away)
    assert found == pytest.approx(np.array([other, [0, 0], other]))
