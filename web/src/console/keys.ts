/**
 * From a key that was pressed to what it means here and now. Bare keys do nothing while somebody
 * types; Enter alone never decides anything. What there is to be done is in `registry.ts`.
 */
import type { Desk } from './desk.ts';
import { KEYS } from './registry.ts';
import type { Own } from '../shared/bindings.ts';
import { alt, names, type Press } from '../shared/press.ts';

export type Group = 'Queue' | 'Hold' | 'Colleagues' | 'Editor' | 'Conversation' | 'Anywhere';

export interface Key {
  /** What remapping, the texts (text/sheets_en.ts) and tests call it. */
  readonly id: string;
  /** As `KeyboardEvent.key` says it, with "Ctrl+" for Ctrl or Command and "Alt+". */
  readonly key: string;
  readonly group: Group;
  /** Works inside a text box too. */
  readonly typing?: boolean;
  /** May be held down. */
  readonly repeats?: boolean;
  /** One of a row of keys, which are shown and changed together. */
  readonly row?: 'reasons';
  /** Sends something to a customer: the palette's Enter is not enough for it. */
  readonly decides?: boolean;
  readonly when?: (desk: Desk) => boolean;
  readonly run: (desk: Desk) => void;
}

/** The key that was pressed, if it means anything here and now. */
export function meant(press: Press, desk: Desk, typing: boolean): Key | undefined {
  if (press.isComposing || (press.altKey && (press.ctrlKey || press.metaKey))) return undefined;
  const dialog = desk.sheet.value !== null;
  const called = (name: string) =>
    KEYS.find((one) =>
      desk.keys.of(one) === name &&
      (!typing || one.typing === true) &&
      (!press.repeat || one.repeats === true) &&
      (!dialog || one.group === 'Anywhere') &&
      (one.when?.(desk) ?? true)
    );
  return names(press).map(called).find(Boolean);
}

/** What can be done here and now, for the palette. */
export function possible(desk: Desk): Key[] {
  return KEYS.filter((one) => !one.row && one.id !== 'palette' && (one.when?.(desk) ?? true));
}

/** The keys of nine reasons, in their order, with Alt while one types; null: they are not nine. */
export function ofReasons(text: string): Own | null {
  const keys = [...text.normalize()];
  const fit = keys.every((key) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(key));
  if (!fit || keys.length !== 9 || new Set(keys.map(alt)).size < 9) return null;
  return Object.fromEntries(keys.flatMap((key, at) => [
    [`reason-${at + 1}`, key],
    [`edit-reason-${at + 1}`, alt(key)],
  ]));
}
