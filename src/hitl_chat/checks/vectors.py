"""Vectors by the text they stand for, and which of them are nearest to another one.

The only file of the checks that needs numpy, so it is imported when vectors are there. Exact up
to `LARGE` rows; above, usearch finds candidates where it is installed (`hitl-chat[search]`), and
their cosines are exact all the same. Must not know what the texts are.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from usearch.index import Index

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

LARGE = 20_000
FIRST = 64
SOMETHING = 1e-4  # a shorter rest is the noise of rounding
WIDER = 4  # candidates for each wanted one, since usearch sees 8 bits of each number


class Vectors(Protocol):
    def __len__(self) -> int: ...

    def __contains__(self, key: str) -> bool: ...

    def __iter__(self) -> Iterator[str]: ...

    def __getitem__(self, key: str) -> Vector: ...

    def add(self, key: str, vector: Vector) -> None: ...

    def remove(self, key: str) -> None: ...

    def near(self, vector: Vector, count: int) -> list[tuple[str, float]]:
        """The nearest keys with their cosines, the nearest first, equal ones by key."""
        ...


class Exact:
    """All of them, looked at one by one in a matrix that grows by doubling."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self._rows: Matrix = np.empty((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, key: str) -> Vector:
        row: Vector = self._rows[self._places[key]]
        return row

    def add(self, key: str, vector: Vector) -> None:
        if key not in self._places:
            self._make_room(len(vector))
            self._places[key] = len(self._keys)
            self._keys.append(key)
        self._rows[self._places[key]] = vector

    def remove(self, key: str) -> None:
        """The last row takes the place of the one that goes."""
        place, last = self._places.pop(key), self._keys.pop()
        if place < len(self._keys):
            self._keys[place] = last
            self._places[last] = place
            self._rows[place] = self._rows[len(self._keys)]

    def near(self, vector: Vector, count: int) -> list[tuple[str, float]]:
        if not self._keys or count < 1:
            return []
        each = self._rows[: len(self._keys)] @ vector
        least = np.partition(each, -count)[-count] if count < len(each) else -np.inf
        found = [(self._keys[at], float(each[at])) for at in np.flatnonzero(each >= least)]
        return sorted(found, key=_nearest)[:count]

    def _make_room(self, width: int) -> None:
        if len(self._keys) == len(self._rows):
            wider = np.empty((max(FIRST, 2 * len(self._rows)), width), dtype=np.float32)
            if self._keys:
                wider[: len(self._rows)] = self._rows
            self._rows = wider


class Graph:
    """Few of them, found by usearch, then looked at exactly."""

    def __init__(self, rows: Exact) -> None:
        self._rows = rows
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._next = 0
        self._graph: Index | None = None
        if len(rows):
            self._draw(list(rows), np.stack([rows[key] for key in rows]))

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, key: str) -> Vector:
        return self._rows[key]

    def add(self, key: str, vector: Vector) -> None:
        if key in self._rows:
            self.remove(key)
        self._rows.add(key, vector)
        self._draw([key], vector[np.newaxis])

    def remove(self, key: str) -> None:
        self._rows.remove(key)
        number = self._numbers.pop(key)
        del self._texts[number]
        if self._graph is not None:
            self._graph.remove(number)

    def near(self, vector: Vector, count: int) -> list[tuple[str, float]]:
        if self._graph is None or not len(self) or count < 1:
            return []
        found = self._graph.search(vector, min(len(self), count * WIDER)).keys
        texts = [self._texts[int(number)] for number in found if int(number) in self._texts]
        each = [(text, float(self._rows[text] @ vector)) for text in texts]
        return sorted(each, key=_nearest)[:count]

    def _draw(self, keys: Sequence[str], vectors: Matrix) -> None:
        if self._graph is None:
            from usearch.index import Index

            self._graph = Index(ndim=vectors.shape[1], metric="cos", dtype="i8")
        numbers = range(self._next, self._next + len(keys))
        self._next += len(keys)
        self._numbers.update(zip(keys, numbers, strict=True))
        self._texts.update(zip(numbers, keys, strict=True))
        # One thread, so that the same library is always the same graph.
        self._graph.add(np.array(numbers, dtype=np.uint64), vectors, threads=1)


def fit(vectors: Vectors, large: int = LARGE) -> Vectors:
    """The same vectors, in what suits so many of them. Once a graph, always a graph."""
    if isinstance(vectors, Exact) and len(vectors) > large and find_spec("usearch"):
        return Graph(vectors)
    return vectors


def beside(rows: Sequence[Vector], away: Vector) -> Matrix:
    """What is left of each vector without the part along `away`, of length 1 (or 0) again."""
    matrix = np.asarray(rows, dtype=np.float32)
    left = matrix - np.outer(cosines(matrix, away), away)
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    rest: Matrix = np.where(lengths > SOMETHING, left / np.maximum(lengths, SOMETHING), 0.0)
    return rest.astype(np.float32, copy=False)


def cosines(rows: Matrix, vector: Vector) -> Vector:
    """Row by row, so that a cosine does not depend on what else is in the matrix."""
    found: Vector = (rows * vector).sum(axis=1)
    return found


def _nearest(found: tuple[str, float]) -> tuple[float, str]:
    return -found[1], found[0]
