import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { done } from './done.ts';
import { ANA, card } from './examples.ts';
import { meant } from './keys.ts';
import { underWay } from './now.ts';
import { inHand } from './putback.ts';
import { taken } from './state.ts';

const BEN = { id: 'ben', name: 'Ben' };
const PROPOSAL = {
  by: ANA,
  action: 'approve' as const,
  settle_at: 1003,
  recheck: 'clean' as const,
  second: 'no' as const,
  because: [],
  corrects: false,
};
const MINE = { id: ANA.id, name: ANA.name };

function onCard(more: Partial<HoldView>): Desk {
  const desk = opened();
  desk.look({ at: 'hold', id: 'a' });
  desk.standing.value = 'live';
  hears(desk, more);
  return desk;
}

/** News of the hold, as its card tells it. */
function hears(desk: Desk, more: Partial<HoldView>): void {
  const frame = { type: 'card_reset', stream: 'hold:a', card: card('a', 'We', more) } as const;
  desk.state.value = taken(desk.state.value, frame, 1000);
  desk.tick();
}

function press(desk: Desk, key: string): void {
  const more = { ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false };
  meant({ key, ...more }, desk, false)?.run(desk);
}

/** The server has done all that it was told. */
function answers(desk: Desk): string[] {
  const all = [...desk.waiting.value];
  for (const { id, cmd } of all) {
    desk.outbox.take(id);
    desk.waiting.value = desk.outbox.waiting;
    done(desk, cmd, {});
  }
  return all.map(({ cmd }) => cmd.do);
}

const OURS: Partial<HoldView> = { state: 'settling', proposal: PROPOSAL };
const seconded = (second: 'wanted' | 'given'): Partial<HoldView> => ({
  state: 'settling',
  proposal: { ...PROPOSAL, by: BEN, second },
});

/** The keys, what they do, with which hold, and what becomes of that. */
const CASES: [string, string, Partial<HoldView>, Partial<HoldView>][] = [
  ['a', 'decide', {}, OURS],
  ['z', 'undo', OURS, {}],
  ['a', 'send_now', OURS, { state: 'decided' }],
  ['a', 'second', seconded('wanted'), seconded('given')],
  ['a', 'give_opinion', { asked: [ANA.id] }, {}],
  ['l1', 'release', { claimed_by: MINE }, {}],
];

for (const [key, kind, hold, after] of CASES) {
  Deno.test(`between the answer and its news nothing is done again: ${kind}`, () => {
    const desk = onCard(hold);
    desk.now.value = 1000;
    for (const one of key) press(desk, one);
    deepEqual(answers(desk), [kind]);
    for (const again of [...key, ...key]) press(desk, again);
    deepEqual(answers(desk), []);
    equal(desk.notice.value?.problem ?? false, false); // and nobody is told off
  });

  Deno.test(`whose news came before the answer is not waited for: ${kind}`, () => {
    const desk = onCard(hold);
    desk.now.value = 1000;
    for (const one of key) press(desk, one);
    hears(desk, after);
    deepEqual(answers(desk), [kind]);
    deepEqual(desk.unheard.value, []);
  });
}

Deno.test('meanwhile the card says what is under way, and no other decision is made', () => {
  const desk = onCard({ claimed_by: MINE });
  press(desk, 'a');
  answers(desk);
  equal(underWay(desk, 'a'), 'approve');
  for (const key of ['r', 'r', 'e', 't']) press(desk, key);
  deepEqual([desk.waiting.value, desk.editing.value, desk.asking.value], [[], null, null]);
  equal(inHand(desk, desk.state.value.cards.get('a')!.hold), false);
});

Deno.test('what is taken back is neither sent nor decided before the news of that', () => {
  const desk = onCard({ state: 'settling', proposal: PROPOSAL, claimed_by: MINE });
  desk.now.value = 1000;
  press(desk, 'z');
  deepEqual(answers(desk), ['undo']);
  for (const key of ['a', 'r', 'e']) press(desk, key);
  deepEqual([answers(desk), desk.notice.value], [[], null]);
  hears(desk, { claimed_by: MINE });
  press(desk, 'a');
  deepEqual(answers(desk), ['decide']);
});

Deno.test('once its news is here everything is possible again, also where that came first', () => {
  const desk = onCard({});
  press(desk, 'a');
  hears(desk, { state: 'settling', proposal: PROPOSAL });
  answers(desk);
  equal(underWay(desk, 'a'), null);
  press(desk, 'z');
  deepEqual(answers(desk), ['undo']);
  hears(desk, { claimed_by: MINE });
  press(desk, 'a');
  deepEqual(answers(desk), ['decide']);
  hears(desk, { claimed_by: MINE }); // undone, by somebody else
  equal(underWay(desk, 'a'), null);
  deepEqual(desk.unheard.value.length, 1); // what is over is not kept
});
