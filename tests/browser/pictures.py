"""Pictures of the pages, to look at: `python -m tests.browser.pictures` fills build/pictures.

Light and dark, wide and narrow, in the states that matter; `pictures wall phone` takes only those
scenes. Builds the pages first. A scene that breaks off is named, and the others are still played.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from hitl_chat.settings import Waits
from tests.browser.conftest import FLAGS, QUIET
from tests.browser.scenes import FOLDER, SCENES, Theme
from tests.browser.world import opened
from tests.quality.project import ROOT, run

CHROMIUM = "/usr/bin/chromium"
THEMES: tuple[Theme, ...] = ("light", "dark")


async def take_all(names: list[str]) -> list[str]:
    """The scenes that broke off, and why."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    broken = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for theme in THEMES:
            for name in names:
                try:
                    await take(browser, name, theme)
                except PlaywrightError as error:  # the other scenes are worth seeing
                    broken.append(f"{name}, {theme}: {str(error).splitlines()[0]}")
        await browser.close()
    return broken


async def take(browser: Browser, name: str, theme: Theme) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), Waits()) as world:
            await SCENES[name](world, browser, theme)


def main() -> int:
    names = sys.argv[1:] or list(SCENES)
    if unknown := set(names) - SCENES.keys():
        raise SystemExit(f"there is no scene {unknown.pop()!r}; scenes: {', '.join(SCENES)}")
    run("deno", "task", "build", cwd=ROOT / "web", env=QUIET)
    broken = asyncio.run(take_all(names))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}\n")
    sys.stdout.writelines(f"broke off: {each}\n" for each in broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
