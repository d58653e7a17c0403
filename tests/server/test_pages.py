"""The built pages over real HTTP: right types, cached by content, nothing outside the folder."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat.server.asgi import Edge
from hitl_chat.server.pages import pages
from hitl_chat.server.rest import rest
from tests.server.running import Running, serving

FILES = {
    "index.html": "<!doctype html><title>the console</title>",
    "shop.html": "<!doctype html><title>the shop</title>",
    "tour.html": "<!doctype html><title>the tour</title>",
    "people.html": "<!doctype html><title>people</title>",
    "wall.html": "<!doctype html><title>the wall</title>",
    "lane.html": "<!doctype html><title>the lane</title>",
    "icon.svg": "<svg/>",
    "console/main.js": "console",
    "console/main.css": "a{}",
    "chunk-LVIDQ3BA.js": "shared",
    "notes.txt": "not for the world",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.html").write_text("outside")
    for name, text in FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "dist"


@pytest.fixture
async def running(folder: Path) -> AsyncIterator[Running]:
    async with serving({}, rest([pages(folder, shop=True)])) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/console/", "text/html; charset=utf-8"),
        ("/shop", "text/html; charset=utf-8"),
        ("/console/main.js", "text/javascript; charset=utf-8"),
        ("/console/main.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
async def test_every_file_has_its_type_and_the_security_policy(
    running: Running, path: str, kind: str
) -> None:
    reply = await running.ask(path)
    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_names_that_stay_are_asked_for_again_and_hashed_names_never(running: Running) -> None:
    assert (await running.ask("/console/main.js")).headers["cache-control"] == "no-cache"
    hashed = await running.ask("/chunk-LVIDQ3BA.js")
    assert "immutable" in hashed.headers["cache-control"]


@pytest.mark.parametrize("known", ["{etag}", 'W/{etag}, "another"'])
async def test_what_the_browser_has_is_not_sent_again(running: Running, known: str) -> None:
    etag = (await running.ask("/console/")).headers["etag"]
    again = await running.ask("/console/", headers=[("if-none-match", known.format(etag=etag))])
    assert (again.status, again.body) == (304, b"")
    other = await running.ask("/console/", headers=[("if-none-match", '"another"')])
    assert (other.status, other.body) == (200, FILES["index.html"].encode())


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.html", "/console/../../secret.html", "/%2e%2e/secret.html"),
        *("/..%2fsecret.html", "/console/..\\..\\secret.html", "//etc/passwd", "/console//main.js"),
        *("/notes.txt", "/index.html", "/shop.html", "/console", "/"),
    ],
)
async def test_only_what_was_built_is_served_and_only_under_its_address(
    running: Running, path: str
) -> None:
    reply = await running.ask(path)
    assert reply.status in {303, 400, 404}
    assert b"outside" not in reply.body
    assert b"world" not in reply.body


async def test_the_short_addresses_lead_to_the_console(running: Running) -> None:
    for path in ("/", "/console"):
        reply = await running.ask(path)
        assert (reply.status, reply.headers["location"]) == (303, "/console/")


async def test_the_shop_is_there_only_where_it_is_wanted(folder: Path) -> None:
    async with serving({}, rest([pages(folder)])) as server:
        assert (await server.ask("/shop")).status == 404
        assert (await server.ask("/console/")).status == 200


async def test_a_file_is_read_not_written(running: Running) -> None:
    reply = await running.ask("/console/main.js", method="POST", body=b"x")
    assert (reply.status, reply.error["type"]) == (405, "invalid_request_error")


async def test_only_the_demo_shows_the_console_in_a_frame_and_only_to_itself(folder: Path) -> None:
    for shop, ancestors in ((False, "frame-ancestors 'none'"), (True, "frame-ancestors 'self'")):
        async with serving({}, rest([pages(folder, shop=shop)])) as running:
            policy = (await running.ask("/console/")).headers["content-security-policy"]
            assert ancestors in policy
            assert "frame-src" not in policy
            tour = await running.ask("/tour")
            assert tour.status == (200 if shop else 404)
            if shop:
                assert "frame-src 'self'" in tour.headers["content-security-policy"]
                assert "frame-ancestors 'none'" in tour.headers["content-security-policy"]


async def test_the_widget_is_for_pages_of_the_origins_that_were_named(folder: Path) -> None:
    (folder / "widget").mkdir()
    (folder / "widget" / "hitl-chat.js").write_text("export {};" * 200)
    edge = Edge(origins=("https://shop.example",))
    async with serving({}, rest([pages(folder)]), edge=edge) as running:
        for origin, allowed in (("https://shop.example", True), ("https://evil.example", False)):
            reply = await running.ask("/widget/hitl-chat.js", headers=[("origin", origin)])
            assert reply.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert reply.headers["vary"] == "origin"
            assert reply.headers["cache-control"] == "no-cache"
            assert reply.headers["etag"]
            head = f"GET /widget/hitl-chat.js HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: {origin}\r\n"
            packed = (head + "accept-encoding: gzip\r\nconnection: close\r\n\r\n").encode()
            sent = (await running.raw(packed)).partition(b"\r\n\r\n")[0].lower()
            for said in (b"content-encoding: gzip", b"vary: accept-encoding", b"vary: origin"):
                assert said in sent
        page = await running.ask("/console/main.js", headers=[("origin", "https://shop.example")])
        assert "access-control-allow-origin" not in page.headers


async def test_what_is_large_is_sent_compressed_to_whoever_takes_it(folder: Path) -> None:
    text = "let many = 1;" * 1000
    (folder / "console" / "main.js").write_text(text)
    async with serving({}, rest([pages(folder)])) as running:
        plain = await running.ask("/console/main.js")
        assert (plain.body, plain.headers.get("content-encoding")) == (text.encode(), None)
        takes = ("accept-encoding", "gzip, deflate, br")
        reply = await running.ask("/console/main.js", headers=[takes])
        assert (reply.headers["content-encoding"], reply.headers["vary"]) == (
            *("gzip", "accept-encoding"),
        )
        assert gzip.decompress(reply.body).decode() == text
        assert reply.headers["etag"] != plain.headers["etag"]
        known = ("if-none-match", reply.headers["etag"])
        again = await running.ask("/console/main.js", headers=[takes, known])
        assert (again.status, again.body) == (304, b"")
        small = await running.ask("/console/main.css", headers=[takes])
        assert "content-encoding" not in small.headers
