/** Whose words are among what is typed, beside the person's own: kept with it, told with the edit. */
import type { Help } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export function help(desk: Desk, hold: string, by: Help): void {
  desk.typed.put(key(hold), { ...desk.typed.of(key(hold)), [by]: 'yes' });
}

export function helpers(desk: Desk, hold: string): Help[] {
  return Object.keys(desk.typed.of(key(hold)) ?? {}) as Help[];
}

/** Nothing of theirs is left. */
export function unhelped(desk: Desk, hold: string): void {
  desk.typed.drop(key(hold));
}

function key(hold: string): string {
  return `helped:${hold}`;
}
