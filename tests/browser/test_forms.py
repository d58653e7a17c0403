"""Structured answers and tool calls are edited in a form of their schema, and must fit it."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import expect

from hitl_chat.runner import ids
from tests.browser.conftest import Visitor
from tests.browser.world import World, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEMA = {
    "type": "object",
    "properties": {
        "eligible": {"type": "boolean"},
        "why": {"type": "string"},
        "days": {"type": "integer", "maximum": 30},
    },
    "required": ["eligible", "days"],
}
DRAFT = '{"eligible":true,"why":"unsafe","days":90}'


async def asked(world: World, **more: Any) -> str:
    headers = {
        "authorization": f"Bearer {world.key}",
        "x-hitl-conversation-id": ids.new("conv"),
    }
    said = [{"role": "user", "content": "Return form: the stove burned in my tent."}]
    body = {"model": "wick-1", "stream": True, "messages": said, **more}
    path = "/v1/chat/completions"
    async with world.http.stream("POST", path, json=body, headers=headers) as answer:
        answer.raise_for_status()
        return "".join([words(line) async for line in answer.aiter_lines()])


async def test_a_structured_answer_is_edited_field_by_field(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says(DRAFT)
    form = {"type": "json_schema", "json_schema": {"name": "form", "schema": SCHEMA}}
    answer = asyncio.create_task(asked(world, response_format=form))
    world.asking.append(answer)
    await ana.open("Fire in tent")
    await page.keyboard.press("e")
    await expect(page.locator(".form select")).to_be_focused()
    days = page.get_by_role("textbox", name="days")
    await expect(days).to_have_value("90")
    await days.fill("45")
    await page.get_by_role("textbox", name="why").fill("faulty")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.problem")).to_contain_text("45 is greater than the maximum")
    assert not answer.done()
    await days.fill("18")
    await expect(page.locator(".difference ins").last).to_contain_text("18")
    await page.keyboard.press("Control+Enter")
    assert json.loads(await answer) == {"eligible": True, "why": "faulty", "days": 18}


async def test_the_form_can_be_written_as_text(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says(DRAFT)
    form = {"type": "json_schema", "json_schema": {"name": "form", "schema": SCHEMA}}
    answer = asyncio.create_task(asked(world, response_format=form))
    world.asking.append(answer)
    await ana.open("Fire in tent")
    await page.keyboard.press("e")
    await page.get_by_role("button", name="As text").click()
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value(DRAFT)
    await box.fill('{"eligible":false,"days":1}')
    await box.press("Control+Enter")
    assert json.loads(await answer) == {"eligible": False, "days": 1}
