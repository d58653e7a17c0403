"""Everything off the hot path: a FastAPI application whose errors look like all the others.

Owns how framework errors become ours. Must not know the routes it is given.
"""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hitl_chat.errors import BadRequest, HitlError, NotFound
from hitl_chat.server.errors import MethodNotAllowed, encode, headers, unexpected


def rest(routers: Sequence[APIRouter]) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_exception_handler(HitlError, _told)
    app.add_exception_handler(HTTPException, _translated)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
    for router in routers:
        app.include_router(router)
    return app


def told(error: HitlError) -> Response:
    """An error as a response, for handlers that prefer to return it."""
    extra = {name.decode(): value.decode() for name, value in headers(error)}
    return Response(encode(error), status_code=error.status, headers=extra)


def _told(_: Request, error: Exception) -> Response:
    if not isinstance(error, HitlError):
        raise error
    return told(error)


def _unexpected(request: Request, _: Exception) -> Response:
    """Starlette raises it again afterwards, so that the guard can log it."""
    return told(unexpected(request.scope.get("hitl.request_id", "")))


def _translated(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            path = request.scope["path"][:200]
            return told(NotFound(f"Unknown path {path!r}.", code="unknown_url"))
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "another method")
            msg = f"Method {request.method!r} is not allowed here; use {allowed}."
            response = told(MethodNotAllowed(msg))
            response.headers["allow"] = allowed
            return response
        case status:
            translated = BadRequest(str(error.detail))
            translated.status = status
            return told(translated)


def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    # The value itself is not repeated: it may be what must not be logged.
    msg = f"{where or 'The body'!s}: {first['msg']}."
    return told(BadRequest(msg, param=where or None))
