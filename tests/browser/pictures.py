"""Pictures of the pages, to look at: `python -m tests.browser.pictures` fills build/pictures.

Every page, light and dark, wide and narrow, in English and German, in the states that matter;
`pictures wall phone` takes only those scenes. Builds the pages first. A scene that breaks off is
named, and so is a page that its scene did not show; the others are still played.
"""

import asyncio
import sys

from playwright.async_api import Browser, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from hitl_chat.errors import HitlError
from tests.browser.conftest import FLAGS, PATIENCE, build
from tests.browser.scenes import FOLDER, SCENES, Theme
from tests.services import chromium

BREAKS = (PlaywrightError, AssertionError, TimeoutError, HitlError)
LONGEST = 120  # seconds, of one scene
THEMES: tuple[Theme, ...] = ("light", "dark")


async def take_all(names: list[str]) -> list[str]:
    """The scenes that broke off, and why."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    broken = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for theme in THEMES:
            for name in names:
                try:
                    async with asyncio.timeout(LONGEST):
                        await take(browser, name, theme)
                except BREAKS as error:  # the other scenes are worth seeing
                    broken.append(f"{name}, {theme}: {' '.join(str(error).split())[:300]}")
        await browser.close()
    return broken


async def take(browser: Browser, name: str, theme: Theme) -> None:
    one = SCENES[name]
    for old in FOLDER.glob(f"{name}-[0-9][0-9]-*-{theme}.png"):
        old.unlink()
    async with one.played(name, theme, browser) as play:
        await one.acts(play)
    missing = set(one.pages) - play.seen
    assert not missing, f"says that it shows {missing!r}, and does not"


def main() -> int:
    names = sys.argv[1:] or list(SCENES)
    if unknown := set(names) - SCENES.keys():
        raise SystemExit(f"there is no scene {unknown.pop()!r}; scenes: {', '.join(SCENES)}")
    build()
    broken = asyncio.run(take_all(names))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}\n")
    sys.stdout.writelines(f"broke off: {each}\n" for each in broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
