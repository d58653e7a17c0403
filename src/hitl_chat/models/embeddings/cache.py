"""Vectors of texts seen lately, by the digest of the text: the texts themselves are not kept.

The one used longest ago goes first. Belongs to one model: vectors of another never get in.
"""

from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


class Cache:
    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, npt.NDArray[np.float32]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> "npt.NDArray[np.float32] | None":
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, vector: "npt.NDArray[np.float32]") -> None:
        if not self._most:
            return
        self._kept[key] = vector
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
