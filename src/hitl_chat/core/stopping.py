"""The stop switch is thrown while the model speaks: nothing more of this answer leaves by itself.

Pure. Who throws it, and what its rule says, is others' to know.
"""

from hitl_chat.core.events import Stopped
from hitl_chat.core.judging import objection
from hitl_chat.core.state import Gate, Step
from hitl_chat.core.types import Reason

ANY_END = "ended:any"  # the fact that every answer has at last


def stop(gate: Gate, event: Stopped) -> Step:
    """As if its rule had been there from the start. What is held waits for a person already, and
    a person who speaks is not stopped."""
    rule = event.rule
    if gate.phase != "open" or rule in gate.policy.rules:
        return gate, ()
    return objection(gate, (rule,), (Reason(rule.name, ANY_END, "ended"),), sent=False)
