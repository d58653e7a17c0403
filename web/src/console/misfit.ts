/** What the server refused in a form: which field of it, and why, until something else is written. */
import { signal } from '@preact/signals';
import type { AnyCommand, Result } from '../shared/protocol.gen.ts';
import { onMisfits } from '../text/misfits.ts';
import { number } from '../text/numbers.ts';
import { refusal } from '../text/refusals.ts';

export interface Misfit {
  readonly hold: string;
  /** The text, as it was refused. */
  readonly field: string;
  readonly text: string;
  /** The entry of the form, and what is wrong there. */
  readonly at: string;
  readonly says: string;
}

export const misfit = signal<Misfit | null>(null);
let shown: Misfit | null = null;

/** Whether nobody was led to its place yet: who is elsewhere by then is not called back. */
export function isNew(found: Misfit): boolean {
  const before = shown;
  shown = found;
  return found !== before;
}

type Refused = NonNullable<Result['error']>;

/** Why a command was refused, in words; of what was written in a form, its place is kept. */
export function refused(cmd: AnyCommand, error: Refused): string {
  const { field, path, keyword, wanted } = error.details ?? {};
  const way: readonly unknown[] = Array.isArray(path) ? path : [];
  const [at] = way;
  const edit = cmd.do === 'decide' && cmd.action === 'edit' ? cmd : null;
  if (!edit || typeof field !== 'string' || typeof at !== 'string') return refusal(error);
  const says = told(`${keyword}`, wanted);
  misfit.value = { hold: edit.hold, field, text: edit.texts?.[field] ?? '', at, says };
  return onMisfits.value.of(way.join(' › '), says);
}

/** What is wrong with this text of a hold, as long as it is what was refused. */
export function wrongWith(hold: string, field: string, text: string): Misfit | null {
  const found = misfit.value;
  const same = found?.hold === hold && found.field === field && found.text === text;
  return same ? found : null;
}

function told(keyword: string, wanted: unknown): string {
  const words = onMisfits.value;
  const limit = Object.hasOwn(words.limits, keyword) ? words.limits[keyword] : undefined;
  if (limit && typeof wanted === 'number') return limit(number(wanted, 3));
  if (keyword === 'required') return words.required;
  if (keyword === 'enum' || keyword === 'const') return words.enum;
  return keyword === 'type' ? words.types[`${wanted}`] ?? words.other : words.other;
}
