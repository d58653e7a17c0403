/** Which reason is pointed at, on the card: its mark and its row stand out together. */
import { signal } from '@preact/signals';
import type { Pointing } from '../shared/words.tsx';

const at = signal<number | null>(null);

export const rowId = (number: number) => `reason-${number}`;

/** For the marks: pressing a number leads to its row. */
export function fromMarks(): Pointing {
  return { at: at.value, point, go: (number) => document.getElementById(rowId(number))?.focus() };
}

/** For the rows: pressing one shows what it is about. */
export function fromRows(): Pointing {
  return {
    at: at.value,
    point,
    go: (number) =>
      document.querySelector(`.answer mark[data-reasons~='${number}']`)
        ?.scrollIntoView({ block: 'center' }),
  };
}

function point(number: number | null): void {
  at.value = number;
}
