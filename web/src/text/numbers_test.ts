import { deepEqual, equal } from 'node:assert/strict';
import { day, when } from './numbers.ts';
import { speak } from './say.ts';

const at = (...parts: [number, number, number, number, number, number]) =>
  new Date(...parts).getTime() / 1000;
const NOW = at(2026, 10, 20, 14, 30, 0);

Deno.test('a time of today is a time, one of another day says which', async () => {
  const times = [at(2026, 10, 20, 9, 5, 7), at(2026, 10, 19, 9, 5, 7), at(2025, 10, 20, 9, 5, 7)];
  await speak(['en-GB']);
  deepEqual(times.map((one) => when(one, NOW)), ['09:05', '19 Nov, 09:05', '20 Nov 2025, 09:05']);
  equal(when(times[1] ?? 0, NOW, true), '19 Nov, 09:05:07');
  await speak(['de']);
  deepEqual(times.map((one) => when(one, NOW)), [
    '09:05',
    '19. Nov., 09:05',
    '20. Nov. 2025, 09:05',
  ]);
  await speak(['en']);
});

Deno.test('a day as the language writes it; what is none stays what it is', async () => {
  await speak(['de']);
  deepEqual(['2026-11-20', '2026-11-20T23:59:00Z', 'last week'].map(day), [
    '20.11.2026',
    '20.11.2026',
    'last week',
  ]);
  await speak(['en']);
});
