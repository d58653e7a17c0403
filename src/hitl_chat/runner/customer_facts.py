"""What a front end may tell agents about its customer: with a request, in `metadata.customer`, or
with a conversation's token, in `customer`.

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
    """The facts of a request. A `customer` that is no object is somebody else's business."""
    said = metadata.get("customer") if isinstance(metadata, Mapping) else None
    return facts(said, WHERE) if isinstance(said, Mapping) else {}


def facts(said: Mapping[str, object], where: str) -> dict[str, str]:
    """In our order; what cannot be shown is refused by its name."""
    for name, value in said.items():
        if name not in KNOWN:
            msg = f"{where}.{str(name)[:40]} is not shown to agents: send {', '.join(KNOWN)}."
            raise BadRequest(msg, param=where)
        if not isinstance(value, str) or len(value) > LONGEST:
            msg = f"{where}.{name} is no short text: send a string of up to {LONGEST} characters."
            raise BadRequest(msg, param=f"{where}.{name}")
    return {name: str(said[name]) for name in KNOWN if said.get(name)}
