import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView } from '../shared/protocol.gen.ts';
import { hold } from './examples.ts';
import { frozen, inOrder, place } from './order.ts';

const known = (...holds: HoldView[]) => new Map(holds.map((one) => [one.id, one]));
const ids = (holds: readonly { id: string }[]) => holds.map((hold) => hold.id).join(' ');

Deno.test('hardly any time left comes first, whatever the risk; who left comes last', () => {
  const holds = [
    hold('risky', { weight: 2 }),
    hold('left', { last_band: true, deadline_at: 1001 }),
    hold('late', { deadline_at: 1030, weight: 0.1 }),
    hold('later', { deadline_at: 1034, weight: 2 }),
    hold('calm'),
  ];
  equal(ids(inOrder(holds, 1000, 20)), 'late later risky calm left');
});

Deno.test('who takes longer has hardly any time left sooner', () => {
  const holds = [hold('risky', { weight: 2 }), hold('soon', { deadline_at: 1090 })];
  equal(ids(inOrder(holds, 1000, 20)), 'risky soon');
  equal(ids(inOrder(holds, 1000, 80)), 'soon risky');
  equal(place(holds[1] as HoldView, 1000, 80).how, 'With less than 95 s left, time alone decides.');
});

Deno.test('what ended does not wait; equals keep a fixed order', () => {
  const holds = [
    hold('b'),
    hold('over', { state: 'decided' }),
    hold('gone', { state: 'cancelled' }),
    hold('a'),
  ];
  equal(ids(inOrder(holds, 1000, 20)), 'a b');
});

Deno.test('the reason for the place is said, and no score', () => {
  equal(place(hold('a', { deadline_at: 1009 }), 1000, 20).why, '9 s left');
  equal(place(hold('a', { deadline_at: 990 }), 1000, 20).why, '0 s left');
  equal(place(hold('a', { weight: 2 }), 1040, 20).why, 'customer waits 40 s');
  equal(place(hold('a', { impact: 'high' }), 1000, 20).why, 'high impact, waits 0 s');
  equal(place(hold('a', { deadline_at: 2000 }), 1185, 20).why, 'customer waits 3 min');
  equal(place(hold('a', { last_band: true }), 1000, 20).why, 'the customer left');
});

Deno.test('by what it is compared is said, too', () => {
  equal(
    place(hold('a', { deadline_at: 1034 }), 1000, 20).how,
    'With less than 35 s left, time alone decides.',
  );
  equal(
    place(hold('a'), 1030, 20).how,
    'By risk, and by how much of its time is gone: 25 %.',
  );
  equal(place(hold('a', { last_band: true }), 1000, 20).how, 'After all whose customers wait.');
});

Deno.test('under the pointer nothing moves: what came since is counted', () => {
  const [a, b, c] = [hold('a'), hold('b'), hold('c')];
  const { list, waiting } = frozen([c, a, b], [b, hold('gone'), a], known(a, b, c));
  deepEqual([ids(list), waiting], ['b a', 1]);
});

Deno.test('under the pointer what others ended keeps its place; what I ended goes', () => {
  const over = (id: string, by: string) =>
    hold(id, { state: 'decided', decision: { by: { id: by, name: by } } as never });
  const [a, b, c] = [over('a', 'ben'), over('b', 'ana'), hold('c')];
  const before = [hold('a'), hold('b'), c];
  const { list, waiting } = frozen([c], before, known(a, b, c), 'ana');
  deepEqual([ids(list), waiting], ['a c', 0]);
  equal(ids(frozen([], [hold('a')], known(a), 'ana').list), '');
});
