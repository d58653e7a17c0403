import { deepEqual, equal } from 'node:assert/strict';
import { duration, number, percent } from './numbers.ts';
import { say, speak } from './say.ts';

Deno.test('the first language that there is', async () => {
  await speak(['pt-BR', 'de-AT', 'en']);
  equal(say.value.queue.next, 'Nächste');
  await speak(['en-GB', 'de']);
  equal(say.value.queue.next, 'Next');
});

Deno.test('English where nobody knows better', async () => {
  await speak(['de']);
  await speak(['xx', 'constructor']);
  equal(say.value.queue.next, 'Next');
  await speak([]);
  equal(say.value.queue.next, 'Next');
});

Deno.test('numbers are written as the language writes them', async () => {
  await speak(['de']);
  deepEqual([number(1234), percent(0.0625)], ['1.234', '6,3\u00a0%']);
  await speak(['en']);
  deepEqual([number(1234), percent(0.0625)], ['1,234', '6.3%']);
});

Deno.test('durations say what matters', async () => {
  await speak(['en']);
  deepEqual([0, 41.4, 89, 90, 600, 7200].map(duration), [
    '0 sec',
    '41 sec',
    '89 sec',
    '2 min',
    '10 min',
    '2 hr',
  ]);
});

Deno.test('one hold waits, two holds wait', async () => {
  await speak(['en']);
  deepEqual([1, 2].map(say.value.app.holdsWait), ['1 hold waits', '2 holds wait']);
});

Deno.test('what comes after the language was chosen speaks it too', async () => {
  await speak(['de']);
  const { onWall } = await import('./wall.ts');
  await speak(['de']);
  equal(onWall.value.wall.stop, 'Notschalter');
  await speak(['en']);
  equal(onWall.value.wall.stop, 'Stop switch');
});
