/**
 * What was sent is wrong: the person's text stands in the place of all of the answer. Who can show
 * that is shown it; everybody else reads it after what they have read, behind a word that says so.
 */
import type { Card } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { CONTENT, firstTexts } from './texts.ts';
import type { Texts } from './typed.ts';

/** As the server allows (runner/commands.py). */
export const LONGEST = 40;

/** How a correction begins, by the customer's language. */
const MARKS: Readonly<Record<string, string>> = {
  de: 'Berichtigung:',
  en: 'Correction:',
  es: 'Corrección:',
  fr: 'Rectification :',
  it: 'Rettifica:',
  nl: 'Correctie:',
  pl: 'Sprostowanie:',
  pt: 'Correção:',
};

/** Whether something of one plain answer was sent: a form, or one choice of several, is not. */
export function correctable(card: Card): boolean {
  const fields = [...Object.keys(card.sent), ...Object.keys(card.pending)];
  return Boolean(card.sent[CONTENT]?.trim()) && !card.schemas[CONTENT] &&
    fields.every((field) => field.startsWith('0/'));
}

/** The word that announces it; null: what was sent stands. */
export function correcting(desk: Desk, hold: string): string | null {
  return desk.typed.of(key(hold))?.['mark'] ?? null;
}

/** What is typed for the rest becomes a text of all of it; or that of the rest again. */
export function turn(desk: Desk, card: Card): void {
  const { id } = card.hold;
  const sent = card.sent[CONTENT] ?? '';
  const now = desk.typed.of(id) ?? {};
  const text = now[CONTENT] ?? '';
  const kept = desk.typed.of(key(id));
  if (kept) {
    const { mark: _, ...rest } = kept;
    const after = text.startsWith(sent) ? { [CONTENT]: text.slice(sent.length) } : {};
    desk.typed.drop(key(id));
    desk.typed.put(id, { ...rest, ...after });
  } else {
    desk.typed.put(key(id), { ...now, mark: usual(card) });
    desk.typed.put(id, { [CONTENT]: sent + text });
  }
}

/** It is announced by these words instead. */
export function announce(desk: Desk, hold: string, mark: string): void {
  desk.typed.put(key(hold), { ...desk.typed.of(key(hold)), mark });
}

/** What the command says of it. */
export function command(desk: Desk, card: Card): { corrects?: string } {
  const mark = correcting(desk, card.hold.id);
  return mark === null ? {} : { corrects: mark.trim() || usual(card) };
}

/** What an edit begins with, and is compared with. */
export function begins(desk: Desk, card: Card): Texts {
  if (correcting(desk, card.hold.id) === null) return firstTexts(card);
  return { [CONTENT]: whole(card) };
}

/** The answer as the model meant it. */
export function whole(card: Card): string {
  return (card.sent[CONTENT] ?? '') + (card.pending[CONTENT] ?? '');
}

/** What a model's words for the rest follow, in a text that is about all of it. */
export function lead(desk: Desk, hold: string): string {
  const sent = desk.state.value.cards.get(hold)?.sent[CONTENT] ?? '';
  return correcting(desk, hold) === null ? '' : sent;
}

function usual({ background, hold }: Card): string {
  const spoken = [background.customer['language'] ?? '', ...hold.languages, 'en'];
  const found = spoken.map((one) => MARKS[one.toLowerCase().split('-')[0] ?? '']).find(Boolean);
  return found ?? '';
}

function key(hold: string): string {
  return `corrects:${hold}`;
}
