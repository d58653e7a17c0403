import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** The part of a long list that is on the screen, and a little more on either side. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

const AROUND = 8;

/** Which of `count` rows of equal height to draw, where this much of the list is to be seen. */
export function seen(above: number, height: number, row: number, count: number): Window {
  const first = Math.max(0, Math.min(count, Math.floor(above / row)) - AROUND);
  return { first, last: Math.min(count, Math.ceil((above + height) / row) + AROUND) };
}

/** Follows the scrolling of `scroller`, in which the list is. */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  scroller: string,
  row: number,
  count: number,
): Window {
  const [window, set] = useState<Window>(seen(0, 0, row, count));
  useEffect(() => {
    const here = list.current?.closest<HTMLElement>(scroller);
    if (!here || !list.current) return;
    const look = () => {
      const above = here.getBoundingClientRect().top -
        (list.current?.getBoundingClientRect().top ?? 0);
      const now = seen(Math.max(0, above), here.clientHeight, row, count);
      set((before) => before.first === now.first && before.last === now.last ? before : now);
    };
    look();
    const resized = new ResizeObserver(look);
    resized.observe(here);
    here.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      here.removeEventListener('scroll', look);
    };
  }, [count, row]);
  return window;
}

/** Brings row `at` into view, as little as possible is scrolled. */
export function reveal(list: HTMLElement, scroller: string, row: number, at: number): void {
  const here = list.closest<HTMLElement>(scroller);
  if (!here) return;
  const top = list.getBoundingClientRect().top - here.getBoundingClientRect().top + at * row;
  if (top < 0) here.scrollTop += top;
  else if (top + row > here.clientHeight) here.scrollTop += top + row - here.clientHeight;
}
