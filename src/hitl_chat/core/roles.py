"""Who may do what: the one table. Commands, HTTP and pages ask here, and nowhere else.

An act is a kind of thing people do, a role a set of acts. What is not in the table may not be
done: an unknown role may do nothing, an unknown act may be done by nobody.
"""

from collections.abc import Mapping
from typing import Literal

from hitl_chat.errors import Forbidden

Role = Literal["agent", "supervisor", "engineer", "auditor", "admin"]
Act = Literal[
    "read",  # the queue, cards, conversations
    "decide",  # claim and decide holds, speak to customers
    "force",  # take what a colleague has claimed, undo what they decided
    "stop",  # the stop switch
    "direct",  # call agents, move thresholds for a time
    "colleagues",  # see who works here, their state and load
    "staff",  # say what somebody can do: skills, languages, capacity
    "people",  # invite, give roles, reset, shut out
    "rules",  # publish rules and prompts
    "export",  # take records out
]

MAY: Mapping[str, frozenset[str]] = {
    "agent": frozenset({"read", "decide"}),
    "supervisor": frozenset({"read", "decide", "force", "stop", "direct", "colleagues", "staff"}),
    "engineer": frozenset({"read", "rules", "export"}),
    "auditor": frozenset({"read", "colleagues", "export"}),
    "admin": frozenset({"colleagues", "staff", "people"}),
}
NOTHING: frozenset[str] = frozenset()


def may(role: str, act: str) -> bool:
    return act in MAY.get(role, NOTHING)


def allow(role: str, act: str) -> None:
    """Nothing happens, or `Forbidden` says who may."""
    if may(role, act):
        return
    able = " and ".join(f"{each}s" for each in MAY if act in MAY[each]) or "nobody"
    msg = f"The role {role!r} does not allow {act!r} here; {able} may."
    raise Forbidden(msg, details={"act": act, "role": role})
