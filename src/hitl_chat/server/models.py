"""GET /v1/models, and the endpoints that would be unguarded: they say so instead."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from hitl_chat.errors import NotFound, NotGuarded
from hitl_chat.server.auth import Keys

UNGUARDED = ("/v1/responses", "/v1/messages", "/v1/completions")


def models(names: Sequence[str], keys: Keys, created: int) -> APIRouter:
    router = APIRouter()
    listed = [
        {"id": name, "object": "model", "created": created, "owned_by": "hitl-chat"}
        for name in names
    ]

    @router.get("/v1/models")
    async def every(request: Request) -> dict[str, object]:
        await keys.authorise(request.scope)
        return {"object": "list", "data": listed}

    @router.get("/v1/models/{name:path}")
    async def one(name: str, request: Request) -> dict[str, object]:
        await keys.authorise(request.scope)
        for model in listed:
            if model["id"] == name:
                return model
        msg = f"The model {name[:100]!r} is not listed; GET /v1/models lists them."
        raise NotFound(msg, code="model_not_found", param="model")

    for path in UNGUARDED:
        router.add_api_route(path, _not_guarded, methods=["POST"])
    return router


async def _not_guarded(request: Request) -> None:
    path = request.scope["path"]
    msg = (
        f"{path} is not guarded by this version, so it is not served: "
        "use /v1/chat/completions, which every client library can speak."
    )
    raise NotGuarded(msg, code="endpoint_not_guarded")
