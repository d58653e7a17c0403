"""A console whose connection breaks, goes deaf and repeats itself shows what the server has (69).

What happens is drawn at random, again and again from the same number. In the end the console that
went through all of it is compared with one that has only just come.
"""

from random import Random

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import Line, wired
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

CARD = "Can I get money back for a gift card?"
ENDS = (1012, 4008, 4009, 1001)  # restarted, too slow, silent, gone away
CHANGES = ("news", "card_reset", "talk_reset", "people", "grown")
TRIES = 500  # a guard against hanging


class Shift:
    """Ben works; what Ana gets to know of it is up to her line."""

    def __init__(
        self, world: World, line: Line, ana: Visitor, ben: Visitor, random: Random
    ) -> None:
        self.world, self.line, self.random = world, line, random
        self.ana, self.ben = ana, ben
        self.asked = 0

    async def asks(self) -> None:
        self.world.ask(self.random.choice((BROKEN, CARD)), f"c{self.asked}")
        self.asked += 1

    async def claims(self) -> None:
        await self.ben.page.keyboard.press("n")

    async def decides(self) -> None:
        await self.ben.page.keyboard.press("r")
        await self.ben.page.keyboard.press("r")

    async def takes_over(self) -> None:
        await self.ben.page.keyboard.press("t")

    async def speaks(self) -> None:
        box = self.ben.page.locator(".composer textarea")
        if await box.count():
            await box.fill(f"Hello {self.asked}.")
            await box.press("Enter")
            await box.press("Escape")

    async def hands_back(self) -> None:
        await self.ben.page.keyboard.press("h")

    async def looks(self) -> None:
        await self.ana.page.keyboard.press(self.random.choice("jjk"))

    async def misses(self) -> None:
        self.line.deaf_to |= set(self.random.sample(CHANGES, 3))

    async def repeats(self) -> None:
        self.line.twice = not self.line.twice

    async def breaks(self) -> None:
        """What was missed until now is on its way again."""
        self.line.deaf_to = set()
        assert self.line.socket is not None
        await self.line.socket.close(code=self.random.choice(ENDS))
        await self.ana.live()


STEPS = (
    *("asks", "asks", "claims", "decides", "takes_over", "speaks", "hands_back"),
    *("looks", "misses", "repeats", "breaks"),
)
SHOWN = """() => [...document.querySelectorAll(
  '.queue ol .row :is(.rules, .why, .who), .row.talk .what, .row.talk .why, .messages .words')
].map((one) => one.textContent.replace(/[0-9]+(:[0-9]+)?/g, '…'))"""


async def shown(visitor: Visitor) -> list[str]:
    """What waits and why, who has it, who speaks and what was said; without the clocks."""
    said: list[str] = await visitor.page.evaluate(SHOWN)
    return said


@pytest.mark.parametrize("seed", range(4))
async def test_it_shows_what_the_server_has(world: World, visitors: Visitors, seed: int) -> None:
    random = Random(seed)
    ana, line = await wired(visitors)
    shift = Shift(world, line, ana, await visitors.agent("Ben"), random)
    for _ in range(30):
        await getattr(shift, random.choice(STEPS))()
    await shift.breaks()
    cleo = await visitors.new()
    await cleo.sign_in("Cleo")
    if "#" in ana.page.url:
        await cleo.page.goto(ana.page.url)
        await expect(cleo.page.locator("main h2").first).to_be_visible()
    for _ in range(TRIES):
        hers, new = await shown(ana), await shown(cleo)
        if hers == new != []:
            break
    assert hers == new != []
