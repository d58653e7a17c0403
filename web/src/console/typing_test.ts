import { deepEqual } from 'node:assert/strict';
import { typist } from './typing.ts';

/** Somebody who types, and a clock that goes when the test says so. */
function typing() {
  let now = 0;
  let planned: { at: number; what: () => void }[] = [];
  const told: string[] = [];
  const types = typist(
    (on) => told.push(`${now} ${on}`),
    (seconds, what) => planned.push({ at: now + seconds, what }),
  );
  const until = (time: number) => {
    for (;;) {
      const next = planned.filter(({ at }) => at <= time).sort((one, two) => one.at - two.at)[0];
      if (!next) break;
      planned = planned.filter((one) => one !== next);
      now = next.at;
      next.what();
    }
    now = time;
  };
  return { told, types, until };
}

Deno.test('who types says so at once, every 10 seconds, and when they pause', () => {
  const { told, types, until } = typing();
  for (let second = 0; second <= 21; second += 3) {
    until(second);
    types(true);
  }
  until(60);
  deepEqual(told, ['0 true', '10 true', '20 true', '25 false']);
});

Deno.test('who sends what they wrote has stopped, and begins anew', () => {
  const { told, types, until } = typing();
  types(true);
  until(1);
  types(false);
  types(false);
  until(2);
  types(true);
  until(9);
  deepEqual(told, ['0 true', '1 false', '2 true', '6 false']);
});
