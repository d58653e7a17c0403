"""Prompts of rule authors, rendered in a process of their own: none climbs out or runs away."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.models.rendering import Rendering
from hitl_chat.models.rendering_process import RenderingProcess, start

HEAD = "---\nname: {name}\nversion: 3\ninputs: [word]\noutput: text\n---\n"


@pytest.fixture
async def rendering(tmp_path: Path) -> AsyncIterator[Rendering]:
    made = Rendering(tmp_path, assets.prompts(), within=10)
    yield made
    await made.close()


def write(folder: Path, text: str, name: str = "it") -> None:
    (folder / f"{name}.j2").write_text(HEAD.format(name=name) + text)


async def test_a_prompt_of_one_s_own(tmp_path: Path, rendering: Rendering) -> None:
    write(tmp_path, "Judge {{ word | upper }}{% if word == 'x' %}!{% endif %}\n")
    assert await rendering.render("it", word="x") == "Judge X!"
    assert await rendering.render("it", word="{{ 7 * 7 }}") == "Judge {{ 7 * 7 }}"
    assert rendering.version("it").startswith("it@3-")


async def test_it_goes_before_a_shipped_one_of_that_name(
    tmp_path: Path, rendering: Rendering
) -> None:
    shipped = await rendering.render("handback", note="Hello")
    assert shipped.endswith("Hello")
    before = rendering.version("handback")
    own = Rendering(tmp_path, assets.prompts(), within=10)
    (tmp_path / "handback.j2").write_text(HEAD.format(name="handback") + "mine: {{ word }}")
    assert await own.render("handback", word="Hello") == "mine: Hello"
    assert own.version("handback") != before
    await own.close()


async def test_a_changed_prompt_counts_and_a_broken_one_does_not(
    tmp_path: Path, rendering: Rendering, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "one {{ word }}")
    assert await rendering.render("it", word="x") == "one x"
    first = rendering.version("it")
    write(tmp_path, "another {{ word }}")
    assert await rendering.render("it", word="x") == "another x"
    assert rendering.version("it") != first
    for broken in ("{{ word", "{{ other }}"):
        write(tmp_path, broken)
        assert await rendering.render("it", word="x") == "another x"
        assert caplog.text.count("it stays in use") == 1
        caplog.clear()
    (tmp_path / "it.j2").unlink()
    assert await rendering.render("it", word="x") == "another x"
    assert "no prompt 'it'" in caplog.text


REFUSED = [
    "{{ 'a' * 10**9 }}{{ word }}",
    "{{ 9 ** (9 ** 9) }}{{ word }}",
    "{{ '%1000000000d' | format(1) }}{{ word }}",
    "{{ word.center(10**9) }}",
    "{{ word | center(1000000000) }}",
    "{{ '%1000000000d' % 1 }}{{ word }}",
    "{% for a in word %}" * 3 + "x" + "{% endfor %}" * 3,
    "{% for a in word recursive %}{{ loop(word) }}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}{{ word }}",
    "{% include '/etc/passwd' %}{{ word }}",
    "{% import 'os' as os %}{{ word }}",
    "{% extends 'x' %}{{ word }}",
    "{% set word = 1 %}{{ word }}",
    "{{ word.__class__.__mro__ }}",
    "{{ word | attr('__class__') }}",
    "{{ word | map(attribute='__class__') | list }}",
    "{{ word['__class__'] }}",
    "{{ ''.__class__ }}{{ word }}",
    "{{ self._TemplateReference__context }}{{ word }}",
    "{{ cycler.__init__.__globals__ }}{{ word }}",
    "{{ word | xmlattr }}",
    "{% filter upper %}{{ word }}{% endfilter %}",
    "{% call word() %}{% endcall %}",
    "{{ [word, word] }}",
    "{{ range(99999) }}{{ word }}",
    "{{ lipsum(10) }}{{ word }}",
    "{% if " + "(" * 5000 + "word" + ")" * 5000 + " %}{% endif %}",
    "{{ word" + " ~ word" * 20_000 + " }}",
]


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
async def test_what_can_climb_or_grow_is_refused_before_it_runs(
    tmp_path: Path, rendering: Rendering, text: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError, match=r"it\.j2"):
        await rendering.render("it", word="x")


async def test_too_much_text_is_refused(tmp_path: Path, rendering: Rendering) -> None:
    write(tmp_path, "{% for a in word %}{{ word }}{% endfor %}")
    with pytest.raises(ConfigError, match="renders to more than"):
        await rendering.render("it", word="x" * 5000)
    assert await rendering.render("it", word="ab") == "abab"


async def test_what_takes_too_long_is_ended_and_the_next_one_rendered(tmp_path: Path) -> None:
    write(tmp_path, "{% for a in word %}{% for b in word %}{% endfor %}{% endfor %}.")
    write(tmp_path, "{{ word }}", name="other")
    rendering = Rendering(tmp_path, within=0.5)
    with pytest.raises(ConfigError, match="not rendered within"):
        await rendering.render("it", word="x" * 200_000)
    patient = Rendering(tmp_path, within=10)
    assert await patient.render("other", word="next") == "next"
    await rendering.close()
    await patient.close()


async def test_a_process_that_was_killed_is_replaced(tmp_path: Path, rendering: Rendering) -> None:
    write(tmp_path, "{{ word }}")
    await rendering.render("it", word="one")
    process = rendering.process
    assert process is not None
    os.kill(process, 9)
    with suppress(ConfigError):  # it may have died in the middle of this one
        await rendering.render("it", word="two")
    assert await rendering.render("it", word="three") == "three"


class Starting:
    """Starts real processes; from the second on when it is let, or not at all."""

    def __init__(self, *, fails: bool = False) -> None:
        self.let = asyncio.Event()
        self.asked = 0
        self._fails = fails

    async def __call__(self) -> RenderingProcess:
        self.asked += 1
        if self.asked > 1:
            if self._fails:
                raise Unavailable("no more processes", code="no_prompts")
            await self.let.wait()
        return await start()


async def test_nobody_waits_for_the_successor_of_a_process(tmp_path: Path) -> None:
    write(tmp_path, "{{ word }}")
    starting = Starting()
    rendering = Rendering(tmp_path, within=10, life=3, start=starting)
    assert await rendering.render("it", word="0") == "0"
    first = rendering.process
    for number in range(1, 9):  # well beyond its life, while the successor is on its way
        assert await rendering.render("it", word=str(number)) == str(number)
        assert (rendering.process, starting.asked) == (first, 2)
    starting.let.set()
    while rendering.process == first:
        assert await rendering.render("it", word="again") == "again"
    assert starting.asked == 2
    await rendering.close()


async def test_a_process_without_a_successor_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "{{ word }}")
    starting = Starting(fails=True)
    rendering = Rendering(tmp_path, within=10, life=1, start=starting)
    for number in range(5):
        assert await rendering.render("it", word=str(number)) == str(number)
    assert starting.asked > 2
    assert "no more processes" in caplog.text
    process = rendering.process
    assert process is not None
    os.kill(process, 9)
    with suppress(ConfigError, Unavailable):  # it may have died in the middle of this one
        await rendering.render("it", word="x")
    with pytest.raises(Unavailable, match="no more processes"):
        await rendering.render("it", word="x")
    await rendering.close()


async def test_what_is_closed_leaves_no_process_behind(tmp_path: Path) -> None:
    write(tmp_path, "{{ word }}")
    starting = Starting()
    rendering = Rendering(tmp_path, within=10, life=1, start=starting)
    await rendering.render("it", word="x")
    await rendering.render("it", word="y")  # its successor is waited for
    process = rendering.process
    assert process is not None
    await rendering.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert starting.asked == 2


@pytest.mark.parametrize("inputs", [{}, {"word": "x", "more": "y"}, {"word": 7}])
async def test_inputs_are_the_named_ones_and_text(
    tmp_path: Path, rendering: Rendering, inputs: dict[str, str]
) -> None:
    write(tmp_path, "{{ word }}")
    with pytest.raises(TypeError, match="it"):
        await rendering.render("it", **inputs)


async def test_no_such_prompt(rendering: Rendering) -> None:
    with pytest.raises(ConfigError, match=r"no prompt 'nowhere': write nowhere\.j2 in"):
        await rendering.render("nowhere")
    with pytest.raises(ConfigError, match="no prompt"):
        rendering.version("nowhere")
