"""How many answers may be under way at once, and that no tenant takes the room of all others."""

from collections import Counter

KEPT = 8  # one part in so many is for whoever has less than that


class Room:
    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()  # of every tenant that ever came

    def enter(self, tenant: str) -> None:
        self._under_way[tenant] += 1

    def leave(self, tenant: str) -> None:
        self._under_way[tenant] -= 1

    def is_full(self, tenant: str, all_of_them: int) -> bool:
        """Whether this tenant has to wait. Who is alone here may have all of it."""
        alone = self._under_way.keys() <= {tenant}
        kept = 0 if alone else self._most // KEPT
        return all_of_them >= self._most - (kept if self._under_way[tenant] >= kept else 0)
