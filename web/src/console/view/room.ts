/** How much of a narrow page's end is covered by what stays there: what has the focus keeps clear. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** For the element that stays there; `--bar` is its height, for context.css. */
export function useRoom(): RefObject<HTMLDivElement | null> {
  const here = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const bar = here.current;
    if (!bar) return;
    const { style } = document.documentElement;
    const sized = new ResizeObserver(() => style.setProperty('--bar', `${bar.offsetHeight}px`));
    sized.observe(bar);
    return () => sized.disconnect();
  }, []);
  return here;
}
