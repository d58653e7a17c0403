import { deepEqual, equal } from 'node:assert/strict';
import { shelf } from './desks.ts';
import { quiet, USUAL, Wishes } from './wishes.ts';

Deno.test('each person of this browser is called as they wish', () => {
  const place = shelf();
  const ana = new Wishes(place);
  ana.load('ana');
  ana.want('usual', { sound: false });
  ana.keep({ from: '22:00', to: '07:00' });
  const again = new Wishes(place);
  again.load('ana');
  deepEqual(again.kept.value.of.usual, { sound: false, notice: false });
  equal(again.kept.value.from, '22:00');
  again.load('ben');
  deepEqual(again.kept.value, USUAL);
});

Deno.test('whatever was kept, it can be read', () => {
  for (
    const kept of ['', '{', '[]', '{"of":{"mine":{"sound":"yes"}},"from":"25","to":7}', 'null']
  ) {
    const wishes = new Wishes(shelf({ 'hitl-calls:ana': kept }));
    wishes.load('ana');
    deepEqual(wishes.kept.value, USUAL);
  }
});

Deno.test('quiet hours may go over midnight', () => {
  const hours = (from: string, to: string) => (minute: number) =>
    quiet({ ...USUAL, from, to }, minute);
  deepEqual([0, 419, 420, 1319, 1320].map(hours('22:00', '07:00')), [
    true,
    true,
    false,
    false,
    true,
  ]);
  deepEqual([539, 540, 1019, 1020].map(hours('09:00', '17:00')), [false, true, true, false]);
  for (const none of [hours('', ''), hours('09:00', ''), hours('09:00', '09:00')]) {
    equal(none(540), false);
  }
});
