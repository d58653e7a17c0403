/**
 * From a key that was pressed to what it means here and now. Bare keys do nothing while somebody
 * types; Enter alone never decides anything. What there is to be done is in `registry.ts`.
 */
import type { Desk } from './desk.ts';
import { KEYS } from './registry.ts';
import { named, type Press } from '../shared/press.ts';

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
  /** One of a row of keys that the cheat sheet shows as one. */
  readonly row?: string;
  /** Sends something to a customer: the palette's Enter is not enough for it. */
  readonly decides?: boolean;
  readonly when?: (desk: Desk) => boolean;
  readonly run: (desk: Desk) => void;
}

/** The key that was pressed, if it means anything here and now. */
export function meant(press: Press, desk: Desk, typing: boolean): Key | undefined {
  if (press.isComposing || (press.altKey && (press.ctrlKey || press.metaKey))) return undefined;
  const name = named(press);
  const dialog = desk.sheet.value !== null;
  return KEYS.find((one) =>
    desk.keys.of(one) === name &&
    (!typing || one.typing === true) &&
    (!press.repeat || one.repeats === true) &&
    (!dialog || one.group === 'Anywhere') &&
    (one.when?.(desk) ?? true)
  );
}

/** What can be done here and now, for the palette. */
export function possible(desk: Desk): Key[] {
  return KEYS.filter((one) => !one.row && one.id !== 'palette' && (one.when?.(desk) ?? true));
}

/** Another command that answers to this key in the same place; a remapping must not make one. */
export function clash(desk: Desk, id: string, key: string): Key | undefined {
  const mine = KEYS.find((one) => one.id === id);
  return KEYS.find((one) => one.id !== id && desk.keys.of(one) === key && !(mine?.key === one.key));
}
