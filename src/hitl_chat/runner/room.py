"""How many answers may be under way at once, and that no tenant takes the room of all others."""

from collections import Counter

SHARE = 7  # nobody has more than so many times what then is free


class Room:
    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()  # of every tenant that ever came

    def enter(self, tenant: str) -> None:
        self._under_way[tenant] += 1

    def leave(self, tenant: str) -> None:
        self._under_way[tenant] -= 1

    def is_full(self, tenant: str) -> bool:
        """Whether this tenant has to wait. Who is alone here may have all of it. Where others
        come, none takes all that is left, and the last place is for whoever has none."""
        has, free = self._under_way[tenant], self._most - self._under_way.total()
        if not has or self._under_way.keys() <= {tenant}:
            return free <= 0
        return has + 1 > SHARE * (free - 1)
