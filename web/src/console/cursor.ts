/** Where one writes to a customer: what a key begins at the cursor, and text that is put there. */
import { bare } from '../shared/bindings.ts';
import type { Desk } from './desk.ts';

/** A name that is being written, of a snippet. */
export interface Snipping {
  readonly box: HTMLTextAreaElement;
  /** Where the key was written, and where the name after it begins. */
  readonly start: number;
  readonly from: number;
  readonly word: string;
}

export const SNIPPETS = { id: 'snippets', key: ';' };

/** Whether a key here would begin something: in a box where one writes, after nothing or a blank. */
export function beginsHere(): boolean {
  const box = globalThis.document?.activeElement;
  if (!box || !(box instanceof HTMLTextAreaElement) || !box.dataset['canned']) return false;
  const before = box.value.slice(0, box.selectionStart);
  return before === '' || /\s$/.test(before);
}

/** Puts text where the cursor is, as if it were typed. */
export function insert(box: HTMLTextAreaElement, text: string): void {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The key of snippets was pressed: it is written, and what follows is a name. */
export function snip(desk: Desk): void {
  const box = document.activeElement;
  if (!(box instanceof HTMLTextAreaElement)) return;
  const start = box.selectionStart;
  const key = desk.keys.of(SNIPPETS);
  if (bare(key)) insert(box, key);
  desk.snipping.value = { box, start, from: box.selectionStart, word: '' };
}
