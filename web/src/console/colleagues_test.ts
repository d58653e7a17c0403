import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView } from '../shared/protocol.gen.ts';
import { obstacle } from './acts.ts';
import { seconding } from './colleagues.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { ANA, card, hold } from './examples.ts';
import type { Me } from './session.ts';

const BEN = { id: 'ben', name: 'Ben' };
const DEE = { id: 'dee', name: 'Dee' };
const WANTED: Partial<HoldView> = {
  state: 'settling',
  proposal: {
    by: DEE,
    action: 'edit',
    settle_at: 1000,
    recheck: 'clean',
    second: 'wanted',
    because: [],
    corrects: false,
  },
};

function onCard(more: Partial<HoldView>, supervisor = false): Desk {
  const people = [ANA, { ...DEE, away: false, supervisor: true }];
  const desk = opened(
    { type: 'card_reset', stream: 'hold:a', card: card('a', 'We', more) },
    { type: 'people', people },
  );
  desk.state.value = { ...desk.state.value, me: { ...ANA, supervisor } };
  desk.look({ at: 'hold', id: 'a' });
  return desk;
}

Deno.test('another confirms a decision; one that was passed on, a supervisor', () => {
  const passed = { ...WANTED, escalated_by: BEN };
  deepEqual([onCard(WANTED), onCard(passed), onCard(passed, true)].map(seconding), [
    true,
    false,
    true,
  ]);
});

Deno.test('nobody confirms their own decision, nor who may only read', () => {
  const own = { ...WANTED, proposal: { ...WANTED.proposal, by: ANA } as HoldView['proposal'] };
  equal(seconding(onCard(own)), false);
  const reader = onCard(WANTED);
  reader.me.value = { role: 'observer', may: [] } as unknown as Me;
  equal(seconding(reader), false);
});

Deno.test('what was passed on says who decides it now', () => {
  const passed = { escalated_by: BEN };
  const why = (supervisor: boolean) =>
    obstacle(onCard(passed, supervisor), hold('a', passed), 'approve');
  equal(why(false), 'Ben passed this on: a supervisor decides it now (Dee).');
  equal(why(true), '');
});
