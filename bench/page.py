"""How much an agent's browser loads before it can be worked with, and how long that takes.

`python -m bench.page` prints sizes of the first load, compressed as the server sends them, and for
cold browsers the time from asking for the page to a live queue: over a line without delay, and over
one with (`--latency`, milliseconds for each answer). Chromium is needed for the times.
"""

import argparse
import asyncio
import gzip
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

MOST = 40_000  # bytes, compressed
SOON = 1.0  # seconds
DIST = Path(__file__).parents[1] / "web" / "dist"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
STATIC = re.compile(r"""(?:^|[;}])import(?:[^"'()]*?from)?["'](\.[^"']+)["']""")


def scripts(main: Path) -> set[Path]:
    """A script and all that it imports at once; code for later is imported by a call."""
    wanted, needed = [main], set[Path]()
    while wanted:
        file = wanted.pop().resolve()
        if file not in needed:
            needed.add(file)
            wanted += [file.parent / name for name in STATIC.findall(file.read_text("utf-8"))]
    return needed


def first_load(dist: Path) -> dict[str, int]:
    """Compressed sizes of what the console's page needs at once."""
    needed = scripts(dist / "console" / "main.js")
    files = [dist / "index.html", dist / "console" / "main.css", *sorted(needed)]
    root = dist.resolve()
    return {
        str(file.resolve().relative_to(root)): len(gzip.compress(file.read_bytes()))
        for file in files
    }


def line(latency: float) -> dict[str, object]:
    """A network of which only the delay matters."""
    return {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}


async def cold_starts(rounds: int, latency: float) -> list[float]:
    """Seconds until a browser that has never been here shows a live queue with a hold in it."""
    from playwright.async_api import async_playwright

    from hitl_chat.settings import Waits
    from tests.browser.world import opened
    from tests.services import chromium

    times = []
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), Waits()) as world, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for number in range(rounds + 1):  # the first, uncounted, is there to have holds kept
                context = await browser.new_context()
                page = await context.new_page()
                session = await context.new_cdp_session(page)
                await session.send("Network.emulateNetworkConditions", line(latency))
                # Signed in by a request: the browser has loaded nothing of ours yet.
                link = await world.link(f"Ana {number}")
                await context.request.post(link, max_redirects=0)
                began = time.perf_counter()
                await page.goto(f"{world.origin}/console/", wait_until="commit")
                await page.locator(".standing.live").wait_for()
                if not number:
                    world.ask("My lamp arrived damaged.")
                await page.locator("ol .row").first.wait_for()
                if number:
                    times.append(time.perf_counter() - began)
                    await context.close()
            await browser.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="cold browsers; 0: sizes only")
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds; the second line")
    given = parser.parse_args()
    sizes = first_load(DIST)
    for name, size in sorted(sizes.items(), key=lambda each: -each[1]):
        sys.stdout.write(f"{size:>7,} B  {name}\n")
    total = sum(sizes.values())
    sys.stdout.write(f"{total:>7,} B  first load, gzip (goal: at most {MOST:,})\n")
    for latency in (0.0, given.latency) if given.rounds else ():
        times = asyncio.run(cold_starts(given.rounds, latency))
        sys.stdout.write(
            f"{statistics.median(times):>7.2f} s  to a live queue, cold, {latency:g} ms away "
            f"(median of {given.rounds}; slowest {max(times):.2f} s; goal: at most {SOON:g})\n"
        )


if __name__ == "__main__":
    main()
