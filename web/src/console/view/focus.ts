import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Buttons that take each other's place: the focus is not lost with the one that was pressed. Back
 * from a `mode` it is on the button of that name; else on the bar, where nothing is done by accident.
 */
export function useFocusKept(bar: string, mode: string): void {
  const before = useRef(mode);
  const within = document.activeElement?.closest(bar) ?? null; // before what it shows now is there
  useLayoutEffect(() => {
    const left = before.current;
    before.current = mode;
    if (!within || left === mode || document.activeElement !== document.body) return;
    const here = document.querySelector<HTMLElement>(bar);
    const next = here?.querySelector<HTMLElement>(`[data-of='${left}']`) ?? here;
    next?.focus({ preventScroll: true }); // it is in sight
  }, [mode]);
}
