"""The built pages, and where they are wanted the demo's shop and tour, under fixed addresses.

Every file is read when the program starts and has an address of its own: no path is ever built from
what a request says. The guard adds the Security Policy. Must not know what is in the files.
"""

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hitl_chat.core.types import Value
from hitl_chat.server.asgi import CSP

CONSOLE, PEOPLE, LANE, SHOP, WALL = (
    *("index.html", "people.html", "lane.html"),
    *("shop.html", "wall.html"),
)
TOUR = "tour.html"
FRAMED = CSP.replace(b"frame-ancestors 'none'", b"frame-ancestors 'self'").decode()
FRAMING = f"{CSP.decode()}; frame-src 'self'"
HASHED = re.compile(r"-[0-9A-Z]{8}\.")  # the bundler's name for a chunk: new content, new name
WORTH_IT = 1000  # bytes
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".svg": "image/svg+xml",
}


class Page(Value, frozen=True):
    """A file as it is sent."""

    content: bytes
    headers: Mapping[str, str]

    def under(self, policy: str) -> "Page":
        """With a Security Policy of its own."""
        return Page(self.content, {**self.headers, "content-security-policy": policy})

    def answer(self, request: Request) -> Response:
        content, headers = self.content, dict(self.headers)
        if _packs(request) and len(content) > WORTH_IT:
            content = packed(content)
            headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
            headers["etag"] = f'{headers["etag"][:-1]}-gz"'
        if headers["etag"] in _etags(request):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(content, headers=headers)


def pages(folder: Path, *, shop: bool = False) -> APIRouter:
    """The routes of everything in `folder`; `shop` says whether the shop's page is among them."""
    found = {
        f"/{path.relative_to(folder).as_posix()}": page(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in KINDS
    }
    by_path = {path: one for path, one in found.items() if not path.endswith(".html")}
    by_path["/console/"] = found[f"/{CONSOLE}"]
    by_path["/console/people"] = found[f"/{PEOPLE}"]
    by_path["/lane"] = found[f"/{LANE}"]
    by_path["/wall"] = found[f"/{WALL}"]
    if shop:
        by_path["/shop"] = found[f"/{SHOP}"]
        # The demo's tour shows the console beside the shop; nobody else's page may frame it.
        by_path["/tour"] = found[f"/{TOUR}"].under(FRAMING)
        by_path["/console/"] = found[f"/{CONSOLE}"].under(FRAMED)
    router = APIRouter()
    for path, one in by_path.items():
        router.add_route(path, one.answer, methods=["GET"])
    for path in ("/", "/console"):
        router.add_route(path, _to_the_console, methods=["GET"])
    return router


def page(path: Path) -> Page:
    content = path.read_bytes()
    forever = HASHED.search(path.name) is not None
    return Page(
        content,
        {
            "content-type": KINDS[path.suffix],
            "cache-control": "public, max-age=31536000, immutable" if forever else "no-cache",
            "etag": f'"{sha256(content).hexdigest()[:32]}"',
        },
    )


@lru_cache(maxsize=128)
def packed(content: bytes) -> bytes:
    """Once for each file, when somebody first asks for it."""
    return gzip.compress(content, mtime=0)


def _packs(request: Request) -> bool:
    """Whether the browser takes it compressed."""
    return "gzip" in request.headers.get("accept-encoding", "")


def _etags(request: Request) -> set[str]:
    """Which versions the browser has; a weak mark means the same content too."""
    given = request.headers.get("if-none-match", "")
    return {etag.strip().removeprefix("W/") for etag in given.split(",")}


def _to_the_console(_: Request) -> Response:
    return RedirectResponse("/console/", HTTPStatus.SEE_OTHER)
