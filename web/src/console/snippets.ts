/** Snippets: `;` and the beginning of a name, where one writes; then what it stands for. */
import { filled, inLanguage, known, type Prepared, spoken } from './canned.ts';
import { insert } from './cursor.ts';
import type { Desk } from './desk.ts';
import { help } from './helped.ts';

export interface Snippet {
  readonly name: string;
  readonly text: string;
  readonly canned: boolean;
}

const SHOWN = 6;
const NAME = /^[\p{L}\p{N}._-]*$/u;

/** Somebody wrote more, or moved. */
export function follow(desk: Desk, box: HTMLTextAreaElement): void {
  const here = desk.snipping.value;
  if (here?.box !== box) return;
  const word = written(box.value, here.from, box.selectionStart, box.selectionEnd);
  if (word !== here.word) desk.snipping.value = word === null ? null : { ...here, word };
}

/** The name that stands between the key and the cursor; null: it is none any more. */
export function written(text: string, from: number, start: number, end: number): string | null {
  if (start !== end || start < from) return null;
  const word = text.slice(from, start);
  return NAME.test(word) ? word : null;
}

/** What there is here: variables that are known, and prepared replies. */
export function snippets(desk: Desk, replies: readonly Prepared[]): Snippet[] {
  const values = known(desk);
  const language = spoken(desk);
  return [
    ...Object.entries(values)
      .filter(([name, text]) => text && name !== 'customer.id') // nobody is told that
      .map(([name, text]) => ({ name, text, canned: false })),
    ...replies.map((one) => ({
      name: one.name.replaceAll(' ', '-'),
      text: filled(inLanguage(one, language), values),
      canned: true,
    })),
  ];
}

/** Those with these letters in their name; first whose name, or a part of it, begins with them. */
export function matching(all: readonly Snippet[], word: string): Snippet[] {
  const wanted = word.toLowerCase();
  const rank = ({ name }: Snippet) => {
    const parts = [name, ...name.split(/[.-]/)].map((part) => part.toLowerCase());
    return parts.some((part) => part.startsWith(wanted)) ? 0 : 1;
  };
  return all
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, SHOWN);
}

/** Puts it in the place of the key and the name. */
export function use(desk: Desk, { text, canned }: Snippet): void {
  const here = desk.snipping.value;
  if (!here) return;
  desk.snipping.value = null;
  here.box.setSelectionRange(here.start, here.box.selectionStart);
  insert(here.box, text);
  if (canned && desk.editing.value) help(desk, desk.editing.value, 'canned');
}
