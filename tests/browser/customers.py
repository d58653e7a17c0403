"""What customers do in the shop: they come, ask, and say that an answer is wrong."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors

HOURS = "What are your opening hours?"


async def shopping(visitors: Visitors, **more: object) -> Visitor:
    visitor = await visitors.new(**more)
    await visitor.page.goto(f"{visitors.world.origin}/shop")
    return visitor


async def asks(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.keyboard.press("Enter")


async def in_the_shop(visitors: Visitors, text: str) -> Visitor:
    """Somebody who has asked this."""
    visitor = await shopping(visitors)
    await asks(visitor.page, text)
    return visitor


async def complains(page: Page, text: str) -> None:
    """About the opening hours."""
    await asks(page, HOURS)
    await page.get_by_role("button", name="This is wrong").click()
    await page.get_by_label("What is wrong?").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you. A person will look at it.")).to_be_visible()


async def complained(visitors: Visitors, text: str = "") -> Page:
    """The page of somebody who did."""
    page = (await shopping(visitors)).page
    await complains(page, text)
    return page
