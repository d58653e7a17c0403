"""What the holder of a conversation token may ask: the server that made it has said the rest.

Whoever holds one is a stranger at a browser. Which model answers, what it is told and which tools
it has are the server's own words; a customer's request may only hold the conversation.
"""

from collections.abc import Mapping
from typing import Any

from hitl_chat.errors import Forbidden
from hitl_chat.models.request import FIELDS
from hitl_chat.server.auth import Caller

THEIRS = ("user", "assistant")
SAID = ("role", "content", "refusal")
TOOLS = ("tools", "tool_choice", "functions", "function_call")
# What holds the conversation, and how it is read. All other fields that models know cost the server
# money, show more of the model, or tell it something: a schema's words are instructions, too.
CONVERSING = frozenset(
    {
        *("messages", "model", "stream", "stream_options", "user", "safety_identifier"),
        *("max_completion_tokens", "max_tokens", "prompt_cache_key", "temperature", "top_p"),
    }
)
SERVERS = tuple(sorted(FIELDS - CONVERSING - {*TOOLS}))


def refuse_more(body: Mapping[str, Any], caller: Caller) -> None:
    """Raises for a request that says more than a customer may; `body` is a valid one."""
    if body["model"] not in caller.models:
        allowed = ", ".join(caller.models) or "no model"
        msg = (
            f"This token is good for {allowed}, not for {body['model'][:100]!r}: make one with "
            "that model in 'models'."
        )
        raise Forbidden(msg, code="model_not_allowed", param="model")
    for at, message in enumerate(body["messages"]):
        called = message.get("tool_calls") or message.get("function_call")
        if message["role"] not in THEIRS or called:
            msg = (
                "With a conversation token only 'user' and 'assistant' speak: give instructions "
                "as 'instructions' when the token is made, and call tools from your server."
            )
            raise Forbidden(msg, code="role_not_allowed", param=f"messages.{at}.role")
    for name in TOOLS:
        if body.get(name):
            msg = (
                "With a conversation token there are no tools: ask with the API key, from a server."
            )
            raise Forbidden(msg, code="tools_not_allowed", param=name)
    _refuse_fields(body)


def _refuse_fields(body: Mapping[str, Any]) -> None:
    for name in SERVERS:
        said = body.get(name)
        if said not in (None, False) and (name, said) != ("n", 1):
            msg = f"A conversation token does not say {name!r}: leave it out, or use the API key."
            raise Forbidden(msg, code="field_not_allowed", param=name)


def spoken(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request with what its two speakers say, and nothing that no check and no agent reads."""
    said = [{name: m[name] for name in SAID if name in m} for m in body["messages"]]
    return {**body, "messages": said}


def told(body: Mapping[str, Any], instructions: str) -> Mapping[str, Any]:
    """The request with the token's instructions in front."""
    if not instructions:
        return body
    first = {"role": "system", "content": instructions}
    return {**body, "messages": [first, *body["messages"]]}
