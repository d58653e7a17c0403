"""What a condition says about one score: from where on it is true, and whether that moves.

Pure. How conditions are decided is in `policy.py`.
"""

from typing import assert_never

from hitl_chat.core.policy import Condition, Either, Every, Not, Test


def contributes(condition: Condition, check: str, score: float) -> bool:
    """Whether this very score makes one of the condition's tests true."""
    match condition:
        case Test(name, above):
            return name == check and not (score < above)
        case Not():
            return False
        case Every(parts) | Either(parts):
            return any(contributes(part, check, score) for part in parts)
        case _:
            assert_never(condition)


def leaves(condition: Condition) -> tuple[Test, ...]:
    match condition:
        case Test():
            return (condition,)
        case Not(part):
            return leaves(part)
        case Every(parts) | Either(parts):
            return tuple(test for part in parts for test in leaves(part))
        case _:
            assert_never(condition)


def thresholds(condition: Condition, check: str) -> tuple[float, ...]:
    """From which scores of this check on the condition says something else."""
    return tuple(test.above for test in leaves(condition) if test.check == check)


def moved(condition: Condition, threshold: float) -> Condition:
    """The same, with the tests that a budget moves at this threshold."""
    match condition:
        case Test(check, above, moves):
            return Test(check, threshold if moves else above, moves)
        case Not(part):
            return Not(moved(part, threshold))
        case Every(parts):
            return Every(tuple(moved(part, threshold) for part in parts))
        case Either(parts):
            return Either(tuple(moved(part, threshold) for part in parts))
        case _:
            assert_never(condition)


def certain_from(condition: Condition, check: str) -> float | None:
    """From which score of this check on the condition is true whatever else is said."""
    match condition:
        case Test(name, above):
            return above if name == check else None
        case Either(parts):
            found = [certain_from(part, check) for part in parts]
            return min((above for above in found if above is not None), default=None)
        case Every(parts):
            certain = [sure for part in parts if (sure := certain_from(part, check)) is not None]
            return max(certain, default=None) if len(certain) == len(parts) else None
        case Not():
            return None
        case _:
            assert_never(condition)
