import { deepEqual, equal } from 'node:assert/strict';
import type { Decide } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { hold } from './examples.ts';
import { UNKNOWN } from './state.ts';
import { type Alike, asOf, candidates, compare, forOthers, toggle } from './together.ts';

const OTHER = { hold: 'b', version: 4, draft_sha256: 'its own', pending: 'x' };
const desk = (on: boolean) =>
  ({ together: { value: { hold: 'a', others: [OTHER], on } } }) as unknown as Desk;
const decided = (action: Decide['action'], more: Partial<Decide> = {}): Decide => ({
  do: 'decide',
  hold: 'a',
  action,
  version: 1,
  fence: 7,
  because: ['tone'],
  note: 'once is enough',
  ...more,
});

Deno.test('only holds of the same rules that nobody has are compared', () => {
  const all = [hold('a'), hold('b'), hold('c', { rules: ['x'] }), hold('d', { state: 'claimed' })];
  const state = { ...UNKNOWN, holds: new Map(all.map((one) => [one.id, one])) };
  deepEqual(candidates(state, hold('a')).map((one) => one.id), ['b']);
});

Deno.test('whoever changed, or is written to its end, is compared anew', () => {
  const before = asOf([hold('b', { draft_state: 'streaming' })]);
  equal(asOf([hold('b', { draft_state: 'streaming' })]), before);
  equal(asOf([hold('b', { draft_state: 'whole' })]) === before, false);
  equal(asOf([hold('b', { draft_state: 'streaming', version: 9 })]) === before, false);
});

Deno.test('each hold gets a decision about what it says itself', () => {
  const [approved] = forOthers(desk(true), decided('approve', { draft_sha256: 'mine' }));
  deepEqual(approved, {
    do: 'decide',
    hold: 'b',
    action: 'approve',
    version: 4,
    fence: null,
    because: ['tone'],
    note: '',
    draft_sha256: 'its own',
  });
  const [edited] = forOthers(desk(true), decided('edit', { texts: { '0/content': 'New.' } }));
  deepEqual(edited?.texts, { '0/content': 'New.' });
});

Deno.test('nobody takes several conversations over by one key, or decides them unasked', () => {
  deepEqual(forOthers(desk(true), decided('take_over')), []);
  deepEqual(forOthers(desk(false), decided('approve')), []);
  deepEqual(forOthers(desk(true), decided('approve', { hold: 'z' })), []);
});

const alike = (name: string, draft_sha256 = name): Alike => ({
  ...OTHER,
  hold: name,
  draft_sha256,
});
const told = (...others: Alike[]) => () => Promise.resolve(others);

Deno.test('what nobody has seen beside the hold does not join a decision', async () => {
  const at = opened();
  at.look({ at: 'hold', id: 'a' });
  await compare(at, 'a', ['b', 'c'], told(alike('b'), alike('c')));
  toggle(at);
  await compare(at, 'a', ['b'], told(alike('b'))); // somebody has taken c: the rest was seen
  equal(at.together.value?.on, true);
  await compare(at, 'a', ['b', 'd'], told(alike('b'), alike('d')));
  deepEqual([at.together.value?.others.length, at.together.value?.on], [2, false]);
  toggle(at);
  await compare(at, 'a', ['b', 'd'], told(alike('b', 'says more by now'), alike('d')));
  equal(at.together.value?.on, false);
});

Deno.test('an answer that a later one has overtaken is not heard', async () => {
  const at = opened();
  at.look({ at: 'hold', id: 'a' });
  const slow = Promise.withResolvers<Alike[]>();
  const first = compare(at, 'a', ['b'], () => slow.promise);
  await compare(at, 'a', ['c'], told(alike('c')));
  slow.resolve([alike('b')]);
  await first;
  deepEqual(at.together.value?.others, [alike('c')]);
});
