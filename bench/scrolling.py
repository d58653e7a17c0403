"""How smoothly a queue of thousands of holds scrolls: the time from one frame to the next.

`python -m bench.scrolling` opens the console on such a queue in Chromium, scrolls it row by row and
by the page, and prints median and 95th percentile. A screen of 60 Hz asks for a frame every
16.7 ms. `--slower 4` makes the browser's processor as much slower.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

from bench.page import FLAGS

SIZE: ViewportSize = {"width": 1360, "height": 860}
STEPS = {"slow": 12, "a row a frame": 60, "a page a frame": 700}  # pixels from frame to frame
LATE = 50.0  # milliseconds after which people see a jerk
# Scrolls by so many pixels in every frame, back and forth, and notes when each frame came.
SCROLL = """([step, frames]) => new Promise((done) => {
  const here = document.querySelector('.queue'), times = [];
  let by = step, before = performance.now();
  const frame = (now) => {
    times.push(now - before);
    before = now;
    if (times.length > frames) return done(times.slice(1));
    const end = here.scrollHeight - here.clientHeight;
    if (here.scrollTop + by > end || here.scrollTop + by < 0) by = -by;
    here.scrollTop += by;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


async def frame_times(holds: int, frames: int, slower: float) -> dict[str, list[float]]:
    """Milliseconds between frames, for each way to scroll."""
    from hitl_chat.settings import Waits
    from tests.browser.test_many import fill
    from tests.browser.world import opened
    from tests.services import chromium

    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), Waits()) as world, async_playwright() as playwright:
            await fill(world, holds)
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            context = await browser.new_context(viewport=SIZE)
            page = await context.new_page()
            await context.request.post(await world.link("Ana"), max_redirects=0)
            await page.goto(f"{world.origin}/console/")
            await page.locator("ol .row").first.wait_for()
            session = await context.new_cdp_session(page)
            await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            found = {name: await scrolled(page, step, frames) for name, step in STEPS.items()}
            await browser.close()
    return found


async def scrolled(page: Page, step: int, frames: int) -> list[float]:
    times: list[float] = await page.evaluate(SCROLL, [step, frames])
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holds", type=int, default=5000)
    parser.add_argument("--frames", type=int, default=400, help="for each way to scroll")
    parser.add_argument("--slower", type=float, default=1.0, help="how many times")
    given = parser.parse_args()
    found = asyncio.run(frame_times(given.holds, given.frames, given.slower))
    sys.stdout.write(f"{given.holds:,} holds, {given.frames} frames each; ms between frames\n")
    for name, times in found.items():
        late = sum(each > LATE for each in times)
        sys.stdout.write(
            f"{name:>16}  median {statistics.median(times):5.1f}  "
            f"p95 {statistics.quantiles(times, n=20)[-1]:5.1f}  worst {max(times):5.1f}  "
            f"over {LATE:g} ms: {late}\n"
        )


if __name__ == "__main__":
    main()
