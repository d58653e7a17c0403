/** A key that was pressed before there was code to answer it: the last one, for a moment. */
import type { Desk } from './desk.ts';
import type { Key } from './keys.ts';
import type { Looking } from './looking.ts';

/** Milliseconds; later than this a key would surprise whoever pressed it. */
const MOMENT = 2000;

export interface Early {
  readonly event: KeyboardEvent;
  readonly looking: Looking | null;
}

/** As a page without that code keeps it. */
export function early(desk: Desk, event: KeyboardEvent): Early {
  return { event, looking: desk.looking.value };
}

/** Whether it still means what it meant then. What decides or tells anything is pressed again. */
export function stillMeant(
  desk: Desk,
  { looking, event }: Early,
  { group }: Key,
  now: number,
): boolean {
  const harmless = group === 'Queue' || group === 'Anywhere';
  return harmless && desk.looking.value === looking && now - event.timeStamp <= MOMENT;
}
