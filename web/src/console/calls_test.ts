import { deepEqual, equal } from 'node:assert/strict';
import type { ConversationView, HoldView, MessageView } from '../shared/protocol.gen.ts';
import { calls, looks, loudest, type Watching } from './calls.ts';
import { ANA, conversation, hold, message } from './examples.ts';
import { type State, UNKNOWN } from './state.ts';

const BEN = { id: 'ben', name: 'Ben' };
const ME = { id: 'ana', name: 'Ana' };
const NOBODY: Watching = { looking: null, visible: false, now: 1000, seen: {} };

function known(...holds: HoldView[]): State {
  return { ...UNKNOWN, me: ANA, holds: new Map(holds.map((one) => [one.id, one])) };
}

function talking(one: ConversationView, ...messages: MessageView[]): State {
  return {
    ...known(),
    conversations: new Map([[one.id, one]]),
    talks: new Map([[one.id, { conversation: one, messages, notes: [] }]]),
  };
}

const names = (state: State, watching: Partial<Watching> = {}) =>
  calls(state, { ...NOBODY, ...watching }).map(({ name, occasion }) => `${occasion} ${name}`);

Deno.test('a hold that nobody has claimed is worth a call, a high one a louder one', () => {
  deepEqual(names(known(hold('a'), hold('b', { impact: 'high' }))), [
    'usual came:a',
    'high came:b',
  ]);
  deepEqual(names(known(hold('a', { claimed_by: BEN, state: 'claimed' }))), []);
  deepEqual(names(known(hold('a', { state: 'decided' }))), []);
});

Deno.test('a hold with hardly any time left is worth another', () => {
  deepEqual(names(known(hold('a')), { now: 1090 }), ['usual came:a', 'hurry hurry:a']);
});

Deno.test('what is given to me, asked of me or passed to supervisors is mine', () => {
  deepEqual(names(known(hold('a', { claimed_by: ME, state: 'claimed' }))), [
    'mine given:0:a',
  ]);
  deepEqual(names(known(hold('a', { asked: ['ana'] }))), ['mine asked:a']);
  const passed = known(hold('a', { escalated_by: BEN }));
  deepEqual(names(passed), ['usual came:a']);
  deepEqual(names({ ...passed, me: { ...ANA, supervisor: true } }), ['mine escalated:a']);
});

Deno.test('what I look at needs no call, unless I cannot see it', () => {
  const looking = { at: 'hold', id: 'a' } as const;
  const [a, b] = calls(known(hold('a'), hold('b')), NOBODY);
  const seen = (visible: boolean) =>
    [a, b].map((one) => one && looks({ ...NOBODY, looking, visible }, one));
  deepEqual(seen(true), [true, false]);
  deepEqual(seen(false), [false, false]);
});

Deno.test('a customer who waits for a person, and one who answers me', () => {
  const alone = conversation('c', { owner: null, unattended: true, human: true, epoch: 2 });
  deepEqual(names(talking(alone)), ['high waits:c:2']);
  const mine = conversation('c', { human: true, owner: ME, unattended: false });
  const told = talking(mine, message('m', 5));
  deepEqual(names(told), ['mine said:c:5']);
  deepEqual(names(told, { seen: { c: 5 } }), []);
});

Deno.test('one sound says it all', () => {
  const heard = calls(known(hold('a'), hold('b', { impact: 'high' })), NOBODY);
  equal(loudest(heard), 'high');
  equal(loudest([]), null);
});
