"""What a front end may tell agents about its customer, in `metadata.customer` of a request.

Never sent to a model, never asked by rules, and believed by nobody: it is only shown. Pure.
"""

from collections.abc import Mapping

from hitl_chat.errors import BadRequest

KNOWN = (
    *("id", "name", "tier", "language", "since", "orders", "order", "plan", "country"),
    *("sentiment", "note"),
)
LONGEST = 200  # characters
WHERE = "metadata.customer"


def told(metadata: object) -> dict[str, str]:
    """The facts, in our order. A `customer` that is no object is somebody else's business."""
    said = metadata.get("customer") if isinstance(metadata, Mapping) else None
    if not isinstance(said, Mapping):
        return {}
    for name, value in said.items():
        if name not in KNOWN:
            msg = f"{WHERE}.{str(name)[:40]} is not shown to agents: send {', '.join(KNOWN)}."
            raise BadRequest(msg, param=WHERE)
        if not isinstance(value, str) or len(value) > LONGEST:
            msg = f"{WHERE}.{name} is no short text: send a string of up to {LONGEST} characters."
            raise BadRequest(msg, param=f"{WHERE}.{name}")
    return {name: said[name] for name in KNOWN if said.get(name)}
