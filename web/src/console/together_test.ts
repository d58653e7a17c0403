import { deepEqual } from 'node:assert/strict';
import type { Decide } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { hold } from './examples.ts';
import { UNKNOWN } from './state.ts';
import { candidates, forOthers } from './together.ts';

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
  deepEqual(candidates(state, hold('a')), ['b']);
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
