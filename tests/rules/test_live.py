"""Hot reload keeps the last rules that could be used, whatever becomes of the file."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.errors import ConfigError
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset
from tests.rules.reading import CHECKS, rule

GOOD = rule()
BETTER = rule("{pii: {}}")

MUTATIONS: dict[str, Callable[[str], bytes]] = {
    "empty": lambda text: b"",
    "blank": lambda text: b"\n\n",
    "cut off": lambda text: text[: len(text) // 2].encode(),
    "no rules": lambda text: b"rules: []\n",
    "a list": lambda text: b"- a\n",
    "not text": lambda text: b"\xff\xfe rules",
    "NUL": lambda text: text.encode() + b"\x00",
    "tab": lambda text: text.replace("    ", "\t").encode(),
    "wrong word": lambda text: text.replace("patterns", "patern").encode(),
    "twice": lambda text: (text + text).encode(),
    "huge": lambda text: text.encode() + b"#" * 300_000,
    "unbounded": lambda text: text.replace("literals: [guarantee]", "regex: ['a.*']").encode(),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    return path


def write(path: Path, content: str | bytes, at: int) -> None:
    """As an editor does; two writes within one tick of the clock still differ in time."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(at, at))


def looked(live: LiveRules) -> bool:
    """Let it look at its file once; whether other rules are in force now."""
    before, rests = live.current, iter((0.0,))

    async def sleep(_seconds: float) -> None:
        if next(rests, None) is None:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        asyncio.run(live.watch(sleep))
    return live.current is not before


def test_a_new_version_is_taken_and_told(file: Path) -> None:
    told: list[Ruleset] = []
    live = LiveRules(file, CHECKS, told.append)
    before = live.current
    assert not looked(live)
    write(file, BETTER, 1)
    assert looked(live)
    assert told == [live.current]
    assert live.current is not before
    assert live.current.for_request(RequestFacts()).policy.mentioned == {"pii:promise"}


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS)
def test_what_cannot_be_used_is_refused_with_the_reason(
    file: Path, mutate: Callable[[str], bytes]
) -> None:
    told: list[str] = []
    live = LiveRules(file, CHECKS, on_refused=told.append)
    before = live.current
    write(file, mutate(GOOD), 1)
    assert not looked(live)
    assert not looked(live)
    assert live.current is before
    assert "shop.yaml:" in live.refused
    assert told == [live.refused]
    write(file, GOOD, 2)
    assert not looked(live)
    assert not live.refused
    write(file, BETTER, 3)
    assert looked(live)


@given(
    at=st.integers(0, len(GOOD)),
    cut=st.integers(0, 9),
    put=st.text("{}:-\n \t'&*x", max_size=3),
)
def test_no_mutation_leaves_without_rules(at: int, cut: int, put: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        path.write_text(GOOD)
        live = LiveRules(path, CHECKS)
        before = live.current
        write(path, GOOD[:at] + put + GOOD[at + cut :], 1)
        changed = looked(live)
        assert changed is (live.current is not before)
        assert live.current.rules
        assert not (changed and live.refused)


def test_a_file_that_is_gone_changes_nothing(file: Path) -> None:
    live = LiveRules(file, CHECKS)
    file.unlink()
    assert not looked(live)
    assert "shop.yaml:1:1 the file cannot be read: no such file" in live.refused
    assert live.current.rules == ("promise",)
    write(file, GOOD, 5)
    looked(live)
    assert not live.refused


def test_the_same_content_again_is_no_news(file: Path) -> None:
    live = LiveRules(file, CHECKS)
    before = live.current
    write(file, GOOD, 1)
    assert not looked(live)
    assert live.current is before


def test_there_is_nothing_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        LiveRules(tmp_path / "none.yaml", CHECKS)
    (tmp_path / "bad.yaml").write_text("rules: []\n")
    with pytest.raises(ConfigError, match=r"bad.yaml:1:8 no rules"):
        LiveRules(tmp_path / "bad.yaml", CHECKS)


async def test_watching_outlives_every_failure(file: Path) -> None:
    """The file is looked at again and again, also after a listener has failed."""
    told: list[str] = []
    slept = 0

    def listener(made: Ruleset) -> None:
        told.append(made.label)
        if len(told) == 1:
            raise RuntimeError("a listener failed")

    async def sleep(_seconds: float) -> None:
        nonlocal slept
        slept += 1
        if slept > 3:
            raise asyncio.CancelledError
        write(file, f"version: {slept}\n{GOOD}", slept)

    live = LiveRules(file, CHECKS, listener)
    with pytest.raises(asyncio.CancelledError):
        await live.watch(sleep)
    assert told == ["1", "2", "3"]
    assert live.current.label == "3"
