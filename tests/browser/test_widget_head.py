"""Above a chat stands whose it is, and with whom one talks: each once."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitors
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED = """(title) => {
    document.body.replaceChildren();
    const chat = document.createElement('hitl-chat');
    chat.setAttribute('open', '');
    chat.setAttribute('name', 'Kit');
    if (title) {
        const shop = document.createElement('span');
        shop.slot = 'title';
        shop.textContent = title;
        chat.append(shop);
    }
    document.body.append(chat);
}"""


@pytest.mark.parametrize(
    ("title", "below"), [("", "AI assistant"), ("Moss & Lantern", "Kit, AI assistant")]
)
async def test_a_name_is_said_once(
    world: World, visitors: Visitors, title: str, below: str
) -> None:
    page = (await visitors.new()).page
    await page.goto(f"{world.origin}/shop")
    await page.evaluate(NAMED, title)
    head = page.locator("hitl-chat header")
    await expect(head.locator("p")).to_have_text(below)
    shown = page.locator("hitl-chat").get_by_text(title or "Kit", exact=True)
    await expect(shown).to_be_visible()
