/**
 * Rings when a supervisor calls, once for each call and from one tab. Who set themselves away is
 * called all the same, that is what it is for; quiet hours, and who wants no sound, are respected.
 */
import { effect } from '@preact/signals';
import type { Rings } from './calling.ts';
import type { Desk } from './desk.ts';
import type { Foremost } from './foremost.ts';
import { minuteOfDay, quiet } from './wishes.ts';

export function answerSummons(
  desk: Desk,
  bell: Pick<Rings, 'ring'>,
  tabs: Pick<Foremost, 'rings'>,
  minute: () => number = minuteOfDay,
): void {
  const rung = new Set<string>();
  effect(() => {
    const fresh = desk.state.value.calls.filter(({ id }) => !rung.has(id));
    for (const { id } of fresh) rung.add(id);
    const wishes = desk.wishes.kept.value;
    const wanted = wishes.of.mine.sound && !quiet(wishes, minute());
    if (fresh.length > 0 && wanted && tabs.rings()) bell.ring('mine');
  });
}
