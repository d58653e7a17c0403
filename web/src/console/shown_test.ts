import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk } from './desks.ts';
import { hold } from './examples.ts';
import { move } from './going.ts';

const risky = (id: string, weight: number) => hold(id, { weight });

/** A desk whose queue is these holds now. */
function waiting(here: Desk, ...holds: HoldView[]): void {
  here.state.value = {
    ...here.state.value,
    holds: new Map(holds.map((one) => [one.id, one])),
  };
}

function seen(here: Desk): [string, number] {
  const { list, waiting } = here.still.shown.value;
  return [list.map(({ id }) => id).join(' '), waiting];
}

Deno.test('the list keeps still while somebody points at it or is in it', () => {
  const here = desk();
  waiting(here, risky('a', 3), risky('b', 2));
  deepEqual(seen(here), ['a b', 0]);
  here.still.pointed.value = true;
  here.still.focused.value = true;
  waiting(here, risky('a', 1), risky('b', 2), risky('c', 4));
  deepEqual(seen(here), ['a b', 1]);
  here.still.pointed.value = false;
  deepEqual(seen(here), ['a b', 1]);
  here.still.focused.value = false;
  deepEqual(seen(here), ['c b a', 0]);
});

Deno.test('who wants to see what came sees it', () => {
  const here = desk();
  waiting(here, risky('a', 3));
  deepEqual(seen(here), ['a', 0]);
  here.still.pointed.value = true;
  waiting(here, risky('a', 3), risky('b', 4));
  deepEqual(seen(here), ['a', 1]);
  here.still.refresh();
  deepEqual(seen(here), ['b a', 0]);
});

Deno.test('keys go through the list that is seen, over what has ended in it', () => {
  const here = desk();
  waiting(here, risky('a', 3), risky('b', 2), risky('d', 1));
  deepEqual(seen(here), ['a b d', 0]);
  here.still.pointed.value = true;
  waiting(here, risky('a', 1), hold('b', { state: 'cancelled' }), risky('c', 9), risky('d', 8));
  deepEqual(seen(here), ['a b d', 1]);
  move(here, 1);
  equal(here.looking.value?.id, 'a');
  move(here, 1);
  equal(here.looking.value?.id, 'd');
  move(here, 1);
  equal(here.looking.value?.id, 'd');
  move(here, -1);
  equal(here.looking.value?.id, 'a');
});
