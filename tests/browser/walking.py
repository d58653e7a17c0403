"""Walks a page by Tab alone, and says what a person without a mouse would miss.

Every control that can be seen is to be reached; each is to show that it has the focus, and to lie
where it can be seen. In a dialog only what is in it counts.
"""

from typing import Any

from playwright.async_api import Page

FARTHEST = 150  # steps; a page with more controls is another page

# Marks the controls that can be seen and used now, and tells what each of them is.
CONTROLS = """() => {
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  for (const old of document.querySelectorAll('[data-walk]')) delete old.dataset.walk;
  const usable = [...scope.querySelectorAll(kinds)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0);
  return usable.map((one, at) => {
    one.dataset.walk = at;
    const name = one.getAttribute('aria-label') || one.textContent.trim() || one.name || one.type;
    return `${one.tagName.toLowerCase()} "${name.replace(/\\s+/g, ' ').slice(0, 40)}"`;
  });
}"""

# Where the focus is, and whether somebody who looks would know.
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = one.getClientRects()[0];
  const inside = [[.5, .5], [.1, .2], [.9, .8]].map(([x, y]) =>
    document.elementFromPoint(box.x + box.width * x, box.y + box.height * y));
  const seen = inside.some((hit) => hit && (one === hit || one.contains(hit)));
  return { at: one.dataset.walk ?? null, shown, seen, tag: one.tagName.toLowerCase() };
}"""


async def walk(page: Page, back: bool = False) -> list[str]:
    """What is wrong with going round this page; nothing, if all is well."""
    names: list[str] = await page.evaluate(CONTROLS)
    reached: set[int] = set()
    problems: list[str] = []
    for _ in range(min(FARTHEST, len(names) + 3)):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        here: dict[str, Any] | None = await page.evaluate(HERE)
        if here is None or here["at"] is None:
            continue  # the browser's own, or the page's edge
        at = int(here["at"])
        if at not in reached:
            problems += [f"{names[at]} {what}" for what in _wrong(here)]
        reached.add(at)
    missed = [name for at, name in enumerate(names) if at not in reached]
    return problems + [f"{name} is never reached" for name in missed]


def _wrong(here: dict[str, Any]) -> list[str]:
    told = {"shown": "does not show its focus", "seen": "is hidden by something else"}
    return [text for name, text in told.items() if not here[name]]
