"""Structured answers and tool calls are edited in a form of their schema, and must fit it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from hitl_chat.runner import ids
from tests.browser.conftest import Visitor
from tests.browser.test_accessible import findings
from tests.browser.world import World, words
from tests.world_rules import rule, rules

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
FORM = {"type": "json_schema", "json_schema": {"name": "form", "schema": SCHEMA}}
DRAFT = '{"eligible":true,"why":"unsafe","days":90}'


def asking(world: World, read: Callable[[str], str] = words, **more: Any) -> asyncio.Task[str]:
    """A customer asks for this form, or with these tools; what comes of it, as this reads it."""
    task = asyncio.create_task(_asked(world, read, more))
    world.asking.append(task)
    return task


async def _asked(world: World, read: Callable[[str], str], more: dict[str, Any]) -> str:
    headers = {
        "authorization": f"Bearer {world.key}",
        "x-hitl-conversation-id": ids.new("conv"),
    }
    said = [{"role": "user", "content": "Return form: the stove burned in my tent."}]
    body = {"model": "wick-1", "stream": True, "messages": said, **more}
    path = "/v1/chat/completions"
    async with world.http.stream("POST", path, json=body, headers=headers) as answer:
        answer.raise_for_status()
        return "".join([read(line) async for line in answer.aiter_lines()])


async def test_a_structured_answer_is_edited_field_by_field(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says(DRAFT)
    answer = asking(world, response_format=FORM)
    await ana.open("Fire in tent")
    await page.keyboard.press("e")
    await expect(page.locator(".form select")).to_be_focused()
    days = page.get_by_role("textbox", name="days")
    await expect(days).to_have_value("90")
    await days.fill("45")
    await page.get_by_role("textbox", name="why").fill("faulty")
    await page.keyboard.press("Control+Enter")
    told = "This must be at most 30."
    await expect(page.locator(".toast.problem")).to_contain_text(f"“days”: {told}")
    await expect(days).to_be_focused()
    await expect(days).to_have_attribute("aria-invalid", "true")
    await expect(days).to_have_accessible_description(told)
    await expect(page.locator(".misfit")).to_have_text(told)
    assert await findings(page) == []
    assert not answer.done()
    why = page.get_by_role("textbox", name="why")
    await why.fill("faulty!")
    await expect(page.locator(".misfit")).to_have_count(0)
    await why.fill("faulty")
    await expect(page.locator(".misfit")).to_have_text(told)
    await expect(why).to_be_focused()
    await days.fill("18")
    await expect(days).to_have_attribute("aria-invalid", "false")
    await expect(page.locator(".misfit")).to_have_count(0)
    await expect(page.locator(".difference ins").last).to_contain_text("18")
    await page.keyboard.press("Control+Enter")
    assert json.loads(await answer) == {"eligible": True, "why": "faulty", "days": 18}


async def test_the_form_can_be_written_as_text(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says(DRAFT)
    answer = asking(world, response_format=FORM)
    await ana.open("Fire in tent")
    await page.keyboard.press("e")
    await page.get_by_role("button", name="As text").click()
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value(DRAFT)
    await box.fill('{"eligible":false,"days":1}')
    await box.press("Control+Enter")
    assert json.loads(await answer) == {"eligible": False, "days": 1}


# --- tool calls ----------------------------------------------------------------------------------

REFUND = {
    "type": "object",
    "properties": {
        "amount": {"type": "number", "maximum": 100, "description": "in euros"},
        "reason": {"enum": ["faulty", "late", None]},
        "order": {
            "type": "object",
            "properties": {"id": {"type": "string"}},
            "required": ["id"],
        },
        "items": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["amount", "reason", "order"],
    "additionalProperties": False,
}
CALL = {"amount": 90, "reason": "faulty", "order": {"id": "4471"}, "items": ["lamp"]}
TOOLS = [{"type": "function", "function": {"name": "issue_refund", "parameters": REFUND}}]
BOUNDS = rules(
    rule(
        "refund-by-tool",
        {"check": "tools"},
        on_no_agent="wait",
        first_judgement="never",
    ),
    checks={
        "tools": {"kind": "tool_calls", "tools": {"issue_refund": {"amount": {"max": 50}}}},
    },
)


def delta(**more: Any) -> bytes:
    envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "wick-1"}
    return json.dumps({**envelope, "choices": [{"index": 0, **more}]}).encode()


def calling(arguments: object) -> list[tuple[float, Any]]:
    function = {"name": "issue_refund", "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return [
        (0, delta(delta={"role": "assistant", "tool_calls": [call]}, finish_reason=None)),
        (0, delta(delta={}, finish_reason="tool_calls")),
    ]


def arguments(line: str) -> str:
    if not line.startswith("data: {"):
        return ""
    choices = json.loads(line.removeprefix("data: "))["choices"]
    calls = [call for one in choices for call in one["delta"].get("tool_calls") or ()]
    return "".join(call["function"].get("arguments") or "" for call in calls)


class TestToolCalls:
    @pytest.fixture
    def pack(self) -> str:
        return BOUNDS

    async def test_the_arguments_of_a_tool_call_are_edited_field_by_field(
        self, world: World, ana: Visitor
    ) -> None:
        page = ana.page
        world.stage.says(calling(CALL))
        answer = asking(world, arguments, tools=TOOLS)
        await ana.open("Refund by tool")
        await page.keyboard.press("e")
        amount = page.get_by_role("textbox", name="amount")
        await expect(amount).to_be_focused()
        await expect(amount).to_have_value("90")
        order = page.get_by_role("textbox", name="order")
        await expect(order).to_have_value('{\n  "id": "4471"\n}')
        assert await findings(page) == []
        await order.fill('{"id":')
        await expect(order).to_have_attribute("aria-invalid", "true")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".toast.problem")).to_contain_text("order")
        await order.fill('{"id": "4472"}')
        await amount.fill("900")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".toast.problem")).to_contain_text(
            "“amount”: This must be at most 100."
        )
        assert not answer.done()
        await amount.fill("45.5")
        await page.locator(".form select").select_option("")
        await expect(order).to_have_value('{"id": "4472"}')
        await page.keyboard.press("Control+Enter")
        wanted = {"amount": 45.5, "reason": None, "order": {"id": "4472"}, "items": ["lamp"]}
        assert json.loads(await answer) == wanted
