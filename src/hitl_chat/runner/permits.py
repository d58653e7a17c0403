"""Which act of `core.roles` each command is: asked once, before anything is done about it.

A command that is not listed is nobody's to give.
"""

from collections.abc import Mapping

from hitl_chat.core.roles import Act, allow
from hitl_chat.runner import commands as do

ACTS: Mapping[type[do.Command], Act] = {
    do.Claim: "decide",
    do.Renew: "decide",
    do.Release: "decide",
    do.Next: "decide",
    do.Decide: "decide",
    do.Undo: "decide",
    do.SendNow: "decide",
    do.Second: "decide",
    do.Escalate: "decide",
    do.Assign: "decide",
    do.AskOpinion: "decide",
    do.GiveOpinion: "decide",
    do.Note: "decide",
    do.Reveal: "decide",
    do.Look: "decide",
    do.TakeOver: "decide",
    do.HandBack: "decide",
    do.Transfer: "decide",
    do.Say: "decide",
    do.Typing: "decide",
    do.Away: "decide",
    do.Review: "decide",
    do.Stop: "stop",
}


def named(command: do.Command) -> str:
    return f"the command {command.__struct_config__.tag}"


def permit(role: str, command: do.Command) -> None:
    """Nothing happens, or `Forbidden`."""
    allow(role, ACTS.get(type(command), named(command)))
    if getattr(command, "force", False):
        allow(role, "force")
