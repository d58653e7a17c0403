"""What is asked, and what every client must make of the answer: one case a name.

Owns requests and expectations, for any server: the scripted one takes `model` as its script's
name; for the proxy use `Case.ask` with the model and the words that bring the case about there.
It must not know how an answer is produced, nor which client shows what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.clients import scripts
from tests.clients.contract import Json, Scenario, ToolCall

# What a case needs of a client, beyond reading text:
# tools, structured, refusal: these features of the API; error: an HTTP error becomes an exception;
# timer: it gives up when nothing comes for `timeout`; retry: then it sends the request again.
Need = Literal["tools", "structured", "refusal", "error", "timer", "retry"]

QUESTION: Json = {"role": "user", "content": "Where is my parcel?"}
REFUND: Json = {
    "type": "function",
    "function": {
        "name": scripts.TOOL,
        "description": "Refund an order.",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in scripts.ARGUMENTS},
            "required": list(scripts.ARGUMENTS),
            "additionalProperties": False,
        },
    },
}
VERDICT: Json = {
    "type": "json_schema",
    "json_schema": {
        "name": "verdict",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"answer": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["answer", "days"],
            "additionalProperties": False,
        },
    },
}


@dataclass(frozen=True)
class Expected:
    """What arrives, whatever the client. `states`: those a stream passes through, in order;
    `plain_state`: the one of the plain answer. `total_tokens` None: not looked at."""

    text: str = ""
    states: tuple[str, ...] = ("final",)
    plain_state: str = "final"
    finish_reason: str = "stop"
    tool_calls: tuple[ToolCall, ...] = ()
    parsed: Json | None = None
    refusal: str | None = None
    fails: bool = False
    status: int | None = None
    total_tokens: int | None = 12


@dataclass(frozen=True)
class Case:
    scenario: Scenario
    expected: Expected
    needs: Need | None = None

    @property
    def name(self) -> str:
        return self.scenario.name

    def ask(self, *, stream: bool, **changes: Any) -> Scenario:
        """The request of this case, streaming or not, with other fields as given."""
        return replace(self.scenario, stream=stream, **changes)


def case(name: str, expected: Expected, needs: Need | None = None, **fields: Any) -> Case:
    return Case(Scenario(name, model=name, messages=(QUESTION,), **fields), expected, needs)


HELD = ("held", "released", "final")
APPROVED = Expected(scripts.ANSWER, HELD, "released")
FALLBACK = Expected(scripts.FALLBACK, HELD, "released")
HALF_SENT = Expected(scripts.ANSWER, HELD)
REFUSED = Expected(refusal=scripts.FALLBACK, states=HELD, plain_state="released")
FAILED = ("held", "error", "final")
TOOL_CALL = Expected(
    states=HELD,
    plain_state="released",
    finish_reason="tool_calls",
    tool_calls=(ToolCall(scripts.TOOL, scripts.ARGUMENTS),),
)

CASES: dict[str, Case] = {
    found.name: found
    for found in (
        case("plain", Expected(scripts.ANSWER)),
        case("checked", Expected(scripts.ANSWER, ("checking", "final"))),
        case("held_approved", APPROVED),
        case("held_edited", replace(APPROVED, text=scripts.EDITED)),
        case("held_rejected", FALLBACK),
        case("expired", FALLBACK),
        case("half_sent", HALF_SENT),
        case("corrected", Expected(scripts.ANSWER + scripts.CORRECTION, ("corrected", "final"))),
        case("takeover", Expected("".join(scripts.HUMAN), ("human", "final"))),
        case(
            "handed_back",
            Expected(f"{scripts.HUMAN[0]}\n\n{scripts.ANSWER}", ("human", "ai", "final")),
        ),
        case("failed", Expected(scripts.APOLOGY, FAILED)),
        case("tool_call", TOOL_CALL, "tools", tools=(REFUND,)),
        case(
            "structured",
            replace(APPROVED, text=scripts.STRUCTURED, parsed=scripts.VERDICT),
            "structured",
            response_format=VERDICT,
        ),
        case("structured_rejected", REFUSED, "refusal", response_format=VERDICT),
        case(
            "structured_failed",
            replace(REFUSED, states=FAILED, plain_state="error"),
            "refusal",
            response_format=VERDICT,
        ),
        case("busy", Expected(fails=True, status=409), "error"),
        case("patient", APPROVED, "timer", timeout=1.2),
        case("patient_half_sent", HALF_SENT, "timer", timeout=1.2),
        case("silent", Expected(fails=True), "retry", timeout=0.5, max_retries=1),
    )
}
